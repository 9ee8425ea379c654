package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code virsh list --all}.
 *
 * @param id libvirt's number while it is active; empty for one that is not
 * @param name the domain's name
 * @param state its state; unsaid where the last words of the line are none in English, as in another language
 */
public record DomainList(Optional<Integer> id, String name, Reading<DomainState> state) {
    private static final int LONGEST_LINE = 4 << 10;
    private static final int MOST = 300_000;

    /** Reads all of it. A table without lines is an empty list; a text that has no such table is unsaid. */
    public static Reading<List<DomainList>> read(String text) {
        List<DomainList> domains = new ArrayList<>();
        boolean inTable = false;
        int number = 0;
        for (String line : LineFeeds.lines(text)) {
            number++;
            if (line.length() > LONGEST_LINE || domains.size() > MOST) {
                return Reading.unsaid("line " + number + " is longer, or the list is, than virsh prints");
            }
            if (!inTable) {
                inTable = line.startsWith("-----");
            } else if (!line.isBlank()) {
                Optional<DomainList> domain = domain(line.strip(), number);
                if (domain.isEmpty()) {
                    return Reading.unsaid("line " + number + " of the list is no domain's");
                }
                domains.add(domain.get());
            }
        }
        return inTable ? Reading.said(domains, 0) : Reading.unsaid("it is no table as virsh list prints it");
    }

    private static Optional<DomainList> domain(String line, int number) {
        int space = line.indexOf(' ');
        String id = space < 0 ? line : line.substring(0, space);
        if (space < 0 || !(id.equals("-") || id.matches("\\d{1,9}"))) {
            return Optional.empty();
        }
        String rest = line.substring(space).strip();
        Optional<DomainState> state = Arrays.stream(DomainState.values())
                .filter(s -> rest.endsWith(" " + s.word()))
                .findFirst();
        String name = state.map(s ->
                        rest.substring(0, rest.length() - s.word().length()).strip())
                .orElseGet(() -> beforeWideGap(rest));
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new DomainList(
                        id.equals("-") ? Optional.empty() : Optional.of(Integer.valueOf(id)),
                        name,
                        state.map(s -> Reading.said(s, number))
                                .orElseGet(() -> Reading.unsaid("line " + number + " ends in no state of a domain"))));
    }

    /** virsh leaves at least two blanks between its columns. */
    private static String beforeWideGap(String rest) {
        int gap = rest.indexOf("  ");
        return gap < 0 ? rest : rest.substring(0, gap);
    }
}
