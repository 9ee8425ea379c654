package org.nestguard.engine.internal;

import java.util.concurrent.ConcurrentHashMap;
import org.nestguard.facts.Question;

/**
 * Asks the built-in rules once a profile: a fleet has millions of questions of some hundreds of profiles. Safe for use by
 * many threads.
 */
final class Memory {
    // The bound keeps made-up questions from filling the memory.
    private static final int MOST_PROFILES = 20_000;

    private final Judge judge;
    private final Profiles profiles;
    private final ConcurrentHashMap<Profile, Outcome> outcomes = new ConcurrentHashMap<>();

    Memory(Judge judge) {
        this.judge = judge;
        profiles = new Profiles(judge.tables(), judge.candidates());
    }

    Profiles profiles() {
        return profiles;
    }

    /** What the rules say of a question, from memory where they were asked of its profile before. */
    Outcome of(Question question) {
        Profile profile = profiles.of(question);
        Outcome outcome = outcomes.get(profile);
        if (outcome == null) {
            outcome = new Outcome(judge.judge(judge.prepare(question)));
            if (outcomes.size() < MOST_PROFILES) {
                outcomes.put(profile, outcome);
            }
        }
        return outcome;
    }
}
