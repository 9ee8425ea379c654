package org.nestguard.engine.text;

/** Text broken into lines at spaces; a word that is longer than a line stands on one of its own. */
public final class Wrapped {
    private Wrapped() {}

    /**
     * Breaks a text made harmless.
     *
     * @param first what the first line begins with
     * @param rest what the others begin with
     * @return the lines, each with its end
     */
    public static String text(String text, int width, String first, String rest) {
        StringBuilder out = new StringBuilder();
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : Harmless.text(text).split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > width) {
                out.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(rest);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        return out.append(line.toString().stripTrailing()).append('\n').toString();
    }
}
