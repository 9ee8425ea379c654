package org.nestguard.fleet.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.nestguard.engine.text.Problem;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.HostResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.merge.Contradiction;

/**
 * A line for each host of which something is to be said, then one for each guest, in the order of the inventory, one in the place of each record that could not be read, and one for
 * each contradiction.
 */
public final class NdjsonReport implements Report {
    private final JsonGenerator out;
    private final List<String> whatIf;

    /**
     * Writes to a stream, which stays open.
     *
     * @param asked what is asked of each guest
     */
    public NdjsonReport(OutputStream out, Asked asked) throws IOException {
        whatIf = asked.supposed();
        this.out = new JsonFactory().createGenerator(out);
        this.out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        this.out.setRootValueSeparator(null);
    }

    @Override
    public boolean ofGuests() {
        return true;
    }

    @Override
    public void guest(GuestResult result) throws IOException {
        AuditJson.guest(out, result, whatIf);
        out.writeRaw('\n');
    }

    @Override
    public void problem(Problem problem) throws IOException {
        out.writeStartObject();
        out.writeFieldName("error");
        AuditJson.problem(out, problem);
        out.writeEndObject();
        out.writeRaw('\n');
    }

    @Override
    public void contradiction(Contradiction contradiction) throws IOException {
        out.writeStartObject();
        out.writeFieldName("contradiction");
        AuditJson.contradiction(out, contradiction);
        out.writeEndObject();
        out.writeRaw('\n');
    }

    @Override
    public void host(HostResult result) throws IOException {
        if (result.inOrder()) {
            return;
        }
        out.writeStartObject();
        out.writeFieldName("state");
        AuditJson.host(out, result);
        AuditJson.list(out, "whatIf", whatIf);
        out.writeEndObject();
        out.writeRaw('\n');
    }

    @Override
    public void end(Summary summary) throws IOException {
        out.close();
    }
}
