package org.nestguard.fleet.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import org.nestguard.engine.text.Problem;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;

/** One document with all that could not be read and all numbers; the guests themselves are in NDJSON. */
public final class JsonReport implements Report {
    private static final int VERSION = 1;

    private final JsonGenerator out;

    /** Writes to a stream, which stays open. */
    public JsonReport(OutputStream out) throws IOException {
        this.out = new JsonFactory().createGenerator(out);
        this.out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        this.out.setPrettyPrinter(new DefaultPrettyPrinter());
        this.out.writeStartObject();
        this.out.writeNumberField("audit", VERSION);
        this.out.writeArrayFieldStart("errors");
    }

    @Override
    public boolean ofGuests() {
        return false;
    }

    @Override
    public void guest(GuestResult result) {
        throw new IllegalStateException("the summary tells of no guest");
    }

    @Override
    public void problem(Problem problem) throws IOException {
        AuditJson.problem(out, problem);
    }

    @Override
    public void end(Summary summary) throws IOException {
        out.writeEndArray();
        AuditJson.summary(out, summary);
        out.writeEndObject();
        out.writeRaw('\n');
        out.close();
    }
}
