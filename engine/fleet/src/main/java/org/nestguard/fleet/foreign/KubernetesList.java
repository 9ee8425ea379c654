package org.nestguard.fleet.foreign;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.nestguard.engine.known.Beginning;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.evidence.artefact.CpuExtension;
import org.nestguard.evidence.artefact.KubernetesNode;
import org.nestguard.evidence.artefact.MachineType;
import org.nestguard.evidence.artefact.VirtualMachineInstance;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Level;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Worded;

/**
 * What {@code kubectl get nodes,vmi -A -o json} prints. A node tells its kernel and architecture and, where KubeVirt labels it,
 * its CPU's vendor and that its KVM offers guests an extension; it is of the last heartbeat of its kubelet, and guests are of
 * that of their node. A guest tells how it was asked for. What QEMU runs it, with KVM or not, whether L2 guests live in it, and
 * whether nesting is off on a node, nobody tells there.
 */
public final class KubernetesList {
    private static final int LARGEST_OBJECT = 2 << 20;
    private static final int MOST_NODES = 200_000;
    private static final int LONGEST = 300;
    private static final Pattern START = Pattern.compile("\\s*[{]\\s*\"(apiVersion|kind|items|metadata)\"\\s*:(?s:.*)");
    private static final Pattern OF_KUBERNETES = Pattern.compile("\"(apiVersion|items)\"\\s*:");
    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");
    private static final List<CpuExtension> EXTENSIONS = List.of(CpuExtension.VMX, CpuExtension.SVM);
    private static final Set<String> NOT_RUNNING =
            Set.of("Pending", "Scheduling", "Scheduled", "Succeeded", "Failed", "WaitingForSync");
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxStringLength(LARGEST_OBJECT)
                    .maxNameLength(10_000)
                    .maxNumberLength(100)
                    .build())
            .build();
    private static final ObjectMapper MAPPER = new ObjectMapper(JSON);

    private final String name;
    private final Met met;
    private final Map<String, Node> nodes = new HashMap<>();

    private record Node(String id, Instant seen) {}

    /** Opens the same bytes, as often as it is asked. */
    public interface Opening {
        /** From the beginning. */
        InputStream open() throws IOException;
    }

    private interface Item {
        void item(JsonNode object, String text, int line) throws IOException;
    }

    private KubernetesList(String name, Met met) {
        this.name = name;
        this.met = met;
    }

    /** Whether a text that begins so is one. */
    public static boolean beginsWith(String start) {
        return START.matcher(start).matches() && OF_KUBERNETES.matcher(start).find();
    }

    /**
     * Reads one, twice: guests name their node by its name.
     *
     * @param name of the file, for messages
     */
    public static void read(String name, Opening opening, Met met) throws IOException {
        KubernetesList list = new KubernetesList(name, met);
        int[] count = {0};
        if (list.each(opening, (object, text, line) -> count[0] += list.node(object, text, line))) {
            list.each(opening, (object, text, line) -> count[0] += list.guest(object, text, line));
            if (count[0] == 0) {
                met.problem(new Problem(
                        name,
                        0,
                        0,
                        null,
                        "there is neither a Node nor a VirtualMachineInstance in it; it should be what"
                                + " kubectl get nodes,vmi -A -o json prints"));
            }
        }
    }

    /** @return whether it could be read to its end */
    private boolean each(Opening opening, Item item) throws IOException {
        try (InputStream in = opening.open();
                JsonParser parser = JSON.createParser(in)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean inItems = "items".equals(parser.currentName())
                        && token == JsonToken.START_ARRAY
                        && parser.getParsingContext().getParent().getParent().inRoot();
                if (inItems) {
                    for (token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                        if (token == JsonToken.START_OBJECT) {
                            one(parser, item);
                        } else {
                            throw new JsonParseException(parser, "an item of the list is no object");
                        }
                    }
                }
            }
            return true;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            String what =
                    String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            met.problem(new Problem(name, line, 0, null, "not JSON to its end: " + Harmless.text(what, LONGEST)));
            return false;
        }
    }

    private void one(JsonParser parser, Item item) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        long begin = parser.currentTokenLocation().getByteOffset();
        TokenBuffer object = new TokenBuffer(parser);
        int depth = 0;
        boolean fits = true;
        for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
            fits &= parser.currentTokenLocation().getByteOffset() - begin <= LARGEST_OBJECT;
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (fits) {
                object.copyCurrentEvent(parser);
            }
            if (depth == 0) {
                break;
            }
        }
        if (!fits) {
            problem(line, "an object is larger than " + LARGEST_OBJECT + " bytes");
            return;
        }
        JsonNode tree = MAPPER.readTree(object.asParserOnFirstToken());
        item.item(tree, tree.toString(), line);
    }

    private void problem(int line, String message) throws IOException {
        met.problem(new Problem(name, line, 0, null, Harmless.text(message, LONGEST)));
    }

    /** In a list of one kind only the list says which. */
    private static String kind(JsonNode object) {
        String without = object.at("/status/nodeInfo").isObject()
                ? "Node"
                : object.at("/spec/domain").isObject() ? "VirtualMachineInstance" : "";
        return object.path("kind").asText(without);
    }

    // ---- nodes

    private int node(JsonNode object, String text, int line) throws IOException {
        if (!kind(object).equals("Node")) {
            return 0;
        }
        Optional<KubernetesNode> read = KubernetesNode.read(text).value().map(all -> all.get(0));
        Optional<String> called = read.flatMap(node -> node.name().value());
        Optional<Instant> heard = heartbeat(object);
        if (read.isEmpty() || called.isEmpty()) {
            problem(line, "a node without a name, or without nodeInfo");
        } else if (heard.isEmpty()) {
            problem(line, "nobody says when the node " + called.get() + " was heard of: it has no lastHeartbeatTime");
        } else if (nodes.size() == MOST_NODES) {
            problem(line, "there are more than " + MOST_NODES + " nodes");
        } else {
            node(object, read.get(), called.get(), heard.get(), line);
        }
        return 1;
    }

    private void node(JsonNode object, KubernetesNode node, String called, Instant heard, int line) throws IOException {
        Optional<String> id = Optional.of(
                        object.at("/status/nodeInfo/machineID").asText(""))
                .filter(said -> MACHINE_ID.matcher(said).matches());
        Optional<CpuExtension> offered = EXTENSIONS.stream()
                .filter(extension -> node.offers(extension).value().isPresent())
                .filter(extension -> node.vendor().value().stream().noneMatch(vendor -> other(vendor, extension)))
                .findFirst();
        Told told = new Told(Subject.HOST)
                .put(FactName.SOURCE_NAME.key(), Optional.of(called), "metadata.name", null)
                .put(FactName.SOURCE_ID.key(), id, "status.nodeInfo.machineID", null)
                .put(FactName.SOURCE_KERNEL.key(), node.kernel(), "status.nodeInfo.kernelVersion")
                .put(FactName.SOURCE_ARCH.key(), Told.arch(node.architecture()), "status.nodeInfo.architecture", null)
                .put(
                        FactName.SOURCE_VENDOR.key(),
                        node.vendor().value().map(Worded::word),
                        "the label cpu-vendor.node.kubevirt.io",
                        null)
                .put(
                        FactName.SOURCE_NESTED.key(),
                        offered.map(extension -> "true"),
                        "the label cpu-feature.node.kubevirt.io",
                        "its KVM offers it to guests: "
                                + offered.map(CpuExtension::word).orElse(""))
                .put(
                        Subject.MEMORY,
                        node.memory().value().map(String::valueOf),
                        "status.allocatable.memory",
                        "what all pods may ask for");
        nodes.put(called, new Node(id.orElse(called), heard));
        met.host(told.known(heard), id.orElse(called), name + ":" + line);
    }

    /** A label that one vendor's CPU cannot have got of the labeller says nothing. */
    private static boolean other(Vendor vendor, CpuExtension extension) {
        return vendor == (extension == CpuExtension.VMX ? Vendor.AMD : Vendor.INTEL);
    }

    private static Optional<Instant> heartbeat(JsonNode object) {
        Optional<Instant> newest = Optional.empty();
        for (JsonNode condition : object.at("/status/conditions")) {
            try {
                Instant at = Instant.parse(condition.path("lastHeartbeatTime").asText(""));
                newest = newest.filter(before -> before.isAfter(at)).or(() -> Optional.of(at));
            } catch (DateTimeException e) {
                // a condition that no heartbeat renews
            }
        }
        return newest;
    }

    // ---- guests

    private int guest(JsonNode object, String text, int line) throws IOException {
        if (!kind(object).equals("VirtualMachineInstance")) {
            return 0;
        }
        Optional<VirtualMachineInstance> read = VirtualMachineInstance.read(text)
                .value()
                .flatMap(all -> all.stream().findFirst());
        Optional<String> called = read.flatMap(guest ->
                guest.namespace().value().flatMap(space -> guest.name().value().map(it -> space + "_" + it)));
        if (read.isEmpty() || called.isEmpty()) {
            problem(line, "a VirtualMachineInstance without namespace, name or domain");
            return 1;
        }
        VirtualMachineInstance guest = read.get();
        if (guest.phase().value().filter(NOT_RUNNING::contains).isPresent()) {
            return 1;
        }
        Optional<String> on = guest.node().value();
        Node node = nodes.get(on.orElse(""));
        if (node == null) {
            problem(
                    line,
                    on.isEmpty()
                            ? "nobody says on which node " + called.get() + " is"
                            : called.get() + " is on the node " + on.get()
                                    + ", which is not in the list; ask kubectl for nodes,vmi");
            return 1;
        }
        met.guest(told(guest, called.get()).known(node.seen()), node.id(), name + ":" + line);
        return 1;
    }

    private static Told told(VirtualMachineInstance guest, String called) {
        Optional<String> mode = guest.cpuModel()
                .value()
                .map(model ->
                        Worded.read(CpuMode.class, model).orElse(CpuMode.CUSTOM).word());
        boolean arrived = guest.migration()
                .value()
                .filter(VirtualMachineInstance.Migration::arrived)
                .isPresent();
        return new Told(Subject.GUEST)
                .put(FactName.GUEST_NAME.key(), Optional.of(called), "metadata", "NAMESPACE_NAME, as libvirt calls it")
                .put(FactName.GUEST_UUID.key(), guest.firmwareUuid(), "spec.domain.firmware.uuid")
                .put(FactName.GUEST_LEVEL.key(), Optional.of(Level.L1.word()), "kind", null)
                .put(FactName.GUEST_CPU_MODE.key(), mode, "spec.domain.cpu.model", null)
                .put(
                        FactName.GUEST_MACHINE_TYPE.key(),
                        guest.machine().value().map(MachineType::text),
                        "status.machine.type",
                        null)
                .put(
                        FactName.GUEST_SMM.key(),
                        guest.smm().value().map(String::valueOf),
                        "spec.domain.features.smm",
                        null)
                .put(
                        FactName.GUEST_EVMCS.key(),
                        guest.evmcs().value().map(String::valueOf),
                        "spec.domain.features.hyperv",
                        null)
                .put(Subject.MEMORY, guest.memory().value().map(String::valueOf), "spec.domain.memory", null)
                .put(
                        Subject.STARTED_BY,
                        arrived ? Optional.of(Beginning.INCOMING.word()) : Optional.empty(),
                        "status.migrationState",
                        null);
    }
}
