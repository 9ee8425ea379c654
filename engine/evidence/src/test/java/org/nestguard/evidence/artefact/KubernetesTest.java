package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Vendor;

/** Nodes and KubeVirt's guests. */
class KubernetesTest {
    private static final String NODE = """
            {"kind": "Node", "metadata": {"name": "n1", "labels": {
               "cpu-feature.node.kubevirt.io/svm": "true", "cpu-vendor.node.kubevirt.io/AMD": "true"}},
             "status": {"allocatable": {"devices.kubevirt.io/kvm": "1k", "hugepages-2Mi": "4Gi", "pods": 110},
               "nodeInfo": {"kernelVersion": "6.8.0-49-generic", "architecture": "amd64"}}}
            """;
    private static final String GUEST = """
            {"kind": "VirtualMachineInstance",
             "metadata": {"name": "web", "namespace": "shop", "uid": "11111111-2222-4333-8444-555555555555"},
             "spec": {"architecture": "amd64", "domain": {
               "cpu": {"model": "Haswell", "features": [{"name": "vmx", "policy": "require"}, {"name": "pcid"}]},
               "machine": {"type": "q35"}, "firmware": {"uuid": "C0FFEE00-0000-4000-8000-000000000001"},
               "features": {"smm": {}, "hyperv": {"evmcs": {"enabled": true}}}}},
             "status": {"phase": "Running", "nodeName": "n1", "machine": {"type": "pc-q35-rhel9.2.0"},
               "migrationState": {"sourceNode": "n0", "targetNode": "n1", "completed": true,
                 "startTimestamp": "2026-11-22T12:00:00Z", "endTimestamp": "2026-11-22T12:01:00Z"}}}
            """;

    private static VirtualMachineInstance guest(String text) {
        return VirtualMachineInstance.read(text).value().orElseThrow().get(0);
    }

    @Test
    void aNodeSaysWhatItOffersToGuests() {
        KubernetesNode node = KubernetesNode.read(NODE).value().orElseThrow().get(0);
        assertEquals("n1", node.name().value().orElseThrow());
        assertEquals(Optional.of(1_000L), node.kvmDevices().value());
        assertEquals(Map.of("2Mi", "4Gi"), node.hugePages());
        assertEquals(Optional.of(true), node.offers(CpuExtension.SVM).value());
        assertTrue(node.offers(CpuExtension.VMX).value().isEmpty(), "a label that is not there says nothing");
        assertEquals(Optional.of(Vendor.AMD), node.vendor().value());
        assertTrue(node.osImage().value().isEmpty());
    }

    @Test
    void severalNodesComeAsAListOrOneAfterAnother() {
        assertEquals(
                2,
                KubernetesNode.read("{\"kind\": \"List\", \"items\": [" + NODE + "," + NODE + "]}")
                        .value()
                        .orElseThrow()
                        .size());
        assertEquals(2, KubernetesNode.read(NODE + NODE).value().orElseThrow().size());
    }

    @Test
    void aDescriptionByKubectlIsRead() {
        List<KubernetesNode> nodes = KubernetesNode.read("""
                Name:               n1
                Labels:             cpu-feature.node.kubevirt.io/vmx=true
                                    kubernetes.io/hostname=n1
                Annotations:        note: Kernel Version: 1.2
                Capacity:
                  devices.kubevirt.io/kvm:  7
                Allocatable:
                  devices.kubevirt.io/kvm:  110
                  hugepages-1Gi:            0
                System Info:
                  Kernel Version:             6.1.0-18-amd64
                  OS Image:                   Debian GNU/Linux 12 (bookworm)
                  Container Runtime Version:  containerd://1.7.2
                Non-terminated Pods:          (1 in total)

                Name:               n2
                System Info:
                  Kernel Version:   6.1.0-20-amd64
                """).value().orElseThrow();
        KubernetesNode node = nodes.get(0);
        assertEquals(Optional.of(110L), node.kvmDevices().value());
        assertEquals(Reading.said("6.1.0-18-amd64", 11), node.kernel());
        assertEquals("containerd://1.7.2", node.containerRuntime().value().orElseThrow());
        assertEquals(Optional.of(true), node.offers(CpuExtension.VMX).value());
        assertTrue(node.architecture().value().isEmpty());
        assertEquals("n2", nodes.get(1).name().value().orElseThrow());
        assertTrue(nodes.get(1).kvmDevices().value().isEmpty());
    }

    @Test
    void whatIsNoNodeIsUnsaid() {
        for (String text : List.of("", "{}", "{\"items\": []}", GUEST, "Name: x\n", "Error from server (NotFound)")) {
            assertTrue(KubernetesNode.read(text).value().isEmpty(), text);
        }
    }

    @Test
    void aGuestSaysWhereItRunsAndWhereItCameFrom() {
        VirtualMachineInstance guest = guest(GUEST);
        assertEquals("web", guest.name().value().orElseThrow());
        assertEquals(
                "c0ffee00-0000-4000-8000-000000000001",
                guest.firmwareUuid().value().orElseThrow());
        assertEquals("n1", guest.node().value().orElseThrow());
        assertEquals("pc-q35-rhel9.2.0", guest.machine().value().orElseThrow().text());
        assertEquals(Optional.of(true), guest.smm().value());
        assertEquals(Optional.of(true), guest.evmcs().value());
        assertEquals(Optional.of(Confidential.NONE), guest.confidential().value());
        VirtualMachineInstance.Migration migration = guest.migration().value().orElseThrow();
        assertTrue(migration.arrived());
        assertEquals(
                Optional.of(Instant.parse("2026-11-22T12:01:00Z")),
                migration.endedAt().value());
    }

    @Test
    void aFeatureWithoutAPolicyIsRequired() {
        assertEquals(Optional.of(NestingAsk.YES), guest(GUEST).nesting().value());
        assertEquals(
                Optional.of(NestingAsk.YES),
                guest(GUEST.replace(", \"policy\": \"require\"", ""))
                        .nesting(Vendor.INTEL)
                        .value());
        assertEquals(
                Optional.of(NestingAsk.NO), guest(GUEST).nesting(Vendor.AMD).value());
    }

    @Test
    void withoutAModelTheClustersDefaultFollowsTheNode() {
        String plain = "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"domain\": {%s}}}";
        VirtualMachineInstance guest = guest(plain.formatted("\"machine\": {\"type\": \"q35\"}"));
        assertEquals(Optional.of(NestingAsk.DEPENDS), guest.nesting().value());
        assertTrue(guest.migration().value().isEmpty());
        assertEquals(Optional.of(false), guest.evmcs().value());
        assertTrue(guest.smm().value().isEmpty());
        assertTrue(guest(plain.formatted("")).nesting().value().isEmpty(), "nobody names the architecture");
        assertEquals(
                Optional.of(NestingAsk.NO),
                guest(plain.formatted("\"machine\": {\"type\": \"q35\"}, \"cpu\": {\"model\": \"Penryn\"}"))
                        .nesting()
                        .value());
    }

    @Test
    void aMigrationThatFailedDidNotArrive() {
        assertFalse(guest(GUEST.replace("\"completed\": true", "\"completed\": true, \"failed\": true"))
                .migration()
                .value()
                .orElseThrow()
                .arrived());
    }

    @Test
    void aConfidentialGuestIsKnownByItsKind() {
        assertEquals(Optional.of(Confidential.SEV_SNP), launched("{\"snp\": {}}"));
        assertEquals(Optional.of(Confidential.SEV), launched("{\"sev\": {}}"));
        assertEquals(Optional.of(Confidential.TDX), launched("{\"tdx\": {}}"));
        assertEquals(Optional.empty(), launched("{}"));
    }

    private static Optional<Confidential> launched(String security) {
        return guest(GUEST.replace("\"machine\": {\"type\": \"q35\"}", "\"launchSecurity\": " + security))
                .confidential()
                .value();
    }

    @Test
    void aListOfNoGuestsIsNoFailure() {
        assertEquals(
                List.of(),
                VirtualMachineInstance.read("{\"kind\": \"List\", \"items\": []}")
                        .value()
                        .orElseThrow());
        assertTrue(VirtualMachineInstance.read(NODE).value().isEmpty());
        assertTrue(VirtualMachineInstance.read("No resources found").value().isEmpty());
    }
}
