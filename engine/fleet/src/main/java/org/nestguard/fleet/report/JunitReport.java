package org.nestguard.fleet.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
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
import org.nestguard.fleet.audit.HostResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.merge.Contradiction;

/**
 * JUnit XML for what shows tests: a test case for each guest, which fails where it is denied and is in error where nobody
 * knows. Waivers count. The hosts themselves, and observations that cannot both be true, are suites of their own: a host fails
 * where it is not fit for guests that run guests and is in error where nobody knows; a contradiction fails. Of a fleet that is
 * too large to be shown so, what is left out is itself a test case that is in error, or skipped where only what passes is left
 * out.
 */
public final class JunitReport implements Report {
    /** How many of a kind are listed: guests that are refused, guests that pass, likewise hosts, contradictions, problems. */
    static final int MOST = 10_000;

    private static final int LONGEST = 300;

    private final OutputStream out;
    private final Asked asked;
    private final Map<String, RuleCard> rules;
    private final Listed<GuestResult> refused = new Listed<>();
    private final Listed<GuestResult> passed = new Listed<>();
    private final Listed<HostResult> unfit = new Listed<>();
    private final Listed<HostResult> fit = new Listed<>();
    private final Listed<Contradiction> contradictions = new Listed<>();
    private final Listed<Problem> problems = new Listed<>();

    /** The first of a kind, and how many more there are. */
    private static final class Listed<T> {
        private final List<T> first = new ArrayList<>();
        private long more;

        void add(T one) {
            if (first.size() < MOST) {
                first.add(one);
            } else {
                more++;
            }
        }

        /** How many test cases it takes. */
        long tests() {
            return first.size() + leftOut();
        }

        /** How many of these say that not all are there. */
        long leftOut() {
            return more > 0 ? 1 : 0;
        }

        long count(Predicate<T> what) {
            return first.stream().filter(what).count();
        }
    }

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
        (result.effective() == Verdict.ALLOW ? passed : refused).add(result);
    }

    @Override
    public void host(HostResult result) {
        (HostWeight.of(result) == Verdict.ALLOW ? fit : unfit).add(result);
    }

    @Override
    public void contradiction(Contradiction contradiction) {
        contradictions.add(contradiction);
    }

    @Override
    public void problem(Problem problem) {
        problems.add(problem);
    }

    @Override
    public void end(Summary summary) throws IOException {
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newInstance().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            guests(xml, summary);
            hosts(xml, summary);
            contradictions(xml, summary);
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
            out.write('\n');
            out.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void begin(
            XMLStreamWriter xml, Summary summary, String name, long tests, long failures, long errors, long skipped)
            throws XMLStreamException {
        xml.writeStartElement("testsuite");
        attribute(xml, "name", name);
        attribute(xml, "tests", Long.toString(tests));
        attribute(xml, "failures", Long.toString(failures));
        attribute(xml, "errors", Long.toString(errors));
        attribute(xml, "skipped", Long.toString(skipped));
        attribute(xml, "timestamp", summary.asOf().toString());
    }

    private void guests(XMLStreamWriter xml, Summary summary) throws XMLStreamException {
        long failures = refused.count(guest -> guest.effective() == Verdict.DENY);
        long unknown = refused.tests() - failures;
        long interrupted = summary.whole() ? 0 : 1;
        begin(
                xml,
                summary,
                "nestguard audit: may each guest " + asked.deed() + "?",
                refused.tests() + passed.tests() + problems.tests() + interrupted,
                failures,
                unknown + problems.tests() + interrupted,
                passed.leftOut());
        properties(xml, summary);
        for (GuestResult guest : refused.first) {
            guest(xml, guest);
        }
        for (Problem problem : problems.first) {
            ofAudit(xml, problem.file() + ":" + problem.line(), "error", problem.inOneLine());
        }
        for (GuestResult guest : passed.first) {
            guest(xml, guest);
        }
        leftOut(xml, "error", refused, "guests that are refused");
        leftOut(xml, "error", problems, "records or sources that could not be read");
        leftOut(xml, "skipped", passed, "guests that pass");
        if (!summary.whole()) {
            ofAudit(xml, "the whole fleet", "error", "the audit was interrupted; this is what was done until then");
        }
        xml.writeEndElement();
    }

    private void hosts(XMLStreamWriter xml, Summary summary) throws XMLStreamException {
        long failures = unfit.count(host -> HostWeight.of(host) == Verdict.DENY);
        begin(
                xml,
                summary,
                "nestguard audit: is each host fit for guests that run guests?",
                unfit.tests() + fit.tests(),
                failures,
                unfit.tests() - failures,
                fit.leftOut());
        for (HostResult host : unfit.first) {
            host(xml, host);
        }
        for (HostResult host : fit.first) {
            host(xml, host);
        }
        leftOut(xml, "error", unfit, "hosts that are not fit");
        leftOut(xml, "skipped", fit, "hosts that are fit");
        xml.writeEndElement();
    }

    private void contradictions(XMLStreamWriter xml, Summary summary) throws XMLStreamException {
        if (contradictions.first.isEmpty()) {
            return; // only a merged fleet has several observations
        }
        begin(
                xml,
                summary,
                "nestguard audit: can all observations be true?",
                contradictions.tests(),
                contradictions.first.size(),
                contradictions.leftOut(),
                0);
        for (Contradiction one : contradictions.first) {
            xml.writeStartElement("testcase");
            attribute(xml, "classname", one.name() == null ? one.id() : one.name());
            attribute(xml, "name", one.fact() + " of " + one.id());
            xml.writeStartElement("failure");
            attribute(xml, "type", "CONTRADICTION");
            attribute(xml, "message", "two observations say otherwise; the fact counts as unknown");
            text(xml, List.of(one.inOneLine()));
            xml.writeEndElement();
            xml.writeEndElement();
        }
        leftOut(xml, "error", contradictions, "observations that cannot both be true");
        xml.writeEndElement();
    }

    /** All are in these numbers, whether they are listed or not. */
    private static void properties(XMLStreamWriter xml, Summary summary) throws XMLStreamException {
        xml.writeStartElement("properties");
        property(xml, "guests", Long.toString(summary.guests()));
        for (Verdict verdict : Verdict.values()) {
            property(xml, verdict.name(), Long.toString(summary.verdicts(verdict)));
        }
        property(xml, "unreadable", Long.toString(summary.unreadable()));
        property(xml, "hosts", Long.toString(summary.hosts()));
        property(xml, "rule base", summary.ruleBase().version());
        xml.writeEndElement();
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        attribute(xml, "name", name);
        attribute(xml, "value", value);
    }

    private void host(XMLStreamWriter xml, HostResult host) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", host.host());
        attribute(xml, "name", "the host itself: " + host.id());
        Verdict weight = HostWeight.of(host);
        if (weight != Verdict.ALLOW) {
            String fit = weight == Verdict.DENY ? "is not fit" : "nobody knows whether it is fit";
            failed(xml, weight, fit + " for guests that run guests", HostWeight.lines(host, rules));
        } else if (!host.said().isEmpty()) {
            xml.writeStartElement("system-out");
            text(xml, HostWeight.lines(host, rules));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private void guest(XMLStreamWriter xml, GuestResult guest) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", guest.host());
        attribute(xml, "name", guest.called() + ": " + asked.operation().word());
        Verdict verdict = guest.effective();
        if (verdict != Verdict.ALLOW) {
            String may = verdict == Verdict.DENY ? "may not " : "nobody knows whether it may ";
            failed(xml, verdict, may + asked.deed(), why(guest));
        }
        if (!guest.waived().isEmpty()) {
            xml.writeStartElement("system-out");
            text(xml, waived(guest));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    /** What is denied is a failure; what nobody knows, an error. */
    private static void failed(XMLStreamWriter xml, Verdict verdict, String message, List<String> lines)
            throws XMLStreamException {
        xml.writeStartElement(verdict == Verdict.DENY ? "failure" : "error");
        attribute(xml, "type", verdict.name());
        attribute(xml, "message", message);
        text(xml, lines);
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

    private static void leftOut(XMLStreamWriter xml, String element, Listed<?> all, String what)
            throws XMLStreamException {
        if (all.more > 0) {
            ofAudit(
                    xml,
                    "not listed: " + what,
                    element,
                    all.more + " more " + what + " are not listed here, where " + MOST
                            + " at most are; -o ndjson has all");
        }
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
