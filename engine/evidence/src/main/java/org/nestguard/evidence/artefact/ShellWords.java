package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.List;

/** A command line as a POSIX shell would split it; nothing is expanded. */
final class ShellWords {
    static final int MOST = 200_000;

    private final String text;
    private int at;

    private ShellWords(String text) {
        this.text = text;
    }

    /** The words, without their quotes; a backslash before the end of a line joins it to the next one. */
    static Reading<List<String>> split(String text) {
        return new ShellWords(text).words();
    }

    private Reading<List<String>> words() {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
                if (words.size() > MOST) {
                    return Reading.unsaid("the command line has more than " + MOST + " words");
                }
                continue;
            }
            if (c == '\\') {
                if (newline()) {
                    continue;
                }
                if (at < text.length()) {
                    word.append(text.charAt(at++));
                }
            } else if (c == '\'' || c == '"') {
                if (!quoted(c, word)) {
                    return Reading.unsaid("a quote in the command line is not closed");
                }
            } else {
                word.append(c);
            }
            inWord = true;
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words.isEmpty() ? Reading.unsaid("the command line is empty") : Reading.said(words, 0);
    }

    /** Steps over the end of a line, where it stands here. */
    private boolean newline() {
        int before = at;
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
            return true;
        }
        at = before;
        return false;
    }

    private boolean quoted(char quote, StringBuilder word) {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return true;
            }
            if (c == '\\' && quote == '"') {
                if (newline()) {
                    continue;
                }
                if (at < text.length() && "\\\"$`".indexOf(text.charAt(at)) >= 0) {
                    c = text.charAt(at++);
                }
            }
            word.append(c);
        }
        return false;
    }
}
