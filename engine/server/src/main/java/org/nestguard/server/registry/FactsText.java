package org.nestguard.server.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FactsReader;
import org.nestguard.engine.text.FactsWriter;
import org.nestguard.engine.text.UnreadableException;

/** Facts as the database keeps them: documents, version 1, of one host or one guest, on one line. */
final class FactsText {
    private FactsText() {}

    static String ofHost(Known host) {
        return text(new FactsDocument(host, List.of()));
    }

    /** In a document whose host says nothing. */
    static String ofGuest(Known guest) {
        return text(new FactsDocument(new Known(Subject.HOST, guest.observedAt(), Map.of()), List.of(guest)));
    }

    static Known host(String text) {
        return read(text).host();
    }

    static Known guest(String text) {
        return read(text).guests().get(0);
    }

    /** Equal for equal documents only. */
    static String digest(FactsDocument document) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(text(document).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(FactsDocument document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            FactsWriter.json(document, true, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static FactsDocument read(String text) {
        try {
            return FactsReader.read("the registry", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (UnreadableException e) {
            throw new IllegalStateException(
                    "facts in the database cannot be read: " + e.problem().inOneLine(), e);
        }
    }
}
