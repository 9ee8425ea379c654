package org.nestguard.evidence.doctor;

import java.util.regex.Pattern;

/** Words for a POSIX shell. */
final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWord() {}

    /** The text as one word that the shell takes literally. */
    static String quoted(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** Whether the text can stand in a command as it is, and be read by a person without a second thought. */
    static boolean plain(String text) {
        return PLAIN.matcher(text).matches();
    }
}
