package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.List;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Tables;

/**
 * A sentence with words in braces, taken apart once and filled for every question. It is filled from the question as it was
 * asked, so that a value that a world merely supposes can never be shown.
 */
final class Template {
    private final List<Wording.Word> parts = new ArrayList<>();
    private final Operation operation;
    private final Tables tables;

    private Template(Operation operation, Tables tables) {
        this.operation = operation;
        this.tables = tables;
    }

    /** A sentence for questions of that operation. */
    static Template of(String text, Operation operation, Tables tables) {
        Template template = new Template(operation, tables);
        template.take(text);
        return template;
    }

    private void take(String text) {
        int done = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
            int close = text.indexOf('}', open);
            if (close < 0 || open + 1 == text.length() || !Character.isLetter(text.charAt(open + 1))) {
                continue; // a brace of a command that is quoted
            }
            text(text.substring(done, open));
            word(text.substring(open + 1, close));
            done = close + 1;
        }
        text(text.substring(done));
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            parts.add(shown -> text);
        }
    }

    private void word(String word) {
        String sentence = Wording.sentence(word, operation);
        if (sentence != null) {
            take(sentence);
        } else {
            parts.add(Wording.word(word, operation, tables));
        }
    }

    String fill(Shown shown) {
        if (parts.size() == 1) {
            return parts.get(0).in(shown);
        }
        StringBuilder filled = new StringBuilder(192);
        for (Wording.Word part : parts) {
            filled.append(part.in(shown));
        }
        return filled.toString();
    }
}
