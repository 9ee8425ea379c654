package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Accelerator;

/** Replies of QEMU's monitor. */
class QmpTest {
    private static String why(Reading<?> reading) {
        return reading instanceof Reading.Unsaid<?> unsaid ? unsaid.why() : "it was read";
    }

    @Test
    void anErrorIsToldInQemusWords() {
        QueryKvm kvm = QueryKvm.read(
                "{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"The command x has not been found\"}}");
        assertTrue(why(kvm.enabled()).contains("The command x has not been found"));
    }

    @Test
    void greetingsAndEventsArePassedOver() {
        QueryKvm kvm = QueryKvm.read("""
                {"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 8}}, "capabilities": []}}
                {"timestamp": {"seconds": 1, "microseconds": 2}, "event": "RESUME"}
                {"return": {"enabled": true, "present": true}, "id": "libvirt-5"}
                """);
        assertEquals(Optional.of(Accelerator.KVM), kvm.accelerator().value());
    }

    @Test
    void kvmThatIsNotEnabledIsEmulation() throws IOException {
        assertEquals(
                Optional.of(Accelerator.TCG),
                QueryKvm.read("{\"return\":{\"enabled\":false,\"present\":true}}")
                        .accelerator()
                        .value());
        assertEquals(
                Optional.of(Accelerator.TCG),
                QueryKvm.read(LabSamples.text("qmp-query-kvm.tcg.json"))
                        .accelerator()
                        .value());
    }

    @Test
    void whatIsNoReplyIsUnsaid() {
        for (String text : List.of(
                "[{\"return\":{\"enabled\":true}}]",
                "",
                "{}",
                "[]",
                "{\"return\":{}}",
                "{\"return\":{\"enabled\":\"yes\"}}",
                "{\"return\":{},\"return\":{}}",
                "{\"return\":{\"enabled\":true}} {\"return\":{\"enabled\":false}}",
                "error: Domain not found",
                "{\"return\":")) {
            assertTrue(QueryKvm.read(text).enabled().value().isEmpty(), text);
        }
    }

    @Test
    void depthAndSizeOfJsonHaveBounds() {
        assertTrue(QueryKvm.read("[".repeat(100_000)).enabled().value().isEmpty());
        assertTrue(QueryKvm.read("{\"return\":{\"enabled\":" + "9".repeat(5_000) + "}}")
                .enabled()
                .value()
                .isEmpty());
        assertTrue(why(QueryKvm.read("[" + "{},".repeat(3_000_000) + "{}]").enabled())
                .contains("oken"));
        assertTrue(QueryKvm.read("{\"return\":1}\n".repeat(20_000))
                .enabled()
                .value()
                .isEmpty());
    }

    @Test
    void countersAreReadForEachVirtualCpu() {
        List<VcpuCounters> counters = QueryStats.read("""
                {"return": [
                  {"provider": "kvm", "qom-path": "/machine/unattached/device[0]",
                   "stats": [{"name": "nested_run", "value": 12}, {"name": "guest_mode", "value": true}]},
                  {"provider": "kvm", "qom-path": "/machine/unattached/device[2]",
                   "stats": [{"name": "guest_mode", "value": 0}, {"name": "halt_wait_hist", "value": [1, 2]}]},
                  {"provider": "cryptodev", "qom-path": "/x", "stats": [{"name": "nested_run", "value": 9}]}
                ]}
                """).counters().value().orElseThrow();
        assertEquals(2, counters.size());
        assertEquals(
                new VcpuCounters(
                        "/machine/unattached/device[0]",
                        Reading.said(12L, 0),
                        Reading.said(true, 0),
                        Reading.unsaid("query-stats says no exits")),
                counters.get(0));
        assertTrue(counters.get(1).nestedRun().value().isEmpty());
        assertEquals(Reading.said(false, 0), counters.get(1).inGuestMode());
    }

    @Test
    void aCounterThatIsNoNumberIsUnsaid() {
        for (String value : List.of("\"12\"", "-1", "1e3", "99999999999999999999", "[1]", "null")) {
            VcpuCounters counters = QueryStats.read("{\"return\":[{\"provider\":\"kvm\",\"qom-path\":\"/x\",\"stats\":["
                            + "{\"name\":\"nested_run\",\"value\":" + value + "},{\"name\":\"guest_mode\",\"value\":"
                            + value + "}]}]}")
                    .counters()
                    .value()
                    .orElseThrow()
                    .get(0);
            assertTrue(counters.nestedRun().value().isEmpty(), value);
            assertTrue(counters.inGuestMode().value().isEmpty(), value);
        }
    }

    @Test
    void emulationHasNoCounters() throws IOException {
        assertTrue(QueryStats.read("{\"return\":[]}").counters().value().isEmpty());
        assertTrue(QueryStats.read("{\"return\":{}}").counters().value().isEmpty());
        assertTrue(QueryStats.read(LabSamples.text("qmp-query-stats-vcpu.tcg.json"))
                .counters()
                .value()
                .isEmpty());
    }

    @Test
    void theCountersOfARealKvmAreRead() throws IOException {
        String reply = new ObjectMapper()
                .readTree(LabSamples.text("qmp-query-stats.kvm-pvm.json"))
                .get("vcpu")
                .toString();
        VcpuCounters counters =
                QueryStats.read(reply).counters().value().orElseThrow().get(0);
        assertEquals(Reading.said(0L, 0), counters.nestedRun());
        assertEquals(Reading.said(false, 0), counters.inGuestMode());
    }

    @Test
    void anExpansionIsFoundAmongSeveralReplies() {
        CpuModelExpansion expansion = CpuModelExpansion.read("""
                {"return": {"model": {"name": "base", "props": {"vmx": false, "svm": true, "phys-bits": 40}}}, "id": "1"}

                {"return": [{"name": "max"}], "id": "2"}
                """);
        assertEquals(Optional.of(true), expansion.has(CpuExtension.SVM).value());
        assertEquals(Optional.of(false), expansion.has(CpuExtension.VMX).value());
        assertTrue(expansion.has(CpuExtension.SIEF2).value().isEmpty());
        assertTrue(expansion.property("phys-bits").value().isEmpty());
        assertEquals(Optional.of(true), expansion.canNest().value());
        assertEquals("base", expansion.model().value().orElseThrow());
    }

    @Test
    void whatIsNotInTheExpansionIsUnsaid() {
        assertTrue(CpuModelExpansion.read("{\"return\":{\"model\":{\"name\":\"z14\",\"props\":{}}}}")
                .canNest()
                .value()
                .isEmpty());
        CpuModelExpansion refused = CpuModelExpansion.read("{\"error\":{\"desc\":\"KVM is not enabled\"}}");
        assertTrue(why(refused.canNest()).contains("KVM is not enabled"));
        assertTrue(why(refused.model()).contains("KVM is not enabled"));
        assertTrue(CpuModelExpansion.read("{\"return\":{}}").model().value().isEmpty());
    }

    @Test
    void aModelCannotNestWhereEachExtensionItSpeaksOfIsOff() {
        String text = "{\"return\":{\"model\":{\"name\":\"base\",\"props\":{%s}}}}";
        assertEquals(
                Optional.of(false),
                CpuModelExpansion.read(text.formatted("\"vmx\":false,\"svm\":false"))
                        .canNest()
                        .value());
        assertEquals(
                Optional.of(false),
                CpuModelExpansion.read(text.formatted("\"svm\":false"))
                        .canNest()
                        .value());
        for (String one : List.of("\"vmx\":true,\"svm\":false", "\"vmx\":false,\"svm\":true", "\"sief2\":true")) {
            assertEquals(
                    Optional.of(true),
                    CpuModelExpansion.read(text.formatted(one)).canNest().value(),
                    one);
        }
    }
}
