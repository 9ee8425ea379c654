package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.ModprobeConfiguration;
import org.nestguard.evidence.artefact.ModprobeConfiguration.Setting;
import org.nestguard.evidence.artefact.ParameterType;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.host.KvmModules.Presence;
import org.nestguard.evidence.host.NestingModule;
import org.nestguard.facts.KernelRelease;

/** The steps that switch nesting on and keep it on, for this module, this distribution and this state of the host. */
final class NestingRemedy {
    /** The file that the steps write. */
    static final String FILE = "/etc/modprobe.d/kvm-nested.conf";

    private static final String NAME = "kvm-nested.conf";

    private final HostState host;
    private final NestingModule nesting;
    private final boolean guestsRun;

    /** @param guestsRun whether guests are known to run on the host */
    NestingRemedy(HostState host, NestingModule nesting, boolean guestsRun) {
        this.host = host;
        this.nesting = nesting;
        this.guestsRun = guestsRun;
    }

    /** From off to on, and on for good. */
    List<Step> switchOn(boolean hpageInTheWay) {
        List<Step> steps = new ArrayList<>(keepOn(hpageInTheWay));
        steps.addAll(reload());
        return steps;
    }

    /** What keeps it on after the next start of the host. */
    List<Step> keepOn(boolean hpageInTheWay) {
        List<Step> steps = new ArrayList<>();
        if (host.kvm().presence() == Presence.BUILT_IN) {
            onCommandLine("nested", "0", steps);
            if (hpageInTheWay) {
                onCommandLine("hpage", "1", steps);
            }
            steps.add(commandLineArgument(nesting.module() + ".nested=1"));
            return steps;
        }
        boolean changed = correct("nested", "1", steps);
        if (hpageInTheWay) {
            changed |= correct("hpage", "0", steps);
        }
        if (writeFile(steps) || changed) {
            steps.add(initramfs());
        }
        steps.add(Step.anyTime(
                "See what modprobe makes of it: the last nested= counts.",
                "modprobe --showconfig | grep -E '^options " + nesting.module().replace("_", "[_-]") + " '"));
        return steps;
    }

    /** Takes back what stops the module from loading, or what says the contrary behind our file. */
    private boolean correct(String parameter, String value, List<Step> steps) {
        boolean changed = false;
        ParameterType type = nesting.type(host.nestedText());
        for (Setting setting : host.configuration().settings(nesting.module())) {
            if (!setting.parameter().equals(parameter) || says(value, setting, type)) {
                continue;
            }
            boolean refused = type == ParameterType.INT && !number(setting);
            if (!refused && parameter.equals("nested") && beforeOurs(setting)) {
                continue; // our line comes after it and has the last word
            }
            steps.add(change(setting, parameter + "=" + value));
            changed = true;
        }
        return changed;
    }

    private static boolean number(Setting setting) {
        return setting.value().filter(v -> v.matches("[0-9]{1,9}")).isPresent();
    }

    private static boolean says(String value, Setting setting, ParameterType type) {
        boolean on = value.equals("1");
        if (type == ParameterType.INT) {
            return number(setting)
                    && setting.value().filter(v -> Integer.parseInt(v) != 0).isPresent() == on;
        }
        return setting.value().map(v -> v.matches("[yYtT1].*|[oO][nN].*")).orElse(true) == on;
    }

    /** Whether the line is read before our file, so that ours is the last word. */
    private static boolean beforeOurs(Setting setting) {
        String from = setting.at().from();
        return !from.equals(ModprobeConfiguration.COMMAND_LINE)
                && from.substring(from.lastIndexOf('/') + 1).compareTo(NAME) < 0;
    }

    private Step change(Setting setting, String wanted) {
        String from = setting.at().from();
        if (from.equals(ModprobeConfiguration.COMMAND_LINE)) {
            return takeOffCommandLine(nesting.module() + "." + setting.written());
        }
        String say = "Change " + setting.written() + " to " + wanted + " in " + setting.at();
        boolean simple = ShellWord.plain(from)
                && setting.written().matches("[a-z]+(?:=[A-Za-z0-9]*)?")
                && standsOnItsLine(setting);
        if (!simple) {
            return Step.byHand(say + ".");
        }
        // all of them: the same may be said twice on one line. The bare name is not the beginning of another setting.
        String end = setting.value().isPresent() ? "\\b/" + wanted : "\\(\\s\\|$\\)/" + wanted + "\\1";
        String edit = "sed -i.before-nestguard '" + setting.at().line() + "s/\\b" + setting.written() + end + "/g' ";
        if (from.startsWith("/etc/")) {
            return Step.anyTime(say + "; the file as it was stays beside it.", edit + from);
        }
        String name = from.substring(from.lastIndexOf('/') + 1);
        String copy = "/etc/modprobe.d/" + name;
        return Step.anyTime(
                say + ": in a copy below /etc, which hides the package's file.",
                "cp " + from + " " + copy,
                edit + copy);
    }

    /** Not so where a backslash has carried it to a later line, or where it is written with quotes or hyphens. */
    private boolean standsOnItsLine(Setting setting) {
        return host.view()
                .file(setting.at().from())
                .content()
                .flatMap(t -> t.lines().skip(setting.at().line() - 1L).findFirst())
                .filter(l -> l.contains(setting.written()))
                .isPresent();
    }

    /** Writes our file; false where nothing has to be written. */
    private boolean writeFile(List<Step> steps) {
        String line = nesting.optionsLine();
        Optional<Setting> ours = host.configuration().settings(nesting.module()).stream()
                .filter(s -> s.at().from().equals(FILE) && s.written().equals("nested=1"))
                .findFirst();
        if (ours.isPresent()) {
            return false;
        }
        // a line is added to a file of which it is not known whether it is there: nobody's lines are lost
        boolean exists = host.view()
                .entries("/etc/modprobe.d")
                .map(names -> names.contains(NAME))
                .value()
                .orElse(true);
        steps.add(Step.anyTime(
                "Say it for every load of the module to come, in " + FILE + " (1, not y: "
                        + (nesting.type(Optional.empty()) == ParameterType.INT
                                ? nesting.module() + " takes a number and would not load"
                                : "it is understood by every module")
                        + ").",
                exists ? "printf '\\n%s\\n' '" + line + "' >> " + FILE : "echo '" + line + "' > " + FILE));
        return true;
    }

    private Step initramfs() {
        String say = "If the module is in the initramfs, the copy of the file in there counts: make it anew.";
        return switch (family()) {
            case DEBIAN -> Step.anyTime(say, "update-initramfs -u -k all");
            case RED_HAT, SUSE -> Step.anyTime(say, "dracut --force --regenerate-all");
            case ARCH -> Step.anyTime(say, "mkinitcpio -P");
            case OTHER -> Step.byHand(say);
        };
    }

    /** Brings the live value to what is configured. */
    List<Step> reload() {
        String module = nesting.module();
        if (host.kvm().presence() == Presence.BUILT_IN) {
            return List.of(Step.byHand(
                    "KVM is built into this kernel: the value changes with the next start of the host only. Migrate the"
                            + " guests away or shut them down, then start it anew.",
                    "systemctl reboot"));
        }
        if (host.kvm().presence() == Presence.NOT_LOADED) {
            return List.of(Step.loading("Load the module" + withArgument() + ".", load(), verification()));
        }
        if (nesting == NestingModule.KVM_HV) {
            return List.of(Step.anyTime(
                    "This module takes a new value while it runs; guests that are started from now on can have it.",
                    "echo 1 > " + nesting.parameterFile("nested"),
                    verification()));
        }
        Reading<Integer> refcount = host.refcount();
        boolean free = refcount.value().filter(n -> n == 0).isPresent() && !guestsRun;
        List<Step> steps = new ArrayList<>();
        if (!free) {
            steps.add(Step.byHand(
                    (guestsRun
                                    ? "Guests run on this host"
                                    : refcount.value()
                                            .map(n -> module + " is in use " + n
                                                    + " times, by guests or by an open /dev/kvm")
                                            .orElse("Whether guests run is not known"))
                            + ": " + module
                            + " cannot be unloaded while one does, paused ones included. Migrate them away"
                            + " or shut them down; this must be 0:",
                    "cat /sys/module/" + module + "/refcnt"));
        }
        steps.add(Step.loading(
                (free ? "Unload the module and load it anew" : "Then unload the module and load it anew")
                        + withArgument()
                        + (free ? "." : ", or start the host anew."),
                "modprobe -r " + module,
                load(),
                verification()));
        return steps;
    }

    private String load() {
        return "modprobe " + nesting.module() + (commandLineSaysOff() ? " nested=1" : "");
    }

    private String withArgument() {
        return commandLineSaysOff()
                ? " with an argument, as modprobe heeds the command line that this kernel was started with"
                : "";
    }

    /** That line stays as it is until the next start, whatever the boot loader's files say by then. */
    private boolean commandLineSaysOff() {
        return host.configuration()
                .last(nesting.module(), "nested")
                .filter(s -> s.at().from().equals(ModprobeConfiguration.COMMAND_LINE))
                .filter(s -> !says("1", s, nesting.type(host.nestedText())))
                .isPresent();
    }

    private String verification() {
        // prints the value, and fails where it is not on
        return "grep -E '^[Y1]' " + nesting.parameterFile("nested");
    }

    private void onCommandLine(String parameter, String unwanted, List<Step> steps) {
        host.configuration()
                .last(nesting.module(), parameter)
                .filter(s -> s.at().from().equals(ModprobeConfiguration.COMMAND_LINE))
                .filter(s -> s.written().equals(parameter + "=" + unwanted))
                .ifPresent(s -> steps.add(takeOffCommandLine(nesting.module() + "." + s.written())));
    }

    private Step takeOffCommandLine(String setting) {
        String argument = asWritten(setting);
        String say = "Take " + argument + " off the kernel's command line; it counts after all files";
        if (family() == Family.RED_HAT && ShellWord.plain(argument)) {
            return Step.anyTime(say + ".", "grubby --update-kernel=ALL --remove-args=" + argument);
        }
        return Step.byHand(say + ": " + loader(), loaderCommand());
    }

    /** The argument as it stands on the command line, where hyphens may stand for underscores. */
    private String asWritten(String setting) {
        return host.view().file(ModprobeConfiguration.COMMAND_LINE).content().stream()
                .flatMap(t -> Arrays.stream(t.split("\\s+")))
                .filter(t -> t.replace('-', '_').equals(setting.replace('-', '_')))
                .findFirst()
                .orElse(setting);
    }

    /** Puts an argument on the kernel's command line. */
    Step commandLineArgument(String argument) {
        String say = "Put " + argument + " on the kernel's command line";
        if (family() == Family.RED_HAT) {
            return Step.anyTime(say + ".", "grubby --update-kernel=ALL --args=" + argument);
        }
        return Step.byHand(say + ": " + loader(), loaderCommand());
    }

    private String loader() {
        return host.s390x()
                ? "in the parameters of /etc/zipl.conf or of the boot loader that writes it, then"
                : "in GRUB_CMDLINE_LINUX of /etc/default/grub or in your boot loader's own file, then";
    }

    private String loaderCommand() {
        if (host.s390x()) {
            return "zipl";
        }
        return family() == Family.DEBIAN ? "update-grub" : "grub2-mkconfig -o /boot/grub2/grub.cfg";
    }

    private enum Family {
        DEBIAN,
        RED_HAT,
        SUSE,
        ARCH,
        OTHER
    }

    private Family family() {
        List<String> names = new ArrayList<>(host.os().idLike());
        host.os().id().value().ifPresent(id -> names.add(0, id));
        for (String name : names) {
            switch (name) {
                case "debian", "ubuntu" -> {
                    return Family.DEBIAN;
                }
                case "rhel", "fedora", "centos" -> {
                    return Family.RED_HAT;
                }
                case "suse", "opensuse", "sles" -> {
                    return Family.SUSE;
                }
                case "arch" -> {
                    return Family.ARCH;
                }
                default -> {}
            }
        }
        return host.platform()
                        .kernel()
                        .value()
                        .map(KernelRelease::suffix)
                        .filter(s -> s.contains(".el"))
                        .isPresent()
                ? Family.RED_HAT
                : Family.OTHER;
    }
}
