package org.nestguard.server.site;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.XmlTree;
import org.nestguard.server.registry.SavedState;

/**
 * What {@code nestguard run} writes into a guest's {@code <metadata>} before it saves it, so that the saved image carries it:
 * an element {@code <saved>} of the namespace {@value #NAMESPACE}, whose attributes are the facts by which the saving was
 * allowed ({@code guest.l2.live}, {@code host.kernel}, …), the guest's UUID, the time, and a seal.
 *
 * @param state what it says
 * @param seal the code that the registry's key makes of the rest; not yet compared
 */
record SavedMark(SavedState state, String seal) {
    /** Of the element. libvirt keeps one element of a namespace. */
    static final String NAMESPACE = "urn:nestguard:saved:1";

    private static final String NAME = "saved";
    private static final String GUEST = "guest.";
    private static final String HOST = "host.";
    private static final Pattern SEAL = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** What is sealed: every attribute but the seal, in the order of their names. */
    static String sealed(SavedState state) {
        StringBuilder text = new StringBuilder();
        attributes(state)
                .forEach((name, value) -> text.append(name)
                        .append('=')
                        .append(value.length())
                        .append(':')
                        .append(value)
                        .append('\n'));
        return text.toString();
    }

    private static Map<String, String> attributes(SavedState state) {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("uuid", state.guest().toString());
        attributes.put("at", state.at().toString());
        state.ofGuest().forEach((key, value) -> attributes.put(GUEST + key, value));
        state.ofHost().forEach((key, value) -> attributes.put(HOST + key, value));
        return attributes;
    }

    /** As an XML element without its namespace, which {@code virsh metadata} adds; one line. */
    String text() {
        StringBuilder text = new StringBuilder("<" + NAME);
        Map<String, String> attributes = attributes(state);
        attributes.put("seal", seal);
        attributes.forEach((name, value) -> text.append(' ')
                .append(name)
                .append("=\"")
                .append(value.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;"))
                .append('"'));
        return text.append("/>").toString();
    }

    /** The mark in a domain's description; empty where there is none, more than one, or something else in its place. */
    static Optional<SavedMark> in(String description) {
        if (!(XmlTree.read(description) instanceof Reading.Said<XmlTree> domain)) {
            return Optional.empty();
        }
        List<XmlTree> marks = new ArrayList<>();
        domain.what()
                .all("metadata")
                .forEach(metadata ->
                        metadata.children().stream().filter(SavedMark::ours).forEach(marks::add));
        return marks.size() == 1 ? of(marks.get(0)) : Optional.empty();
    }

    private static boolean ours(XmlTree element) {
        int colon = element.name().indexOf(':');
        // the tree has attributes without their prefixes: xmlns:nestguard is nestguard
        String declared = colon < 0 ? "xmlns" : element.name().substring(0, colon);
        return element.name().substring(colon + 1).equals(NAME)
                && NAMESPACE.equals(element.attributes().get(declared));
    }

    /** The mark that a text is; empty where it is none. */
    static Optional<SavedMark> read(String text) {
        return XmlTree.read(text).value().filter(e -> e.name().equals(NAME)).flatMap(SavedMark::of);
    }

    private static Optional<SavedMark> of(XmlTree element) {
        Map<String, String> said = element.attributes();
        String uuid = said.getOrDefault("uuid", "");
        String seal = said.getOrDefault("seal", "");
        if (!UUID_TEXT.matcher(uuid).matches() || !SEAL.matcher(seal).matches()) {
            return Optional.empty();
        }
        try {
            SavedState state = new SavedState(
                    UUID.fromString(uuid),
                    Instant.parse(said.getOrDefault("at", "")),
                    facts(said, GUEST, SavedState.guestKeys()),
                    facts(said, HOST, SavedState.hostKeys()));
            return Optional.of(new SavedMark(state, seal));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> facts(Map<String, String> said, String prefix, Set<String> keys) {
        Map<String, String> facts = new LinkedHashMap<>();
        keys.forEach(key -> {
            String value = said.get(prefix + key);
            if (value != null) {
                facts.put(key, value);
            }
        });
        return facts;
    }
}
