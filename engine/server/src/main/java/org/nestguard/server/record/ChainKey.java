package org.nestguard.server.record;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.server.record.RecordException.Reason;
import org.nestguard.store.EpochMicros;

/** The key that the record is made with, and what is made with it: HMAC-SHA256, in hexadecimal digits. */
final class ChainKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;

    private final SecretKeySpec key;

    private ChainKey(byte[] bytes) {
        key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** Makes a new key, whole or not at all, where the file is not there. */
    static void make(Path file) {
        if (Files.exists(file)) {
            return;
        }
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(draft); // of one that was killed meanwhile
            PrivateFile.make(draft);
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(bytes));
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new RecordException(Reason.KEY, "the key cannot be made: " + e.getMessage(), e);
        }
    }

    static ChainKey read(Path file) {
        if (!Files.exists(file)) {
            throw new RecordException(
                    Reason.KEY,
                    "the key " + file
                            + " is not there, and decisions were recorded with one: bring it back, for nothing"
                            + " can be verified or recorded without it",
                    null);
        }
        try {
            PrivateFile.checkKept(file);
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length != BYTES) {
                throw new RecordException(
                        Reason.KEY, file + " is no key: it has " + bytes.length + " bytes, not " + BYTES, null);
            }
            return new ChainKey(bytes);
        } catch (IOException e) {
            throw new RecordException(Reason.KEY, "the key cannot be taken: " + e.getMessage(), e);
        }
    }

    /** Tells this key from another. */
    String proof() {
        return mac("key");
    }

    /** Of a decision and its place in the record. */
    String mac(Rows.Row row) {
        // of a decision without waivers it is what it was before there were any
        List<@Nullable String> parts = new ArrayList<>(Arrays.asList(
                "decision",
                Long.toString(row.seq()),
                Long.toString(row.decidedAt()),
                row.caller(),
                row.operation(),
                row.guestUuid(),
                row.guestName(),
                row.source(),
                row.destination(),
                row.verdict(),
                row.effective(),
                row.rules(),
                row.ruleBase(),
                row.question(),
                row.previous()));
        if (row.waivers() != null) {
            parts.add(row.waivers());
        }
        return mac(parts.toArray(new @Nullable String[0]));
    }

    /** Of a checkpoint. */
    String seal(Head removed, Instant at) {
        return mac("checkpoint", Long.toString(removed.seq()), removed.mac(), Long.toString(EpochMicros.of(at)));
    }

    /** Of something else that the site says of itself. */
    String seal(String text) {
        return mac("seal", text);
    }

    static boolean equal(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** Each part with its length before it: no two different lists of parts are the same bytes. */
    private String mac(@Nullable String... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String part : parts) {
                if (part == null) {
                    out.writeInt(-1);
                } else {
                    byte[] text = part.getBytes(StandardCharsets.UTF_8);
                    out.writeInt(text.length);
                    out.write(text);
                }
            }
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
