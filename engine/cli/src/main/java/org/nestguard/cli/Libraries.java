package org.nestguard.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Used by the build: writes the jars of others that every check needs into one. Drools looks for its parts in each jar of
 * the class path, so that every start would open them all. Services are joined, and licences and notices kept in a folder
 * of their jar; any other two entries of one name end the build. It is not compressed, and the same twice.
 */
public final class Libraries {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final Pattern LEFT_OUT =
            Pattern.compile(MANIFEST + "|META-INF/maven/.*|(META-INF/versions/\\d+/)?module-info\\.class");
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");
    private static final Pattern LEGAL = Pattern.compile("META-INF/([^/]*(LICENSE|NOTICE|DEPENDENCIES)[^/]*)");

    private Libraries() {}

    /** Writes the jars of the folder that the first argument names into the file that the second does. */
    public static void main(String[] args) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        entries.put(MANIFEST, "Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        try (Stream<Path> jars = Files.list(Path.of(args[0]))) {
            for (Path jar :
                    jars.filter(j -> j.toString().endsWith(".jar")).sorted().toList()) {
                add(jar, entries);
            }
        }
        write(Path.of(args[1]), entries);
    }

    private static void add(Path jar, Map<String, byte[]> entries) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Enumeration<? extends ZipEntry> all = zip.entries();
            while (all.hasMoreElements()) {
                ZipEntry entry = all.nextElement();
                String name = entry.getName();
                if (SIGNATURE.matcher(name).matches()) {
                    throw new IOException(jar + " is signed: leave it as it is");
                }
                if (entry.isDirectory() || LEFT_OUT.matcher(name).matches()) {
                    continue;
                }
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                String placed = LEGAL.matcher(name)
                        .replaceFirst("META-INF/legal/" + Matcher.quoteReplacement(jar.getFileName() + "/") + "$1");
                byte[] before = entries.putIfAbsent(placed, bytes);
                if (before != null && name.startsWith("META-INF/services/")) {
                    entries.put(name, joined(before, bytes));
                } else if (before != null && !Arrays.equals(before, bytes)) {
                    throw new IOException("two jars have different entries " + name);
                }
            }
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.write('\n');
        both.writeBytes(other);
        return both.toByteArray();
    }

    private static void write(Path file, Map<String, byte[]> entries) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            // the manifest comes first, as the readers of jars expect
            out.setMethod(ZipOutputStream.STORED);
            put(out, MANIFEST, Objects.requireNonNull(entries.remove(MANIFEST)));
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(out, entry.getKey(), entry.getValue());
            }
        }
    }

    private static void put(ZipOutputStream out, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        out.putNextEntry(entry);
        out.write(bytes);
        out.closeEntry();
    }
}
