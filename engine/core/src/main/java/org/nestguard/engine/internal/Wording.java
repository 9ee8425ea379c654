package org.nestguard.engine.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Distribution;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Platform;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Thresholds;
import org.nestguard.facts.Version;
import org.nestguard.facts.Worded;

/**
 * The words in braces of a rule's sentences. {@code origin}, {@code here} and {@code state} stand for the party that they
 * mean for this operation.
 */
final class Wording {
    private Wording() {}

    /** A word that depends on the question. */
    interface Word {
        String in(Shown question);
    }

    /** A value as a document would write it. */
    static String value(Object value) {
        // Worded values are enums; that a record or a string is no Worded is found out slowly, that it is no enum at
        // once
        return value instanceof Enum<?> && value instanceof Worded worded ? worded.word() : value.toString();
    }

    /** The place of a fact that a rule names, with origin, here and state resolved; empty where this operation has none. */
    static Optional<FactName> resolve(Operation operation, String path) {
        boolean load = operation == Operation.LOADVM;
        int dot = path.indexOf('.');
        String first = dot < 0 ? path : path.substring(0, dot);
        String rest = dot < 0 ? "" : path.substring(dot + 1);
        String party = switch (first) {
            case "origin" -> load ? "snapshot" : "source";
            case "here" -> load ? "destination" : "source";
            case "state" -> load ? "snapshot" : "guest";
            default -> first;
        };
        return FactName.at(party + "." + rest);
    }

    /** The sentence that a word stands for, with words of its own; null for one that stands for a value. */
    static @Nullable String sentence(String word, Operation operation) {
        boolean load = operation == Operation.LOADVM;
        return switch (word) {
            case "origin" -> load ? "the host of the snapshot" : "{source}";
            case "here" -> load ? "{destination}" : "{source}";
            case "carrier" -> load ? "the snapshot of {guest}" : "{guest}";
            case "live" -> load ? "{live then}" : "{live now}";
            // what lives in a snapshot cannot be shut down any more
            case "end-live-l2" ->
                load
                        ? "start {guest} from its disks, or load a snapshot that was taken with every L2 shut down"
                        : "shut the L2 guests down inside {guest}, so that `virsh list --all` there shows only \"shut"
                                + " off\", or migrate them away first: moving an L2 is always fine";
            case "operation" -> operation.word();
            case "do" ->
                switch (operation) {
                    case MIGRATE -> "migrate";
                    case SAVEVM -> "save";
                    case LOADVM -> "load";
                };
            case "doing" ->
                switch (operation) {
                    case MIGRATE -> "migrating";
                    case SAVEVM -> "saving";
                    case LOADVM -> "loading";
                };
            case "done" ->
                switch (operation) {
                    case MIGRATE -> "migrated";
                    case SAVEVM -> "saved";
                    case LOADVM -> "loaded";
                };
            default -> null;
        };
    }

    /** A word that stands for a value. */
    static Word word(String word, Operation operation, Tables tables) {
        return switch (word) {
            case "guest" -> name(FactName.GUEST_NAME, "the guest");
            case "guest of a command" -> name(FactName.GUEST_NAME, "GUEST");
            case "source" -> name(FactName.SOURCE_NAME, "the source");
            case "destination" -> name(FactName.DESTINATION_NAME, "the destination");
            case "live now" -> liveGuests(FactName.GUEST_L2_LIVE);
            case "live then" -> liveGuests(FactName.SNAPSHOT_L2_LIVE);
            case "turn-nesting-on destination" -> turnNestingOn(word("destination", operation, tables));
            default -> {
                String constant = constant(word, tables);
                yield constant != null ? shown -> constant : ofHost(word, operation, tables);
            }
        };
    }

    private static Word liveGuests(FactName name) {
        return shown -> {
            Fact<?> fact = shown.fact(name);
            return !fact.known()
                    ? "live L2 guests"
                    : fact.value() + (fact.value().equals(1) ? " live L2 guest" : " live L2 guests");
        };
    }

    /** A version as people call it: 5.3, but 4.2.0 for QEMU. */
    static String kernel(Version version) {
        return version.micro() == 0 && version.candidate() == Version.RELEASED
                ? version.major() + "." + version.minor()
                : version.toString();
    }

    private static Word name(FactName name, String nameless) {
        return shown -> {
            Fact<?> fact = shown.fact(name);
            return fact.known() ? fact.value().toString() : nameless;
        };
    }

    /** What the tables say, whatever the question. */
    private static @Nullable String constant(String word, Tables tables) {
        if (word.startsWith("defect ")) {
            return tables.defect(word.substring("defect ".length())).fixed();
        }
        Thresholds t = tables.thresholds();
        return switch (word) {
            case "kernel-floor" -> kernel(t.kernelFloor());
            case "qemu-floor" -> t.qemuFloor().toString();
            case "hpage-beside-nested" -> kernel(t.hpageBesideNested());
            case "svm-nested-state" -> kernel(t.svmNestedState());
            default -> null;
        };
    }

    private static Word ofHost(String word, Operation operation, Tables tables) {
        if (word.endsWith(".cpu")) {
            Word id = value(word.replace(".cpu", ".cpuId"), operation, "a CPU that is not known");
            FactName model =
                    resolve(operation, word.replace(".cpu", ".cpuModel")).orElse(null);
            return model == null
                    ? id
                    : shown ->
                            shown.fact(model).known() ? value(shown.fact(model).value()) : id.in(shown);
        }
        if (word.endsWith(".distribution")) {
            return distribution(
                    resolve(operation, word.replace(".distribution", ".kernel")).orElse(null), tables);
        }
        if (word.endsWith(".said")) {
            return said(resolve(operation, word.replace(".said", "")).orElse(null));
        }
        return value(word, operation, "not known");
    }

    private static Word value(String path, Operation operation, String otherwise) {
        FactName name = resolve(operation, path).orElse(null);
        return shown -> {
            Fact<?> fact = name == null ? Fact.Missing.notMentioned() : shown.fact(name);
            return fact.known() ? value(fact.value()) : otherwise;
        };
    }

    private static Word distribution(@Nullable FactName kernel, Tables tables) {
        return shown -> {
            Fact<?> fact = kernel == null ? Fact.Missing.notMentioned() : shown.fact(kernel);
            return fact.known()
                    ? tables.distributions()
                            .of((KernelRelease) fact.value())
                            .map(Distribution::name)
                            .orElse("not known")
                    : "not known";
        };
    }

    private static Word said(@Nullable FactName name) {
        return shown -> {
            Fact<?> fact = name == null ? Fact.Missing.notMentioned() : shown.fact(name);
            if (fact instanceof Fact.Missing<?> missing) {
                return missing.text() == null ? "not given" : "\"" + missing.text() + "\"";
            }
            return fact.known() ? fact.value().toString() : "not given";
        };
    }

    private static Word turnNestingOn(Word destination) {
        return shown -> {
            String host = destination.in(shown);
            Fact<?> platform = shown.fact(FactName.DESTINATION_PLATFORM);
            return platform.known()
                    ? turnNestingOn((Platform) platform.value(), host)
                    : "turn nesting on at " + host + " (option nested=1 of its KVM module)";
        };
    }

    /** How to switch nesting on. Nothing is unloaded while a guest runs: it could not be, and must not be. */
    static String turnNestingOn(Platform platform, String host) {
        if (platform.arch() == Arch.PPC64LE) {
            return "turn nesting on at " + host + ": `echo Y > /sys/module/kvm_hv/parameters/nested`";
        }
        String module = platform.svm() ? "kvm_amd" : platform.s390x() ? "kvm" : platform.vmx() ? "kvm_intel" : null;
        if (module == null) {
            return "turn nesting on at " + host + " (option nested=1 of its KVM module)";
        }
        return "turn nesting on at " + host + ": `echo 'options " + module + " nested=1' > /etc/modprobe.d/" + module
                + "-nested.conf`, then, when no guest runs there, `modprobe -r " + module + " && modprobe " + module
                + "`, or reboot it";
    }

    /** The facts that a rule shows, as far as this operation has them, each once. */
    static List<FactName> because(Operation operation, List<String> paths) {
        Set<FactName> names = new LinkedHashSet<>();
        for (String path : paths) {
            FactName name = resolve(operation, path).orElse(null);
            if (name != null && PreparedQuestion.read(operation, name)) {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    /** The command that reads a fact, and where to run it: a sentence with words in braces. */
    static String howToRead(FactName name) {
        String host = switch (name.party()) {
            case SOURCE -> "on {source}";
            case DESTINATION -> "on {destination}";
            case SNAPSHOT -> "on the host where the snapshot was taken";
            case GUEST -> "for {guest}";
        };
        String guest = "{guest of a command}";
        return switch (name.kind()) {
            case KERNEL -> host + ": `uname -r`";
            case QEMU ->
                name.party() == Party.DESTINATION
                        ? host + ": `qemu-system-x86_64 --version`, or the emulator that `virsh capabilities` names"
                        : host + ": `virsh qemu-monitor-command " + guest
                                + " '{\"execute\":\"query-version\"}'` (the running process may be older than the installed binary)";
            case PLATFORM, ARCH, VENDOR -> host + ": `uname -m`, and `grep -m1 vendor_id /proc/cpuinfo`";
            case COUNT ->
                name == FactName.SNAPSHOT_L2_LIVE
                        ? "ask whoever took it: were L2 guests running in {guest} then?"
                        : "inside {guest}: `virsh list --all`, all must be shut off; from its host: `virsh domstats --vcpu "
                                + guest + "` (guest_mode, nested_run)";
            case ACCELERATOR -> host + ": `virsh qemu-monitor-command " + guest + " '{\"execute\":\"query-kvm\"}'`";
            case CPU_MODE -> host + ": `virsh dumpxml " + guest + "`, mode of <cpu>";
            case GUEST_LEVEL, OPERATING_LEVEL ->
                host + ": `systemd-detect-virt` on the host that runs it (none: bare metal)";
            case TEXT, CPU_ID -> host + ": `lscpu`";
            case FLAG -> flag(name, host, guest);
        };
    }

    private static String flag(FactName name, String host, String guest) {
        return switch (name) {
            case SOURCE_NESTED, DESTINATION_NESTED -> host + ": `grep . /sys/module/kvm*/parameters/nested`";
            case SOURCE_HPAGE, DESTINATION_HPAGE -> host + ": `cat /sys/module/kvm/parameters/hpage`";
            case SOURCE_CAPABILITY, DESTINATION_CAPABILITY, SNAPSHOT_CAPABILITY ->
                host
                        + ": `nestguard collect` probes KVM_CAP_NESTED_STATE; by hand as root: `perl -e 'open F,\"+<\",\"/dev/kvm\" or die; print ioctl(F,0xAE03,157)+0'` (0 is false)";
            case GUEST_NESTING -> "inside {guest}: `grep -cwE 'vmx|svm|sie' /proc/cpuinfo` (0 is false)";
            case GUEST_MOVED, SNAPSHOT_MOVED ->
                "was {guest} migrated or loaded with a live L2 since its last cold start? If nobody knows, restart it";
            default -> host + ": `virsh dumpxml " + guest + "`";
        };
    }
}
