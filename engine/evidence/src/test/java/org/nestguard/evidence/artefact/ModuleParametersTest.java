package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModuleParametersTest {
    @Test
    void bothSpellingsOfOnAndOffAreRead() {
        for (String on : List.of("Y\n", "y", "1\n", "2", "-3", " 1 ")) {
            assertEquals(Optional.of(true), ModuleParameters.on(on).value(), on);
        }
        for (String off : List.of("N\n", "n", "0")) {
            assertEquals(Optional.of(false), ModuleParameters.on(off).value(), off);
        }
    }

    @Test
    void whatIsNeitherIsUnsaidAndMinusOneIsNoLiveValue() {
        for (String text : List.of("", "\n", "-1", "yes", "cond", "1 1", "99999999999999999999")) {
            assertInstanceOf(Reading.Unsaid.class, ModuleParameters.on(text), text);
        }
    }

    @Test
    void theOutputOfGrepGivesEachParameterWithItsLine() {
        ModuleParameters parameters = ModuleParameters.read("""
                /sys/module/kvm/parameters/halt_poll_ns:200000
                /sys/module/kvm_amd/parameters/nested:1
                /sys/module/kvm_amd/parameters/avic:N
                grep: /sys/module/kvm/parameters/secret: Permission denied
                """);
        assertEquals(Reading.said(true, 2), parameters.on("kvm-amd", "nested"));
        assertEquals(Reading.said("200000", 1), parameters.text("kvm", "halt-poll-ns"));
        assertInstanceOf(Reading.Unsaid.class, parameters.on("kvm", "secret"));
    }

    @Test
    void aParameterThatIsNotThereIsNotOff() {
        ModuleParameters parameters = ModuleParameters.read("/sys/module/kvm/parameters/nested:0\n");
        assertEquals(Reading.unsaid("no line is of that parameter"), parameters.on("kvm_intel", "nested"));
        assertEquals(Reading.said(false, 1), parameters.on("kvm", "nested"));
    }

    @Test
    void aUseCountIsANumberOrUnsaid() {
        assertEquals(Optional.of(0), Refcount.read("0\n").uses().value());
        assertEquals(Optional.of(12), Refcount.read("12\n").uses().value());
        for (String text : List.of("", "-1", "-", "many", "9".repeat(100))) {
            assertInstanceOf(Reading.Unsaid.class, Refcount.read(text).uses(), text);
        }
    }
}
