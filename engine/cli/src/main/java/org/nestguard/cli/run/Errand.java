package org.nestguard.cli.run;

import java.util.Optional;

/**
 * What is to be asked before a command is run.
 *
 * @param operation as the service calls it: {@code save}, {@code migrate} or {@code restore}
 * @param guest its UUID, or the name that the service knows it by
 * @param to the host where it is to be; empty where the service knows, or nowhere
 * @param description of the guest in an image, where it is loaded from one
 * @param virsh to look after the guest meanwhile; empty where the command is not virsh's
 * @param marked whether the image that is made can carry a mark
 */
record Errand(
        String operation,
        String guest,
        Optional<String> to,
        Optional<String> description,
        Optional<Virsh> virsh,
        boolean marked) {
    static final String SAVE = "save";
    static final String MIGRATE = "migrate";
    static final String RESTORE = "restore";

    Answer ask(Asker asker) throws NotRunException, InterruptedException {
        return description.isPresent()
                ? asker.askDescribed(operation, description.get(), to)
                : asker.ask(operation, guest, to);
    }
}
