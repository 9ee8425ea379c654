package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much memory there is, and how much a guest may take. */
class MemoryTest {
    @Test
    void whatTheHostHasIsRoundedDown() {
        Reading<Long> total =
                MemInfo.read("MemFree:  1 kB\nMemTotal:       263842815 kB\n").total();
        assertEquals(Reading.said(257_658L, 2), total);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MemTotal: 12 MB",
                "MemTotal: -1 kB",
                "MemTotal: 1e9 kB",
                "xMemTotal: 12 kB",
                "MemTotal: 9999999999999999 kB"
            })
    void whatIsNoAmountIsNotTaken(String text) {
        assertEquals(Optional.empty(), MemInfo.read(text).total().value());
    }

    private static Optional<Long> domain(String memory) {
        return DomainXml.read(
                        "<domain><memoryBacking/>" + memory + "<currentMemory unit='KiB'>1</currentMemory></domain>")
                .memory()
                .value();
    }

    @ParameterizedTest
    @CsvSource({
        "<memory unit='KiB'>4194304</memory>, 4096",
        "<memory unit='KiB'>4194305</memory>, 4097",
        "<memory>1048576</memory>, 1024",
        "<memory unit='GiB'>2</memory>, 2048",
        "<memory unit='b'>1</memory>, 1",
        "<memory unit='MB'>1000</memory>, 954",
        "<memory unit='parsec'>1</memory>,",
        "<memory unit='KiB'>-5</memory>,",
        "<memory unit='KiB'>9999999999999999999</memory>,",
        "<memory/>,",
    })
    void whatAGuestMayTakeIsRoundedUp(String memory, Long mebibytes) {
        assertEquals(Optional.ofNullable(mebibytes), domain(memory));
    }

    private static Optional<Long> node(String amount) {
        return KubernetesNode.read("{\"status\":{\"nodeInfo\":{},\"allocatable\":{\"memory\":\"" + amount + "\"}}}")
                .value()
                .orElseThrow()
                .get(0)
                .memory()
                .value();
    }

    @ParameterizedTest
    @CsvSource({
        "264010036Ki, 257822",
        "1048575, 0",
        "1.5Gi, 1536",
        "128G, 122070",
        "129e6,",
        "4096Gb,",
        "-4Gi,",
        "'',",
        "99999999999999999999Ki,",
    })
    void whatANodeOffersIsRoundedDown(String amount, Long mebibytes) {
        assertEquals(Optional.ofNullable(mebibytes), node(amount));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"memory\":{\"guest\":\"4Gi\"},\"resources\":{\"requests\":{\"memory\":\"1Gi\"}}} | 4096",
                "{\"resources\":{\"requests\":{\"memory\":\"1000M\"},\"limits\":{\"memory\":\"8Gi\"}}} | 954",
                "{\"resources\":{\"limits\":{\"memory\":\"8Gi\"}}} | 8192",
                "{} |",
                "{\"memory\":{\"guest\":\"much\"}} |",
            })
    void whatAGuestOfKubeVirtIsGivenIsRoundedUp(String domain, Long mebibytes) {
        assertEquals(
                Optional.ofNullable(mebibytes),
                VirtualMachineInstance.read("{\"spec\":{\"domain\":" + domain + "}}")
                        .value()
                        .orElseThrow()
                        .get(0)
                        .memory()
                        .value());
    }
}
