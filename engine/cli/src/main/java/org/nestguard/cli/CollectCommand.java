package org.nestguard.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.FactsWriter;
import org.nestguard.engine.text.Harmless;
import org.nestguard.evidence.collect.Collection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nestguard collect}: the facts of a host and of its guests. */
@Command(
        name = "collect",
        description = {
            "Collects the facts of this host and of every guest that runs on it, as the document that check --guest reads.",
            "",
            "It only looks: at /proc, /sys, QEMU's processes and, where there is one, at libvirt through a read-only"
                    + " connection. What cannot be read is written as unknown, and standard error says why and what would"
                    + " help. As root it sees more: the QEMU that runs a guest, debugfs, libvirt's logs."
        },
        footer = {
            "",
            "Exit status:",
            "  0   whole",
            "  1   incomplete: something that can decide could not be read",
            "  2   a tree cannot be read, or the usage is wrong",
            "  70  the guard itself failed",
            "",
            "Examples:",
            "  nestguard collect > l0-a.yaml",
            "  nestguard collect --sample 5s",
            "  nestguard collect --push https://registry:7420 --token /etc/nestguard/token",
            "  nestguard collect --root sosreport-l0-a-2026-11-22.tar.gz"
        })
final class CollectCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Mixin
    private HostOption host = new HostOption();

    @Mixin
    private LookOptions look = new LookOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "YAML",
            description = "How to write: ${COMPLETION-CANDIDATES} (default: yaml). ndjson is one line.")
    private Format format = Format.YAML;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Writes there instead of to standard output; the file is whole or not there.")
    private @Nullable Path file;

    @Mixin
    private Push push = new Push();

    /** How facts are written. */
    enum Format {
        YAML,
        JSON,
        NDJSON;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Console console;

    CollectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean pushed = push.wanted();
        Collection collection;
        try (HostOption.Opened opened = host.open();
                Progress progress = Progress.on(console, "collecting")) {
            collection =
                    look.collector(Clock.tickMillis(ZoneOffset.UTC), progress).collect(opened.view());
        }
        FactsDocument found = collection.document();
        // a look at this host is of now; one at a tree is as good as the tree
        FactsDocument document = found.asOf(found.newest(), Freshness.USUAL);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        if (format == Format.YAML) {
            FactsWriter.yaml(document, whole);
        } else {
            FactsWriter.json(document, format == Format.NDJSON, whole);
        }
        if (pushed) {
            push.tell(document);
        }
        if (file == null && !pushed) {
            whole.writeTo(console.out());
            console.out().flush();
        } else if (file != null) {
            WholeOutput.write(file, whole.toByteArray());
        }
        collection.complaints().forEach(complaint -> console.err().println("nestguard: " + Harmless.text(complaint)));
        return ExitStatus.ofFindings(!collection.whole());
    }
}
