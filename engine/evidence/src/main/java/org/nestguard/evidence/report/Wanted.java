package org.nestguard.evidence.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HookProbe;
import org.nestguard.evidence.view.HostView;
import org.nestguard.evidence.view.NestedStateProbe;

/**
 * What the developers of KVM ask for in a report on nesting (Linux, Documentation/virt/kvm/x86/running-nested-guests.rst,
 * "Reporting bugs from nested setups"), as it is found today: {@code /proc/cpuinfo} rather than {@code /sys/cpuinfo},
 * {@code cpuid} beside x86info, and with the modules' parameters, which that page forgets.
 *
 * @param files absolute paths, in the order of reading
 * @param commands each a list of words
 */
record Wanted(List<String> files, List<Command> commands) {
    /**
     * One command.
     *
     * @param form how its output is to be looked at
     */
    record Command(List<String> words, Redaction.Form form) {
        /** Is its last word a guest's UUID? All other words are ours. */
        boolean namesGuest() {
            return words.contains("dumpxml") || words.contains("snapshot-list");
        }

        /** Runs it, or looks where it is a look of ours. */
        Artefact of(HostView host) {
            return words.equals(NestedStateProbe.COMMAND)
                    ? NestedStateProbe.artefact(host)
                    : words.equals(HookProbe.COMMAND) ? HookProbe.artefact(host) : host.command(words);
        }
    }

    private static final List<String> LIST = List.of("virsh", "-r", "list", "--all", "--uuid", "--name");
    private static final Pattern PROCESS = Pattern.compile("[0-9]+");
    private static final Pattern EMULATOR = Pattern.compile("qemu-system-.*|qemu-kvm|kvm|qemu");
    private static final Pattern X86 = Pattern.compile("(?s).*\\b(?:x86_64|i[3-6]86)\\b.*");
    private static final Pattern S390X = Pattern.compile("(?s).*\\bs390x\\b.*");
    private static final int FIRST_VMX_REGISTER = 0x480;
    private static final int LAST_VMX_REGISTER = 0x491;
    private static final int MAX_GUESTS = 10_000;

    /** Files in which four numbers are a version. */
    private static final Set<String> OF_VERSIONS =
            Set.of("/proc/version", "/proc/version_signature", "/etc/os-release", "/proc/modules");

    /** May a path hold a name that somebody gave? All others are the kernel's. */
    static boolean isNamed(String path) {
        return path.contains("/libvirt/") || path.contains("/modprobe.d/");
    }

    static Redaction.Form form(String path) {
        return OF_VERSIONS.contains(path) ? Redaction.Form.VERSIONS : Redaction.Form.ANY;
    }

    /** The guests that libvirt knows. */
    static List<DomainNames> domains(HostView host) {
        return host.command(LIST) instanceof Artefact.Text text
                ? DomainNames.read(text.text()).value().orElse(List.of()).stream()
                        .limit(MAX_GUESTS)
                        .toList()
                : List.of();
    }

    /** The names of guests that libvirt does not tell: of those that run, those that ran, and those of other users. */
    static List<String> otherGuests(HostView host) {
        List<String> names = new ArrayList<>();
        host.list("/run/libvirt/qemu").forEach(file -> addName(names, file, ".xml"));
        for (String folder : logs(host)) {
            host.list(folder).forEach(file -> addName(names, file, ".log"));
        }
        for (String process : emulators(host)) {
            if (host.file(process + "/cmdline") instanceof Artefact.Text text) {
                List<String> words = List.of(text.text().split("\0", -1));
                int name = words.indexOf("-name") + 1;
                if (name > 0 && name < words.size()) {
                    names.add(words.get(name).split(",", 2)[0].replaceFirst("^guest=", ""));
                }
            }
        }
        return names.stream().distinct().limit(MAX_GUESTS).toList();
    }

    /** The folders where libvirt logs each start of a guest: its own, and those of users' sessions. */
    private static List<String> logs(HostView host) {
        List<String> folders = new ArrayList<>(List.of("/var/log/libvirt/qemu", "/root/.cache/libvirt/qemu/log"));
        host.list("/home").forEach(user -> folders.add("/home/" + user + "/.cache/libvirt/qemu/log"));
        return folders;
    }

    private static void addName(List<String> names, String file, String ending) {
        if (file.endsWith(ending) && file.length() > ending.length()) {
            names.add(file.substring(0, file.length() - ending.length()));
        }
    }

    static Wanted of(HostView host, List<DomainNames> domains) {
        String uname = host.command(List.of("uname", "-a")) instanceof Artefact.Text text ? text.text() : "";
        String cpus = host.file("/proc/cpuinfo") instanceof Artefact.Text text ? text.text() : "";
        List<String> emulators = emulators(host);
        return new Wanted(files(host, S390X.matcher(uname).matches(), emulators), commands(uname, cpus, domains));
    }

    private static List<String> files(HostView host, boolean s390x, List<String> emulators) {
        List<String> files = new ArrayList<>(List.of(
                "/proc/cpuinfo",
                "/proc/meminfo",
                "/proc/version",
                "/proc/cmdline",
                "/proc/modules",
                "/proc/stat",
                "/proc/sys/kernel/hostname",
                "/etc/os-release",
                "/etc/machine-id"));
        if (s390x) {
            files.add("/proc/sysinfo");
        }
        if (host.list("/proc").contains("version_signature")) {
            files.add("/proc/version_signature"); // Ubuntu's
        }
        for (String module : host.list("/sys/module")) {
            if (module.startsWith("kvm")) {
                String folder = "/sys/module/" + module;
                all(files, host, folder + "/parameters", "");
                host.list(folder).stream()
                        .filter(Set.of("refcnt", "srcversion", "initstate")::contains)
                        .forEach(name -> files.add(folder + "/" + name));
            }
        }
        all(files, host, "/sys/devices/system/cpu/vulnerabilities", "");
        for (String place : List.of("/etc", "/run", "/usr/lib", "/usr/local/lib", "/lib")) {
            all(files, host, place + "/modprobe.d", ".conf");
        }
        for (String key : List.of("sys_vendor", "product_name", "bios_vendor", "product_version", "chassis_type")) {
            if (host.list("/sys/class/dmi/id").contains(key)) {
                files.add("/sys/class/dmi/id/" + key);
            }
        }
        String counters = "/sys/kernel/debug/kvm";
        if (!host.list(counters).isEmpty()) {
            files.add("/proc/self/ns/pid"); // says whether the folders are called by the numbers of these processes
        }
        for (String entry : host.list(counters)) {
            if (entry.contains("-")) {
                files.add(counters + "/" + entry + "/nested_run");
                files.add(counters + "/" + entry + "/guest_mode");
            } else if (entry.equals("nested_run") || entry.equals("guest_mode")) {
                files.add(counters + "/" + entry);
            }
        }
        for (String folder : logs(host)) {
            all(files, host, folder, ".log");
        }
        all(files, host, "/run/libvirt/qemu", ".xml");
        for (String process : emulators) {
            files.addAll(List.of(process + "/cmdline", process + "/stat", process + "/exe", process + "/ns/mnt"));
        }
        return files;
    }

    private static void all(List<String> files, HostView host, String folder, String ending) {
        host.list(folder).stream()
                .filter(name -> name.endsWith(ending))
                .forEach(name -> files.add(folder + "/" + name));
    }

    /** The folders in /proc of the emulators that run. */
    private static List<String> emulators(HostView host) {
        List<String> found = new ArrayList<>();
        for (String process : host.list("/proc")) {
            if (PROCESS.matcher(process).matches()
                    && host.file("/proc/" + process + "/cmdline") instanceof Artefact.Text text) {
                String program = text.text().split("\0", 2)[0];
                String name = program.substring(program.lastIndexOf('/') + 1).split(" ", 2)[0];
                if (EMULATOR.matcher(name).matches()) {
                    found.add("/proc/" + process);
                }
            }
        }
        return found;
    }

    private static List<Command> commands(String uname, String cpus, List<DomainNames> domains) {
        List<Command> commands = new ArrayList<>();
        versions(commands, "uname -a", "uname -r");
        any(commands, "lscpu", "lscpu -J", "systemd-detect-virt", "systemd-detect-virt --vm", "dmesg -T", "dmesg");
        // what the ring buffer has lost, and what came before a crash
        any(commands, "journalctl -k -b 0 --no-pager", "journalctl -k -b -1 --no-pager");
        commands.add(new Command(NestedStateProbe.COMMAND, Redaction.Form.ANY));
        commands.add(new Command(HookProbe.COMMAND, Redaction.Form.ANY));
        if (X86.matcher(uname).matches()) {
            any(commands, "x86info -a", "cpuid -1", "cpuid -1 -r", "dmidecode");
            versions(commands, "modinfo -p kvm_intel", "modinfo -p kvm_amd");
            if (cpus.contains("GenuineIntel")) {
                for (int register = FIRST_VMX_REGISTER; register <= LAST_VMX_REGISTER; register++) {
                    any(commands, "rdmsr -a 0x" + Integer.toHexString(register));
                }
            }
        }
        versions(commands, "modinfo -p kvm");
        versions(commands, "dpkg -l", "rpm -qa", "virsh -r version", "virsh -r version --daemon");
        any(
                commands,
                "virsh -r capabilities",
                "virsh -r domcapabilities",
                "virsh -r list --all",
                "virsh -r list --all --uuid --name");
        any(commands, "virsh -r domstats --vcpu --state");
        for (DomainNames guest : domains) {
            commands.add(new Command(List.of("virsh", "-r", "dumpxml", guest.uuid()), Redaction.Form.ANY));
            commands.add(
                    new Command(List.of("virsh", "-r", "snapshot-list", "--name", guest.uuid()), Redaction.Form.ANY));
        }
        return commands;
    }

    private static void any(List<Command> commands, String... lines) {
        for (String line : lines) {
            commands.add(new Command(List.of(line.split(" ", -1)), Redaction.Form.ANY));
        }
    }

    private static void versions(List<Command> commands, String... lines) {
        for (String line : lines) {
            commands.add(new Command(List.of(line.split(" ", -1)), Redaction.Form.VERSIONS));
        }
    }

    /** All there is to look at, for progress. */
    int size() {
        return files.size() + commands.size();
    }
}
