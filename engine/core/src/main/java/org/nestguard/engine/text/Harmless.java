package org.nestguard.engine.text;

/** Makes text that somebody else wrote fit for a terminal or a log: nothing in it can move a cursor or turn lines round. */
public final class Harmless {
    private Harmless() {}

    /** The text with control, format and other invisible characters shown as their code points. */
    public static String text(String text) {
        if (text.codePoints().allMatch(Harmless::visible)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (visible(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("<U+%04X>", c));
            }
        });
        return shown.toString();
    }

    /** The same, cut to that many characters. */
    public static String text(String text, int most) {
        String shown = text(text.length() > most ? text.substring(0, most) : text);
        return text.length() > most ? shown + "..." : shown;
    }

    private static boolean visible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
