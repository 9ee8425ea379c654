package org.nestguard.server.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nestguard.store.Database;

/** The same as the test, more often: {@code mvn -Pbench -pl engine/server test -DskipTests -Dbench=KillBenchmark "-Dbench.arguments=50 SQLITE"}. */
public final class KillBenchmark {
    private KillBenchmark() {}

    /** Starts as {@code [ROUNDS [DATABASE]]}; ends with status 1 where anything was lost. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        Database database = args.length > 1 ? Database.valueOf(args[1]) : Database.SQLITE;
        Path folder = Files.createTempDirectory("nestguard-kill");
        KillRounds.Outcome outcome = new KillRounds(folder, database.fresh(folder)).run(rounds);
        System.out.println(database + ": " + outcome);
        System.exit(outcome.lost().isEmpty() ? 0 : 1);
    }
}
