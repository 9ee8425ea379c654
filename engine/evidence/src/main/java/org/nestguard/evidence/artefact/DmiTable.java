package org.nestguard.evidence.artefact;

import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.PlainLines.Line;

/**
 * What the firmware says of itself and of the machine: from {@code dmidecode}, or from {@code /sys/class/dmi/id}.
 *
 * @param biosVendor who wrote the firmware
 * @param manufacturer of the system
 * @param product its name
 * @param version its version
 */
public record DmiTable(
        Reading<String> biosVendor, Reading<String> manufacturer, Reading<String> product, Reading<String> version) {
    private static final String BIOS = "BIOS Information";
    private static final String SYSTEM = "System Information";

    /** Reads what dmidecode printed. */
    public static DmiTable read(String text) {
        PlainLines lines = PlainLines.of(text);
        Reading<String> bios = lines.unsaid("no vendor below " + BIOS);
        Reading<String> manufacturer = lines.unsaid("no manufacturer below " + SYSTEM);
        Reading<String> product = lines.unsaid("no product name below " + SYSTEM);
        Reading<String> version = lines.unsaid("no version below " + SYSTEM);
        String section = "";
        for (Line line : lines.lines()) {
            if (line.text().isBlank()) {
                continue;
            }
            if (!Character.isWhitespace(line.text().charAt(0))) {
                section = line.text().strip();
                continue;
            }
            String key = line.key().orElse("");
            if (section.equalsIgnoreCase(BIOS) && key.equals("Vendor")) {
                bios = first(bios, line);
            } else if (section.equalsIgnoreCase(SYSTEM)) {
                switch (key) {
                    case "Manufacturer" -> manufacturer = first(manufacturer, line);
                    case "Product Name" -> product = first(product, line);
                    case "Version" -> version = first(version, line);
                    default -> {}
                }
            }
        }
        return new DmiTable(bios, manufacturer, product, version);
    }

    /**
     * From the files of {@code /sys/class/dmi/id}; empty for one that could not be read.
     *
     * @param biosVendor of {@code bios_vendor}
     * @param sysVendor of {@code sys_vendor}
     * @param productName of {@code product_name}
     * @param productVersion of {@code product_version}
     */
    public static DmiTable ofSysfs(
            Optional<String> biosVendor,
            Optional<String> sysVendor,
            Optional<String> productName,
            Optional<String> productVersion) {
        return new DmiTable(
                file(biosVendor, "bios_vendor"),
                file(sysVendor, "sys_vendor"),
                file(productName, "product_name"),
                file(productVersion, "product_version"));
    }

    /** What the machine is by its names; unsaid where the firmware names neither maker nor product. */
    public Reading<DmiPlatform> platform() {
        // a hypervisor's own name in the product says more than the maker, who may be a distributor
        for (Reading<String> name : List.of(product, manufacturer, biosVendor)) {
            if (name instanceof Reading.Said<String> said) {
                for (DmiPlatform platform : DmiPlatform.values()) {
                    if (platform.named(said.what())) {
                        return Reading.said(platform, said.line());
                    }
                }
            }
        }
        if (manufacturer.value().filter("Microsoft Corporation"::equals).isPresent()
                && product.value().filter("Virtual Machine"::equals).isPresent()) {
            return product.map(p -> DmiPlatform.HYPER_V);
        }
        return manufacturer.value().isPresent()
                ? manufacturer.map(m -> DmiPlatform.HARDWARE)
                : product.map(p -> DmiPlatform.HARDWARE);
    }

    private static Reading<String> first(Reading<String> before, Line line) {
        return before.value().isPresent() ? before : value(line.value(), line.number());
    }

    private static Reading<String> file(Optional<String> text, String name) {
        return text.filter(t -> t.length() <= 4_096)
                .map(t -> value(t.strip(), 1))
                .orElse(Reading.unsaid("there is no " + name + " to read"));
    }

    private static Reading<String> value(String text, int line) {
        // dmidecode's own words for a string that the firmware does not give
        return text.isEmpty() || text.equals("Not Specified") || text.startsWith("<BAD INDEX>")
                ? Reading.unsaid("the firmware leaves it open")
                : Reading.said(text, line);
    }
}
