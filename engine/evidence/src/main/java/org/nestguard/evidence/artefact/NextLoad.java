package org.nestguard.evidence.artefact;

import java.util.Optional;
import org.nestguard.evidence.artefact.ModprobeConfiguration.Place;
import org.nestguard.evidence.artefact.ModprobeConfiguration.Setting;

/** What becomes of a parameter when its module is loaded the next time, as far as the configuration decides it. */
public sealed interface NextLoad {
    /**
     * It will be on or off.
     *
     * @param on which of the two
     * @param by the last line that sets it
     */
    record Becomes(boolean on, Setting by) implements NextLoad {}

    /**
     * The module decides by what the CPU can do.
     *
     * @param by the line that says so
     */
    record Automatic(Setting by) implements NextLoad {}

    /** Nothing sets it: the default of kernel or distribution decides. */
    record Unset() implements NextLoad {}

    /**
     * The module will not load at all.
     *
     * @param at where the reason stands
     * @param why the reason
     * @param setting the setting that is refused; empty where something else keeps the module from loading
     */
    record WillNotLoad(Place at, String why, Optional<Setting> setting) implements NextLoad {}

    /**
     * The configuration leaves it to a command.
     *
     * @param at where it stands
     * @param why what it is
     */
    record Open(Place at, String why) implements NextLoad {}
}
