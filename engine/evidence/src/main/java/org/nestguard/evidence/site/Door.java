package org.nestguard.evidence.site;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.nestguard.facts.Version;

/** A system that runs scripts of its site before it moves, saves or restores a guest, and heeds their refusal. */
public enum Door {
    /** <a href="https://libvirt.org/hooks.html">libvirt</a>, from 6.5.0 on; any status but 0 refuses. */
    LIBVIRT(1, "/etc/libvirt/qemu.conf", "/etc/libvirt/hooks/qemu.d/50-nestguard"),
    /** oVirt's VDSM, for which 1 is an error to go on after and 2 one to stop at. */
    VDSM(
            2,
            "/usr/libexec/vdsm",
            "/usr/libexec/vdsm/hooks/before_vm_migrate_source/50_nestguard",
            "/usr/libexec/vdsm/hooks/before_vm_migrate_destination/50_nestguard",
            "/usr/libexec/vdsm/hooks/before_vm_hibernate/50_nestguard",
            "/usr/libexec/vdsm/hooks/before_vm_dehibernate/50_nestguard"),
    /** Proxmox VE's hookscript of a guest. */
    PROXMOX(1, "/etc/pve", "/var/lib/vz/snippets/nestguard-hookscript"),
    /** XAPI of XCP-ng, which logs 1 and goes on. */
    XAPI(
            2,
            "/etc/xapi.d",
            "/etc/xapi.d/vm-pre-migrate/50-nestguard",
            "/etc/xapi.d/vm-pre-suspend/50-nestguard",
            "/etc/xapi.d/vm-pre-resume/50-nestguard"),
    /** Ganeti, on its master and on every node; a name with a dot would not be run. */
    GANETI(1, "/etc/ganeti", "/etc/ganeti/hooks/instance-migrate-pre.d/50-nestguard");

    /** Stands in each script that is laid. */
    public static final String MARK = "# Written by `nestguard hook install ";

    /** Where libvirt below {@link #FIRST_WITH_FOLDER} looks, and every later one too. */
    public static final String OLD_LIBVIRT = "/etc/libvirt/hooks/qemu";

    /** The first libvirt that looks into a folder for several scripts. */
    public static final Version FIRST_WITH_FOLDER = new Version(6, 5, 0);

    private final int refusal;
    private final String sign;
    private final List<String> places;

    Door(int refusal, String sign, String... places) {
        this.refusal = refusal;
        this.sign = sign;
        this.places = List.of(places);
    }

    /** As it is called on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The exit status that this system takes for a refusal. */
    public int refusal() {
        return refusal;
    }

    /** What lies on a host that has this system. */
    public String sign() {
        return sign;
    }

    /** Where its scripts lie: absolute paths. */
    public List<String> places() {
        return places;
    }

    /** The words of all. */
    public static List<String> words() {
        return Stream.of(values()).map(Door::word).toList();
    }
}
