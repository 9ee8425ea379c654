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
 * What a hook asks. Of the guest's description, which may hold passwords, nothing but the UUID is kept.
 *
 * @param system who runs the hook
 * @param event what is about to happen
 * @param guest the guest's UUID or name
 * @param destination where the guest is to be; empty where the hook does not know
 */
public record HookQuestion(String system, Event event, String guest, Optional<String> destination) {
    /** What is about to happen. */
    public enum Event {
        MIGRATE,
        SAVE,
        RESTORE;

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
                new HookQuestion(system, Event.MIGRATE, described(ctx), Optional.of(here));
            case "libvirt/restore", "vdsm/restore" ->
                new HookQuestion(system, Event.RESTORE, described(ctx), Optional.of(here));
            case "vdsm/migrate-source" -> new HookQuestion(system, Event.MIGRATE, described(ctx), Optional.empty());
            case "vdsm/save" -> new HookQuestion(system, Event.SAVE, described(ctx), Optional.empty());
            case "proxmox/migrate" -> new HookQuestion(system, Event.MIGRATE, named(ctx, "uuid"), Optional.of(here));
            case "xapi/migrate" -> new HookQuestion(system, Event.MIGRATE, named(ctx, "uuid"), Optional.empty());
            case "xapi/save" -> new HookQuestion(system, Event.SAVE, named(ctx, "uuid"), Optional.empty());
            case "xapi/restore" -> new HookQuestion(system, Event.RESTORE, named(ctx, "uuid"), Optional.of(here));
            case "ganeti/migrate" ->
                new HookQuestion(system, Event.MIGRATE, named(ctx, "guest"), Optional.of(named(ctx, "destination")));
            default -> throw new Refusal(ProblemKind.NOT_FOUND, "no hook of any system asks this");
        };
    }

    private static String described(Context ctx) {
        Reading<String> uuid = DomainXml.read(new String(Asked.body(ctx), StandardCharsets.UTF_8))
                .uuid();
        return uuid.value()
                .orElseThrow(() -> new Refusal(
                        ProblemKind.UNREADABLE,
                        "the guest's description has no UUID: " + ((Reading.Unsaid<String>) uuid).why()));
    }

    private static String named(Context ctx, String key) {
        String value = ctx.formParam(key);
        if (value == null || value.isBlank()) {
            throw new Refusal(ProblemKind.UNREADABLE, "the hook did not say the guest's " + key);
        }
        return value;
    }
}
