package org.nestguard.server.agent;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.nestguard.engine.known.FactsDocument;

/** The way from an agent to the registry that it tells of its host. */
public interface RegistryLink {
    /**
     * Waits until a reading of this host is wanted for a decision, or for about a minute.
     *
     * @return the number of that reading; empty where none was wanted
     * @throws IOException where the registry does not answer
     */
    OptionalLong wanted() throws IOException, InterruptedException;

    /**
     * Tells what was read.
     *
     * @param reading the number of the reading it was read for; empty for one that nobody asked for
     * @return what the registry has to say against it; empty where it took all
     * @throws IOException where the registry does not answer
     */
    Optional<String> tell(FactsDocument facts, OptionalLong reading) throws IOException, InterruptedException;
}
