package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Ignored;
import org.nestguard.engine.decision.Supposition;
import org.nestguard.facts.Accelerator;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Level;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Platform;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Version;

/**
 * A question made ready to be asked: what its operation does not read is taken out, what may be assumed is assumed, and
 * for all that is not known the candidates are at hand. An assumption takes the place of a missing key only, never of a
 * fact that was looked for and not found.
 */
final class PreparedQuestion {
    /** The facts that rules read as things that every complete question says. */
    private static final Set<Kind> MAKE_NO_WORLDS = Set.of(Kind.TEXT, Kind.ARCH, Kind.VENDOR, Kind.CPU_ID);

    /** Only cautions read these, and say of what is not known that it is not known. */
    private static final Set<FactName> CAUTIONED = EnumSet.of(FactName.GUEST_SMM, FactName.GUEST_EVMCS);

    /** All facts; asked for often. */
    static final List<FactName> FACTS = List.of(FactName.values());

    private static final Map<Operation, List<FactName>> UNREAD = new EnumMap<>(Operation.class);

    static {
        for (Operation operation : Operation.values()) {
            UNREAD.put(operation, unread(operation));
        }
    }

    private final Question original;
    private final Question asked;
    private final Tables tables;
    private final Candidates candidates;
    private final List<Supposition> assumptions = new ArrayList<>();
    private final List<FactName> open = new ArrayList<>();
    private final Map<FactName, List<?>> lists = new EnumMap<>(FactName.class);
    private @Nullable Set<FactName> noted;

    PreparedQuestion(Question question, Tables tables, Candidates candidates) {
        original = question;
        this.tables = tables;
        this.candidates = candidates;
        Question.Builder builder = question.toBuilder().tables(tables);
        ignore(builder);
        List.of(Party.SNAPSHOT, Party.SOURCE, Party.DESTINATION).forEach(party -> completePlatform(builder, party));
        assume(builder);
        asked = builder.build();
        for (FactName name : FACTS) {
            if (makesWorlds(name)
                    && read(asked.operation(), name)
                    && !asked.fact(name).known()) {
                open.add(name);
            }
        }
    }

    private static boolean makesWorlds(FactName name) {
        return !MAKE_NO_WORLDS.contains(name.kind()) && !CAUTIONED.contains(name);
    }

    /** The question as it was asked. */
    Question original() {
        return original;
    }

    /** The question with its assumptions, without what is ignored. */
    Question asked() {
        return asked;
    }

    List<Supposition> assumptions() {
        return assumptions;
    }

    /** What the operation of a question does not read of it. */
    static List<Ignored> ignored(Question question) {
        List<Ignored> ignored = new ArrayList<>();
        for (FactName name : unreadBy(question.operation())) {
            if (!question.fact(name).absent() && name.written()) {
                ignored.add(new Ignored(name.path(), "a " + question.operation().word() + " does not read it"));
            }
        }
        return ignored;
    }

    /** All values that rules and tables tell apart, of a fact that is not known. */
    List<?> candidates(FactName name) {
        return lists.computeIfAbsent(name, this::list);
    }

    private List<?> list(FactName name) {
        Fact<?> fact = asked.fact(name);
        if (name.kind() == Kind.PLATFORM) {
            return platforms(name.party());
        }
        if (name.kind() == Kind.KERNEL && belowHpageBesideNested(name.party())) {
            return candidates.kernels().stream()
                    .filter(k -> k.version().before(tables.thresholds().hpageBesideNested()))
                    .toList();
        }
        if (name.kind() == Kind.QEMU) {
            return candidates.qemus(otherQemu(name));
        }
        return fact.known() ? List.of(fact.value()) : candidates.of(name);
    }

    /** The question as it is in one possible world. */
    Question in(World world) {
        Question question = opened(world);
        return noted == null ? question : noting(question, noted);
    }

    /** From now on the facts that rules read are noted there. */
    void note(Set<FactName> read) {
        noted = read;
    }

    private static Question noting(Question question, Set<FactName> read) {
        Question.Builder builder = question.toBuilder();
        for (FactName name : FACTS) { // a platform comes after its parts, as which it would be made anew
            Fact<?> fact = question.fact(name);
            if (!(fact instanceof Fact.Missing<?> missing && missing.state() == Fact.Missing.State.ABSENT)) {
                builder.put(name, new NotedFact<>(name, fact, read));
            }
        }
        return builder.build();
    }

    private Question opened(World world) {
        if (open.isEmpty()) {
            return asked;
        }
        Question.Builder builder = asked.toBuilder();
        Map<FactName, Fact<?>> opened = new EnumMap<>(FactName.class);
        for (FactName name : open) {
            Fact<?> fact = new OpenFact<>(name, candidates(name), asked.fact(name), world);
            opened.put(name, fact);
            builder.put(name, fact);
        }
        dependent(builder, opened);
        return builder.build();
    }

    // ---- what the operation does not read

    private static List<FactName> unread(Operation operation) {
        List<FactName> unread = new ArrayList<>();
        for (FactName name : FACTS) {
            if (!read(operation, name)) {
                unread.add(name);
            }
        }
        return List.copyOf(unread);
    }

    /** The facts that an operation does not read. */
    static List<FactName> unreadBy(Operation operation) {
        return UNREAD.getOrDefault(operation, List.of());
    }

    static boolean read(Operation operation, FactName name) {
        return switch (operation) {
            case MIGRATE -> name.party() != Party.SNAPSHOT;
            case SAVEVM -> name.party() != Party.SNAPSHOT && name.party() != Party.DESTINATION;
            case LOADVM -> name.party() != Party.SOURCE && name != FactName.GUEST_MOVED;
        };
    }

    private static void ignore(Question.Builder builder) {
        for (FactName name : unreadBy(builder.operation())) {
            if (!builder.get(name).absent()) {
                builder.put(name, Fact.Missing.notMentioned());
            }
        }
    }

    /** The vendor may say the architecture, and a given hpage that it is s390x; then nothing is left to be assumed. */
    private static void completePlatform(Question.Builder q, Party party) {
        FactName arch = FactName.of(party, "arch").orElseThrow();
        FactName vendor = FactName.of(party, "vendor").orElseThrow();
        boolean hpageGiven =
                FactName.of(party, "hpage").filter(h -> q.get(h).known()).isPresent();
        if (q.get(arch).known() == q.get(vendor).known()
                && !(hpageGiven && q.get(arch).absent())) {
            return; // both are there, or nothing is that could say the other
        }
        List<Platform> fitting = platforms(q, party);
        if (hpageGiven && q.get(arch).absent() && fitting.stream().anyMatch(Platform::s390x)) {
            fitting = fitting.stream().filter(Platform::s390x).toList();
        }
        if (fitting.size() == 1 && !(q.get(arch).known() && q.get(vendor).known())) {
            q.put(arch, Fact.Known.stated(fitting.get(0).arch()));
            q.put(vendor, Fact.Known.stated(fitting.get(0).vendor()));
        }
    }

    // ---- what may be assumed

    private void assume(Question.Builder q) {
        Operation operation = q.operation();
        assume(q, FactName.GUEST_LEVEL, Level.L1, "not said otherwise");
        Optional<Level> level = value(q, FactName.GUEST_LEVEL, Level.class);
        if (level.isEmpty() || level.get() == Level.L1) {
            assume(q, FactName.GUEST_ACCELERATOR, Accelerator.KVM, "not said otherwise");
            assume(
                    q,
                    operation == Operation.LOADVM ? FactName.SNAPSHOT_MOVED : FactName.GUEST_MOVED,
                    false,
                    "nobody said that it was moved with a live L2");
        }
        if (operation == Operation.LOADVM) {
            assume(q, FactName.GUEST_L2_LIVE, 0, "nothing is said to run in the guest while it is loaded");
            if (level.isPresent() && level.get() == Level.L2) {
                assume(q, FactName.SNAPSHOT_L2_LIVE, 0, "an L2 has no guests of its own as a rule");
            }
            assumeSnapshotPlatform(q);
        } else {
            if (level.isPresent()) {
                Level host = level.get() == Level.L1 ? Level.L0 : Level.L1;
                String why = level.get() == Level.L1 ? "an L1 runs on bare metal" : "an L2 runs on an L1";
                assume(q, FactName.SOURCE_LEVEL, host, why);
            }
            if (level.isPresent() && level.get() == Level.L2) {
                assume(q, FactName.GUEST_L2_LIVE, 0, "an L2 has no guests of its own as a rule");
            }
        }
        if (operation != Operation.SAVEVM) {
            if (level.isPresent()) {
                assume(
                        q,
                        FactName.DESTINATION_LEVEL,
                        level.get() == Level.L1 ? Level.L0 : Level.L1,
                        level.get() == Level.L1 ? "an L1 goes to bare metal" : "an L2 goes to an L1");
            }
            assumeDestinationNested(q, level);
        }
        noteKernelBesideHpage(q, operation);
    }

    private void assume(Question.Builder q, FactName name, Object value, String why) {
        Fact<?> fact = q.get(name);
        if (!fact.known() && fact.absent()) {
            q.put(name, new Fact.Known<>(value, why));
            assumptions.add(new Supposition(name.path(), Wording.value(value), why));
        }
    }

    private void assumeDestinationNested(Question.Builder q, Optional<Level> level) {
        Fact<?> nested = q.get(FactName.DESTINATION_NESTED);
        boolean mayBeReadAtAll = level.orElse(Level.L1) == Level.L1
                && value(q, FactName.GUEST_ACCELERATOR, Accelerator.class).orElse(Accelerator.KVM) == Accelerator.KVM;
        if (nested.known() || !nested.absent() || !mayBeReadAtAll) {
            return;
        }
        List<Platform> platforms = platforms(q, Party.DESTINATION);
        Optional<KernelRelease> kernel = value(q, FactName.DESTINATION_KERNEL, KernelRelease.class);
        if (platforms.stream().allMatch(p -> onByDefault(p, kernel))) {
            assume(q, FactName.DESTINATION_NESTED, true, "the kernel's default there; read it to be sure");
        } else if (platforms.stream().anyMatch(p -> onByDefault(p, kernel))) {
            assumptions.add(new Supposition(
                    FactName.DESTINATION_NESTED.path(),
                    "true",
                    "the kernel's default, where the CPU turns out to have it"));
        }
    }

    private boolean onByDefault(Platform platform, Optional<KernelRelease> kernel) {
        return platform.arch() == Arch.X86_64
                && (platform.svm()
                        || kernel.filter(k ->
                                        k.version().atLeast(tables.thresholds().nestedByDefault()))
                                .isPresent());
    }

    private void assumeSnapshotPlatform(Question.Builder q) {
        for (FactName name : List.of(FactName.SNAPSHOT_ARCH, FactName.SNAPSHOT_VENDOR)) {
            Fact<?> fact = q.get(name);
            if (!fact.known() && fact.absent()) {
                assumptions.add(new Supposition(
                        name.path(),
                        "the destination's",
                        "not said otherwise; where something stated excludes it, its own"));
            }
        }
    }

    private void noteKernelBesideHpage(Question.Builder q, Operation operation) {
        noteKernelBesideHpage(q, operation, FactName.SOURCE_KERNEL, FactName.SOURCE_HPAGE);
        noteKernelBesideHpage(q, operation, FactName.DESTINATION_KERNEL, FactName.DESTINATION_HPAGE);
    }

    private void noteKernelBesideHpage(Question.Builder q, Operation operation, FactName kernel, FactName hpage) {
        if (read(operation, kernel) && !q.get(kernel).known() && hpageOn(q.get(hpage))) {
            assumptions.add(new Supposition(
                    kernel.path(),
                    "below " + tables.thresholds().hpageBesideNested(),
                    "hpage is on there, and no kernel is given"));
        }
    }

    private static <T> Optional<T> value(Question.Builder q, FactName name, Class<T> type) {
        Fact<?> fact = q.get(name);
        return fact.known() ? Optional.of(type.cast(fact.value())) : Optional.empty();
    }

    // ---- candidates and facts that depend on others

    private boolean belowHpageBesideNested(Party party) {
        return FactName.of(party, "hpage").filter(h -> hpageOn(asked.fact(h))).isPresent();
    }

    private static boolean hpageOn(Fact<?> hpage) {
        return hpage.known() && hpage.value().equals(true);
    }

    private @Nullable Version otherQemu(FactName name) {
        Fact<?> other = asked.fact(name == FactName.SOURCE_QEMU ? FactName.DESTINATION_QEMU : FactName.SOURCE_QEMU);
        return other.known() ? ((QemuVersion) other.value()).version() : null;
    }

    private List<Platform> platforms(Party party) {
        return platforms(asked.toBuilder(), party);
    }

    private static List<Platform> platforms(Question.Builder q, Party party) {
        Predicate<Platform> fits = fits(
                q.get(FactName.of(party, "arch").orElseThrow()),
                q.get(FactName.of(party, "vendor").orElseThrow()));
        List<Platform> fitting = Platform.POSSIBLE.stream().filter(fits).toList();
        if (!fitting.isEmpty()) {
            return fitting;
        }
        return List.of(new Platform(
                (Arch) q.get(FactName.of(party, "arch").orElseThrow()).value(),
                (Vendor) q.get(FactName.of(party, "vendor").orElseThrow()).value()));
    }

    private static Predicate<Platform> fits(Fact<?> arch, Fact<?> vendor) {
        return p -> (!arch.known() || arch.value() == p.arch()) && (!vendor.known() || vendor.value() == p.vendor());
    }

    private void dependent(Question.Builder q, Map<FactName, Fact<?>> opened) {
        Fact<Level> level = fact(FactName.GUEST_LEVEL, opened);
        if (!level.known()) {
            hostLevel(q, opened, FactName.SOURCE_LEVEL, level);
            hostLevel(q, opened, FactName.DESTINATION_LEVEL, level);
            noGuestsInL2(q, opened, FactName.GUEST_L2_LIVE, level);
            noGuestsInL2(q, opened, FactName.SNAPSHOT_L2_LIVE, level);
        }
        Fact<Platform> destination = fact(FactName.DESTINATION_PLATFORM, opened);
        if (opened.containsKey(FactName.DESTINATION_NESTED)
                && asked.fact(FactName.DESTINATION_NESTED).absent()) {
            Optional<KernelRelease> kernel =
                    asked.fact(FactName.DESTINATION_KERNEL).known()
                            ? Optional.of((KernelRelease)
                                    asked.fact(FactName.DESTINATION_KERNEL).value())
                            : Optional.empty();
            q.put(
                    FactName.DESTINATION_NESTED,
                    new Either<>(
                            () -> destination.is(p -> onByDefault(p, kernel)),
                            new Fact.Known<>(true, "the kernel's default"),
                            fact(FactName.DESTINATION_NESTED, opened)));
        }
        if (opened.containsKey(FactName.SNAPSHOT_PLATFORM)) {
            Fact<?> arch = asked.fact(FactName.SNAPSHOT_ARCH);
            Fact<?> vendor = asked.fact(FactName.SNAPSHOT_VENDOR);
            Fact<Platform> own = fact(FactName.SNAPSHOT_PLATFORM, opened);
            q.put(FactName.SNAPSHOT_PLATFORM, new SnapshotPlatform(arch, vendor, own, destination));
        }
    }

    private void hostLevel(Question.Builder q, Map<FactName, Fact<?>> opened, FactName name, Fact<Level> guest) {
        if (opened.containsKey(name) && asked.fact(name).absent()) {
            q.put(
                    name,
                    new Either<>(
                            () -> guest.is(l -> l == Level.L1),
                            new Fact.Known<>(Level.L0, "an L1 runs on bare metal"),
                            new Fact.Known<>(Level.L1, "an L2 runs on an L1")));
        }
    }

    private void noGuestsInL2(Question.Builder q, Map<FactName, Fact<?>> opened, FactName name, Fact<Level> guest) {
        if (opened.containsKey(name) && asked.fact(name).absent()) {
            q.put(
                    name,
                    new Either<>(
                            () -> guest.is(l -> l == Level.L2),
                            new Fact.Known<>(0, "an L2 has no guests of its own as a rule"),
                            fact(name, opened)));
        }
    }

    @SuppressWarnings("unchecked")
    private <T> Fact<T> fact(FactName name, Map<FactName, Fact<?>> opened) {
        Fact<?> fact = opened.get(name);
        return (Fact<T>) (fact == null ? asked.fact(name) : fact);
    }
}
