package org.nestguard.cli;

import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;

/** Says on standard error what of a fleet cannot be read, as it is met. */
final class Complaints implements Report {
    private final Console console;

    Complaints(Console console) {
        this.console = console;
    }

    @Override
    public boolean ofGuests() {
        return false;
    }

    @Override
    public void guest(GuestResult result) {
        throw new IllegalStateException("nobody complains of a guest");
    }

    @Override
    public void problem(Problem problem) {
        console.err().println("nestguard: " + Harmless.text(problem.inOneLine()));
    }

    @Override
    public void end(Summary summary) {
        // the others have said it
    }
}
