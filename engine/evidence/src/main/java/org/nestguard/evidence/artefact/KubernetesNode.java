package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nestguard.facts.Vendor;

/**
 * A node of a Kubernetes cluster.
 *
 * @param name its name
 * @param kernel what {@code uname -r} prints there
 * @param osImage the distribution as its os-release calls itself
 * @param architecture Kubernetes' spelling, {@code amd64}; some distributions write {@code x86_64}
 * @param containerRuntime with its version
 * @param labels all its labels
 * @param allocatable what pods may ask for, by resource, as it is written
 */
public record KubernetesNode(
        Reading<String> name,
        Reading<String> kernel,
        Reading<String> osImage,
        Reading<String> architecture,
        Reading<String> containerRuntime,
        Map<String, String> labels,
        Map<String, String> allocatable) {
    private static final int LONGEST_LINE = 300 << 10;
    private static final int LONGEST_DESCRIPTION = 16 << 20;
    private static final String HUGE_PAGES = "hugepages-";
    private static final String KVM_DEVICE = "devices.kubevirt.io/kvm";

    /**
     * Reads all nodes of {@code kubectl get nodes -o json} (one object, several, or a list) or of {@code kubectl describe
     * node}; unsaid for any other text.
     */
    public static Reading<List<KubernetesNode>> read(String text) {
        return text.stripLeading().startsWith("{")
                ? JsonDocuments.all(text).flatMap(KubernetesNode::ofDocuments)
                : described(text);
    }

    private static Reading<List<KubernetesNode>> ofDocuments(List<JsonNode> documents) {
        List<KubernetesNode> nodes = new ArrayList<>();
        for (JsonNode object : KubernetesObjects.among(documents)) {
            JsonNode info = JsonDocuments.at(object, "status", "nodeInfo");
            if (info.isObject()) {
                nodes.add(new KubernetesNode(
                        JsonDocuments.text(object, "metadata", "name"),
                        JsonDocuments.text(info, "kernelVersion"),
                        JsonDocuments.text(info, "osImage"),
                        JsonDocuments.text(info, "architecture"),
                        JsonDocuments.text(info, "containerRuntimeVersion"),
                        KubernetesObjects.texts(JsonDocuments.at(object, "metadata", "labels")),
                        KubernetesObjects.texts(JsonDocuments.at(object, "status", "allocatable"))));
            }
        }
        return nodes.isEmpty() ? Reading.unsaid("there is no Kubernetes node in the JSON") : Reading.said(nodes, 0);
    }

    private static Reading<List<KubernetesNode>> described(String text) {
        if (text.length() > LONGEST_DESCRIPTION) {
            return Reading.unsaid("the description has more than " + LONGEST_DESCRIPTION + " characters");
        }
        List<KubernetesNode> nodes = new ArrayList<>();
        Description node = null;
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (line.length() > LONGEST_LINE) {
                return Reading.unsaid("line " + number + " is longer than any that kubectl prints");
            }
            if (line.startsWith("Name:")) {
                if (node != null) {
                    nodes.add(node.close());
                }
                node = new Description(line.substring("Name:".length()).strip(), number);
            } else if (node != null) {
                node.line(line, number);
            }
        }
        if (node == null || !node.complete) {
            return Reading.unsaid("it is neither JSON nor a description by kubectl of a node");
        }
        nodes.add(node.close());
        return Reading.said(nodes, 0);
    }

    /** How many guests may open /dev/kvm through KubeVirt; unsaid where KubeVirt does not offer it. */
    public Reading<Long> kvmDevices() {
        String value = allocatable.get(KVM_DEVICE);
        if (value == null) {
            return Reading.unsaid("the node offers no " + KVM_DEVICE);
        }
        boolean thousands = value.endsWith("k");
        String digits = thousands ? value.substring(0, value.length() - 1) : value;
        return digits.matches("\\d{1,12}")
                ? Reading.said(Long.parseLong(digits) * (thousands ? 1_000 : 1), 0)
                : Reading.unsaid("how much of " + KVM_DEVICE + " the node offers is no number");
    }

    /** Memory that pods may ask for, in whole MiB, rounded down. */
    public Reading<Long> memory() {
        String amount = allocatable.get("memory");
        return amount == null
                ? Reading.unsaid("the node offers no memory")
                : Mebibytes.ofQuantity(amount, RoundingMode.FLOOR);
    }

    /** Huge pages that pods may ask for, by size: {@code 2Mi} with {@code 0}. Sizes that the node does not have are absent. */
    public Map<String, String> hugePages() {
        Map<String, String> sizes = new LinkedHashMap<>();
        allocatable.forEach((resource, amount) -> {
            if (resource.startsWith(HUGE_PAGES)) {
                sizes.put(resource.substring(HUGE_PAGES.length()), amount);
            }
        });
        return sizes;
    }

    /** Whether KubeVirt's labeller found an extension that guests can be given; it writes no label for what is not there. */
    public Reading<Boolean> offers(CpuExtension extension) {
        String label = "cpu-feature.node.kubevirt.io/" + extension.word();
        return "true".equals(labels.get(label))
                ? Reading.said(true, 0)
                : Reading.unsaid("the node has no label " + label);
    }

    /** The CPU's vendor, by KubeVirt's labeller; unsaid where there are labels of both. */
    public Reading<Vendor> vendor() {
        boolean intel = "true".equals(labels.get("cpu-vendor.node.kubevirt.io/Intel"));
        boolean amd = "true".equals(labels.get("cpu-vendor.node.kubevirt.io/AMD"));
        if (intel && amd) {
            return Reading.unsaid("the node has KubeVirt's labels of two vendors");
        }
        return intel
                ? Reading.said(Vendor.INTEL, 0)
                : amd
                        ? Reading.said(Vendor.AMD, 0)
                        : Reading.unsaid("the node has no label of KubeVirt's for the CPU's vendor");
    }

    /** One node as kubectl describes it: headings at the margin, what belongs to them indented. */
    private static final class Description {
        private final String name;
        private final int line;
        private final Map<String, String> labels = new LinkedHashMap<>();
        private final Map<String, String> allocatable = new LinkedHashMap<>();
        private final Map<String, Reading<String>> info = new LinkedHashMap<>();
        private String heading = "";
        private boolean complete;

        Description(String name, int line) {
            this.name = name;
            this.line = line;
        }

        void line(String text, int number) {
            if (text.isBlank()) {
                return;
            }
            int colon = text.indexOf(':');
            if (!Character.isWhitespace(text.charAt(0))) {
                heading = colon < 0 ? "" : text.substring(0, colon);
                complete |= heading.equals("System Info");
                if (heading.equals("Labels")) {
                    label(text.substring(colon + 1).strip());
                }
            } else if (heading.equals("Labels")) {
                label(text.strip());
            } else if (colon > 0 && (heading.equals("Allocatable") || heading.equals("System Info"))) {
                entry(
                        text.substring(0, colon).strip(),
                        text.substring(colon + 1).strip(),
                        number);
            }
        }

        private void label(String text) {
            int equals = text.indexOf('=');
            if (equals > 0) {
                labels.put(text.substring(0, equals), text.substring(equals + 1));
            }
        }

        private void entry(String key, String value, int number) {
            if (heading.equals("Allocatable")) {
                allocatable.put(key, value);
            } else if (!value.isEmpty()) {
                info.put(key, Reading.said(value, number));
            }
        }

        KubernetesNode close() {
            return new KubernetesNode(
                    name.isEmpty() ? Reading.unsaid("the node has no name") : Reading.said(name, line),
                    told("Kernel Version"),
                    told("OS Image"),
                    told("Architecture"),
                    told("Container Runtime Version"),
                    labels,
                    allocatable);
        }

        private Reading<String> told(String key) {
            return info.getOrDefault(key, Reading.unsaid("the description has no " + key));
        }
    }
}
