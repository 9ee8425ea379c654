package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Vendor;

/**
 * A guest of KubeVirt's: a VirtualMachineInstance.
 *
 * @param namespace where it is
 * @param name its name there
 * @param uid the object's UID
 * @param firmwareUuid the UUID that the guest itself and libvirt know; unsaid where KubeVirt makes it of the name
 * @param node the node that it runs on
 * @param phase {@code Running}, {@code Scheduled}, …
 * @param architecture in libvirt's spelling
 * @param machine the machine type, by its status or else as it was asked for
 * @param cpuModel a name, host-model or host-passthrough; unsaid where the cluster's default counts
 * @param features what is said of CPU features by name
 * @param smm system management mode; unsaid where it is left to the machine
 * @param evmcs whether Hyper-V's enlightened VMCS is offered; it is not where nobody asks
 * @param memory how much it is given, in whole MiB, rounded up
 * @param confidential what keeps its memory from the node
 * @param migration its last migration; unsaid where it had none
 */
public record VirtualMachineInstance(
        Reading<String> namespace,
        Reading<String> name,
        Reading<String> uid,
        Reading<String> firmwareUuid,
        Reading<String> node,
        Reading<String> phase,
        Reading<String> architecture,
        Reading<MachineType> machine,
        Reading<String> cpuModel,
        List<FeaturePolicy> features,
        Reading<Boolean> smm,
        Reading<Boolean> evmcs,
        Reading<Long> memory,
        Reading<Confidential> confidential,
        Reading<Migration> migration) {

    /**
     * A migration of a guest from node to node.
     *
     * @param source the node it leaves
     * @param target the node it goes to
     * @param completed whether it is over, well or not
     * @param failed whether it went wrong
     * @param begunAt when it began
     * @param endedAt when it was over
     */
    public record Migration(
            Reading<String> source,
            Reading<String> target,
            boolean completed,
            boolean failed,
            Reading<Instant> begunAt,
            Reading<Instant> endedAt) {
        /** Whether the guest arrived: its process began with an incoming state. */
        public boolean arrived() {
            return completed && !failed;
        }
    }

    /** Reads all of {@code kubectl get vmi -o json}: one object, several, or a list; unsaid for any other text. */
    public static Reading<List<VirtualMachineInstance>> read(String text) {
        return JsonDocuments.all(text).flatMap(documents -> {
            List<VirtualMachineInstance> instances = new ArrayList<>();
            boolean emptyList = documents.stream()
                    .anyMatch(d -> d.path("items").isArray() && d.path("items").isEmpty());
            for (JsonNode object : KubernetesObjects.among(documents)) {
                String kind = object.path("kind").asText("VirtualMachineInstance");
                if (kind.equals("VirtualMachineInstance")
                        && JsonDocuments.at(object, "spec", "domain").isObject()) {
                    instances.add(of(object));
                }
            }
            return instances.isEmpty() && !emptyList
                    ? Reading.unsaid("there is no VirtualMachineInstance in the JSON")
                    : Reading.said(instances, 0);
        });
    }

    private static VirtualMachineInstance of(JsonNode object) {
        JsonNode domain = JsonDocuments.at(object, "spec", "domain");
        Reading<MachineType> machine = either(
                        JsonDocuments.text(object, "status", "machine", "type"),
                        JsonDocuments.text(domain, "machine", "type"))
                .flatMap(MachineType::read);
        Reading<String> architecture = architecture(JsonDocuments.text(object, "spec", "architecture"), machine);
        return new VirtualMachineInstance(
                JsonDocuments.text(object, "metadata", "namespace"),
                JsonDocuments.text(object, "metadata", "name"),
                JsonDocuments.text(object, "metadata", "uid"),
                JsonDocuments.text(domain, "firmware", "uuid").flatMap(uuid -> UuidText.canonical(uuid, 0)),
                JsonDocuments.text(object, "status", "nodeName"),
                JsonDocuments.text(object, "status", "phase"),
                architecture,
                machine,
                JsonDocuments.text(domain, "cpu", "model"),
                features(JsonDocuments.at(domain, "cpu", "features")),
                switched(JsonDocuments.at(domain, "features", "smm")),
                evmcs(domain),
                memory(domain),
                confidential(domain.path("launchSecurity"), architecture),
                migration(JsonDocuments.at(object, "status", "migrationState")));
    }

    private static <T> Reading<T> either(Reading<T> first, Reading<T> second) {
        return first.value().isPresent() ? first : second;
    }

    private static Reading<String> architecture(Reading<String> said, Reading<MachineType> machine) {
        return said.value()
                .map(arch -> switch (arch) {
                    case "amd64" -> "x86_64";
                    case "arm64" -> "aarch64";
                    default -> arch;
                })
                .or(() -> machine.value().flatMap(MachineType::arch))
                .map(arch -> Reading.said(arch, 0))
                .orElseGet(() -> Reading.unsaid("neither the architecture nor the machine type of the guest is said"));
    }

    private static List<FeaturePolicy> features(JsonNode features) {
        List<FeaturePolicy> policies = new ArrayList<>();
        for (JsonNode feature : features) {
            String policy = feature.path("policy").asText("");
            policies.add(new FeaturePolicy(
                    feature.path("name").asText(""), policy.isEmpty() ? FeaturePolicy.REQUIRE : policy, 0));
        }
        return policies;
    }

    /** A feature that is there is on unless it says otherwise. */
    private static Reading<Boolean> switched(JsonNode feature) {
        return feature.isObject()
                ? Reading.said(feature.path("enabled").asBoolean(true), 0)
                : Reading.unsaid("the object does not speak of it");
    }

    private static Reading<Boolean> evmcs(JsonNode domain) {
        JsonNode features = domain.path("features");
        if (features.path("hypervPassthrough").path("enabled").asBoolean(features.has("hypervPassthrough"))) {
            return Reading.unsaid("hypervPassthrough follows the node, whose KVM may have evmcs");
        }
        JsonNode evmcs = JsonDocuments.at(features, "hyperv", "evmcs");
        return evmcs.isObject() ? switched(evmcs) : Reading.said(false, 0);
    }

    /** What the guest sees; where that is not said KubeVirt takes what is requested, and for that what is the limit. */
    private static Reading<Long> memory(JsonNode domain) {
        JsonNode resources = domain.path("resources");
        return either(
                        JsonDocuments.text(domain, "memory", "guest"),
                        either(
                                JsonDocuments.text(resources, "requests", "memory"),
                                JsonDocuments.text(resources, "limits", "memory")))
                .flatMap(amount -> Mebibytes.ofQuantity(amount, RoundingMode.CEILING));
    }

    private static Reading<Confidential> confidential(JsonNode security, Reading<String> architecture) {
        if (!security.isObject()) {
            return Reading.said(Confidential.NONE, 0);
        }
        if (security.has("snp")) {
            return Reading.said(Confidential.SEV_SNP, 0);
        }
        if (security.has("sev")) {
            return Reading.said(Confidential.SEV, 0);
        }
        if (security.has("tdx")) {
            return Reading.said(Confidential.TDX, 0);
        }
        return architecture.value().equals(Optional.of("s390x"))
                ? Reading.said(Confidential.S390_PV, 0)
                : Reading.unsaid("launchSecurity is of a kind that is not known here");
    }

    private static Reading<Migration> migration(JsonNode state) {
        return state.isObject() && !state.isEmpty()
                ? Reading.said(
                        new Migration(
                                JsonDocuments.text(state, "sourceNode"),
                                JsonDocuments.text(state, "targetNode"),
                                state.path("completed").asBoolean(false),
                                state.path("failed").asBoolean(false),
                                JsonDocuments.text(state, "startTimestamp").flatMap(VirtualMachineInstance::instant),
                                JsonDocuments.text(state, "endTimestamp").flatMap(VirtualMachineInstance::instant)),
                        0)
                : Reading.unsaid("the object says of no migration");
    }

    private static Reading<Instant> instant(String text) {
        try {
            return Reading.said(Instant.parse(text), 0);
        } catch (DateTimeException e) {
            return Reading.unsaid("the time is none");
        }
    }

    /** What of nesting the guest is given under KVM, on a node of any vendor: both vmx and svm are thought of. */
    public Reading<NestingAsk> nesting() {
        return nestingOn(null);
    }

    /** What of nesting the guest is given under KVM on x86 of that vendor, where only its own extension can come. */
    public Reading<NestingAsk> nesting(Vendor vendor) {
        return nestingOn(vendor);
    }

    /** Without a model the cluster's default counts, which is host-model unless somebody changed it: it follows the node. */
    private Reading<NestingAsk> nestingOn(@Nullable Vendor vendor) {
        boolean named = cpuModel.value()
                .filter(model -> !model.equals("host-model") && !model.equals("host-passthrough"))
                .isPresent();
        AskedCpu cpu = new AskedCpu(
                named ? AskedCpu.Origin.NAMED : AskedCpu.Origin.HOST, cpuModel.value(), FeaturePolicy.asks(features));
        return architecture.flatMap(arch -> cpu.underKvm(arch, machine.value().orElse(null), Optional.empty(), vendor));
    }
}
