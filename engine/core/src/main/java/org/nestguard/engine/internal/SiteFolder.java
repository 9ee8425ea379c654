package org.nestguard.engine.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.SiteRulesException;
import org.nestguard.facts.Tables;

/**
 * A folder with what a site knows beside the built-in rules: {@code *.drl} and {@code distributions.yaml}.
 *
 * @param tables the built-in tables with the site's rows
 * @param rules the site's rules; null where it has none
 * @param digest over the built-in rules and all that was read here
 */
public record SiteFolder(Tables tables, @Nullable SiteRules rules, String digest) {
    private static final long LARGEST_FILE = 1 << 20;
    private static final int MOST_FILES = 500;
    private static final String DISTRIBUTIONS = "distributions.yaml";

    /** Reads a folder. @throws SiteRulesException naming the file and line that cannot be taken */
    public static SiteFolder read(Path folder, Tables built, String builtDigest) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(builtDigest.getBytes(StandardCharsets.UTF_8));
            Map<String, String> rules = new LinkedHashMap<>();
            int read = 0;
            Tables tables = built;
            for (Path file : files(folder)) {
                String name = String.valueOf(file.getFileName());
                boolean table = name.equals(DISTRIBUTIONS);
                if (!table && !name.endsWith(".drl")) {
                    refuseLost(file, name);
                    continue;
                }
                read++;
                if (!Files.isRegularFile(file)) {
                    throw new SiteRulesException(file + ": is no file that can be read");
                }
                if (Files.size(file) > LARGEST_FILE) {
                    throw new SiteRulesException(file + ": larger than " + LARGEST_FILE + " bytes");
                }
                byte[] bytes = Files.readAllBytes(file);
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
                if (table) {
                    tables = BuiltTables.withSite(tables, file.toString(), new ByteArrayInputStream(bytes));
                } else {
                    rules.put(file.toString(), utf8(file, bytes));
                }
            }
            if (read == 0) {
                throw new SiteRulesException(folder + ": has neither *.drl files nor " + DISTRIBUTIONS);
            }
            return new SiteFolder(
                    tables,
                    rules.isEmpty() ? null : SiteRules.compile(rules, tables),
                    HexFormat.of().formatHex(digest.digest()));
        } catch (TableException e) {
            throw new SiteRulesException(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw new SiteRulesException(folder + ": a rule is nested too deeply");
        } catch (IOException e) {
            throw new SiteRulesException(folder + ": cannot be read: " + e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What its author may take for a rule in force. Other files, such as a README or cases, may lie beside the rules. */
    private static void refuseLost(Path file, String name) {
        if (name.toLowerCase(Locale.ROOT).endsWith(".drl")) {
            throw new SiteRulesException(file + ": a file with rules is called *.drl, in small letters");
        }
        if (name.equals("distributions.yml")) {
            throw new SiteRulesException(file + ": the table is called " + DISTRIBUTIONS);
        }
        if (Files.isDirectory(file) && holdsRules(file)) {
            throw new SiteRulesException(file + ": rules in a folder below are not read; put them beside the others");
        }
    }

    private static boolean holdsRules(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.limit(MOST_FILES)
                    .anyMatch(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".drl"));
        } catch (IOException e) {
            throw new SiteRulesException(folder + ": cannot be read: " + e);
        }
    }

    /** A letter that is not what its author wrote would make a rule that never matches. */
    private static String utf8(Path file, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SiteRulesException(file + ": is not written in UTF-8");
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new SiteRulesException(folder + ": is no folder; --rules wants one with *.drl files");
        }
        try (Stream<Path> list = Files.list(folder)) {
            List<Path> files = list.sorted().limit(MOST_FILES + 1L).toList();
            if (files.size() > MOST_FILES) {
                throw new SiteRulesException(folder + ": more than " + MOST_FILES + " files");
            }
            return files;
        }
    }
}
