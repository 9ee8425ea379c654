package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DmiTableTest {
    private static DmiTable system(String manufacturer, String product) {
        return DmiTable.read("""
                # dmidecode 3.4
                Handle 0x0001, DMI type 1, 27 bytes
                System Information
                \tManufacturer: %s
                \tProduct Name: %s
                \tVersion: Not Specified

                Handle 0x0002, DMI type 2, 15 bytes
                Base Board Information
                \tManufacturer: Somebody else
                """.formatted(manufacturer, product));
    }

    @Test
    void theSystemsNamesAreReadAndNotTheBoards() {
        DmiTable table = system("Example Computers", "Rack 1");
        assertEquals(Reading.said("Example Computers", 4), table.manufacturer());
        assertEquals(Reading.said("Rack 1", 5), table.product());
        assertEquals(Reading.unsaid("the firmware leaves it open"), table.version());
        assertEquals(Optional.of(DmiPlatform.HARDWARE), table.platform().value());
    }

    @Test
    void hypervisorsAreKnownByTheNamesTheyPutThere() {
        assertEquals(
                Optional.of(DmiPlatform.QEMU),
                system("QEMU", "Standard PC (Q35 + ICH9, 2009)").platform().value());
        assertEquals(
                Optional.of(DmiPlatform.KVM),
                system("Red Hat", "KVM").platform().value());
        assertEquals(
                Optional.of(DmiPlatform.KVM),
                system("Nutanix", "AHV").platform().value());
        assertEquals(
                Optional.of(DmiPlatform.HYPER_V),
                system("Microsoft Corporation", "Virtual Machine").platform().value());
        assertEquals(
                Optional.of(DmiPlatform.HARDWARE),
                system("Microsoft Corporation", "Some Laptop").platform().value());
        assertEquals(
                Optional.of(DmiPlatform.AMAZON),
                system("Amazon EC2", "m5.large").platform().value());
    }

    @Test
    void sysfsGivesTheSame() {
        DmiTable table = DmiTable.ofSysfs(
                Optional.of("SeaBIOS\n"), Optional.of("QEMU\n"), Optional.empty(), Optional.of("pc-q35-9.0\n"));
        assertEquals(Optional.of("SeaBIOS"), table.biosVendor().value());
        assertEquals(Reading.unsaid("there is no product_name to read"), table.product());
        assertEquals(Optional.of(DmiPlatform.QEMU), table.platform().value());
    }

    @Test
    void whatNamesNothingIsNoHardware() {
        assertInstanceOf(Reading.Unsaid.class, DmiTable.read("").platform());
        assertInstanceOf(
                Reading.Unsaid.class,
                DmiTable.read("/dev/mem: Permission denied\n").platform());
        assertInstanceOf(
                Reading.Unsaid.class, system("Not Specified", "Not Specified").platform());
    }
}
