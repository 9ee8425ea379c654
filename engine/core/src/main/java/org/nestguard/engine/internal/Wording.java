package org.nestguard.engine.internal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Distribution;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Platform;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Thresholds;
import org.nestguard.facts.Version;
import org.nestguard.facts.Worded;

/**
 * Fills the words in braces of a rule's sentences from the question as it was asked, so that a value that a world merely
 * supposes can never be shown. {@code origin}, {@code here} and {@code state} stand for the party that they mean for this
 * operation.
 */
final class Wording {
    private final Question question;
    private final Tables tables;

    Wording(Question question, Tables tables) {
        this.question = question;
        this.tables = tables;
    }

    /** A value as a document would write it. */
    static String value(Object value) {
        return value instanceof Worded worded ? worded.word() : value.toString();
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

    String fill(String template) {
        int open = template.indexOf('{');
        if (open < 0) {
            return template;
        }
        StringBuilder filled = new StringBuilder(template.length() + 64);
        int done = 0;
        while (open >= 0) {
            int close = template.indexOf('}', open);
            if (close < 0) {
                break;
            }
            filled.append(template, done, open).append(word(template.substring(open + 1, close)));
            done = close + 1;
            open = template.indexOf('{', done);
        }
        return filled.append(template, done, template.length()).toString();
    }

    private String word(String word) {
        Operation operation = question.operation();
        return switch (word) {
            case "guest" -> name(FactName.GUEST_NAME, "the guest");
            case "source" -> name(FactName.SOURCE_NAME, "the source");
            case "destination" -> name(FactName.DESTINATION_NAME, "the destination");
            case "origin" ->
                operation == Operation.LOADVM ? "the host of the snapshot" : name(FactName.SOURCE_NAME, "the source");
            case "here" ->
                operation == Operation.LOADVM
                        ? name(FactName.DESTINATION_NAME, "the destination")
                        : name(FactName.SOURCE_NAME, "the source");
            case "carrier" ->
                (operation == Operation.LOADVM ? "the snapshot of " : "") + name(FactName.GUEST_NAME, "the guest");
            case "live" ->
                liveGuests(operation == Operation.LOADVM ? FactName.SNAPSHOT_L2_LIVE : FactName.GUEST_L2_LIVE);
            case "live now" -> liveGuests(FactName.GUEST_L2_LIVE);
            case "live then" -> liveGuests(FactName.SNAPSHOT_L2_LIVE);
            case "end-live-l2" -> endLiveL2(operation);
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
            case "turn-nesting-on destination" -> turnNestingOn();
            default -> threshold(word).or(() -> defect(word)).orElseGet(() -> ofHost(word));
        };
    }

    private String liveGuests(FactName name) {
        Fact<?> fact = question.fact(name);
        return !fact.known()
                ? "live L2 guests"
                : fact.value() + (fact.value().equals(1) ? " live L2 guest" : " live L2 guests");
    }

    /** What lives in a snapshot cannot be shut down any more. */
    private String endLiveL2(Operation operation) {
        String guest = name(FactName.GUEST_NAME, "the guest");
        return operation == Operation.LOADVM
                ? "start " + guest + " from its disks, or load a snapshot that was taken with every L2 shut down"
                : "shut the L2 guests down inside " + guest
                        + ", so that `virsh list --all` there shows only \"shut off\", or migrate them away first: moving an"
                        + " L2 is always fine";
    }

    /** A version as people call it: 5.3, but 4.2.0 for QEMU. */
    static String kernel(Version version) {
        return version.micro() == 0 && version.candidate() == Version.RELEASED
                ? version.major() + "." + version.minor()
                : version.toString();
    }

    private String name(FactName name, String nameless) {
        Fact<?> fact = question.fact(name);
        return fact.known() ? fact.value().toString() : nameless;
    }

    private Optional<String> threshold(String word) {
        Thresholds t = tables.thresholds();
        return switch (word) {
            case "kernel-floor" -> Optional.of(kernel(t.kernelFloor()));
            case "qemu-floor" -> Optional.of(t.qemuFloor().toString());
            case "hpage-beside-nested" -> Optional.of(kernel(t.hpageBesideNested()));
            case "svm-nested-state" -> Optional.of(kernel(t.svmNestedState()));
            default -> Optional.empty();
        };
    }

    private Optional<String> defect(String word) {
        return word.startsWith("defect ")
                ? Optional.of(tables.defect(word.substring("defect ".length())).fixed())
                : Optional.empty();
    }

    private String ofHost(String word) {
        if (word.endsWith(".cpu")) {
            return shown(word.replace(".cpu", ".cpuModel"))
                    .or(() -> shown(word.replace(".cpu", ".cpuId")))
                    .orElse("a CPU that is not known");
        }
        if (word.endsWith(".distribution")) {
            return resolve(question.operation(), word.replace(".distribution", ".kernel"))
                    .map(question::fact)
                    .filter(Fact::known)
                    .flatMap(f -> tables.distributions().of((KernelRelease) f.value()))
                    .map(Distribution::name)
                    .orElse("not known");
        }
        if (word.endsWith(".said")) {
            return resolve(question.operation(), word.replace(".said", ""))
                    .map(question::fact)
                    .map(f -> f instanceof Fact.Missing<?> missing && missing.text() != null
                            ? "\"" + missing.text() + "\""
                            : f.known() ? f.value().toString() : "not given")
                    .orElse("not given");
        }
        return shown(word).orElse("not known");
    }

    private Optional<String> shown(String path) {
        return resolve(question.operation(), path)
                .map(question::fact)
                .filter(Fact::known)
                .map(f -> value(f.value()));
    }

    private String turnNestingOn() {
        String host = word("destination");
        Fact<?> platform = question.fact(FactName.DESTINATION_PLATFORM);
        if (!platform.known()) {
            return "turn nesting on at " + host + " (option nested=1 of its KVM module)";
        }
        return turnNestingOn((Platform) platform.value(), host);
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
        return paths.stream()
                .flatMap(p -> resolve(operation, p).stream())
                .filter(name -> PreparedQuestion.read(operation, name))
                .distinct()
                .toList();
    }

    /** The command that reads a fact, and where to run it. */
    String howToRead(FactName name) {
        String host = switch (name.party()) {
            case SOURCE -> "on " + word("source");
            case DESTINATION -> "on " + word("destination");
            case SNAPSHOT -> "on the host where the snapshot was taken";
            case GUEST -> "for " + word("guest");
        };
        @Nullable String guest = question.fact(FactName.GUEST_NAME).known() ? word("guest") : "GUEST";
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
                        ? "ask whoever took it: were L2 guests running in " + word("guest") + " then?"
                        : "inside " + word("guest")
                                + ": `virsh list --all`, all must be shut off; from its host: `virsh domstats --vcpu "
                                + guest + "` (guest_mode, nested_run)";
            case ACCELERATOR -> host + ": `virsh qemu-monitor-command " + guest + " '{\"execute\":\"query-kvm\"}'`";
            case CPU_MODE -> host + ": `virsh dumpxml " + guest + "`, mode of <cpu>";
            case GUEST_LEVEL, OPERATING_LEVEL ->
                host + ": `systemd-detect-virt` on the host that runs it (none: bare metal)";
            case TEXT, CPU_ID -> host + ": `lscpu`";
            case FLAG -> flag(name, host, guest);
        };
    }

    private String flag(FactName name, String host, String guest) {
        return switch (name) {
            case SOURCE_NESTED, DESTINATION_NESTED -> host + ": `grep . /sys/module/kvm*/parameters/nested`";
            case SOURCE_HPAGE, DESTINATION_HPAGE -> host + ": `cat /sys/module/kvm/parameters/hpage`";
            case SOURCE_CAPABILITY, DESTINATION_CAPABILITY, SNAPSHOT_CAPABILITY ->
                host
                        + ": `nestguard collect` probes KVM_CAP_NESTED_STATE; by hand as root: `perl -e 'open F,\"+<\",\"/dev/kvm\" or die; print ioctl(F,0xAE03,157)+0'` (0 is false)";
            case GUEST_NESTING -> "inside " + word("guest") + ": `grep -cwE 'vmx|svm|sie' /proc/cpuinfo` (0 is false)";
            case GUEST_MOVED, SNAPSHOT_MOVED ->
                "was " + word("guest")
                        + " migrated or loaded with a live L2 since its last cold start? If nobody knows, restart it";
            default -> host + ": `virsh dumpxml " + guest + "`";
        };
    }
}
