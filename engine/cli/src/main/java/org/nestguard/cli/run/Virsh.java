package org.nestguard.cli.run;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A virsh with its connection, asked beside the command that is run.
 *
 * @param connection the program, and its option for the connection where it was given one
 */
record Virsh(List<String> connection) {
    /** libvirt waits for as long for another job on the guest to let go. */
    private static final Duration PATIENCE = Duration.ofSeconds(35);

    private static final File NOTHING = new File("/dev/null");
    private static final int LARGEST = 8 << 20;

    /**
     * What it answered.
     *
     * @param status 0 where it did what it was told
     * @param err why not
     */
    record Said(int status, String out, String err) {
        boolean done() {
            return status == 0;
        }

        /** Why not, in one line. */
        String why() {
            return err.isBlank() ? "status " + status : err.strip().replaceAll("\\s+", " ");
        }
    }

    /** Has one command done, in its untranslated words. */
    Said ask(String... words) throws InterruptedException {
        List<String> line = new ArrayList<>(connection);
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(line).redirectInput(ProcessBuilder.Redirect.from(NOTHING));
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Said(-1, "", String.valueOf(e.getMessage()));
        }
        CompletableFuture<String> out = reading(process.getInputStream());
        CompletableFuture<String> err = reading(process.getErrorStream());
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Said(-1, "", "virsh did not answer within " + PATIENCE.toSeconds() + " s");
        }
        return new Said(process.exitValue(), out.join(), err.join());
    }

    private static CompletableFuture<String> reading(InputStream in) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return ""; // it was closed, since virsh did not answer
            }
        });
    }

    /** The same as an operator would type it. */
    String typed(String... words) {
        List<String> line = new ArrayList<>(connection);
        line.addAll(List.of(words));
        return String.join(" ", line);
    }
}
