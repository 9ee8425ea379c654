package org.nestguard.cli.hook;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A system that runs scripts of its site before it moves, saves or restores a guest, and heeds their refusal. */
public enum Door {
    /** <a href="https://libvirt.org/hooks.html">libvirt</a>, from 6.5.0 on; any status but 0 refuses. */
    LIBVIRT(1, "/etc/libvirt/hooks/qemu.d/50-nestguard"),
    /** oVirt's VDSM, for which 1 is an error to go on after and 2 one to stop at. */
    VDSM(
            2,
            "/usr/libexec/vdsm/hooks/before_vm_migrate_source/50_nestguard",
            "/usr/libexec/vdsm/hooks/before_vm_migrate_destination/50_nestguard",
            "/usr/libexec/vdsm/hooks/before_vm_hibernate/50_nestguard",
            "/usr/libexec/vdsm/hooks/before_vm_dehibernate/50_nestguard"),
    /** Proxmox VE's hookscript of a guest. */
    PROXMOX(1, "/var/lib/vz/snippets/nestguard-hookscript"),
    /** XAPI of XCP-ng, which logs 1 and goes on. */
    XAPI(
            2,
            "/etc/xapi.d/vm-pre-migrate/50-nestguard",
            "/etc/xapi.d/vm-pre-suspend/50-nestguard",
            "/etc/xapi.d/vm-pre-resume/50-nestguard"),
    /** Ganeti, on its master and on every node; a name with a dot would not be run. */
    GANETI(1, "/etc/ganeti/hooks/instance-migrate-pre.d/50-nestguard");

    private final int refusal;
    private final List<String> places;

    Door(int refusal, String... places) {
        this.refusal = refusal;
        this.places = List.of(places);
    }

    /** As it is called on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The exit status that this system takes for a refusal. */
    int refusal() {
        return refusal;
    }

    /** Where its scripts lie: absolute paths. */
    List<String> places() {
        return places;
    }

    /** The words of all. */
    public static List<String> words() {
        return Stream.of(values()).map(Door::word).toList();
    }
}
