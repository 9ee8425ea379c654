package org.nestguard.evidence.artefact;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an XML document with all that is in it. A document that has a document type or an entity of its own is
 * refused, nothing outside the text is ever looked at, and size, depth and the numbers of elements and attributes have
 * bounds: such texts come from tenants too.
 *
 * @param name as it is written, with its prefix: {@code qemu:commandline}
 * @param attributes by their written names, in their order
 * @param children the elements in it, in their order
 * @param text what stands in the element itself, without the white space around it; empty where nothing does
 * @param line the line of its opening tag's end, from 1
 */
public record XmlTree(String name, Map<String, String> attributes, List<XmlTree> children, String text, int line) {
    private static final int MOST_CHARACTERS = 8 << 20;
    private static final int DEEPEST = 64;
    private static final int MOST_ELEMENTS = 200_000;
    private static final int MOST_ATTRIBUTES = 64;

    /** Reads a whole document; unsaid with the reason, and the line where there is one, for any other text. */
    public static Reading<XmlTree> read(String text) {
        if (text.isBlank()) {
            return Reading.unsaid("the text is empty");
        }
        if (text.length() > MOST_CHARACTERS) {
            return Reading.unsaid("the XML has more than " + MOST_CHARACTERS + " characters");
        }
        try {
            return read(factory().createXMLStreamReader(new StringReader(text.stripLeading())), skippedLines(text));
        } catch (XMLStreamException e) {
            return Reading.unsaid("it is no well-formed XML: " + firstLine(e, skippedLines(text)));
        }
    }

    private static Reading<XmlTree> read(XMLStreamReader xml, int skipped) throws XMLStreamException {
        ArrayDeque<Open> open = new ArrayDeque<>();
        int elements = 0;
        Open root = null;
        while (xml.hasNext()) {
            int line = xml.getLocation().getLineNumber() + skipped;
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++elements > MOST_ELEMENTS) {
                        return refused("it has more than " + MOST_ELEMENTS + " elements", line);
                    }
                    if (open.size() == DEEPEST) {
                        return refused("elements lie more than " + DEEPEST + " deep", line);
                    }
                    if (xml.getAttributeCount() > MOST_ATTRIBUTES) {
                        return refused("an element has more than " + MOST_ATTRIBUTES + " attributes", line);
                    }
                    Open element = new Open(xml, xml.getLocation().getLineNumber() + skipped);
                    if (root == null) {
                        root = element;
                    }
                    open.push(element);
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    XmlTree done = open.pop().close();
                    if (open.isEmpty()) {
                        rest(xml);
                        return Reading.said(done, done.line());
                    }
                    open.element().children.add(done);
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!open.isEmpty()) {
                        open.element().text.append(xml.getText());
                    }
                }
                case XMLStreamConstants.DTD -> {
                    return refused("it has a document type (DOCTYPE), which is not read", line);
                }
                case XMLStreamConstants.ENTITY_REFERENCE -> {
                    return refused("it refers to an entity of its own, &" + xml.getLocalName() + ";", line);
                }
                default -> {
                    // comments and processing instructions say nothing
                }
            }
        }
        return Reading.unsaid("the XML has no element");
    }

    /** What follows the root must be well-formed too: a text that was cut and glued is not to be trusted. */
    private static void rest(XMLStreamReader xml) throws XMLStreamException {
        while (xml.hasNext()) {
            xml.next();
        }
    }

    private static Reading<XmlTree> refused(String why, int line) {
        return Reading.unsaid("the XML is not read: " + why + " (line " + line + ")");
    }

    private static int skippedLines(String text) {
        String blank = text.substring(0, text.length() - text.stripLeading().length());
        return (int) blank.chars().filter(c -> c == '\n').count();
    }

    /** The parser's own message, on one line; it prints the position first where it knows it. */
    private static String firstLine(XMLStreamException e, int skipped) {
        String message = String.valueOf(e.getMessage());
        int told = message.indexOf("Message: ");
        String what = (told < 0 ? message : message.substring(told + "Message: ".length()))
                .lines()
                .findFirst()
                .orElse("");
        String shown = what.length() > 200 ? what.substring(0, 200) + "…" : what;
        return e.getLocation() == null ? shown : "line " + (e.getLocation().getLineNumber() + skipped) + ": " + shown;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        // a fragment cut out of a document keeps its prefixes but not what declares them
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing outside the text is read");
        });
        return factory;
    }

    /** The first element below this one on that path of names: {@code os/type}. */
    public Optional<XmlTree> at(String path) {
        XmlTree here = this;
        for (String step : path.split("/", -1)) {
            XmlTree next = null;
            for (XmlTree child : here.children) {
                if (child.name.equals(step)) {
                    next = child;
                    break;
                }
            }
            if (next == null) {
                return Optional.empty();
            }
            here = next;
        }
        return Optional.of(here);
    }

    /** The elements of that name directly in this one. */
    public List<XmlTree> all(String child) {
        return children.stream().filter(c -> c.name.equals(child)).toList();
    }

    /** The value of an attribute. */
    public Reading<String> attribute(String key) {
        String value = attributes.get(key);
        return value == null
                ? Reading.unsaid("<" + name + "> has no attribute " + key + " (line " + line + ")")
                : Reading.said(value, line);
    }

    /** An element whose end has not been seen. */
    private static final class Open {
        private final String name;
        private final Map<String, String> attributes = new LinkedHashMap<>();
        private final List<XmlTree> children = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private final int line;

        Open(XMLStreamReader xml, int line) {
            this.name = xml.getLocalName();
            this.line = line;
            for (int i = 0; i < xml.getAttributeCount(); i++) {
                attributes.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
            }
        }

        XmlTree close() {
            return new XmlTree(
                    name,
                    attributes.isEmpty() ? Map.of() : Collections.unmodifiableMap(attributes),
                    List.copyOf(children),
                    text.toString().strip(),
                    line);
        }
    }
}
