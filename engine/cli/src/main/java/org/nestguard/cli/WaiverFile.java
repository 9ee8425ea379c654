package org.nestguard.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.TableException;
import org.nestguard.catalogue.TableReader;
import org.nestguard.catalogue.TableRow;
import org.nestguard.engine.waiver.Waivers;

/** The list that {@code check --waivers} reads. */
final class WaiverFile {
    private final Path file;
    private final List<RuleCard> rules;

    WaiverFile(Path file, List<RuleCard> rules) {
        this.file = file;
        this.rules = rules;
    }

    /**
     * Adds one at the end, behind all that is there, or nothing. Of two that add at a time one waits for the other.
     *
     * @throws UsageException where the file cannot be read, or could not be with the new one in it
     */
    void add(NewWaiver waiver) throws IOException {
        try {
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
        } catch (NoSuchFileException e) {
            throw new UsageException(file + ": there is no such folder");
        }
        while (!addedTo(file.toRealPath(), waiver)) {
            // another has put a new file in its place meanwhile
        }
    }

    private boolean addedTo(Path real, NewWaiver waiver) throws IOException {
        Object seen = key(real);
        try (FileChannel channel = FileChannel.open(real, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid() || !Objects.equals(seen, key(real))) {
                return false;
            }
            WholeOutput.write(real, with(Files.readAllBytes(real), waiver));
            return true;
        }
    }

    private static Object key(Path path) throws IOException {
        return String.valueOf(
                Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    }

    private byte[] with(byte[] before, NewWaiver waiver) throws IOException {
        List<Map<String, List<String>>> there = read(before, "");
        ByteArrayOutputStream after = new ByteArrayOutputStream();
        after.writeBytes(before);
        if (before.length > 0 && before[before.length - 1] != '\n') {
            after.write('\n');
        }
        after.writeBytes(waiver.yaml().getBytes(StandardCharsets.UTF_8));
        String remedy = "; add it yourself:\n" + waiver.yaml();
        List<Map<String, List<String>>> all = read(after.toByteArray(), remedy);
        if (all.size() != there.size() + 1 || !all.subList(0, there.size()).equals(there)) {
            throw new UsageException(file + ": nothing can be added behind what is there" + remedy);
        }
        return after.toByteArray();
    }

    /** All that is there, once the evaluator takes it. */
    private List<Map<String, List<String>>> read(byte[] content, String remedy) throws IOException {
        try {
            Waivers.read(file.toString(), new ByteArrayInputStream(content), rules, Clock.systemUTC());
            return TableReader.read(file.toString(), new ByteArrayInputStream(content)).stream()
                    .map(TableRow::values)
                    .toList();
        } catch (TableException e) {
            throw new UsageException(e.getMessage() + remedy);
        }
    }
}
