package org.nestguard.fleet.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.text.Problem;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;

/**
 * A row for each guest (RFC 4180), for a spreadsheet. A name that a spreadsheet would take for a formula has an apostrophe
 * before it: guests choose their names. Of hosts and of contradictions it has none: a table has one kind of rows.
 */
public final class CsvReport implements Report {
    private static final String HEAD = "guest,uuid,host,pool,verdict,effective,allowed,denied,undetermined,rules,needs,"
            + "waived,place,whatIf\r\n";

    private final Writer out;
    private final String whatIf;

    /**
     * Writes to a stream, which stays open.
     *
     * @param asked what is asked of each guest
     */
    public CsvReport(OutputStream out, Asked asked) throws IOException {
        whatIf = String.join(" ", asked.supposed());
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.out.write(HEAD);
    }

    @Override
    public boolean ofGuests() {
        return true;
    }

    @Override
    public void guest(GuestResult result) throws IOException {
        cell(result.guest(), ",");
        cell(result.uuid(), ",");
        cell(result.host(), ",");
        cell(result.pool(), ",");
        cell(result.answer().verdict().name(), ",");
        cell(result.effective().name(), ",");
        for (Verdict verdict : List.of(Verdict.ALLOW, Verdict.DENY, Verdict.UNDETERMINED)) {
            cell(Long.toString(result.answer().hosts(verdict)), ",");
        }
        cell(String.join(" ", result.answer().against()), ",");
        cell(String.join(" ", result.answer().needs()), ",");
        cell(String.join(" ", result.waived().stream().map(Waived::rule).toList()), ",");
        cell(result.place(), ",");
        cell(whatIf, "\r\n");
    }

    private void cell(@Nullable String text, String end) throws IOException {
        String said = text == null ? "" : text;
        boolean formula = !said.isEmpty() && "=+-@\t\r".indexOf(said.charAt(0)) >= 0;
        String safe = formula ? "'" + said : said;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        out.write(quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe);
        out.write(end);
    }

    @Override
    public void problem(Problem problem) {
        // a row is a guest; the command says elsewhere what it could not read
    }

    @Override
    public void end(Summary summary) throws IOException {
        out.flush();
    }
}
