package org.nestguard.fleet.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import org.nestguard.fleet.drain.Drained;

/** Whether a host can be emptied, for programs; drain.schema.json describes it. */
public final class DrainJson {
    private static final int VERSION = 1;

    private final JsonGenerator out;

    private DrainJson(JsonGenerator out) {
        this.out = out;
    }

    /** Writes to a stream, which stays open. */
    public static void write(OutputStream out, Drained drained) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            new DrainJson(json).write(drained);
            json.writeRaw('\n');
        }
    }

    private void write(Drained drained) throws IOException {
        out.writeStartObject();
        out.writeNumberField("drain", VERSION);
        out.writeStringField("verdict", drained.verdict().name());
        out.writeStringField("effective", drained.effective().name());
        out.writeStringField("host", drained.host());
        out.writeStringField("hostId", drained.hostId());
        out.writeStringField("to", drained.where());
        out.writeNumberField("destinations", drained.destinations());
        out.writeStringField("asOf", drained.asOf().toString());
        AuditJson.list(out, "whatIf", drained.whatIf());
        out.writeBooleanField("capacityKnown", drained.capacityKnown());
        rooms(drained);
        out.writeNumberField("unreadable", drained.unreadable());
        AuditJson.list(out, "doubts", drained.doubts());
        out.writeArrayFieldStart("going");
        for (Drained.Going going : drained.going()) {
            out.writeStartObject();
            guest(going.guest());
            out.writeStringField("to", going.to());
            out.writeStringField("toId", going.toId());
            out.writeNumberField("places", going.places());
            out.writeStringField("verdict", going.verdict().name());
            AuditJson.waived(out, going.waived());
            AuditJson.list(out, "heed", going.heed());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("staying");
        for (Drained.Staying staying : drained.staying()) {
            out.writeStartObject();
            guest(staying.guest());
            out.writeStringField("verdict", staying.verdict().name());
            AuditJson.text(out, "nearest", staying.nearest());
            AuditJson.list(out, "rules", staying.rules());
            AuditJson.list(out, "reasons", staying.reasons());
            AuditJson.list(out, "needs", staying.needs());
            AuditJson.list(out, "remedies", staying.remedies());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeObjectFieldStart("ruleBase");
        out.writeStringField("version", drained.ruleBase().version());
        out.writeStringField("digest", drained.ruleBase().digest());
        out.writeEndObject();
        out.writeEndObject();
    }

    private void rooms(Drained drained) throws IOException {
        out.writeArrayFieldStart("rooms");
        for (Drained.Room room : drained.rooms()) {
            out.writeStartObject();
            out.writeStringField("host", room.host());
            out.writeStringField("hostId", room.hostId());
            out.writeNumberField("guests", room.guests());
            AuditJson.number(out, "left", room.left());
            AuditJson.text(out, "why", room.why());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void guest(Drained.Guest guest) throws IOException {
        out.writeStringField("guest", guest.called());
        AuditJson.text(out, "uuid", guest.uuid());
        AuditJson.number(out, "l2", guest.l2() == null ? null : guest.l2().longValue());
        AuditJson.number(out, "memory", guest.memory());
        out.writeStringField("place", guest.place());
    }
}
