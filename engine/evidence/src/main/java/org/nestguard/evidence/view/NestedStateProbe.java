package org.nestguard.evidence.view;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.Reading;

/**
 * Asks KVM itself whether it can carry nested state from one host to another: {@code KVM_CHECK_EXTENSION(KVM_CAP_NESTED_STATE)}
 * on {@code /dev/kvm} (Linux, Documentation/virt/kvm/api.rst). Stronger than any kernel version, as distributions backport.
 * It speaks of x86; KVM of other architectures answers 0 whatever they can do. On x86 it does not hang on the
 * {@code nested} parameter: the code is there, whether or not it is on.
 */
public final class NestedStateProbe {
    /** What it is called in a tree, as if it were a command. */
    public static final List<String> COMMAND = List.of("nestguard-probe", "nested-state");

    /**
     * What KVM answered.
     *
     * @param supported whether there is such a thing as nested state here
     * @param bytes the answer itself: the largest size of the state, 0 for none; empty where there is no answer
     * @param how how it was asked: {@code java}, {@code perl}, {@code python3}; empty where it could not be
     */
    public record Answer(Reading<Boolean> supported, OptionalInt bytes, String how) {}

    private static final String DEVICE = "/dev/kvm";
    private static final int GET_API_VERSION = 0xAE00;
    private static final int CHECK_EXTENSION = 0xAE03;

    /** PowerPC writes "no direction" of an ioctl with a bit of its own. */
    private static final int POWER_NONE = 0x20000000;

    private static final int NESTED_STATE = 157;
    private static final int API_VERSION = 12;
    private static final int READ_WRITE_CLOEXEC = 0x80002;

    /** With the bits for "no direction" as its argument, as the one below. */
    private static final String PERL = """
            $n = $ARGV[0];
            open(F, '+<', '/dev/kvm') or die "/dev/kvm: $!\\n";
            defined($a = ioctl(F, $n | 0xAE00, 0)) or die "/dev/kvm: $!\\n";
            defined($s = ioctl(F, $n | 0xAE03, 157)) or die "/dev/kvm: $!\\n";
            printf "api %d\\nnested-state %d\\nby perl\\n", $a, $s
            """;

    private static final String PYTHON = """
            import fcntl, os, sys
            n = int(sys.argv[1])
            try:
                kvm = os.open('/dev/kvm', os.O_RDWR | os.O_CLOEXEC)
                print('api', fcntl.ioctl(kvm, n | 0xAE00, 0))
                print('nested-state', fcntl.ioctl(kvm, n | 0xAE03, 157))
                print('by python3')
            except OSError as e:
                sys.exit('/dev/kvm: ' + e.strerror)
            """;

    private static final Pattern ANSWER =
            Pattern.compile("\\s*api ([0-9]{1,9})\\s+nested-state ([0-9]{1,9})\\s+by ([a-z0-9]{1,20})\\s*");

    private NestedStateProbe() {}

    /** Asks, or takes what was captured. */
    public static Answer ask(HostView host) {
        return read(artefact(host));
    }

    /** The probe's raw outcome, as a tree keeps it. */
    public static Artefact artefact(HostView host) {
        return host instanceof LiveHost live ? probe(live) : host.command(COMMAND);
    }

    /** Reads a raw outcome. */
    public static Answer read(Artefact artefact) {
        if (artefact instanceof Artefact.Missing missing) {
            return new Answer(Reading.unsaid(missing.why()), OptionalInt.empty(), "");
        }
        Matcher answer = ANSWER.matcher(((Artefact.Text) artefact).text());
        if (!answer.matches()) {
            return new Answer(Reading.unsaid("no answer of KVM in it"), OptionalInt.empty(), "");
        }
        if (Integer.parseInt(answer.group(1)) != API_VERSION) {
            return new Answer(
                    Reading.unsaid("a KVM of API version " + answer.group(1) + ", not " + API_VERSION),
                    OptionalInt.empty(),
                    answer.group(3));
        }
        int bytes = Integer.parseInt(answer.group(2));
        return new Answer(Reading.said(bytes > 0, 2), OptionalInt.of(bytes), answer.group(3));
    }

    private static Artefact probe(LiveHost host) {
        String from = String.join(" ", COMMAND);
        if (!Files.exists(Path.of(DEVICE))) {
            return new Artefact.Missing(
                    from, "there is no " + DEVICE + "; load kvm_intel, kvm_amd or kvm for this host");
        }
        if (!Files.isReadable(Path.of(DEVICE)) || !Files.isWritable(Path.of(DEVICE))) {
            return new Artefact.Missing(
                    from, "permission denied on " + DEVICE + "; run this as root, or add the user to the group kvm");
        }
        int none = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).startsWith("ppc") ? POWER_NONE : 0;
        Optional<Artefact> direct = foreign(from, none);
        if (direct.isPresent()) {
            return direct.get();
        }
        Artefact perl = host.command(List.of("perl", "-e", PERL, String.valueOf(none)));
        if (perl instanceof Artefact.Text text) {
            return new Artefact.Text(from, text.at(), text.text());
        }
        Artefact python = host.command(List.of("python3", "-c", PYTHON, String.valueOf(none)));
        if (python instanceof Artefact.Text text) {
            return new Artefact.Text(from, text.at(), text.text());
        }
        return new Artefact.Missing(
                from,
                "nobody to ask it: " + ((Artefact.Missing) perl).why() + "; " + ((Artefact.Missing) python).why()
                        + "; Java can, from 22 on with --enable-native-access=ALL-UNNAMED");
    }

    private static Optional<Artefact> foreign(String from, int none) {
        return ForeignCalls.allowed().flatMap(calls -> {
            try {
                int device = calls.open(DEVICE, READ_WRITE_CLOEXEC);
                int api = calls.ioctl(device, none | GET_API_VERSION, 0);
                int bytes = calls.ioctl(device, none | CHECK_EXTENSION, NESTED_STATE);
                calls.close(device);
                return api < 0 || bytes < 0
                        ? Optional.empty()
                        : Optional.of(new Artefact.Text(
                                from, Instant.now(), "api " + api + "\nnested-state " + bytes + "\nby java\n"));
            } catch (ReflectiveOperationException | IllegalStateException e) {
                return Optional.empty();
            }
        });
    }
}
