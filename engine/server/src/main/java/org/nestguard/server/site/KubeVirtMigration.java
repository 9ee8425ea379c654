package org.nestguard.server.site;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;

/**
 * A VirtualMachineInstanceMigration of KubeVirt's: that a guest is to leave its node. To which one is decided later, by
 * Kubernetes.
 *
 * @param guest what libvirt calls the guest: namespace and name with an underscore between, which neither can have in it. Its
 *     UUID is not that of any Kubernetes object.
 * @param destination the node it is tied to; empty where Kubernetes chooses
 * @see <a href="https://kubevirt.io/api-reference/">KubeVirt API reference</a>
 */
record KubeVirtMigration(String guest, Optional<String> destination) {
    private static final String HOSTNAME = "kubernetes.io/hostname";
    /** Those that leave the guest in its cluster; others, such as sendTo, may not. */
    private static final Set<String> UNDERSTOOD = Set.of("vmiName", "addedNodeSelector", "priority");

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /**
     * Reads one.
     *
     * @param namespace as the request has it
     * @throws Refusal where it is not understood: then nobody knows where the guest would go
     */
    static KubeVirtMigration read(String namespace, JsonNode object) {
        JsonNode spec = object.path("spec");
        if (!spec.isObject()) {
            throw new Refusal(ProblemKind.UNREADABLE, "the migration has no spec");
        }
        for (Map.Entry<String, JsonNode> field : spec.properties()) {
            if (!UNDERSTOOD.contains(field.getKey())) {
                throw new Refusal(
                        ProblemKind.UNREADABLE,
                        "spec." + Harmless.text(field.getKey(), 60)
                                + " is not understood, so where the guest would go is not known; leave it out");
            }
        }
        String name = spec.path("vmiName").asText("");
        if (!spec.path("vmiName").isTextual() || !NAME.matcher(name).matches()) {
            throw new Refusal(ProblemKind.UNREADABLE, "spec.vmiName is no name of a guest");
        }
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new Refusal(ProblemKind.UNREADABLE, "the request is for no namespace");
        }
        return new KubeVirtMigration(namespace + "_" + name, tiedTo(spec.path("addedNodeSelector")));
    }

    /** Other labels only narrow where it can go; all of its pool is asked then, which is stricter. */
    private static Optional<String> tiedTo(JsonNode selector) {
        if (selector.isMissingNode() || selector.isNull()) {
            return Optional.empty();
        }
        if (!selector.isObject()) {
            throw new Refusal(ProblemKind.UNREADABLE, "spec.addedNodeSelector is no group of labels");
        }
        JsonNode node = selector.path(HOSTNAME);
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        if (!node.isTextual() || !NAME.matcher(node.textValue()).matches()) {
            throw new Refusal(ProblemKind.UNREADABLE, "spec.addedNodeSelector: " + HOSTNAME + " is no name of a node");
        }
        return Optional.of(node.textValue());
    }

    /**
     * Whether a change starts nothing: the guest and where it goes stay what they were when that was decided, and a migration
     * that has ended stays ended.
     */
    static boolean startsNothing(JsonNode before, JsonNode after) {
        return before.path("spec").isObject()
                && before.path("spec").equals(after.path("spec"))
                && (!ended(before) || ended(after));
    }

    private static boolean ended(JsonNode object) {
        return ENDED.contains(object.path("status").path("phase").asText(""));
    }
}
