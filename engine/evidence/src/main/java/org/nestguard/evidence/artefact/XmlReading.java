package org.nestguard.evidence.artefact;

import java.util.List;

/** An element of an XML document, or the reason why there is none, which all readings below it then give too. */
record XmlReading(Reading<XmlTree> tree) {

    /** This element, where it has that name; where it is one of the wrappers, the first child that has. */
    XmlReading rooted(List<String> wrappers, String name) {
        return tree instanceof Reading.Said<XmlTree> said
                        && wrappers.contains(said.what().name())
                ? at(name)
                : named(name);
    }

    /** This element, where it has that name. */
    XmlReading named(String name) {
        return tree instanceof Reading.Said<XmlTree> said && !said.what().name().equals(name)
                ? new XmlReading(
                        Reading.unsaid("the document is <" + shown(said.what().name()) + ">, not <" + name + ">"))
                : this;
    }

    private static String shown(String name) {
        return name.length() > 60 ? name.substring(0, 60) + "…" : name;
    }

    /** The first element on that path below this one. */
    XmlReading at(String path) {
        if (!(tree instanceof Reading.Said<XmlTree> said)) {
            return this;
        }
        return new XmlReading(said.what()
                .at(path)
                .map(found -> Reading.said(found, found.line()))
                .orElseGet(() -> Reading.unsaid("there is no <" + path.replace("/", "><") + "> in <"
                        + said.what().name() + ">")));
    }

    boolean has(String path) {
        return at(path).tree() instanceof Reading.Said<XmlTree>;
    }

    /** The elements of that name directly in this one; none where this one is not there. */
    List<XmlTree> all(String child) {
        return tree instanceof Reading.Said<XmlTree> said ? said.what().all(child) : List.of();
    }

    /** The text of the element; unsaid where it has none. */
    Reading<String> text() {
        if (tree instanceof Reading.Said<XmlTree> said && said.what().text().isEmpty()) {
            return Reading.unsaid("<" + said.what().name() + "> is empty (line " + said.line() + ")");
        }
        return tree.map(XmlTree::text);
    }

    Reading<String> attribute(String key) {
        return tree.flatMap(element -> element.attribute(key));
    }

    /** An attribute that says on or off, yes or no. */
    Reading<Boolean> flag(String key) {
        return attribute(key) instanceof Reading.Said<String> said
                ? OptionValue.flag(said.what())
                        .map(flag -> Reading.said(flag, said.line()))
                        .orElseGet(() -> Reading.unsaid(key + " is neither yes nor no (line " + said.line() + ")"))
                : Reading.unsaid(((Reading.Unsaid<String>) attribute(key)).why());
    }

    /** An answer that holds only where the element was read. */
    <T> Reading<T> whole(T answer) {
        return tree.map(element -> answer);
    }
}
