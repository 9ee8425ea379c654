package org.nestguard.server.site;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.nestguard.evidence.artefact.DomainXml;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;

/**
 * What a hook asks, or {@code nestguard run}. Of the guest's description, which may hold passwords, nothing but the UUID and
 * our own mark is kept.
 *
 * @param system who runs the hook
 * @param event what is about to happen
 * @param guest the guest's UUID or name
 * @param destination where the guest is to be; empty where the hook does not know
 * @param mark what the description carries of the time when the guest was saved, as {@link SavedMark} has it; believed only
 *     after a look at it
 */
public record HookQuestion(
        String system, Event event, String guest, Optional<String> destination, Optional<String> mark) {
    /** What {@code nestguard run} calls itself. */
    static final String RUN = "run";

    /** What is about to happen. */
    public enum Event {
        MIGRATE,
        SAVE,
        RESTORE,
        /** A migration that was allowed goes on: may it still? */
        WATCH;

        /** The one of that name. @throws Refusal for another */
        static Event named(String name) {
            return Arrays.stream(values())
                    .filter(event -> event.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(ProblemKind.UNREADABLE, "there is no such event"));
        }
    }

    /**
     * Reads what a hook's script sends.
     *
     * @param here the host that the script runs on
     * @throws Refusal where it is not what such a script sends
     */
    public static HookQuestion read(Context ctx, String here) {
        String system = ctx.pathParam("system");
        String operation = Optional.ofNullable(ctx.queryParam("operation")).orElse("");
        return switch (system + "/" + operation) {
            case "libvirt/migrate", "vdsm/migrate-destination" ->
                described(ctx, system, Event.MIGRATE, Optional.of(here));
            case "libvirt/restore", "vdsm/restore" -> described(ctx, system, Event.RESTORE, Optional.of(here));
            case "vdsm/migrate-source" -> described(ctx, system, Event.MIGRATE, Optional.empty());
            case "vdsm/save" -> described(ctx, system, Event.SAVE, Optional.empty());
            case "proxmox/migrate" -> named(ctx, system, Event.MIGRATE, "uuid", Optional.of(here));
            case "xapi/migrate" -> named(ctx, system, Event.MIGRATE, "uuid", Optional.empty());
            case "xapi/save" -> named(ctx, system, Event.SAVE, "uuid", Optional.empty());
            case "xapi/restore" -> named(ctx, system, Event.RESTORE, "uuid", Optional.of(here));
            case "ganeti/migrate" -> named(ctx, system, Event.MIGRATE, "guest", Optional.of(said(ctx, "destination")));
            case "run/migrate" -> named(ctx, system, Event.MIGRATE, "guest", Optional.of(asked(ctx, "to")));
            case "run/watch" -> named(ctx, system, Event.WATCH, "guest", Optional.of(asked(ctx, "to")));
            case "run/save" -> named(ctx, system, Event.SAVE, "guest", Optional.empty());
            case "run/restore" -> {
                Optional<String> to =
                        Optional.of(Optional.ofNullable(ctx.queryParam("to")).orElse(here));
                yield String.valueOf(ctx.contentType()).startsWith("application/xml")
                        ? described(ctx, system, Event.RESTORE, to)
                        : named(ctx, system, Event.RESTORE, "guest", to);
            }
            default -> throw new Refusal(ProblemKind.NOT_FOUND, "no hook of any system asks this");
        };
    }

    private static HookQuestion described(Context ctx, String system, Event event, Optional<String> destination) {
        String description = new String(Asked.body(ctx), StandardCharsets.UTF_8);
        Reading<String> uuid = DomainXml.read(description).uuid();
        String guest = uuid.value()
                .orElseThrow(() -> new Refusal(
                        ProblemKind.UNREADABLE,
                        "the guest's description has no UUID: " + ((Reading.Unsaid<String>) uuid).why()));
        Optional<String> mark =
                event == Event.RESTORE ? SavedMark.in(description).map(SavedMark::text) : Optional.empty();
        return new HookQuestion(system, event, guest, destination, mark);
    }

    private static HookQuestion named(
            Context ctx, String system, Event event, String key, Optional<String> destination) {
        return new HookQuestion(system, event, said(ctx, key), destination, Optional.empty());
    }

    private static String said(Context ctx, String key) {
        String value = ctx.formParam(key);
        if (value == null || value.isBlank()) {
            throw new Refusal(ProblemKind.UNREADABLE, "the hook did not say the guest's " + key);
        }
        return value;
    }

    private static String asked(Context ctx, String key) {
        return Optional.ofNullable(ctx.queryParam(key))
                .orElseThrow(() -> new Refusal(ProblemKind.UNREADABLE, key + " is missing in the query"));
    }
}
