package org.nestguard.evidence.collect;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.VirshVersion;
import org.nestguard.evidence.site.Door;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HookProbe;
import org.nestguard.evidence.view.HookProbe.Found;
import org.nestguard.evidence.view.HookProbe.State;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Version;

/**
 * Whether each system that moves the guests of a host has the script by which it asks NestGuard. Only where one of them is on
 * the host and its place was looked at is it said that there is none: what moves guests elsewhere, such as a cluster's
 * scheduler, asks by means that no file of the host tells of.
 */
final class Hook {
    private static final Set<State> THERE = Set.of(State.OURS, State.LAID);
    private static final Set<State> NOT_THERE = Set.of(State.ABSENT, State.DEAD);

    private final Artefact virshVersion;

    private Hook(Artefact virshVersion) {
        this.virshVersion = virshVersion;
    }

    /** What is known of a system; {@code installed} is empty where that is not known. */
    private record Word(Optional<Boolean> installed, String path, String why) {
        static Word yes(Found found) {
            return new Word(
                    Optional.of(true),
                    found.path(),
                    found.door().word() + " has the hook"
                            + (found.state() == State.LAID ? "; whether it is executable the tree does not say" : ""));
        }

        static Word no(Found found) {
            return new Word(
                    Optional.of(false),
                    found.path(),
                    found.state() == State.DEAD
                            ? "it is not executable, so " + found.door().word() + " passes over it"
                            : found.door().word() + " is here, and its hook is not");
        }

        static Word unknown(Found found) {
            return new Word(
                    Optional.empty(),
                    found.path(),
                    switch (found.state()) {
                        case OTHER -> "it is not ours, and whether it asks is not known";
                        case UNSEEN -> "it is not in the tree, which does not say whether it was on the host";
                        default -> "it cannot be looked at; run this as root";
                    });
        }
    }

    /** @param virshVersion what {@code virsh -r version} says: libvirt has not always looked where its script belongs */
    static Observation of(HostView host, Artefact virshVersion) {
        Artefact look = HookProbe.artefact(host);
        if (look instanceof Artefact.Missing missing) {
            return Observation.unknown(missing.from(), missing.why());
        }
        Artefact.Text text = (Artefact.Text) look;
        Reading<List<Found>> found = HookProbe.read(text.text());
        if (found instanceof Reading.Unsaid<List<Found>> no) {
            return Observation.unknown(text.from(), no.why());
        }
        Word word = new Hook(virshVersion).of(found.value().orElseThrow());
        return word.installed().isEmpty()
                ? Observation.unknown(word.path(), word.why())
                : new Observation(
                        word.installed().get().toString(),
                        new Evidence(word.path(), text.at(), Evidence.Witness.HOST, word.why()));
    }

    private Word of(List<Found> all) {
        Map<Door, List<Found>> byDoor = new EnumMap<>(Door.class);
        all.forEach(found ->
                byDoor.computeIfAbsent(found.door(), door -> new ArrayList<>()).add(found));
        Map<Door, Word> words = new EnumMap<>(Door.class);
        byDoor.forEach((door, found) -> words.put(door, of(door, found)));
        Word vdsm = words.get(Door.VDSM);
        Word libvirt = words.get(Door.LIBVIRT);
        if (vdsm != null && libvirt != null) { // VDSM moves guests through libvirt: one of the two is enough
            words.remove(rank(vdsm) < rank(libvirt) ? Door.VDSM : Door.LIBVIRT);
        }
        return words.values().stream()
                .reduce(Hook::worse)
                .orElse(new Word(
                        Optional.empty(),
                        "/etc",
                        "none of the systems that take a hook (" + String.join(", ", Door.words())
                                + ") is seen here; what moves its guests is not known"));
    }

    private static int rank(Word word) {
        return word.installed().map(yes -> yes ? 2 : 0).orElse(1);
    }

    private static Word worse(Word one, Word other) {
        return rank(other) < rank(one) ? other : one;
    }

    private Word of(Door door, List<Found> found) {
        Word word = door == Door.LIBVIRT ? libvirt(found.get(0), found.get(1)) : all(found);
        return door == Door.PROXMOX && word.installed().equals(Optional.of(true))
                ? new Word(
                        Optional.empty(),
                        word.path(),
                        "Proxmox VE asks for those guests alone that name it; nestguard hook check proxmox tells which do not")
                : word;
    }

    private static Word all(List<Found> found) {
        return found.stream()
                .map(one -> THERE.contains(one.state())
                        ? Word.yes(one)
                        : NOT_THERE.contains(one.state()) ? Word.no(one) : Word.unknown(one))
                .reduce(Hook::worse)
                .orElseThrow();
    }

    private Word libvirt(Found inFolder, Found old) {
        if (THERE.contains(old.state())) {
            return Word.yes(old);
        }
        if (THERE.contains(inFolder.state())) {
            return looksIntoFolders()
                    .map(looks -> looks
                            ? Word.yes(inFolder)
                            : new Word(
                                    Optional.of(false),
                                    inFolder.path(),
                                    "libvirt looks into this folder from " + Door.FIRST_WITH_FOLDER + " on only"))
                    .orElse(new Word(
                            Optional.empty(),
                            inFolder.path(),
                            "libvirt looks into this folder from " + Door.FIRST_WITH_FOLDER
                                    + " on, and which version this is is not known"));
        }
        for (Found one : List.of(inFolder, old)) {
            if (!NOT_THERE.contains(one.state())) {
                return Word.unknown(one);
            }
        }
        return Word.no(old.state() == State.DEAD ? old : inFolder);
    }

    private Optional<Boolean> looksIntoFolders() {
        return virshVersion instanceof Artefact.Text text
                        && VirshVersion.read(text.text()).libvirt() instanceof Reading.Said<Version> said
                ? Optional.of(said.what().compareTo(Door.FIRST_WITH_FOLDER) >= 0)
                : Optional.empty();
    }
}
