package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.nestguard.facts.KernelRelease;

/**
 * What Ansible's {@code setup} found on a host. Texts are as Ansible writes them; {@code NA} is its own word for what it
 * could not find. A virtualization type of kvm with the role host says that the kvm modules were loaded, nothing of nesting.
 *
 * @param at when it looked
 * @param nodename the host's name
 * @param system the kernel's family: {@code Linux}
 * @param architecture as the system prints it
 * @param kernel the kernel's release, of whatever system
 * @param distribution its name
 * @param distributionVersion its version
 * @param virtualizationRole host, guest or NA
 * @param virtualizationType kvm, VMware, …
 * @param productName what the firmware calls the machine
 */
public record AnsibleFacts(
        Reading<Instant> at,
        Reading<String> nodename,
        Reading<String> system,
        Reading<String> architecture,
        Reading<String> kernel,
        Reading<String> distribution,
        Reading<String> distributionVersion,
        Reading<String> virtualizationRole,
        Reading<String> virtualizationType,
        Reading<String> productName) {
    /** What the ad-hoc command prints before the object: {@code web1 | SUCCESS => }. */
    private static final Pattern ADDRESS = Pattern.compile("[^\\s{]{1,300} \\| [A-Z]{2,20} => ");

    /**
     * Reads the module's result, the output of {@code ansible HOST -m setup}, or a file of the fact cache. A text that is
     * none of these gives facts that say nothing, with the reason.
     */
    public static AnsibleFacts read(String text) {
        int object = text.indexOf('{');
        boolean addressed = object > 0
                && ADDRESS.matcher(text.substring(0, object).stripLeading()).matches();
        Reading<JsonNode> facts =
                JsonDocuments.one(addressed ? text.substring(object) : text).flatMap(AnsibleFacts::facts);
        return new AnsibleFacts(
                fact(facts, "date_time", "iso8601").flatMap(AnsibleFacts::instant),
                fact(facts, "nodename"),
                fact(facts, "system"),
                fact(facts, "architecture"),
                fact(facts, "kernel"),
                fact(facts, "distribution"),
                fact(facts, "distribution_version"),
                fact(facts, "virtualization_role"),
                fact(facts, "virtualization_type"),
                fact(facts, "product_name"));
    }

    private static Reading<JsonNode> facts(JsonNode document) {
        if (!document.isObject()) {
            return Reading.unsaid("the JSON is no object");
        }
        if (document.path("ansible_facts").isObject()) {
            return Reading.said(document.get("ansible_facts"), 0);
        }
        return document.has("ansible_system") || document.has("ansible_kernel") || document.has("ansible_architecture")
                ? Reading.said(document, 0)
                : Reading.unsaid("there are no Ansible facts in the JSON");
    }

    /** Under {@code ansible_facts} in a playbook the names have no prefix. */
    private static Reading<String> fact(Reading<JsonNode> facts, String name, String... below) {
        return facts.flatMap(all -> {
            JsonNode prefixed = JsonDocuments.at(all.path("ansible_" + name), below);
            JsonNode value = prefixed.isMissingNode() ? JsonDocuments.at(all.path(name), below) : prefixed;
            return value.isTextual() && !value.textValue().isEmpty()
                    ? Reading.said(value.textValue(), 0)
                    : Reading.unsaid("Ansible says no " + name);
        });
    }

    private static Reading<Instant> instant(String text) {
        try {
            return Reading.said(Instant.parse(text), 0);
        } catch (DateTimeException e) {
            return Reading.unsaid("Ansible's time is none");
        }
    }

    /** The kernel where the system is Linux; unsaid for other systems, which have no KVM of this kind. */
    public Reading<KernelRelease> linux() {
        return system.flatMap(name -> name.equals("Linux")
                ? kernel.flatMap(release -> KernelRelease.read(release)
                        .map(read -> Reading.said(read, 0))
                        .orElseGet(() -> Reading.unsaid("the kernel's release is none")))
                : Reading.unsaid("the system is " + name + ", not Linux"));
    }
}
