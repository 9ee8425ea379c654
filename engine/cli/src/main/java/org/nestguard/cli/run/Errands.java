package org.nestguard.cli.run;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.DomainXml;

/**
 * Finds out what a command is about to do to which guest: by its own words where they are virsh's, and by asking that virsh for
 * what they leave open, over the same connection; else by what the operator says.
 */
final class Errands {
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern MANAGED_SAVE = Pattern.compile("(?m)^Managed save: +(yes|no)$");

    private final Stated stated;
    private final Optional<String> here;

    /** @param here the name of this host for the service; empty where it knows */
    Errands(Stated stated, Optional<String> here) {
        this.stated = stated;
        this.here = here;
    }

    /** The errand; empty where no running state of any guest is touched. @throws NotRunException where it is not clear */
    Optional<Errand> of(List<String> command) throws NotRunException, InterruptedException {
        VirshLine line = VirshLine.read(command)
                .orElseGet(() -> new VirshLine(
                        new Virsh(List.of()), new Meaning.Unclear("of all commands only virsh's are understood")));
        if (line.meaning() instanceof Meaning.Unclear unclear) {
            return Optional.of(told(unclear.why()));
        }
        if (stated.operation() != null || stated.guest() != null) {
            throw unclear("what this command does is understood: leave --operation and --guest away");
        }
        Virsh virsh = line.virsh();
        if (line.meaning() instanceof Meaning.Save save) {
            return Optional.of(new Errand(
                    Errand.SAVE,
                    uuid(virsh, save.guest()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(virsh),
                    save.image()));
        }
        if (line.meaning() instanceof Meaning.Migrate migrate) {
            String to = Optional.ofNullable(stated.to())
                    .or(migrate::to)
                    .orElseThrow(() -> unclear("the destination's URI names no host; say with --to which it is"));
            return Optional.of(new Errand(
                    Errand.MIGRATE,
                    uuid(virsh, migrate.guest()),
                    Optional.of(to),
                    Optional.empty(),
                    Optional.of(virsh),
                    false));
        }
        if (line.meaning() instanceof Meaning.Restore restore) {
            Virsh.Said xml = virsh.ask("save-image-dumpxml", "--file=" + restore.image());
            if (!xml.done()) {
                throw unclear("virsh does not tell whose the image is: " + xml.why());
            }
            return Optional.of(restoring(virsh, xml.out()));
        }
        return line.meaning() instanceof Meaning.Start start ? started(virsh, start.guest()) : Optional.empty();
    }

    /** libvirt starts a guest from the image that a managed save left, where there is one. */
    private Optional<Errand> started(Virsh virsh, String guest) throws NotRunException, InterruptedException {
        Virsh.Said information = virsh.ask("dominfo", "--domain=" + guest);
        Matcher saved = MANAGED_SAVE.matcher(information.out());
        if (!information.done() || !saved.find()) {
            throw unclear("virsh does not tell whether " + guest + " is to be started from a saved image: "
                    + information.why());
        }
        if (saved.group(1).equals("no")) {
            return Optional.empty();
        }
        Virsh.Said xml = virsh.ask("managedsave-dumpxml", "--domain=" + guest);
        if (!xml.done()) {
            throw unclear("virsh does not tell what the saved image of " + guest + " is: " + xml.why());
        }
        return Optional.of(restoring(virsh, xml.out()));
    }

    private Errand restoring(Virsh virsh, String xml) throws NotRunException, InterruptedException {
        String guest = DomainXml.read(xml)
                .uuid()
                .value()
                .orElseThrow(() -> unclear("what virsh tells of the image has no UUID of a guest"));
        Optional<String> to = Optional.ofNullable(stated.to());
        if (to.isEmpty()) {
            Virsh.Said uri = virsh.ask("uri");
            if (!uri.done()) {
                throw unclear("virsh does not tell where it is connected to: " + uri.why());
            }
            to = VirshLine.host(uri.out().strip()).or(() -> here);
        }
        return new Errand(Errand.RESTORE, guest, to, Optional.of(xml), Optional.of(virsh), false);
    }

    /** What a word of virsh means: an id, a UUID or a name, of the host that it is connected to. */
    private static String uuid(Virsh virsh, String guest) throws NotRunException, InterruptedException {
        if (UUID.matcher(guest).matches()) {
            // where no guest has that UUID, virsh would take it for a name
            Virsh.Said known = virsh.ask("domname", "--domain=" + guest);
            if (!known.done()) {
                throw unclear("virsh knows no guest of that UUID: " + known.why());
            }
            return guest;
        }
        Virsh.Said said = virsh.ask("domuuid", "--domain=" + guest);
        String uuid = said.out().strip();
        if (!said.done() || !UUID.matcher(uuid).matches()) {
            throw unclear("virsh does not know the guest: " + said.why());
        }
        return uuid;
    }

    private Errand told(String why) throws NotRunException {
        if (stated.operation() == null || stated.guest() == null) {
            throw unclear(why + "; say with --operation and --guest what it does to which guest");
        }
        Optional<String> to = Optional.ofNullable(stated.to());
        String guest = Objects.requireNonNull(stated.guest());
        return switch (Objects.requireNonNull(stated.operation())) {
            case SAVEVM -> stated(Errand.SAVE, guest, Optional.empty());
            case LOADVM -> stated(Errand.RESTORE, guest, to.or(() -> here));
            case MIGRATE -> {
                if (to.isEmpty()) {
                    throw unclear("say with --to where the guest is migrated to");
                }
                yield stated(Errand.MIGRATE, guest, to);
            }
        };
    }

    private static Errand stated(String operation, String guest, Optional<String> to) {
        return new Errand(operation, guest, to, Optional.empty(), Optional.empty(), false);
    }

    private static NotRunException unclear(String why) {
        return new NotRunException(NotRun.UNREADABLE, why);
    }
}
