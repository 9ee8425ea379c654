package org.nestguard.evidence.artefact;

/** How a QEMU process came to its guest, as its command line tells it. */
public sealed interface QemuStart {
    /**
     * No state was asked for when it started. The monitor can still have loaded one later ({@code loadvm},
     * {@code snapshot-load}); the command line does not show that.
     */
    record Cold() implements QemuStart {}

    /**
     * It waited for the state of a guest that ran before ({@code -incoming}, Proxmox's {@code -loadstate}).
     *
     * @param from the sort of place the state came from
     * @param uri as it was given, {@code tcp:[::]:49152}
     */
    record Incoming(Origin from, String uri) implements QemuStart {}

    /**
     * It began with a snapshot inside its disk ({@code -loadvm}).
     *
     * @param snapshot its name
     */
    record Loaded(String snapshot) implements QemuStart {}

    /** Where an incoming state comes from. */
    enum Origin {
        /** A network or a socket: a migration. */
        MIGRATION,
        /** A file: a restore. */
        FILE,
        /** An open file or a command's output: a restore, or a migration that a manager tunnels. */
        STREAM,
        /** {@code defer}: told later through the monitor, migration and restore alike. */
        TOLD_LATER,
        /** A form that is not known here. */
        UNKNOWN
    }
}
