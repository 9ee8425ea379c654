package org.nestguard.cli.run;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.signal.Signals;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Verdict;

/**
 * Asks, runs the command where the answer is ALLOW, and looks after the guest while it runs and when it has ended.
 *
 * <p>The command has the terminal, the standard streams and the environment of this process, and its words are handed on as
 * they are; there is no shell. What a terminal sends (INT, QUIT) the command gets from the terminal; TERM and HUP reach it
 * as TERM. This process waits for its end in either case.
 */
public final class Running {
    /** What the mark of a guest that is saved is kept under; the service looks for it there. */
    private static final String NAMESPACE = "urn:nestguard:saved:1";

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Pattern UNMARKED =
            Pattern.compile("metadata not found|domain is not running|failed to get domain");

    private final Asker asker;
    private final Optional<Duration> watched;
    private final PrintStream err;
    private @Nullable Process process;
    private boolean signalled;

    /**
     * @param watched how long it may stay unknown during a migration whether it may go on, before it is stopped; empty where
     *     nobody is to watch
     * @param err for what the guard has to say
     */
    public Running(Asker asker, Optional<Duration> watched, PrintStream err) {
        this.asker = asker;
        this.watched = watched;
        this.err = err;
    }

    /** Lets signals end the command, and this process only after it and after what is to be done then. */
    public Running heedingSignals() {
        Signals.at("INT", () -> signalled(false));
        Signals.at("TERM", () -> signalled(true));
        Signals.at("HUP", () -> signalled(true));
        return this;
    }

    /**
     * Runs a command where that is allowed.
     *
     * @return its own exit status, or that of a migration that was stopped
     * @throws NotRunException where it is not run, saying why
     */
    public int run(List<String> command, Stated stated) throws NotRunException, InterruptedException {
        Optional<Errand> found = new Errands(stated, asker.here()).of(command);
        if (watched.isPresent()
                && found.filter(e -> e.operation().equals(Errand.MIGRATE)
                                && e.virsh().isPresent())
                        .isEmpty()) {
            throw new NotRunException(NotRun.UNREADABLE, "only virsh migrate can be watched; leave --watch away");
        }
        if (found.isEmpty()) {
            return finish(begin(command));
        }
        Errand errand = found.get();
        Answer answer = allowed(errand.ask(asker));
        Virsh virsh = errand.virsh().orElse(null);
        if (virsh == null) {
            return finish(begin(command));
        }
        return switch (errand.operation()) {
            case Errand.SAVE -> errand.marked() ? save(command, errand.guest(), virsh, answer) : finish(begin(command));
            case Errand.RESTORE -> restore(command, errand.guest(), virsh);
            default -> watched.isPresent() ? watch(command, errand, virsh, watched.get()) : finish(begin(command));
        };
    }

    private Answer allowed(Answer answer) throws NotRunException {
        String sentences = answer.sentences().stream().collect(Collectors.joining("\nnestguard: "));
        switch (answer.verdict()) {
            case ALLOW -> {
                if (!sentences.isBlank()) {
                    say("allowed, but: " + sentences);
                }
                return answer;
            }
            case DENY -> throw new NotRunException(NotRun.DENIED, "DENY: " + sentences);
            default -> throw new NotRunException(NotRun.UNDETERMINED, "UNDETERMINED: " + sentences);
        }
    }

    // ---- the command

    private synchronized void signalled(boolean handOn) {
        signalled = true;
        if (handOn && process != null) {
            process.destroy(); // TERM
        }
    }

    private synchronized Process begin(List<String> command) throws NotRunException {
        if (signalled) {
            throw new NotRunException(NotRun.FAILED, "ended by a signal before it was run");
        }
        try {
            Process started = new ProcessBuilder(command).inheritIO().start();
            process = started;
            return started;
        } catch (IOException e) {
            throw new NotRunException(NotRun.UNREADABLE, "it cannot be run: " + e.getMessage());
        }
    }

    /** @return its exit status; of one that a signal ended 128 and the signal's number, as a shell has it */
    private static int finish(Process running) throws InterruptedException {
        return running.waitFor();
    }

    // ---- a guest that is saved

    private int save(List<String> command, String guest, Virsh virsh, Answer answer)
            throws NotRunException, InterruptedException {
        String mark = answer.mark()
                .orElseThrow(() -> new NotRunException(NotRun.FAILED, "the service gave no mark for the image"));
        Virsh.Said written = virsh.ask(
                "metadata", "--domain=" + guest, "--uri=" + NAMESPACE, "--key=nestguard", "--set=" + mark, "--live");
        boolean saved = false;
        try {
            if (!written.done()) {
                throw new NotRunException(
                        NotRun.FAILED,
                        "the guest cannot be marked, and what is saved without a mark is not restored: "
                                + written.why());
            }
            int status = finish(begin(command));
            saved = status == 0;
            return status;
        } finally {
            unmark(guest, virsh, saved);
        }
    }

    /** Takes the mark from a guest that still runs, or runs again: on an image that is made by hand it would be a lie. */
    private void unmark(String guest, Virsh virsh, boolean gone) throws InterruptedException {
        String[] removal = {"metadata", "--domain=" + guest, "--uri=" + NAMESPACE, "--remove", "--live"};
        Virsh.Said removed = virsh.ask(removal);
        if (!removed.done() && !gone && !UNMARKED.matcher(removed.err()).find()) {
            say("the guest still has the mark of a saving (" + removed.why()
                    + "); take it away before it is saved by hand:");
            say(virsh.typed(removal));
        }
    }

    private static boolean runs(String guest, Virsh virsh) throws InterruptedException {
        Virsh.Said state = virsh.ask("domstate", "--domain=" + guest);
        return state.done() && !state.out().strip().matches("shut off|crashed|");
    }

    // ---- a guest that is restored

    private int restore(List<String> command, String guest, Virsh virsh) throws NotRunException, InterruptedException {
        int status = finish(begin(command));
        if (status == 0) {
            unmark(guest, virsh, false);
        }
        return status;
    }

    // ---- a migration that is watched

    private int watch(List<String> command, Errand errand, Virsh virsh, Duration bound)
            throws NotRunException, InterruptedException {
        Process running = begin(command);
        long known = System.nanoTime();
        while (!running.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
            Verdict verdict;
            String why;
            try {
                Answer answer = asker.ask("watch", errand.guest(), errand.to());
                verdict = answer.verdict();
                why = String.join("\nnestguard: ", answer.sentences());
            } catch (NotRunException | RuntimeException e) { // else nobody would watch on
                verdict = Verdict.UNDETERMINED;
                why = String.valueOf(e.getMessage());
            }
            if (verdict == Verdict.ALLOW) {
                known = System.nanoTime();
            } else if (verdict == Verdict.DENY) {
                say("DENY, while it is being migrated: " + why);
                return stop(running, errand, virsh, NotRun.DENIED);
            } else if (System.nanoTime() - known > bound.toNanos()) {
                say("for " + bound.toSeconds() + " s it has not been known whether it may go on: " + why);
                return stop(running, errand, virsh, NotRun.UNDETERMINED);
            }
        }
        return finish(running);
    }

    private int stop(Process running, Errand errand, Virsh virsh, NotRun why) throws InterruptedException {
        Virsh.Said abort = virsh.ask("domjobabort", "--domain=" + errand.guest());
        if (!abort.done()) {
            say("the migration cannot be stopped: " + abort.why());
        }
        int status = finish(running);
        boolean stays = status != 0 && (abort.done() || runs(errand.guest(), virsh));
        if (stays) {
            say("the migration was stopped; the guest stays where it was");
            return why.status();
        }
        say("TOO LATE: the guest is no longer where it came from");
        if (why == NotRun.DENIED) {
            try {
                asker.tellHarm(
                        errand.guest(), "its migration was denied while it went on, and stopping it came too late");
                say("the registry takes it for moved with a live L2: shut it off, and start it cold");
            } catch (NotRunException e) {
                say("and the registry could not be told (" + e.getMessage()
                        + "): shut the guest off and start it cold before it is moved or saved again");
            }
        }
        return NotRun.TOO_LATE.status();
    }

    private void say(String text) {
        text.lines()
                .forEach(line ->
                        err.println((line.startsWith("nestguard: ") ? "" : "nestguard: ") + Harmless.text(line)));
    }
}
