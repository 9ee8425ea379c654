package org.nestguard.evidence.artefact;

/** Names of modules and parameters, in which a hyphen and an underscore are the same (modprobe.d(5)). */
final class ModuleName {
    private ModuleName() {}

    /** The name with underscores only, as {@code /sys/module} has it. */
    static String of(String written) {
        return written.replace('-', '_');
    }
}
