package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.PlainLines.Line;

/**
 * What modprobe will do, by the files of its folders and the kernel's command line: modprobe.d(5), and libkmod, which reads
 * the command line after all files. It is what somebody wants; what is so stands in {@code /sys/module}.
 */
public final class ModprobeConfiguration {
    /** The folders, the first being the strongest: a file's name in it hides the same name in all that follow. */
    public static final List<String> FOLDERS = List.of(
            "/etc/modprobe.d",
            "/run/modprobe.d",
            "/usr/local/lib/modprobe.d",
            "/usr/lib/modprobe.d",
            "/lib/modprobe.d");

    /** How a place on the kernel's command line is called. */
    public static final String COMMAND_LINE = "/proc/cmdline";

    private static final int MOST_ENTRIES = 20_000;
    private static final int MOST_COMPLAINTS = 50;
    private static final Pattern DOES_NOTHING = Pattern.compile("(?:/usr)?(?:/s?bin/)?(?:true|false|:)(?:[ \t].*)?");

    /**
     * A file of one of the folders.
     *
     * @param folder as in {@link #FOLDERS}
     * @param name without the folder; only {@code *.conf} counts
     * @param text all of it
     */
    public record ConfigurationFile(String folder, String name, String text) {}

    /**
     * Where something stands.
     *
     * @param from the file's path
     * @param line from 1
     */
    public record Place(String from, int line) {
        @Override
        public String toString() {
            return from.equals(COMMAND_LINE) ? "the kernel's command line" : from + ":" + line;
        }
    }

    /**
     * One parameter set once.
     *
     * @param module with underscores
     * @param parameter with underscores
     * @param value empty for the bare name
     * @param at where it is set
     */
    public record Setting(String module, String parameter, Optional<String> value, Place at) {
        /** As it is written: {@code nested=1}. */
        public String written() {
            return parameter + value.map(v -> "=" + v).orElse("");
        }
    }

    private record Command(String module, String command, Place at) {}

    private record Mention(String module, Place at) {}

    private final List<Setting> settings = new ArrayList<>();
    private final List<Command> installs = new ArrayList<>();
    private final List<Mention> blacklist = new ArrayList<>();
    private final List<Mention> refused = new ArrayList<>();
    private final List<String> hidden = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private ModprobeConfiguration() {}

    /**
     * Reads files in any order, and the command line.
     *
     * @param kernelCommandLine the text of {@code /proc/cmdline}; empty where it is not known
     */
    public static ModprobeConfiguration read(List<ConfigurationFile> files, String kernelCommandLine) {
        ModprobeConfiguration read = new ModprobeConfiguration();
        TreeMap<String, ConfigurationFile> byName = new TreeMap<>();
        files.stream()
                .filter(f -> f.name().endsWith(".conf") && !f.name().startsWith("."))
                .sorted(Comparator.comparingInt(f -> rank(f.folder())))
                .forEach(f -> {
                    ConfigurationFile stronger = byName.putIfAbsent(f.name(), f);
                    // with /lib being /usr/lib every file is there twice
                    if (stronger != null && !stronger.text().equals(f.text())) {
                        read.hidden.add(path(f) + " is hidden by " + path(stronger));
                    }
                });
        byName.values().forEach(read::file);
        read.commandLine(kernelCommandLine);
        return read;
    }

    private static int rank(String folder) {
        int known = FOLDERS.indexOf(folder);
        return known < 0 ? FOLDERS.size() : known;
    }

    private static String path(ConfigurationFile file) {
        return file.folder() + "/" + file.name();
    }

    /** All settings of a module, in the order in which the kernel gets them. */
    public List<Setting> settings(String module) {
        String sought = ModuleName.of(module);
        return settings.stream().filter(s -> s.module().equals(sought)).toList();
    }

    /** The setting of a parameter that counts: the last. */
    public Optional<Setting> last(String module, String parameter) {
        return settings(module).stream()
                .filter(s -> s.parameter().equals(ModuleName.of(parameter)))
                .reduce((before, after) -> after);
    }

    /** Where a module is kept from being loaded by itself; a modprobe of its name still loads it. */
    public Optional<Place> blacklisted(String module) {
        return mention(blacklist, module);
    }

    /** Files that do not count because a stronger folder has another of the same name, a sentence each. */
    public List<String> hidden() {
        return List.copyOf(hidden);
    }

    /** Lines that modprobe passes over, and files that were not read, a sentence each. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** What becomes of a parameter of that type when {@code modprobe MODULE} is called, or the module loads by itself. */
    public NextLoad nextLoad(String module, String parameter, ParameterType type) {
        Optional<Place> never = mention(refused, module);
        if (never.isPresent()) {
            return new NextLoad.WillNotLoad(never.get(), "module_blacklist= names it", Optional.empty());
        }
        String sought = ModuleName.of(module);
        Optional<Command> install =
                installs.stream().filter(c -> c.module().equals(sought)).findFirst();
        if (install.isPresent()) {
            return DOES_NOTHING.matcher(install.get().command()).matches()
                    ? new NextLoad.WillNotLoad(
                            install.get().at(),
                            "instead of loading it, " + install.get().command() + " is run",
                            Optional.empty())
                    : new NextLoad.Open(
                            install.get().at(), "instead of modprobe a command loads it, which may set anything");
        }
        // the kernel takes the settings from left to right: one that it refuses ends the load, whatever follows
        for (Setting setting : settings(module)) {
            if (setting.parameter().equals(ModuleName.of(parameter))
                    && type.input(setting.value()) == ParameterType.Input.REFUSED) {
                return new NextLoad.WillNotLoad(
                        setting.at(),
                        setting.written() + " is refused: " + parameter + " takes " + type.takes(),
                        Optional.of(setting));
            }
        }
        return last(module, parameter)
                .map(s -> outcome(s, type.input(s.value())))
                .orElse(new NextLoad.Unset());
    }

    private static NextLoad outcome(Setting setting, ParameterType.Input input) {
        return input == ParameterType.Input.AUTOMATIC
                ? new NextLoad.Automatic(setting)
                : new NextLoad.Becomes(input == ParameterType.Input.ON, setting);
    }

    private static Optional<Place> mention(List<Mention> mentions, String module) {
        String sought = ModuleName.of(module);
        return mentions.stream()
                .filter(m -> m.module().equals(sought))
                .map(Mention::at)
                .findFirst();
    }

    private void file(ConfigurationFile file) {
        String path = path(file);
        PlainLines lines = PlainLines.of(file.text());
        lines.trouble().ifPresent(t -> complain(path + " is not read: " + t));
        List<Line> all = lines.lines();
        for (int i = 0; i < all.size(); i++) {
            Line first = all.get(i);
            StringBuilder joined = new StringBuilder(first.text());
            // a line goes on behind a backslash at its end, a comment too
            while (!joined.isEmpty() && joined.charAt(joined.length() - 1) == '\\' && i + 1 < all.size()) {
                joined.setLength(joined.length() - 1);
                joined.append(all.get(++i).text());
            }
            String text = joined.toString();
            if (!text.startsWith("#") && !text.isBlank()) {
                directive(text.strip(), new Place(path, first.number()));
            }
        }
    }

    private void directive(String text, Place at) {
        if (settings.size() + installs.size() + blacklist.size() >= MOST_ENTRIES) {
            complain(at + " and what follows is not read: there are more than " + MOST_ENTRIES + " entries");
            return;
        }
        String[] words = text.split("[ \t]+", 3);
        String rest = words.length < 3 ? "" : words[2].strip();
        boolean whole = words.length == 3;
        switch (words[0]) {
            case "options" -> {
                if (whole) {
                    tokens(rest).forEach(t -> setting(words[1], t, at));
                } else {
                    complain(at + " names no option");
                }
            }
            case "install" -> {
                if (whole) {
                    installs.add(new Command(ModuleName.of(words[1]), rest, at));
                } else {
                    complain(at + " names no command");
                }
            }
            case "blacklist" -> {
                if (words.length > 1) {
                    blacklist.add(new Mention(ModuleName.of(words[1]), at));
                } else {
                    complain(at + " names no module");
                }
            }
            case "alias", "remove", "softdep", "weakdep" -> {
                if (!whole) {
                    complain(at + " is not whole");
                } else if (words[0].equals("alias") && rest.contains(" ")) {
                    complain(at + " has more words than an alias has");
                }
            }
            default -> complain(at + " begins with no word that modprobe knows");
        }
    }

    private void setting(String module, String token, Place at) {
        int equals = token.indexOf('=');
        settings.add(new Setting(
                ModuleName.of(module),
                ModuleName.of(equals < 0 ? token : token.substring(0, equals)),
                equals < 0 ? Optional.empty() : Optional.of(token.substring(equals + 1)),
                at));
    }

    private void commandLine(String text) {
        if (text.length() > 1 << 16) {
            complain("the kernel's command line is not read: it is longer than 64 KiB");
            return;
        }
        Place at = new Place(COMMAND_LINE, 1);
        for (String token : tokens(text.strip())) {
            int equals = token.indexOf('=');
            String name = equals < 0 ? token : token.substring(0, equals);
            String value = equals < 0 ? "" : token.substring(equals + 1);
            int dot = name.indexOf('.');
            if (name.equals("modprobe.blacklist")) {
                mentions(value, at, blacklist);
            } else if (name.equals("module_blacklist")) {
                mentions(value, at, refused);
            } else if (dot > 0 && dot < name.length() - 1) {
                setting(name.substring(0, dot), token.substring(dot + 1), at);
            }
        }
    }

    private static void mentions(String modules, Place at, List<Mention> into) {
        for (String module : modules.split(",", -1)) {
            if (!module.isEmpty()) {
                into.add(new Mention(ModuleName.of(module), at));
            }
        }
    }

    /** Words divided by blanks, but not by those within double quotes, which themselves are dropped. */
    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        StringBuilder token = new StringBuilder();
        boolean quoted = false;
        boolean some = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                some = true;
            } else if (!quoted && (c == ' ' || c == '\t' || c == '\n')) {
                if (some) {
                    tokens.add(token.toString());
                }
                token.setLength(0);
                some = false;
            } else {
                token.append(c);
                some = true;
            }
        }
        if (some) {
            tokens.add(token.toString());
        }
        return tokens;
    }

    private void complain(String sentence) {
        if (complaints.size() < MOST_COMPLAINTS) {
            complaints.add(sentence);
        }
    }
}
