package org.nestguard.server.registry;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What became of a facts document. */
public sealed interface Taken {
    /**
     * Its facts are in the registry.
     *
     * @param host the name of its host
     * @param observedAt the moment it is of
     * @param repeated whether the very same document was there already; then nothing was changed
     * @param guests how many of its guests are registered
     * @param withoutUuid how many are not, because their UUID is not known or is no UUID
     * @param left how many guests that ran there before are not in it
     * @param distrusted guests of it whose state is not believed
     * @param harmed guests that were marked as harmed because of it
     * @param cleared guests whose mark it has removed
     */
    record Stored(
            String host,
            Instant observedAt,
            boolean repeated,
            int guests,
            int withoutUuid,
            int left,
            List<Distrusted> distrusted,
            List<UUID> harmed,
            List<UUID> cleared)
            implements Taken {
        public Stored {
            distrusted = List.copyOf(distrusted);
            harmed = List.copyOf(harmed);
            cleared = List.copyOf(cleared);
        }
    }

    /**
     * Its time cannot be right: no fact of it was taken, and the state of its guests is unknown until a document comes that
     * can be believed.
     *
     * @param host the name of its host
     * @param why a sentence
     * @param distrusted the guests that are known there or that it speaks of
     */
    record Disbelieved(String host, String why, List<UUID> distrusted) implements Taken {
        public Disbelieved {
            distrusted = List.copyOf(distrusted);
        }
    }

    /**
     * It is not for this pusher to say, or not of a host that can be registered. Nothing was changed.
     *
     * @param why a sentence
     */
    record Refused(Refusal refusal, String why) implements Taken {}

    /** Why a document is refused. */
    enum Refusal {
        /** Its pusher is bound to another host. */
        ANOTHER_HOST,
        /** Its host has no name, or a name or id that no host has. */
        NO_NAME,
        /** Another machine has that name, or that machine another name: one of the two has to be forgotten first. */
        NAME_AND_ID,
        /** It has text that is none: half a character. */
        NO_TEXT,
        /** It has more guests than any host. */
        TOO_MANY
    }
}
