package org.nestguard.facts;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * May this be done to this guest? One flat, immutable fact for the rules; a rule's condition is a list of the words below
 * and of {@link Guest} and {@link Host}. Rules speak of complete questions: where a fact is not known, the engine asks them
 * once for each value that they tell apart.
 */
public final class Question {
    private final @Nullable String id;
    private final Operation operation;
    private final EnumMap<FactName, Fact<?>> facts;
    private final Map<FactName, Evidence> evidence;
    private final Tables tables;
    // Made when a rule first reads them: a question whose like was seen before is not asked again. They are immutable
    // and
    // the same whoever makes them.
    private @Nullable Guest guest;
    private @Nullable Snapshot snapshot;
    private @Nullable Host source;
    private @Nullable Host destination;

    private Question(
            @Nullable String id,
            Operation operation,
            EnumMap<FactName, Fact<?>> facts,
            Map<FactName, Evidence> evidence,
            Tables tables) {
        this.id = id;
        this.operation = operation;
        this.facts = facts;
        this.evidence = evidence;
        this.tables = tables;
    }

    /** A question about that operation, with nothing said yet. The tables are what its versions are measured against. */
    public static Builder about(Operation operation, Tables tables) {
        return new Builder(null, operation, new EnumMap<>(FactName.class), Map.of(), tables);
    }

    /** What the asker calls this question; null where it has no name. */
    public @Nullable String id() {
        return id;
    }

    /** What is about to be done. */
    public Operation operation() {
        return operation;
    }

    /** What is said of one fact. */
    public Fact<?> fact(FactName name) {
        return get(name);
    }

    /** Where a fact was read; empty where nobody said. */
    public Optional<Evidence> evidence(FactName name) {
        return Optional.ofNullable(evidence.get(name));
    }

    /** The same question to be changed. */
    public Builder toBuilder() {
        return new Builder(id, operation, facts.clone(), evidence, tables);
    }

    // ---- the words of the rules

    public Guest guest() {
        Guest made = guest;
        if (made == null) {
            made = new Guest(
                    get(FactName.GUEST_LEVEL),
                    get(FactName.GUEST_ACCELERATOR),
                    get(FactName.GUEST_NESTING),
                    get(FactName.GUEST_L2_LIVE),
                    get(FactName.GUEST_CPU_MODE),
                    get(FactName.GUEST_MOVED),
                    get(FactName.GUEST_SMM),
                    get(FactName.GUEST_EVMCS));
            guest = made;
        }
        return made;
    }

    public Snapshot snapshot() {
        Snapshot made = snapshot;
        if (made == null) {
            made = new Snapshot(
                    get(FactName.SNAPSHOT_L2_LIVE),
                    get(FactName.SNAPSHOT_MOVED),
                    new Host(
                            Fact.Missing.notMentioned(),
                            get(FactName.SNAPSHOT_PLATFORM),
                            get(FactName.SNAPSHOT_KERNEL),
                            get(FactName.SNAPSHOT_QEMU),
                            Fact.Missing.notMentioned(),
                            Fact.Missing.notMentioned(),
                            get(FactName.SNAPSHOT_CPU_MODEL),
                            get(FactName.SNAPSHOT_CPU_ID),
                            get(FactName.SNAPSHOT_CAPABILITY),
                            tables));
            snapshot = made;
        }
        return made;
    }

    public Host source() {
        Host made = source;
        if (made == null) {
            made = new Host(
                    get(FactName.SOURCE_LEVEL),
                    get(FactName.SOURCE_PLATFORM),
                    get(FactName.SOURCE_KERNEL),
                    get(FactName.SOURCE_QEMU),
                    get(FactName.SOURCE_NESTED),
                    get(FactName.SOURCE_HPAGE),
                    get(FactName.SOURCE_CPU_MODEL),
                    get(FactName.SOURCE_CPU_ID),
                    get(FactName.SOURCE_CAPABILITY),
                    tables);
            source = made;
        }
        return made;
    }

    public Host destination() {
        Host made = destination;
        if (made == null) {
            made = new Host(
                    get(FactName.DESTINATION_LEVEL),
                    get(FactName.DESTINATION_PLATFORM),
                    get(FactName.DESTINATION_KERNEL),
                    get(FactName.DESTINATION_QEMU),
                    get(FactName.DESTINATION_NESTED),
                    get(FactName.DESTINATION_HPAGE),
                    get(FactName.DESTINATION_CPU_MODEL),
                    get(FactName.DESTINATION_CPU_ID),
                    get(FactName.DESTINATION_CAPABILITY),
                    tables);
            destination = made;
        }
        return made;
    }

    @Reads({})
    public boolean migrate() {
        return operation == Operation.MIGRATE;
    }

    @Reads({})
    public boolean savevm() {
        return operation == Operation.SAVEVM;
    }

    @Reads({})
    public boolean loadvm() {
        return operation == Operation.LOADVM;
    }

    /** The state is handed to a host: a migration or a load. */
    @Reads({})
    public boolean arrives() {
        return operation != Operation.SAVEVM;
    }

    /** The running state is taken from a host: a migration or a save. */
    @Reads({})
    public boolean leaves() {
        return operation != Operation.LOADVM;
    }

    /** Where the state comes from: the source, or the host on which the snapshot was taken. */
    public Host origin() {
        return loadvm() ? snapshot().host() : source();
    }

    /** The host whose vendor the rules speak of: the source, or for a load the destination. */
    public Host here() {
        return loadvm() ? destination() : source();
    }

    /** An L1 run by KVM. */
    @Reads({"guest.level", "guest.accelerator"})
    public boolean kvmL1() {
        return guest().l1() && guest().kvm();
    }

    /** An L1 run by QEMU's emulation. */
    @Reads({"guest.level", "guest.accelerator"})
    public boolean emulatedL1() {
        return guest().l1() && guest().tcg();
    }

    /** Nothing nested can be there: the guest's CPU shows no extension, or the source's {@code nested} is off. */
    @Reads({"guest.nesting", "here.arch", "here.vendor", "source.nested"})
    public boolean plain() {
        return !guest().canNest() || (leaves() && source().nestedOff());
    }

    @Reads({"guest.nesting", "here.arch", "here.vendor", "source.nested"})
    public boolean capable() {
        return !plain();
    }

    /** The state that is carried has a live L2 in it: now, or for a load when the snapshot was taken. */
    @Reads("state.l2.live")
    public boolean live() {
        return loadvm() ? snapshot().hasLiveGuests() : guest().hasLiveGuests();
    }

    /** No L2 is live; for a load neither now nor when the snapshot was taken. */
    @Reads({"state.l2.live", "guest.l2.live"})
    public boolean idle() {
        return !live() && (leaves() || !guest().hasLiveGuests());
    }

    /** A load would end live L2 guests of a snapshot that has none. */
    @Reads({"snapshot.l2.live", "guest.l2.live"})
    public boolean loadsOverLiveGuests() {
        return loadvm() && !snapshot().hasLiveGuests() && guest().hasLiveGuests();
    }

    /** The guest was moved with a live L2 and not restarted since; for a load, at the time of the snapshot. */
    @Reads("state.movedWithLiveL2")
    public boolean ruined() {
        return loadvm() ? snapshot().moved() : guest().moved();
    }

    @Reads({"here.arch", "here.vendor"})
    public boolean vmx() {
        return here().vmx();
    }

    @Reads({"here.arch", "here.vendor"})
    public boolean svm() {
        return here().svm();
    }

    @Reads({"here.arch", "here.vendor"})
    public boolean s390x() {
        return here().s390x();
    }

    @Reads({"here.arch", "here.vendor"})
    public boolean uncovered() {
        return here().uncovered();
    }

    /** Every host that hands on the state of a live L2 on VMX is at the kernel floor and the QEMU floor. */
    @Reads({
        "origin.kernel",
        "origin.nestedStateCapability",
        "origin.qemu",
        "destination.kernel",
        "destination.nestedStateCapability",
        "destination.qemu"
    })
    public boolean floorsMet() {
        return origin().kernelFloorMet()
                && origin().qemuFloorMet()
                && (savevm() || (destination().kernelFloorMet() && destination().qemuFloorMet()));
    }

    /** The state comes from another architecture than the destination's. */
    @Reads({"origin.arch", "origin.vendor", "destination.arch", "destination.vendor"})
    public boolean archDiffers() {
        return arrives() && compare(origin().platform(), destination().platform(), (o, d) -> o.arch() != d.arch());
    }

    /** The state comes from another vendor's CPU than the destination's. */
    @Reads({"origin.arch", "origin.vendor", "destination.arch", "destination.vendor"})
    public boolean vendorDiffers() {
        return arrives() && compare(origin().platform(), destination().platform(), (o, d) -> o.vendor() != d.vendor());
    }

    /** Both CPUs are known, and they are not the same. */
    @Reads({"origin.cpuModel", "origin.cpuId", "destination.cpuModel", "destination.cpuId"})
    public boolean cpuDiffers() {
        return arrives()
                && (differ(origin().cpuModel(), destination().cpuModel())
                        || differ(origin().cpuId(), destination().cpuId()));
    }

    /** The destination's QEMU is older than the source's. */
    @Reads({"source.qemu", "destination.qemu"})
    public boolean toOlderQemu() {
        return migrate()
                && compare(
                        source().qemu(),
                        destination().qemu(),
                        (s, d) -> d.version().before(s.version()));
    }

    // Only one of the two has to be taken apart value by value; a known one never does.
    private static <T> boolean compare(Fact<T> one, Fact<T> other, BiPredicate<T, T> relation) {
        if (other.known()) {
            T value = other.value();
            return one.is(o -> relation.test(o, value));
        }
        T value = one.value();
        return other.is(o -> relation.test(value, o));
    }

    /** The name of the guest, empty where it has none; for rules of a site. */
    @Reads("guest.name")
    public String guestName() {
        return text(FactName.GUEST_NAME);
    }

    /** The machine type of the guest, empty where it is not given; for rules of a site. */
    @Reads("guest.machineType")
    public String machineType() {
        return text(FactName.GUEST_MACHINE_TYPE);
    }

    /** The name of the source, empty where it has none; for rules of a site. */
    @Reads("source.name")
    public String sourceName() {
        return text(FactName.SOURCE_NAME);
    }

    /** The name of the destination, empty where it has none; for rules of a site. */
    @Reads("destination.name")
    public String destinationName() {
        return text(FactName.DESTINATION_NAME);
    }

    /** The libvirt of the destination, empty where it is not given; for rules of a site. */
    @Reads("destination.libvirt")
    public String destinationLibvirt() {
        return text(FactName.DESTINATION_LIBVIRT);
    }

    private String text(FactName name) {
        Fact<?> fact = fact(name);
        return fact.known() ? fact.value().toString() : "";
    }

    private static boolean differ(Fact<?> one, Fact<?> other) {
        return one.known() && other.known() && !one.value().equals(other.value());
    }

    @SuppressWarnings("unchecked")
    private <T> Fact<T> get(FactName name) {
        Fact<?> fact = facts.get(name);
        return (Fact<T>) (fact == null ? Fact.Missing.notMentioned() : fact);
    }

    /** Puts a question together. */
    public static final class Builder {
        private @Nullable String id;
        private Operation operation;
        private final EnumMap<FactName, Fact<?>> facts;
        private Map<FactName, Evidence> evidence;
        private Tables tables;

        private Builder(
                @Nullable String id,
                Operation operation,
                EnumMap<FactName, Fact<?>> facts,
                Map<FactName, Evidence> evidence,
                Tables tables) {
            this.id = id;
            this.operation = operation;
            this.facts = facts;
            this.evidence = evidence;
            this.tables = tables;
        }

        /** What the asker calls it. */
        public Builder id(@Nullable String id) {
            this.id = id;
            return this;
        }

        /** The operation so far. */
        public Operation operation() {
            return operation;
        }

        /** Another operation. */
        public Builder operation(Operation operation) {
            this.operation = operation;
            return this;
        }

        /** Other tables to measure against. */
        public Builder tables(Tables tables) {
            this.tables = tables;
            return this;
        }

        /** Where facts were read. */
        public Builder evidence(Map<FactName, Evidence> evidence) {
            this.evidence = Map.copyOf(evidence);
            return this;
        }

        /**
         * States a fact as a document would: {@code unknown} makes it one that is not known, and a version that cannot be
         * read likewise.
         *
         * @throws IllegalArgumentException where the text is no value of that fact
         */
        public Builder state(FactName name, String text) {
            return put(name, read(name, text));
        }

        /** The fact that a text states. @throws IllegalArgumentException where the text is no value of that fact */
        public static Fact<?> read(FactName name, String text) {
            if (text.equals("unknown")) {
                return Fact.Missing.unknown();
            }
            Optional<?> value = name.kind().read(text);
            if (value.isPresent()) {
                return new Fact.Known<>(value.get(), null);
            }
            if (name.kind().forgiving()) {
                return new Fact.Missing<>(Fact.Missing.State.UNREADABLE, text);
            }
            throw new IllegalArgumentException(
                    name.path() + " must be " + name.kind().expects() + ", or unknown");
        }

        /** Sets what is said of a fact. */
        public Builder put(FactName name, Fact<?> fact) {
            facts.put(name, fact);
            if (name.kind() == Kind.ARCH || name.kind() == Kind.VENDOR) {
                facts.remove(name.platform()); // made anew from the two
            }
            return this;
        }

        /** What is said of a fact so far. */
        public Fact<?> get(FactName name) {
            return facts.getOrDefault(name, Fact.Missing.notMentioned());
        }

        /** The question. */
        public Question build() {
            derivePlatform(FactName.SNAPSHOT_ARCH, FactName.SNAPSHOT_VENDOR);
            derivePlatform(FactName.SOURCE_ARCH, FactName.SOURCE_VENDOR);
            derivePlatform(FactName.DESTINATION_ARCH, FactName.DESTINATION_VENDOR);
            return new Question(id, operation, facts.clone(), evidence, tables);
        }

        private void derivePlatform(FactName arch, FactName vendor) {
            if (!facts.containsKey(arch.platform())
                    && facts.get(arch) instanceof Fact.Known<?> a
                    && facts.get(vendor) instanceof Fact.Known<?> v) {
                facts.put(
                        arch.platform(),
                        new Fact.Known<>(
                                new Platform((Arch) a.value(), (Vendor) v.value()),
                                a.assumption() != null ? a.assumption() : v.assumption()));
            }
        }
    }
}
