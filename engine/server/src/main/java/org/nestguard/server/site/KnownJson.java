package org.nestguard.server.site;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.facts.Evidence;
import org.nestguard.server.registry.Doubt;
import org.nestguard.server.registry.GuestEntry;
import org.nestguard.server.registry.HarmEvent;
import org.nestguard.server.registry.HostEntry;

/** Hosts and guests as JSON. */
final class KnownJson {
    private final JsonGenerator out;

    KnownJson(JsonGenerator out) {
        this.out = out;
    }

    void host(HostEntry host) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", host.name());
        text("id", host.id());
        out.writeStringField("observedAt", host.observedAt().toString());
        out.writeNumberField("ageSeconds", host.age().toSeconds());
        out.writeStringField("takenAt", host.takenAt().toString());
        out.writeNumberField("guests", host.guests());
        out.writeNumberField("guestsWithoutUuid", host.withoutUuid());
        doubt("disbelieved", host.disbelieved());
        out.writeEndObject();
    }

    void guest(GuestEntry guest, List<HarmEvent> history) throws IOException {
        out.writeStartObject();
        out.writeStringField("uuid", guest.uuid().toString());
        out.writeStringField("name", guest.name());
        text("host", guest.host());
        out.writeBooleanField("running", guest.running());
        out.writeStringField("lastSeen", guest.lastSeen().toString());
        text("leftAt", guest.leftAt().map(Instant::toString));
        doubt("distrusted", guest.distrusted());
        out.writeFieldName("facts");
        facts(guest.facts());
        out.writeArrayFieldStart("harm");
        for (HarmEvent event : history) {
            out.writeStartObject();
            out.writeStringField("what", event.what().word());
            text("cause", event.cause().map(cause -> cause.word()));
            out.writeStringField("at", event.happenedAt().toString());
            out.writeStringField("why", event.why());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void facts(Known known) throws IOException {
        out.writeStartObject();
        for (String key : known.facts().keySet()) {
            Observation observation = known.get(key);
            Evidence evidence = observation.evidence();
            out.writeObjectFieldStart(key);
            out.writeStringField("value", observation.text());
            if (evidence != null) {
                out.writeStringField("from", evidence.from());
                text("at", Optional.ofNullable(evidence.at()).map(Instant::toString));
                out.writeStringField("by", evidence.by().word());
                text("why", Optional.ofNullable(evidence.why()));
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void doubt(String key, Optional<Doubt> doubt) throws IOException {
        if (doubt.isEmpty()) {
            out.writeNullField(key);
            return;
        }
        out.writeObjectFieldStart(key);
        out.writeStringField("since", doubt.get().since().toString());
        out.writeStringField("why", doubt.get().why());
        out.writeEndObject();
    }

    private void text(String key, Optional<String> text) throws IOException {
        out.writeStringField(key, text.orElse(null));
    }
}
