package org.nestguard.evidence.view;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How a tree that this project captures is laid out. The host's files stand under their own paths ({@code proc/cpuinfo}), and
 * each command has a folder below {@code commands}, called as sos would call it, with the files {@code words} (one a line),
 * {@code stdout}, {@code stderr}, {@code status} and {@code at}. {@code nestguard-collect} writes the same in shell.
 */
public final class TreeLayout {
    /** The file on top that says that a tree is one of ours, and when it was captured: {@code collected-at: 2026-…Z}. */
    public static final String MARKER = "nestguard-tree";

    public static final String COLLECTED_AT = "collected-at: ";

    /** What was collected and what was not: {@code file|command TAB what TAB collected|missing TAB why}. */
    public static final String MANIFEST = "MANIFEST.tsv";

    public static final String COMMANDS = "commands";

    /** A second, later look at the counters: a tree in the tree. */
    public static final String SAMPLE = "sample";

    private static final Pattern PROGRAM_FOLDER = Pattern.compile("^/(?:usr/)?s?bin/");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^A-Za-z0-9_./-]+");
    private static final Pattern EDGE = Pattern.compile("^[ ._-]+|[ ._-]+$");
    private static final int MAX_NAME = 150;

    private TreeLayout() {}

    /** The name of a command's folder, without what is added where two commands would have the same. */
    public static String folder(List<String> words) {
        String mangled = mangled(words);
        String name = mangled.substring(0, Math.min(MAX_NAME, mangled.length()));
        return name.isEmpty() ? "_" : name;
    }

    /** The words of a command as sos makes a file name of them: without /usr/sbin, blanks as {@code _}, slashes as dots. */
    static String mangled(List<String> words) {
        String line = PROGRAM_FOLDER.matcher(String.join(" ", words)).replaceFirst("");
        String plain = NOT_PLAIN.matcher(line).replaceAll("_").replace('/', '.');
        return EDGE.matcher(plain).replaceAll("");
    }
}
