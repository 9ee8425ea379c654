package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** The help of every command, on a terminal of 80 columns. */
class HelpTextTest {
    private static final int WIDTH = 80;

    private static Console console(OutputStream out) {
        return new Console(
                InputStream.nullInputStream(),
                out,
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                WIDTH,
                false,
                false);
    }

    static List<String> commands() {
        List<String> names = new ArrayList<>();
        add(new Commands(console(OutputStream.nullOutputStream())).all(), names);
        return names;
    }

    private static void add(CommandLine command, List<String> names) {
        names.add(command.getCommandSpec().qualifiedName());
        command.getSubcommands().values().forEach(below -> add(below, names));
    }

    private static CommandSpec spec(String command) {
        CommandLine line = new Commands(console(OutputStream.nullOutputStream())).all();
        for (String word : command.split(" ", -1)) {
            line = word.equals("nestguard")
                    ? line
                    : Objects.requireNonNull(line.getSubcommands().get(word), word);
        }
        return line.getCommandSpec();
    }

    private static List<String> help(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String words = (command + " --help").substring("nestguard ".length());
        assertEquals(0, new Commands(console(out)).run(words.split(" ", -1)));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noLineIsWiderThanTheTerminal(String command) {
        for (String line : help(command)) {
            assertTrue(line.length() <= WIDTH, line);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void anExampleIsWhole(String command) {
        List<String> footer = List.of(spec(command).usageMessage().footer());
        List<String> help = help(command);
        int begin = footer.indexOf("Examples:");
        for (String example : footer.subList(begin < 0 ? footer.size() : begin, footer.size())) {
            assertTrue(help.contains(example), example);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noWordIsBroken(String command) {
        Set<String> shown = new HashSet<>();
        help(command).forEach(line -> shown.addAll(words(line)));
        CommandSpec spec = spec(command);
        Stream<String> texts = Stream.of(
                        Stream.of(spec.usageMessage().description()),
                        Stream.of(spec.usageMessage().footer()),
                        Stream.concat(spec.options().stream(), spec.positionalParameters().stream())
                                .map(ArgSpec::description)
                                .flatMap(Stream::of),
                        spec.subcommands().values().stream()
                                .map(below ->
                                        below.getCommandSpec().usageMessage().description()[0]))
                .flatMap(text -> text);
        texts.flatMap(text -> words(text).stream())
                .filter(word -> !word.contains("$") && !word.contains("%"))
                .forEach(word -> assertTrue(shown.contains(word), word));
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatFollowsALabelStandsBelowItsText(String command) {
        List<String> help = help(command);
        for (int i = 1; i < help.size(); i++) {
            String before = help.get(i - 1);
            if (before.matches(" {2}\\d+( *, \\d+)* {2,}\\S.*") && !help.get(i).isEmpty()) {
                String line = help.get(i);
                boolean label = line.matches(" {2}\\d.*");
                assertTrue(label || line.startsWith("      "), line);
            }
        }
    }
}
