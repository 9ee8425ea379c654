package org.nestguard.server.registry;

import java.util.Optional;

/**
 * Who hands over a facts document.
 *
 * @param host the name of the one host it may speak for; empty for any, as the agent of this very process
 */
public record Pusher(Optional<String> host) {
    /** One that may speak for any host. */
    public static Pusher forAny() {
        return new Pusher(Optional.empty());
    }

    /** One whose credential is bound to a host. */
    public static Pusher boundTo(String host) {
        return new Pusher(Optional.of(host));
    }

    boolean maySpeakFor(String name) {
        return host.isEmpty() || host.get().equals(name);
    }
}
