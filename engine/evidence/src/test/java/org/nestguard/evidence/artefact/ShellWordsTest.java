package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    private static List<String> words(String text) {
        return ShellWords.split(text).value().orElseThrow();
    }

    @Test
    void wordsEndAtWhiteSpace() {
        assertEquals(List.of("a", "b", "c"), words(" a\tb \n c "));
    }

    @Test
    void aBackslashJoinsLines() {
        assertEquals(List.of("a", "path=/x,server", "b"), words("a \\\npath=/x,\\\nserver \\\r\nb"));
    }

    @Test
    void quotesKeepWhatIsInThem() {
        assertEquals(List.of("a b", "", "c\"d", "e'f"), words("'a b' '' 'c\"d' \"e'f\""));
    }

    @Test
    void aQuoteInsideSingleQuotesIsWrittenOutsideThem() {
        assertEquals(List.of("guest=it's"), words("'guest=it'\\''s'"));
    }

    @Test
    void inDoubleQuotesABackslashTakesFourCharactersOnly() {
        assertEquals(List.of("a\"b\\nc$"), words("\"a\\\"b\\nc\\$\""));
    }

    @Test
    void aQuoteThatIsNotClosedIsNoCommandLine() {
        assertTrue(ShellWords.split("kvm -name 'x").value().isEmpty());
    }

    @Test
    void theNumberOfWordsHasABound() {
        assertTrue(ShellWords.split("a ".repeat(300_000)).value().isEmpty());
    }

    @Test
    void inDoubleQuotesABackslashTakesABacktick() {
        assertEquals(List.of("a`b"), words("\"a\\`b\""));
    }
}
