package org.nestguard.fleet.audit;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;

/**
 * A fact as somebody supposes it. What is audited then is the fleet as it would be, and no answer is of the fleet as it is.
 *
 * @param subject of hosts or of guests
 * @param key of the fact, such as {@code l2.live}
 * @param atLeast whether a version that is known and no older stays as it is
 * @param value as a document writes it
 * @param scope of which hosts, or of the guests on which
 */
public record WhatIf(Subject subject, String key, boolean atLeast, String value, Scope scope) implements Serializable {
    private static final String GUEST = "guest:";
    private static final String HOST = "host:";
    private static final String POOL = "pool:";
    // Who somebody is tells him from others, and what no question reads changes no answer: neither is supposed.
    private static final Set<String> GIVEN = Set.of(
            FactName.SOURCE_ID.key(),
            FactName.GUEST_UUID.key(),
            FactName.GUEST_NAME.key(), // of a host too
            Subject.HOOK,
            Subject.MEMORY,
            Subject.STARTED_BY,
            Subject.COLD_STARTED_AT);

    /**
     * Whom it is about.
     *
     * @param reach one or several
     * @param name of the pool, host or guest; null for all and for those in no pool
     */
    public record Scope(Reach reach, @Nullable String name) implements Serializable {
        /** The whole fleet. */
        public static final Scope ALL = new Scope(Reach.ALL, null);

        /** Which hosts, or guests on which hosts. */
        public enum Reach {
            ALL,
            POOL,
            NO_POOL,
            HOST,
            /** One guest, by UUID or name. */
            GUEST
        }

        /** A pool, or those that are in none. */
        static Scope ofPool(@Nullable String pool) {
            return pool == null ? new Scope(Reach.NO_POOL, null) : new Scope(Reach.POOL, pool);
        }

        @Override
        public String toString() {
            return switch (reach) {
                case ALL -> "all";
                case POOL -> POOL + name;
                case NO_POOL -> "no-pool";
                case HOST -> HOST + name;
                case GUEST -> GUEST + name;
            };
        }
    }

    /**
     * Reads {@code host.KEY=VALUE} or {@code guest.KEY=VALUE}, for a version also {@code >=}, and behind it {@code @all},
     * {@code @pool:NAME}, {@code @no-pool}, {@code @host:NAME} or {@code @guest:NAME}; without that it is for all.
     *
     * @throws AuditException where there is no such key, value or scope; the message says what is possible
     */
    public static WhatIf read(String text) {
        int equals = text.indexOf('=');
        boolean atLeast = equals > 0 && text.charAt(equals - 1) == '>';
        int dot = text.indexOf('.');
        if (equals < 0 || dot < 0 || dot > equals) {
            throw wrong(text, "is no change; write host.qemu=8.2.0@pool:a or guest.l2.live=0@guest:NAME");
        }
        Subject subject = subject(text, text.substring(0, dot));
        String key = text.substring(dot + 1, atLeast ? equals - 1 : equals);
        int at = scopeAt(text, equals);
        String value = text.substring(equals + 1, at < 0 ? text.length() : at);
        Scope scope = at < 0 ? Scope.ALL : scope(text, subject, text.substring(at + 1));
        List<String> keys = FlatRecord.keys(subject).stream()
                .filter(known -> !GIVEN.contains(known))
                .toList();
        if (!keys.contains(key)) {
            throw wrong(text, word(subject) + " has no fact " + key + " to suppose; it has " + String.join(", ", keys));
        }
        boolean version = kind(subject, key).forgiving();
        if (atLeast && !version) {
            throw wrong(text, ">= is for versions, qemu and kernel; write =");
        }
        boolean unknown = value.equals(Observation.UNKNOWN) && !atLeast;
        if (!unknown && (value.isEmpty() || kind(subject, key).read(value).isEmpty())) {
            throw wrong(
                    text,
                    "the value of " + word(subject) + "." + key + " must be " + subject.expects(key)
                            + (atLeast ? "" : ", or unknown"));
        }
        return new WhatIf(subject, key, atLeast, value, scope);
    }

    /** An at sign with a blank behind it stands in the name of a CPU. @return -1 where there is no scope */
    private static int scopeAt(String text, int from) {
        for (int at = text.indexOf('@', from); at >= 0; at = text.indexOf('@', at + 1)) {
            if (at + 1 == text.length() || text.charAt(at + 1) != ' ') {
                return at;
            }
        }
        return -1;
    }

    private static Subject subject(String text, String word) {
        return switch (word) {
            case "host" -> Subject.HOST;
            case "guest" -> Subject.GUEST;
            default ->
                throw wrong(
                        text,
                        "begins with neither host. nor guest.; a host is source of one guest and destination"
                                + " of another");
        };
    }

    private static Scope scope(String text, Subject subject, String scope) {
        int colon = scope.indexOf(':') + 1;
        String name = scope.substring(colon);
        return switch (scope.substring(0, colon)) {
            case POOL -> new Scope(Scope.Reach.POOL, name);
            case HOST -> new Scope(Scope.Reach.HOST, name);
            case GUEST -> {
                if (subject == Subject.HOST) {
                    throw wrong(text, "is a fact of hosts; it is for @all, @pool:NAME, @no-pool or @host:NAME");
                }
                yield new Scope(Scope.Reach.GUEST, name);
            }
            default ->
                switch (scope) {
                    case "all" -> Scope.ALL;
                    case "no-pool" -> new Scope(Scope.Reach.NO_POOL, null);
                    default ->
                        throw wrong(
                                text, "behind the @ there must be all, pool:NAME, no-pool, host:NAME or guest:NAME");
                };
        };
    }

    private static AuditException wrong(String text, String why) {
        return new AuditException("--what-if " + text + ": " + why);
    }

    static Kind kind(Subject subject, String key) {
        return subject.kind(key).orElseThrow();
    }

    private static String word(Subject subject) {
        return subject == Subject.HOST ? "host" : "guest";
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return word(subject) + "." + key + (atLeast ? ">=" : "=") + value + "@" + scope;
    }
}
