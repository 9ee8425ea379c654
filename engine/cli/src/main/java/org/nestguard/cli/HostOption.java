package org.nestguard.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.view.CapturedTree;
import org.nestguard.evidence.view.HostView;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.evidence.view.TreeArchive;
import org.nestguard.evidence.view.UnreadableTreeException;
import picocli.CommandLine.Option;

/** Which host is looked at: this one, or one that was captured. */
final class HostOption {
    @Option(
            names = "--root",
            paramLabel = "TREE",
            description = {
                "Looks at a captured host instead of this one: what nestguard-collect wrote, a bundle of nestguard report, or a"
                        + " sos report; a folder, or its archive as it is."
            })
    private @Nullable Path root;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationText.class,
            description = "How long one command of the host may take (default: 10s).")
    private Duration timeout = LiveHost.COMMAND_TIMEOUT;

    /** A host to look at, closed when done with. */
    record Opened(HostView view, @Nullable TreeArchive archive) implements AutoCloseable {
        @Override
        public void close() {
            if (archive != null) {
                archive.close();
            }
        }
    }

    /** Whether it is this very host, now. */
    boolean live() {
        return root == null;
    }

    Opened open() {
        if (root == null) {
            return new Opened(new LiveHost(timeout), null);
        }
        try {
            if (Files.isDirectory(root)) {
                return new Opened(CapturedTree.open(root), null);
            }
            TreeArchive archive = TreeArchive.open(root);
            try {
                return new Opened(CapturedTree.open(archive.root()), archive);
            } catch (UnreadableTreeException e) {
                archive.close();
                throw e.in(root.toString());
            }
        } catch (UnreadableTreeException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
