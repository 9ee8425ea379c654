package org.nestguard.evidence.view;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.Reading;

/**
 * A host as far as it can be looked at. Looking never changes the host, never hangs and never throws: what cannot be read
 * is a {@link Artefact.Missing} that says why.
 */
public interface HostView {
    /** The host's name for messages: its own, or the path of the tree. */
    String name();

    /**
     * A file of the host. That of {@code /proc/PID/exe} is the name of the binary, not its bytes.
     *
     * @param path absolute, as it is called on that host: {@code /proc/cpuinfo}
     */
    Artefact file(String path);

    /**
     * The names of the entries of a folder of the host, sorted. A folder that is not there has none; one that could not be
     * looked into is unsaid, which says nothing of what is in it.
     *
     * @param path absolute, as it is called on that host
     */
    Reading<List<String>> entries(String path);

    /** The same, for whom nothing there and nothing to be seen are one: where emptiness proves nothing. */
    default List<String> list(String path) {
        return entries(path).value().orElse(List.of());
    }

    /**
     * What a command printed on its standard output. A command that fails is missing, its first line of complaint being why;
     * one that ends with a status but prints an answer and no complaint, as {@code systemd-detect-virt} does, has answered.
     * In a tree it is what was captured of that very command.
     */
    Artefact command(List<String> words);

    /**
     * The same host some time later, where there is a later: a second look at counters.
     *
     * @param pause how long to wait
     */
    Optional<HostView> after(Duration pause);
}
