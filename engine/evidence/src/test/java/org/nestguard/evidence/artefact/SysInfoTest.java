package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SysInfoTest {
    private static final String LPAR = """
            Manufacturer:         IBM
            Type:                 3931

            LPAR Number:          7
            LPAR Name:            LP07\s\s\s\s
            """;

    @Test
    void anLparHasNoLevelBelow() {
        SysInfo info = SysInfo.read(LPAR);
        assertEquals(Optional.of("3931"), info.machineType().value());
        assertEquals(Reading.said("LP07", 5), info.lparName());
        assertEquals(List.of(), info.levels());
        assertEquals(Optional.of(false), info.inGuest().value());
    }

    @Test
    void theInnermostHypervisorIsTheFirst() {
        SysInfo info = SysInfo.read(LPAR + """

                VM01 Name:            OUTER
                VM01 Control Program: z/VM    7.3.0\s\s
                VM00 Name:            inner
                VM00 Control Program: KVM/Linux\s\s
                """);
        assertEquals(
                List.of("KVM/Linux", "z/VM 7.3.0"),
                info.levels().stream()
                        .map(l -> l.controlProgram().value().orElse("?"))
                        .toList());
        assertEquals(Optional.of("inner"), info.levels().get(0).name().value());
        assertEquals(Optional.of(true), info.inGuest().value());
    }

    @Test
    void whatIsNoSysinfoSaysSo() {
        assertInstanceOf(Reading.Unsaid.class, SysInfo.read("").inGuest());
        assertInstanceOf(Reading.Unsaid.class, SysInfo.read("Type:\n").machineType());
        assertInstanceOf(Reading.Unsaid.class, SysInfo.read("\0").inGuest());
    }

    @Test
    void theFirstTypeIsTheMachines() {
        assertEquals(
                Optional.of("3931"),
                SysInfo.read(LPAR + "Type:                 9999\n")
                        .machineType()
                        .value());
    }
}
