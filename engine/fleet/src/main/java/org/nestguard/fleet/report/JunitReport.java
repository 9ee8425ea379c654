package org.nestguard.fleet.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;

/**
 * JUnit XML for what shows tests: a test case for each guest, which fails where it is denied and is in error where nobody
 * knows. Waivers count. Of a fleet that is too large to be shown so, what is left out is itself a test case that is in error,
 * or skipped where only what passes is left out.
 */
public final class JunitReport implements Report {
    /** How many guests that are refused, how many that pass and how many problems are listed. */
    static final int MOST = 10_000;

    private static final int LONGEST = 300;

    private final OutputStream out;
    private final Asked asked;
    private final Map<String, RuleCard> rules;
    private final List<GuestResult> refused = new ArrayList<>();
    private final List<GuestResult> passed = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private long moreRefused;
    private long morePassed;
    private long moreProblems;

    /**
     * Writes to a stream, which stays open.
     *
     * @param rules what the rules say of themselves
     */
    public JunitReport(OutputStream out, Asked asked, List<RuleCard> rules) {
        this.out = out;
        this.asked = asked;
        this.rules = rules.stream().collect(Collectors.toMap(RuleCard::id, Function.identity()));
    }

    @Override
    public boolean ofGuests() {
        return true;
    }

    @Override
    public void guest(GuestResult result) {
        boolean passes = result.effective() == Verdict.ALLOW;
        List<GuestResult> listed = passes ? passed : refused;
        if (listed.size() < MOST) {
            listed.add(result);
        } else if (passes) {
            morePassed++;
        } else {
            moreRefused++;
        }
    }

    @Override
    public void problem(Problem problem) {
        if (problems.size() < MOST) {
            problems.add(problem);
        } else {
            moreProblems++;
        }
    }

    @Override
    public void end(Summary summary) throws IOException {
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newInstance().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            write(xml, summary);
            xml.close();
            out.write('\n');
            out.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private void write(XMLStreamWriter xml, Summary summary) throws XMLStreamException {
        long failures = refused.stream()
                .filter(guest -> guest.effective() == Verdict.DENY)
                .count();
        long ofAudit = one(moreRefused) + one(moreProblems) + (summary.whole() ? 0 : 1);
        long errors = refused.size() - failures + problems.size() + ofAudit;
        long tests = passed.size() + refused.size() + problems.size() + ofAudit + one(morePassed);
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        xml.writeStartElement("testsuite");
        attribute(xml, "name", "nestguard audit: may each guest " + asked.deed() + "?");
        attribute(xml, "tests", Long.toString(tests));
        attribute(xml, "failures", Long.toString(failures));
        attribute(xml, "errors", Long.toString(errors));
        attribute(xml, "skipped", Long.toString(one(morePassed)));
        attribute(xml, "timestamp", summary.asOf().toString());
        properties(xml, summary);
        for (GuestResult guest : refused) {
            guest(xml, guest);
        }
        for (Problem problem : problems) {
            ofAudit(xml, problem.file() + ":" + problem.line(), "error", problem.inOneLine());
        }
        for (GuestResult guest : passed) {
            guest(xml, guest);
        }
        if (moreRefused > 0) {
            leftOut(xml, "error", moreRefused, "guests that are refused");
        }
        if (moreProblems > 0) {
            leftOut(xml, "error", moreProblems, "records or sources that could not be read");
        }
        if (morePassed > 0) {
            leftOut(xml, "skipped", morePassed, "guests that pass");
        }
        if (!summary.whole()) {
            ofAudit(xml, "the whole fleet", "error", "the audit was interrupted; this is what was done until then");
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private static long one(long leftOut) {
        return leftOut > 0 ? 1 : 0;
    }

    /** All guests are in these numbers, whether they are listed or not. */
    private static void properties(XMLStreamWriter xml, Summary summary) throws XMLStreamException {
        xml.writeStartElement("properties");
        property(xml, "guests", Long.toString(summary.guests()));
        for (Verdict verdict : Verdict.values()) {
            property(xml, verdict.name(), Long.toString(summary.verdicts(verdict)));
        }
        property(xml, "unreadable", Long.toString(summary.unreadable()));
        property(xml, "rule base", summary.ruleBase().version());
        xml.writeEndElement();
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        attribute(xml, "name", name);
        attribute(xml, "value", value);
    }

    private void guest(XMLStreamWriter xml, GuestResult guest) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", guest.host());
        attribute(xml, "name", guest.called() + ": " + asked.operation().word());
        Verdict verdict = guest.effective();
        if (verdict != Verdict.ALLOW) {
            xml.writeStartElement(verdict == Verdict.DENY ? "failure" : "error");
            attribute(xml, "type", verdict.name());
            attribute(
                    xml,
                    "message",
                    (verdict == Verdict.DENY ? "may not " : "nobody knows whether it may ") + asked.deed());
            text(xml, why(guest));
            xml.writeEndElement();
        }
        if (!guest.waived().isEmpty()) {
            xml.writeStartElement("system-out");
            text(xml, waived(guest));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private List<String> why(GuestResult guest) {
        List<String> why = new ArrayList<>();
        for (String rule : guest.answer().against()) {
            RuleCard card = rules.get(rule);
            why.add(card == null ? rule : rule + ": " + card.summary());
        }
        if (guest.answer().groups().isEmpty()) {
            why.add(SarifReport.NOWHERE);
        }
        if (!guest.answer().needs().isEmpty()) {
            why.add("not known: " + String.join(", ", guest.answer().needs()));
        }
        why.add("written at " + guest.place());
        return why;
    }

    private static List<String> waived(GuestResult guest) {
        List<String> waivers = new ArrayList<>();
        waivers.add(guest.answer().verdict() + " without waivers, " + guest.effective() + " with them:");
        for (Waived waived : guest.waived()) {
            waivers.add(waived.rule() + ": " + waived.reason() + " (" + waived.owner() + ", until " + waived.expires()
                    + ")");
        }
        return waivers;
    }

    private static void leftOut(XMLStreamWriter xml, String element, long count, String what)
            throws XMLStreamException {
        ofAudit(
                xml,
                "not listed: " + what,
                element,
                count + " more " + what + " are not listed here, where " + MOST + " at most are; -o ndjson has all");
    }

    private static void ofAudit(XMLStreamWriter xml, String name, String element, String message)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "nestguard audit");
        attribute(xml, "name", name);
        xml.writeEmptyElement(element);
        attribute(xml, "message", message);
        xml.writeEndElement();
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Harmless.text(value, LONGEST));
    }

    private static void text(XMLStreamWriter xml, List<String> lines) throws XMLStreamException {
        for (String line : lines) {
            xml.writeCharacters(Harmless.text(line) + "\n");
        }
    }
}
