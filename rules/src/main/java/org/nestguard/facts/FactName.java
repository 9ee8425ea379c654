package org.nestguard.facts;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every fact that a question can state, with its key in the document, such as {@code guest.l2.live}. */
public enum FactName {
    GUEST_NAME(Party.GUEST, "name", Kind.TEXT),
    GUEST_UUID(Party.GUEST, "uuid", Kind.TEXT),
    GUEST_LEVEL(Party.GUEST, "level", Kind.GUEST_LEVEL),
    GUEST_ACCELERATOR(Party.GUEST, "accelerator", Kind.ACCELERATOR),
    GUEST_NESTING(Party.GUEST, "nesting", Kind.FLAG),
    GUEST_L2_LIVE(Party.GUEST, "l2.live", Kind.COUNT),
    GUEST_CPU_MODE(Party.GUEST, "cpuMode", Kind.CPU_MODE),
    GUEST_MACHINE_TYPE(Party.GUEST, "machineType", Kind.TEXT),
    GUEST_MOVED(Party.GUEST, "movedWithLiveL2", Kind.FLAG),
    GUEST_SMM(Party.GUEST, "smm", Kind.FLAG),
    GUEST_EVMCS(Party.GUEST, "evmcs", Kind.FLAG),
    SNAPSHOT_L2_LIVE(Party.SNAPSHOT, "l2.live", Kind.COUNT),
    SNAPSHOT_MOVED(Party.SNAPSHOT, "movedWithLiveL2", Kind.FLAG),
    SNAPSHOT_ARCH(Party.SNAPSHOT, "arch", Kind.ARCH),
    SNAPSHOT_VENDOR(Party.SNAPSHOT, "vendor", Kind.VENDOR),
    SNAPSHOT_PLATFORM(Party.SNAPSHOT, "platform", Kind.PLATFORM),
    SNAPSHOT_KERNEL(Party.SNAPSHOT, "kernel", Kind.KERNEL),
    SNAPSHOT_QEMU(Party.SNAPSHOT, "qemu", Kind.QEMU),
    SNAPSHOT_CPU_MODEL(Party.SNAPSHOT, "cpuModel", Kind.TEXT),
    SNAPSHOT_CPU_ID(Party.SNAPSHOT, "cpuId", Kind.CPU_ID),
    SNAPSHOT_CAPABILITY(Party.SNAPSHOT, "nestedStateCapability", Kind.FLAG),
    SOURCE_NAME(Party.SOURCE, "name", Kind.TEXT),
    SOURCE_ID(Party.SOURCE, "id", Kind.TEXT),
    SOURCE_LEVEL(Party.SOURCE, "level", Kind.OPERATING_LEVEL),
    SOURCE_ARCH(Party.SOURCE, "arch", Kind.ARCH),
    SOURCE_VENDOR(Party.SOURCE, "vendor", Kind.VENDOR),
    SOURCE_PLATFORM(Party.SOURCE, "platform", Kind.PLATFORM),
    SOURCE_KERNEL(Party.SOURCE, "kernel", Kind.KERNEL),
    SOURCE_QEMU(Party.SOURCE, "qemu", Kind.QEMU),
    SOURCE_LIBVIRT(Party.SOURCE, "libvirt", Kind.TEXT),
    SOURCE_NESTED(Party.SOURCE, "nested", Kind.FLAG),
    SOURCE_HPAGE(Party.SOURCE, "hpage", Kind.FLAG),
    SOURCE_CPU_MODEL(Party.SOURCE, "cpuModel", Kind.TEXT),
    SOURCE_CPU_ID(Party.SOURCE, "cpuId", Kind.CPU_ID),
    SOURCE_CAPABILITY(Party.SOURCE, "nestedStateCapability", Kind.FLAG),
    DESTINATION_NAME(Party.DESTINATION, "name", Kind.TEXT),
    DESTINATION_ID(Party.DESTINATION, "id", Kind.TEXT),
    DESTINATION_LEVEL(Party.DESTINATION, "level", Kind.OPERATING_LEVEL),
    DESTINATION_ARCH(Party.DESTINATION, "arch", Kind.ARCH),
    DESTINATION_VENDOR(Party.DESTINATION, "vendor", Kind.VENDOR),
    DESTINATION_PLATFORM(Party.DESTINATION, "platform", Kind.PLATFORM),
    DESTINATION_KERNEL(Party.DESTINATION, "kernel", Kind.KERNEL),
    DESTINATION_QEMU(Party.DESTINATION, "qemu", Kind.QEMU),
    DESTINATION_LIBVIRT(Party.DESTINATION, "libvirt", Kind.TEXT),
    DESTINATION_NESTED(Party.DESTINATION, "nested", Kind.FLAG),
    DESTINATION_HPAGE(Party.DESTINATION, "hpage", Kind.FLAG),
    DESTINATION_CPU_MODEL(Party.DESTINATION, "cpuModel", Kind.TEXT),
    DESTINATION_CPU_ID(Party.DESTINATION, "cpuId", Kind.CPU_ID),
    DESTINATION_CAPABILITY(Party.DESTINATION, "nestedStateCapability", Kind.FLAG);

    private static final Map<String, FactName> BY_PATH =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(FactName::path, Function.identity()));

    // Looked up for each key of a question: in hash maps, which are quicker than unmodifiable ones.
    private static final Map<Party, Map<String, FactName>> BY_KEY = Arrays.stream(values())
            .collect(Collectors.groupingBy(
                    FactName::party,
                    () -> new EnumMap<>(Party.class),
                    Collectors.toMap(FactName::key, Function.identity())));

    private final Party party;
    private final String key;
    private final String path;
    private final Kind kind;

    FactName(Party party, String key, Kind kind) {
        this.party = party;
        this.key = key;
        this.path = party.word() + "." + key;
        this.kind = kind;
    }

    /** Whom it is about. */
    public Party party() {
        return party;
    }

    /** Its key within that party's object: {@code l2.live}. */
    public String key() {
        return key;
    }

    /** Its place in the document: {@code guest.l2.live}. */
    public String path() {
        return path;
    }

    /** What sort of value it has. */
    public Kind kind() {
        return kind;
    }

    /** Whether a document may state it; the platform is put together from arch and vendor. */
    public boolean written() {
        return kind != Kind.PLATFORM;
    }

    /** The fact at that place of a document; empty where there is none. */
    public static Optional<FactName> at(String path) {
        return Optional.ofNullable(BY_PATH.get(path)).filter(FactName::written);
    }

    /** The same key of that party; empty where that party has no such key (a snapshot has no {@code nested}). */
    public static Optional<FactName> of(Party party, String key) {
        return Optional.ofNullable(BY_KEY.getOrDefault(party, Map.of()).get(key));
    }

    /** The architecture and vendor, as one, of the host that this fact is about. */
    public FactName platform() {
        return switch (party) {
            case SNAPSHOT -> SNAPSHOT_PLATFORM;
            case SOURCE -> SOURCE_PLATFORM;
            case DESTINATION -> DESTINATION_PLATFORM;
            case GUEST -> throw new IllegalStateException(this + " is of no host");
        };
    }
}
