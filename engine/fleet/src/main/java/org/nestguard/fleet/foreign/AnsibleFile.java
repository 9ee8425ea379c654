package org.nestguard.fleet.foreign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.evidence.artefact.AnsibleFacts;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Level;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Worded;

/**
 * A file of Ansible's fact cache, or what {@code ansible HOST -m setup} prints: one host. It tells kernel, architecture and CPU;
 * whether nesting is on, and which guests there are, it does not. That the kvm modules were loaded says nothing of nesting.
 */
public final class AnsibleFile {
    private static final int LARGEST = 16 << 20;
    private static final int LONGEST = 300;
    private static final Pattern START = Pattern.compile("\\s*([^\\s{]{1,300} \\| [A-Z]{2,20} => )?[{]\\s*\"(?s:.*)");
    private static final Pattern KEY = Pattern.compile("\"(ansible_facts|ansible_[a-z0-9_]+)\"\\s*:");
    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    // In a container, or in a domain of Xen, the role guest says something else.
    private static final Set<String> HYPERVISORS =
            Set.of("kvm", "RHEV", "oVirt", "openstack", "VMware", "VirtualPC", "virtualbox");

    private static final Map<String, Vendor> VENDORS =
            Map.of("GenuineIntel", Vendor.INTEL, "AuthenticAMD", Vendor.AMD, "HygonGenuine", Vendor.HYGON);

    private AnsibleFile() {}

    /** Whether a text that begins so is one. */
    public static boolean beginsWith(String start) {
        return START.matcher(start).matches() && KEY.matcher(start).find();
    }

    /**
     * Reads one.
     *
     * @param name of the file, for messages
     */
    public static void read(String name, InputStream in, Met met) throws IOException {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            met.problem(problem(name, "Ansible's facts of one host are not larger than " + LARGEST + " bytes"));
            return;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        AnsibleFacts facts = AnsibleFacts.read(text);
        if (facts.linux() instanceof Reading.Unsaid<?> no) {
            met.problem(problem(name, "not taken for a host: " + no.why()));
            return;
        }
        Optional<Instant> at = facts.at().value();
        if (at.isEmpty()) {
            met.problem(problem(
                    name,
                    "Ansible's facts say no date_time, and facts without a time are worth nothing; gather them anew"));
            return;
        }
        JsonNode all = all(text);
        List<String> processor = processor(all);
        Optional<Vendor> vendor = processor.stream()
                .filter(VENDORS::containsKey)
                .map(VENDORS::get)
                .findFirst();
        String type = facts.virtualizationType().value().orElse("");
        boolean inside = facts.virtualizationRole().value().equals(Optional.of("guest")) && HYPERVISORS.contains(type);
        Optional<String> id = Optional.of(all.path("ansible_machine_id")
                        .asText(all.path("machine_id").asText("")))
                .filter(said -> MACHINE_ID.matcher(said).matches());
        Told told = new Told(Subject.HOST)
                .put(FactName.SOURCE_NAME.key(), facts.nodename(), "ansible_nodename")
                .put(FactName.SOURCE_ID.key(), id, "ansible_machine_id", null)
                .put(FactName.SOURCE_ARCH.key(), Told.arch(facts.architecture()), "ansible_architecture", null)
                .put(FactName.SOURCE_KERNEL.key(), facts.kernel(), "ansible_kernel")
                .put(FactName.SOURCE_VENDOR.key(), vendor.map(Worded::word), "ansible_processor", null)
                .put(FactName.SOURCE_CPU_MODEL.key(), model(processor), "ansible_processor", null)
                .put(
                        Subject.MEMORY,
                        Optional.of(all.path("ansible_memtotal_mb")
                                .asText(all.path("memtotal_mb").asText(""))),
                        "ansible_memtotal_mb",
                        null)
                .put(
                        FactName.SOURCE_LEVEL.key(),
                        inside ? Optional.of(Level.L1.word()) : Optional.empty(),
                        "ansible_virtualization_role",
                        "the host is a guest of " + type);
        String place = name + ":1";
        met.host(told.known(at.get()), id.or(() -> facts.nodename().value()).orElse(name), place);
    }

    private static JsonNode all(String text) {
        try {
            JsonNode document = MAPPER.readTree(text.substring(text.indexOf('{')));
            return document.path("ansible_facts").isObject() ? document.path("ansible_facts") : document;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read before cannot be read again", e);
        }
    }

    /** For each CPU its number, where it was found, its vendor and its name, one after the other. */
    private static List<String> processor(JsonNode all) {
        List<String> words = new ArrayList<>();
        JsonNode list = all.has("ansible_processor") ? all.path("ansible_processor") : all.path("processor");
        list.forEach(word -> words.add(word.asText("")));
        return words;
    }

    private static Optional<String> model(List<String> processor) {
        for (int i = 0; i + 1 < processor.size(); i++) {
            String next = processor.get(i + 1);
            if (VENDORS.containsKey(processor.get(i)) && !next.isBlank() && next.length() <= LONGEST) {
                return Optional.of(next);
            }
        }
        return Optional.empty();
    }

    private static Problem problem(String name, String message) {
        return new Problem(name, 0, 0, null, Harmless.text(message, LONGEST));
    }
}
