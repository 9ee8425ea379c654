package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.List;

/**
 * A domain by both its names.
 *
 * @param uuid small letters, with dashes
 * @param name unique on its host
 */
public record DomainNames(String uuid, String name) {
    private static final int UUID_LENGTH = 36;
    private static final int MOST_CHARACTERS = 64 << 20;

    /** Reads {@code virsh list --all --uuid --name}: on each line a UUID and a name. */
    public static Reading<List<DomainNames>> read(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return Reading.unsaid("the list has more than " + MOST_CHARACTERS + " characters");
        }
        List<DomainNames> all = new ArrayList<>();
        int number = 0;
        for (String line : LineFeeds.lines(text)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (line.length() <= UUID_LENGTH
                    || !(UuidText.canonical(line.substring(0, UUID_LENGTH), number)
                            instanceof Reading.Said<String> uuid)
                    || line.substring(UUID_LENGTH).isBlank()) {
                return Reading.unsaid("line " + number + " of the list is no UUID and a name");
            }
            all.add(new DomainNames(uuid.what(), line.substring(UUID_LENGTH).strip()));
        }
        return Reading.said(all, 0);
    }

    /**
     * Puts {@code virsh list --all --name} and {@code virsh list --all --uuid} together, which list the same domains in the
     * same order; unsaid where they do not have as many lines, because one came or went between the two.
     */
    public static Reading<List<DomainNames>> pair(String names, String uuids) {
        List<String> named =
                names.lines().filter(line -> !line.isBlank()).map(String::strip).toList();
        List<String> numbered =
                uuids.lines().filter(line -> !line.isBlank()).map(String::strip).toList();
        if (named.size() != numbered.size()) {
            return Reading.unsaid("there are " + named.size() + " names and " + numbered.size() + " UUIDs");
        }
        StringBuilder sideBySide = new StringBuilder();
        for (int i = 0; i < named.size(); i++) {
            sideBySide.append(numbered.get(i)).append(' ').append(named.get(i)).append('\n');
        }
        return read(sideBySide.toString());
    }
}
