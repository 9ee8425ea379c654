package org.nestguard.evidence.artefact;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.nestguard.facts.CpuId;
import org.nestguard.facts.Vendor;

/** What {@code virsh capabilities} prints: the host's CPU as libvirt sees it, and which emulators it knows. */
public final class HostCapabilities {
    private final XmlReading root;

    private HostCapabilities(XmlReading root) {
        this.root = root;
    }

    /** Reads it; a text that is none gives capabilities that say nothing, with the reason. */
    public static HostCapabilities read(String text) {
        return new HostCapabilities(new XmlReading(XmlTree.read(text)).named("capabilities"));
    }

    /** The host's architecture, in libvirt's spelling. */
    public Reading<String> arch() {
        return root.at("host/cpu/arch").text();
    }

    /** The CPU's vendor as libvirt writes it: {@code Intel}, {@code AMD}, {@code IBM}. */
    public Reading<String> vendorName() {
        return root.at("host/cpu/vendor").text();
    }

    /** The CPU's vendor. */
    public Reading<Vendor> vendor() {
        return vendorName().flatMap(name -> switch (name) {
            case "Intel" -> vendorName().map(n -> Vendor.INTEL);
            case "AMD" -> vendorName().map(n -> Vendor.AMD);
            case "Hygon" -> vendorName().map(n -> Vendor.HYGON);
            case "IBM" -> vendorName().map(n -> Vendor.IBM);
            default -> Reading.unsaid("libvirt's vendor is none that is known here");
        });
    }

    /** The named model that libvirt finds nearest. */
    public Reading<String> model() {
        return root.at("host/cpu/model").text();
    }

    /** Family, model and stepping, where libvirt prints a signature. */
    public Reading<CpuId> cpuId() {
        XmlReading signature = root.at("host/cpu/signature");
        return signature
                .attribute("family")
                .flatMap(family -> signature
                        .attribute("model")
                        .flatMap(model -> signature
                                .attribute("stepping")
                                .flatMap(stepping -> CpuId.read(family + "-" + model + "-" + stepping)
                                        .map(id -> signature.tree().map(element -> id))
                                        .orElseGet(() -> Reading.unsaid("the signature of the CPU has no numbers")))));
    }

    /**
     * The extension that the CPU's features list by name beside the model: what the CPU has, not whether {@code nested} is
     * on. A model can have it without its being listed, so absence says nothing.
     */
    public Reading<CpuExtension> extension() {
        return root.tree().flatMap(capabilities -> {
            for (XmlTree feature : root.at("host/cpu").all("feature")) {
                Optional<CpuExtension> extension =
                        CpuExtension.named(feature.attributes().getOrDefault("name", ""));
                if (extension.isPresent()) {
                    return Reading.said(extension.get(), feature.line());
                }
            }
            return Reading.unsaid("none is listed by name, which may be because the model has it");
        });
    }

    /** How many sorts of guests there are emulators for. */
    public Reading<Integer> guestEntries() {
        return root.whole(root.all("guest").size());
    }

    /** The architectures, in libvirt's spelling, that have an entry for KVM. */
    public Reading<SortedSet<String>> kvmArchitectures() {
        SortedSet<String> architectures = new TreeSet<>();
        for (XmlTree guest : root.all("guest")) {
            for (XmlTree arch : guest.all("arch")) {
                if (arch.all("domain").stream()
                        .anyMatch(d -> "kvm".equals(d.attributes().get("type")))) {
                    architectures.add(arch.attributes().getOrDefault("name", ""));
                }
            }
        }
        return root.whole(architectures);
    }

    /** Whether libvirt says that it migrates live. */
    public Reading<Boolean> liveMigration() {
        return root.whole(root.has("host/migration_features/live"));
    }

    /** The sizes of pages that the CPU knows, with their units, in their order: {@code 4KiB}. */
    public Reading<List<String>> pageSizes() {
        return root.whole(root.at("host/cpu").all("pages").stream()
                .map(pages -> pages.attributes().getOrDefault("size", "")
                        + pages.attributes().getOrDefault("unit", ""))
                .toList());
    }

    /** Whether there is an IOMMU; unsaid in older libvirt. */
    public Reading<Boolean> iommu() {
        return root.at("host/iommu").flag("support");
    }
}
