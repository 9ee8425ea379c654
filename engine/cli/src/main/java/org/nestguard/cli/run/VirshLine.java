package org.nestguard.cli.run;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command line of virsh.
 *
 * @param virsh the program and its connection, to ask it for more
 * @param meaning what the command does
 */
record VirshLine(Virsh virsh, Meaning meaning) {
    private static final String ALONE_FLAGS = "qrt";
    private static final String VALUED = "cdeklK";
    /** As virsh reads an id. */
    private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?[0-9]+");

    private static final Map<String, Character> LONG = Map.of(
            "connect",
            'c',
            "debug",
            'd',
            "escape",
            'e',
            "keepalive-interval",
            'k',
            "keepalive-count",
            'K',
            "log",
            'l',
            "quiet",
            'q',
            "readonly",
            'r',
            "timing",
            't');

    /** Reads a command; empty where it is none of virsh, by name or path. */
    static Optional<VirshLine> read(List<String> command) {
        String program = command.get(0);
        return program.substring(program.lastIndexOf('/') + 1).equals("virsh")
                ? Optional.of(new Reader(command).line())
                : Optional.empty();
    }

    /** Reads the options before the command as getopt_long does, but for names cut short: those are not understood. */
    private static final class Reader {
        private final List<String> words;
        private final List<String> connection = new ArrayList<>();
        private int next = 1;
        private boolean strange;

        Reader(List<String> words) {
            this.words = words;
            connection.add(words.get(0));
        }

        VirshLine line() {
            while (!strange && next < words.size() && words.get(next).startsWith("-")) {
                String word = words.get(next++);
                if (word.equals("--")) {
                    break;
                }
                if (word.startsWith("--")) {
                    named(word);
                } else {
                    lettered(word);
                }
            }
            Meaning meaning = strange
                    ? new Meaning.Unclear("these options of virsh are not understood")
                    : meaning(words.subList(next, words.size()));
            return new VirshLine(new Virsh(connection), meaning);
        }

        private void named(String word) {
            int equals = word.indexOf('=');
            Character letter = LONG.get(word.substring(2, equals < 0 ? word.length() : equals));
            if (letter == null || (equals >= 0 && VALUED.indexOf(letter) < 0)) {
                strange = true;
            } else if (equals >= 0) {
                take(letter, word.substring(equals + 1));
            } else if (VALUED.indexOf(letter) >= 0) {
                takeNext(letter);
            } else {
                take(letter, "");
            }
        }

        /** {@code -qr}, {@code -cURI}, {@code -qc URI}. */
        private void lettered(String word) {
            for (int i = 1; i < word.length(); i++) {
                char letter = word.charAt(i);
                if (VALUED.indexOf(letter) >= 0) {
                    if (i + 1 < word.length()) {
                        take(letter, word.substring(i + 1));
                    } else {
                        takeNext(letter);
                    }
                    return;
                }
                if (ALONE_FLAGS.indexOf(letter) < 0) {
                    strange = true;
                    return;
                }
                take(letter, "");
            }
            strange |= word.length() == 1;
        }

        private void takeNext(char letter) {
            if (next < words.size()) {
                take(letter, words.get(next++));
            } else {
                strange = true;
            }
        }

        /** What makes a connection another one is kept; of several URIs the last counts. */
        private void take(char letter, String value) {
            if (letter == 'c') {
                connection.subList(1, connection.size()).clear();
                connection.add("--connect=" + value);
            }
        }
    }

    private static Meaning meaning(List<String> words) {
        if (words.isEmpty()) {
            return new Meaning.Unclear("virsh is to ask for commands itself");
        }
        if (words.size() == 1) {
            return new Meaning.Unclear(
                    "virsh is to take one word apart itself: give it a command with its words one by one");
        }
        List<String> rest = words.subList(1, words.size());
        return switch (words.get(0)) {
            case "save" -> of(VirshOptions.SAVE, rest, said -> new Meaning.Save(domain(said), true));
            case "managedsave" -> of(VirshOptions.MANAGED_SAVE, rest, said -> new Meaning.Save(domain(said), true));
            case "restore" -> of(VirshOptions.RESTORE, rest, VirshLine::restore);
            case "start" ->
                of(
                        VirshOptions.START,
                        rest,
                        said -> said.containsKey("force-boot") ? new Meaning.NoState() : start(domain(said)));
            case "snapshot-create" -> of(VirshOptions.SNAPSHOT_CREATE, rest, VirshLine::snapshot);
            case "snapshot-create-as" -> of(VirshOptions.SNAPSHOT_CREATE_AS, rest, VirshLine::snapshot);
            case "migrate" -> of(VirshOptions.MIGRATE, rest, VirshLine::migrate);
            default -> new Meaning.Unclear("it is not known what this command of virsh does to a guest");
        };
    }

    private interface Sense {
        Meaning of(Map<String, String> said);
    }

    private static Meaning of(VirshOptions options, List<String> words, Sense sense) {
        return options.read(words)
                .map(said -> said.containsKey(VirshOptions.HELP) ? new Meaning.NoState() : sense.of(said))
                .orElseGet(() -> new Meaning.Unclear("the options of this command of virsh are not understood"));
    }

    private static String domain(Map<String, String> said) {
        return said.getOrDefault("domain", "");
    }

    /** To {@code start} a number is a name, and to what is asked about the guest it is an id: another guest's, perhaps. */
    private static Meaning start(String domain) {
        return NUMBER.matcher(domain).matches()
                ? new Meaning.Unclear(
                        "a number may be the name of one guest and the id of another; say the guest's UUID")
                : new Meaning.Start(domain);
    }

    /** With another description in the place of its own, an image may become another guest. */
    private static Meaning restore(Map<String, String> said) {
        return said.containsKey("xml")
                ? new Meaning.Unclear("with --xml, what is restored is not what the image tells")
                : new Meaning.Restore(said.getOrDefault("file", ""));
    }

    /** Of a running guest, all but {@code --disk-only} keeps the memory, whatever the XML file says. */
    private static Meaning snapshot(Map<String, String> said) {
        boolean disks = said.containsKey("disk-only") && !said.containsKey("memspec");
        return disks || said.containsKey("print-xml") ? new Meaning.NoState() : new Meaning.Save(domain(said), false);
    }

    private static Meaning migrate(Map<String, String> said) {
        return said.containsKey("direct")
                ? new Meaning.Unclear("with --direct, the URI names no libvirt of the destination")
                : new Meaning.Migrate(domain(said), host(said.getOrDefault("desturi", "")));
    }

    /** The host that a URI of libvirt names; empty for one of this host, or an alias. */
    static Optional<String> host(String uri) {
        try {
            return Optional.ofNullable(new URI(uri).getHost())
                    .map(host -> host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
