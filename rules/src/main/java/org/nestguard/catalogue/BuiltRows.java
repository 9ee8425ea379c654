package org.nestguard.catalogue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows of the tables that the rules come with, in a form that the build makes of their YAML: every start reads them,
 * and a YAML parser would take longer than the answer. People edit the YAML.
 */
public final class BuiltRows {
    private static final List<String> TABLES =
            List.of("floors", "distributions", "known-defects", "intel-cores", "sources");
    private static final int ONE_TEXT = -1;

    private BuiltRows() {}

    /** Called by the build, with the folder of the YAML files and the one that takes the rows. */
    public static void main(String[] folders) throws IOException {
        Files.createDirectories(Path.of(folders[1]));
        for (String table : TABLES) {
            String file = table + ".yaml";
            try (InputStream in = Files.newInputStream(Path.of(folders[0], file))) {
                Files.write(Path.of(folders[1], table + ".rows"), write(TableReader.read(file, in)));
            }
        }
    }

    private static byte[] write(List<TableRow> rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(rows.size());
        for (TableRow row : rows) {
            out.writeUTF(row.place());
            out.writeInt(row.values().size());
            for (Map.Entry<String, List<String>> value : row.values().entrySet()) {
                out.writeUTF(value.getKey());
                out.writeInt(
                        row.lists().contains(value.getKey()) ? value.getValue().size() : ONE_TEXT);
                for (String text : value.getValue()) {
                    out.writeUTF(text);
                }
            }
        }
        return bytes.toByteArray();
    }

    /** The rows of a table, by its name without an ending. @throws TableException where the installation lacks it */
    static List<TableRow> read(String table) {
        try (InputStream in = BuiltRows.class.getResourceAsStream("/org/nestguard/tables/" + table + ".rows")) {
            if (in == null) {
                throw new TableException(table + ": missing from the installation; install NestGuard again");
            }
            return read(new DataInputStream(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<TableRow> read(DataInputStream in) throws IOException {
        List<TableRow> rows = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String place = in.readUTF();
            Map<String, List<String>> values = new LinkedHashMap<>();
            Set<String> lists = new HashSet<>();
            for (int keys = in.readInt(); keys > 0; keys--) {
                String key = in.readUTF();
                int count = in.readInt();
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < Math.abs(count); i++) { // one text is -1
                    texts.add(in.readUTF());
                }
                if (count != ONE_TEXT) {
                    lists.add(key);
                }
                values.put(key, List.copyOf(texts));
            }
            rows.add(new TableRow(place, values, lists));
        }
        return rows;
    }
}
