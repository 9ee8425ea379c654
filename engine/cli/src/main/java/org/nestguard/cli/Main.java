package org.nestguard.cli;

import org.nestguard.cli.run.NotRun;

/** Where the process begins. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its status. */
    public static void main(String[] args) {
        int status;
        try {
            status = new Commands(Console.ofProcess()).run(args);
        } catch (Throwable e) {
            System.err.println("nestguard: the guard failed, which is a refusal: " + e);
            status = Commands.ofRun(args) ? NotRun.FAILED.status() : ExitStatus.FAILED.code();
        }
        // halts at once: nothing that a rule or a library left running may hold the answer up or change it
        System.exit(status);
    }
}
