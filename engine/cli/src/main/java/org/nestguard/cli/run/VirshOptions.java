package org.nestguard.cli.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options that one command of virsh takes. A newer virsh may have more: then the line is not understood.
 *
 * @param places those whose place a word without a name takes, in their order
 * @param required how many of them, from the first, must be there
 * @param values others that want a value
 * @param flags those that want none
 */
record VirshOptions(List<String> places, int required, Set<String> values, Set<String> flags) {
    static final VirshOptions SAVE = of("domain file", 2, "xml image-format", "bypass-cache running paused verbose");
    static final VirshOptions MANAGED_SAVE = of("domain", 1, "", "bypass-cache running paused verbose");
    static final VirshOptions RESTORE = of("file", 1, "xml", "bypass-cache running paused reset-nvram");
    static final VirshOptions START =
            of("domain", 1, "pass-fds", "console paused autodestroy bypass-cache force-boot reset-nvram");
    static final VirshOptions SNAPSHOT_CREATE = of(
            "domain xmlfile",
            1,
            "",
            "redefine current no-metadata halt disk-only reuse-external quiesce atomic live validate");
    static final VirshOptions SNAPSHOT_CREATE_AS = of(
            "domain name description",
            1,
            "memspec diskspec",
            "print-xml no-metadata halt disk-only reuse-external quiesce atomic live validate");
    static final VirshOptions MIGRATE = of(
            "domain desturi migrateuri graphicsuri listen-address dname",
            2,
            "timeout xml migrate-disks disks-port disks-uri comp-methods"
                    + " comp-mt-level comp-mt-threads comp-mt-dthreads comp-xbzrle-cache auto-converge-initial"
                    + " auto-converge-increment persistent-xml postcopy-bandwidth parallel-connections bandwidth"
                    + " tls-destination comp-zlib-level comp-zstd-level available-switchover-bandwidth"
                    + " migrate-disks-detect-zeroes",
            "live offline p2p direct tunnelled persistent undefinesource suspend copy-storage-all copy-storage-inc"
                    + " copy-storage-synchronous-writes change-protection unsafe verbose compressed auto-converge"
                    + " rdma-pin-all abort-on-error postcopy postcopy-after-precopy postcopy-resume zerocopy"
                    + " timeout-suspend timeout-postcopy tls parallel");

    /** Prints the help of the command, whatever else is there. */
    static final String HELP = "help";

    private static final String SEVERAL = "diskspec";

    private static VirshOptions of(String places, int required, String values, String flags) {
        return new VirshOptions(
                List.of(places.split(" ")),
                required,
                Set.of(values.split(" ")),
                Set.of((flags + " " + HELP).split(" ")));
    }

    /**
     * What the words say, by option; a flag has an empty value. Words are read as virsh reads an argument vector
     * (vshCommandParse in tools/vsh.c of libvirt): {@code --name value}, {@code --name=value}, after {@code --} no more
     * options, and a word without a name takes the place of the first option that has none yet.
     *
     * @return empty where virsh would not take them, or a newer one might in its own way
     */
    Optional<Map<String, String>> read(List<String> words) {
        Map<String, String> said = new LinkedHashMap<>();
        boolean dataOnly = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!dataOnly && word.equals("--")) {
                dataOnly = true;
            } else if (dataOnly || !word.matches("(?s)--[A-Za-z0-9].*")) {
                Optional<String> place =
                        places.stream().filter(name -> !said.containsKey(name)).findFirst();
                if (place.isEmpty() && !values.contains(SEVERAL)) {
                    return Optional.empty();
                }
                said.put(place.orElse(SEVERAL), word);
            } else {
                int equals = word.indexOf('=');
                String name = word.substring(2, equals < 0 ? word.length() : equals);
                if (said.containsKey(name) && !name.equals(SEVERAL)) {
                    return Optional.empty();
                }
                if (flags.contains(name) && equals < 0) {
                    said.put(name, "");
                } else if (!places.contains(name) && !values.contains(name)) {
                    return Optional.empty();
                } else if (equals >= 0) {
                    said.put(name, word.substring(equals + 1));
                } else if (++i < words.size()) {
                    said.put(name, words.get(i));
                } else {
                    return Optional.empty();
                }
            }
        }
        boolean whole = said.containsKey(HELP)
                || places.stream()
                        .limit(required)
                        .noneMatch(name -> said.getOrDefault(name, "").isEmpty());
        return whole ? Optional.of(said) : Optional.empty();
    }
}
