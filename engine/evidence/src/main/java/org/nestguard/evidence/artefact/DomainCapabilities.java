package org.nestguard.evidence.artefact;

import java.util.List;
import java.util.Optional;

/** What {@code virsh domcapabilities} prints: what one emulator on this host can give to a guest. */
public final class DomainCapabilities {
    private final XmlReading root;

    private DomainCapabilities(XmlReading root) {
        this.root = root;
    }

    /** Reads it; a text that is none gives capabilities that say nothing, with the reason. */
    public static DomainCapabilities read(String text) {
        return new DomainCapabilities(new XmlReading(XmlTree.read(text)).named("domainCapabilities"));
    }

    /** The type of guest they are for: {@code kvm}, {@code qemu} or another. */
    public Reading<String> type() {
        return root.at("domain").text();
    }

    /** The machine type they are for, never an alias. */
    public Reading<MachineType> machine() {
        return root.at("machine").text().flatMap(MachineType::read);
    }

    /** The architecture, in libvirt's spelling. */
    public Reading<String> arch() {
        return root.at("arch").text();
    }

    /** Whether a mode of the CPU can be had. */
    public Reading<Boolean> supports(String mode) {
        return mode(mode).flag("supported");
    }

    /** Whether a passed-through CPU can be told to be migratable or not. */
    public Reading<Boolean> passthroughTellsMigratable() {
        return root.whole(mode("host-passthrough").all("enum").stream()
                .anyMatch(e -> "hostPassthroughMigratable".equals(e.attributes().get("name"))));
    }

    /** The named model that host-model expands to. */
    public Reading<String> hostModel() {
        return mode("host-model").at("model").text();
    }

    /**
     * What host-model says of vmx, svm and sief2 by name. Nothing said is no "no": a model can have svm in libvirt's own
     * definition.
     */
    public List<FeaturePolicy> hostModelExtensions() {
        return FeaturePolicy.ofExtensions(mode("host-model").all("feature").stream()
                .map(FeaturePolicy::of)
                .toList());
    }

    /** The named models that this host can run; models of which libvirt does not know it are not among them. */
    public Reading<List<String>> usableModels() {
        return root.whole(mode("custom").all("model").stream()
                .filter(model -> "yes".equals(model.attributes().get("usable")))
                .map(XmlTree::text)
                .toList());
    }

    /** Whether guests of that confidential kind can be had; unsaid where this libvirt does not speak of it. */
    public Reading<Boolean> supports(Confidential kind) {
        boolean listed = root.at("features/launchSecurity").all("enum").stream()
                .filter(e -> "sectype".equals(e.attributes().get("name")))
                .flatMap(e -> e.all("value").stream())
                .anyMatch(value -> value.text().equals(kind.word()));
        if (listed) {
            return root.whole(true);
        }
        return root.at("features/" + kind.word()).flag("supported");
    }

    private XmlReading mode(String name) {
        if (!(root.at("cpu").tree() instanceof Reading.Said<XmlTree>)) {
            return root.at("cpu");
        }
        Optional<XmlTree> mode = root.at("cpu").all("mode").stream()
                .filter(m -> name.equals(m.attributes().get("name")))
                .findFirst();
        return new XmlReading(mode.map(m -> Reading.said(m, m.line()))
                .orElseGet(() -> Reading.unsaid("the capabilities do not speak of the CPU mode " + name)));
    }
}
