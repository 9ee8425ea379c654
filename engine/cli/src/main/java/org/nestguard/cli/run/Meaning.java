package org.nestguard.cli.run;

import java.util.Optional;

/** What a command does to the running state of a guest, as far as its words tell. Guests are in virsh's words. */
sealed interface Meaning {
    /**
     * Its state is written into a file.
     *
     * @param image whether it is an image to restore from, which can carry a mark; a snapshot cannot, since the guest goes on
     */
    record Save(String guest, boolean image) implements Meaning {}

    /**
     * It is moved.
     *
     * @param to the host that the destination's URI names; empty where it names none
     */
    record Migrate(String guest, Optional<String> to) implements Meaning {}

    /** A guest is loaded from an image. */
    record Restore(String image) implements Meaning {}

    /** A guest is started, from an image of its own where libvirt has saved one. */
    record Start(String guest) implements Meaning {}

    /** No running state is kept, moved or loaded. */
    record NoState() implements Meaning {}

    /** Not known here. */
    record Unclear(String why) implements Meaning {}
}
