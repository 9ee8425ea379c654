package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnsibleFactsTest {
    private static final String PREFIXED = """
            {"ansible_system": "Linux", "ansible_kernel": "6.8.0-49-generic", "ansible_nodename": "l0-a",
             "ansible_virtualization_role": "host", "ansible_virtualization_type": "kvm",
             "ansible_date_time": {"iso8601": "2026-11-22T13:00:00Z"}}
            """;

    private static void isL0A(AnsibleFacts facts) {
        assertEquals("l0-a", facts.nodename().value().orElseThrow());
        assertEquals("6.8.0-49-generic", facts.linux().value().orElseThrow().text());
        assertEquals("kvm", facts.virtualizationType().value().orElseThrow());
        assertEquals(
                Optional.of(Instant.parse("2026-11-22T13:00:00Z")), facts.at().value());
    }

    @Test
    void theModulesResultAndACacheFileSayTheSame() {
        isL0A(AnsibleFacts.read(PREFIXED));
        isL0A(AnsibleFacts.read("{\"changed\": false, \"ansible_facts\": " + PREFIXED + "}"));
        isL0A(AnsibleFacts.read("{\"ansible_facts\": " + PREFIXED.replace("ansible_", "") + "}"));
    }

    @Test
    void whatTheCommandPrintsBeforeTheObjectIsPassedOver() {
        isL0A(AnsibleFacts.read("l0-a | SUCCESS => {\n\"ansible_facts\": " + PREFIXED + "}\n"));
        assertTrue(AnsibleFacts.read("l0-a is down {" + PREFIXED.substring(1))
                .kernel()
                .value()
                .isEmpty());
    }

    @Test
    void anotherSystemHasNoLinuxKernel() {
        AnsibleFacts facts = AnsibleFacts.read("{\"ansible_system\": \"OpenBSD\", \"ansible_kernel\": \"7.4\"}");
        assertEquals("7.4", facts.kernel().value().orElseThrow());
        assertTrue(facts.linux().value().isEmpty());
    }

    @Test
    void whatIsNoFactIsUnsaid() {
        for (String text : List.of(
                "",
                "[]",
                "{}",
                "{\"ansible_facts\": []}",
                "{\"ansible_kernel\": 6}",
                "{\"msg\": \"Failed to connect\", \"unreachable\": true}")) {
            assertTrue(AnsibleFacts.read(text).kernel().value().isEmpty(), text);
            assertTrue(AnsibleFacts.read(text).at().value().isEmpty(), text);
        }
        assertTrue(AnsibleFacts.read("{\"ansible_kernel\": \"6.8\", \"ansible_date_time\": {\"iso8601\": \"noon\"}}")
                .at()
                .value()
                .isEmpty());
    }
}
