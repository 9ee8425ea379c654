package org.nestguard.fleet.sample;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * A fleet that nobody has: pools of like hosts that are some updates apart, guests of which few nest and fewer have a live
 * L2, and here and there a fact that is unknown or old. The shares are guesses at what sites run. The same numbers and seed
 * give the same bytes on every JVM.
 *
 * @param guests how many
 * @param hosts how many; a guest is on one of them
 * @param seed of what is drawn
 */
public record SampleFleet(int guests, int hosts, long seed) {
    /** The newest observation in it. */
    public static final Instant OBSERVED = Instant.parse("2026-11-22T13:00:00Z");

    private static final int HOSTS_IN_A_POOL = 40;
    private static final int GUESTS_ON_A_HOST = 50;
    private static final int SECONDS_OF_COLLECTING = 45;
    private static final int MIB_IN_A_GIB = 1024;
    private static final int TAKEN_BY_FIRMWARE = 1_700;
    private static final String UNKNOWN = "unknown";

    private static final Shares<String> ROLES = new Shares<String>()
            .and(20, "web")
            .and(15, "db")
            .and(15, "k8s-node")
            .and(12, "build-farm")
            .and(10, "ci")
            .and(10, "dev")
            .and(8, "win")
            .and(5, "lab")
            .and(5, "desktop");
    private static final Shares<String> CPU_MODES = new Shares<String>()
            .and(40, "host-model")
            .and(33, "host-passthrough")
            .and(26, "custom")
            .and(1, UNKNOWN);
    private static final Shares<String> STARTED_BY = new Shares<String>()
            .and(70, "cold")
            .and(26, "incoming")
            .and(2, "restore")
            .and(1, "loadvm")
            .and(1, UNKNOWN);

    private static final Shares<Integer> HOST_GIBS =
            new Shares<Integer>().and(10, 384).and(40, 512).and(35, 768).and(15, 1024);
    private static final Shares<Integer> GUEST_GIBS = new Shares<Integer>()
            .and(20, 2)
            .and(30, 4)
            .and(28, 8)
            .and(16, 16)
            .and(5, 32)
            .and(1, 64);
    private static final Shares<String> HOOKS =
            new Shares<String>().and(78, "true").and(15, "false").and(7, UNKNOWN);

    /** @throws IllegalArgumentException where there are guests but no host, or a number is negative */
    public SampleFleet {
        if (guests < 0 || hosts < 0 || (guests > 0 && hosts == 0)) {
            throw new IllegalArgumentException(
                    "a fleet has hosts, and guests on them; not " + guests + " guests on " + hosts + " hosts");
        }
    }

    /** A fleet with as many hosts as that many guests fill. */
    public static SampleFleet of(int guests, long seed) {
        return new SampleFleet(guests, Math.max(1, (guests + GUESTS_ON_A_HOST - 1) / GUESTS_ON_A_HOST), seed);
    }

    private record Pool(String name, Cpu cpu, Installed installed) {}

    private record Host(String id, String qemu, boolean nests, Instant observedAt) {}

    /** Writes it flat: a line for each host, with the lines of its guests behind it. The stream stays open. */
    public void write(OutputStream out) throws IOException {
        Random random = new Random(seed);
        Random apart = new Random(~seed); // what no rule reads is drawn apart, so that the rest is what it was without
        try (JsonGenerator lines = new JsonFactory().createGenerator(out)) {
            lines.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            lines.setRootValueSeparator(null);
            Pool pool = null;
            int guest = 0;
            for (int host = 0; host < hosts; host++) {
                if (pool == null || host % HOSTS_IN_A_POOL == 0) {
                    Cpu cpu = Cpu.draw(random);
                    pool = new Pool(numbered("pool", host / HOSTS_IN_A_POOL, 3), cpu, Installed.draw(cpu, random));
                }
                Host written = host(lines, pool, host, random, apart);
                long end = (long) guests * (host + 1) / hosts;
                for (; guest < end; guest++) {
                    guest(lines, pool, written, guest, random, apart);
                }
            }
        }
    }

    private static String numbered(String word, int number, int digits) {
        return String.format(Locale.ROOT, "%s-%0" + digits + "d", word, number);
    }

    private static Host host(JsonGenerator line, Pool pool, int number, Random random, Random apart)
            throws IOException {
        Cpu cpu = pool.cpu();
        Host host = new Host(
                new UUID(random.nextLong(), random.nextLong()).toString().replace("-", ""),
                Installed.drawn(pool.installed().qemus(), random),
                nests(pool, random),
                observedAt(number, random));
        begin(line, "host");
        line.writeStringField("id", host.id());
        line.writeStringField("name", numbered("l0", number, 5));
        line.writeStringField("pool", pool.name());
        line.writeStringField("observedAt", host.observedAt().toString());
        line.writeStringField("level", "L0");
        line.writeStringField("arch", cpu.arch());
        line.writeStringField("vendor", cpu.vendor());
        line.writeStringField("kernel", pool.installed().kernel(cpu, random));
        line.writeStringField("qemu", host.qemu());
        line.writeStringField("libvirt", pool.installed().libvirt());
        flag(line, "nested", host.nests(), random.nextInt(50) == 0);
        flag(line, "hpage", cpu.s390x() && !host.nests() && random.nextInt(3) == 0, !cpu.s390x());
        line.writeStringField("cpuModel", cpu.model());
        line.writeStringField("cpuId", cpu.cpuId());
        flag(line, "nestedStateCapability", cpu.vmx() && pool.installed().nestsIntel(), random.nextInt(5) < 2);
        String hook = HOOKS.draw(apart);
        flag(line, "hook", hook.equals("true"), hook.equals(UNKNOWN));
        memory(line, HOST_GIBS.draw(apart) * MIB_IN_A_GIB - TAKEN_BY_FIRMWARE, apart);
        end(line);
        return host;
    }

    private static boolean nests(Pool pool, Random random) {
        Cpu cpu = pool.cpu();
        return (cpu.svm() || (cpu.vmx() && pool.installed().nestsIntel())) != (random.nextInt(12) == 0);
    }

    /** Collecting takes a while, and here and there nobody has collected for days. */
    private static Instant observedAt(int number, Random random) {
        if (number == 0) {
            return OBSERVED;
        }
        Instant usual = OBSERVED.minusSeconds(random.nextInt(SECONDS_OF_COLLECTING));
        return random.nextInt(40) == 0 ? usual.minus(Duration.ofHours(1 + random.nextInt(200))) : usual;
    }

    private static void guest(JsonGenerator line, Pool pool, Host host, int number, Random random, Random apart)
            throws IOException {
        Cpu cpu = pool.cpu();
        boolean extension = cpu.vmx() || cpu.svm() || cpu.s390x();
        String mode = CPU_MODES.draw(random);
        boolean nesting = extension && host.nests() && random.nextInt(100) < (mode.equals("custom") ? 10 : 45);
        boolean live = nesting && random.nextInt(100) < 22;
        String startedBy = STARTED_BY.draw(random);
        begin(line, "guest");
        line.writeStringField("hostId", host.id());
        line.writeStringField("uuid", uuid(random));
        line.writeStringField("name", numbered(ROLES.draw(random), number, 6));
        line.writeStringField("observedAt", host.observedAt().toString());
        line.writeStringField("level", "L1");
        line.writeStringField("accelerator", random.nextInt(200) == 0 ? "tcg" : "kvm");
        flag(line, "nesting", nesting, random.nextInt(100) == 0);
        line.writeObjectFieldStart("l2");
        if (nesting && random.nextInt(7) == 0) {
            line.writeStringField("live", UNKNOWN);
        } else {
            line.writeNumberField("live", live ? 1 + random.nextInt(8) : 0);
        }
        line.writeEndObject();
        line.writeStringField("cpuMode", mode);
        line.writeStringField("machineType", pool.installed().machine(cpu));
        boolean incoming = startedBy.equals("incoming");
        flag(line, "movedWithLiveL2", incoming && live && random.nextInt(4) == 0, incoming && nesting);
        boolean windows = random.nextInt(12) == 0;
        flag(line, "smm", windows || random.nextInt(6) == 0, random.nextInt(30) == 0);
        flag(line, "evmcs", windows && cpu.vmx() && nesting, random.nextInt(60) == 0);
        boolean old = random.nextInt(4) == 0;
        line.writeStringField("qemu", old ? Installed.drawn(pool.installed().qemus(), random) : host.qemu());
        line.writeStringField("startedBy", startedBy);
        line.writeStringField(
                "coldStartedAt",
                startedBy.equals("cold")
                        ? host.observedAt()
                                .minusSeconds(60L * random.nextInt(200_000))
                                .toString()
                        : UNKNOWN);
        memory(line, GUEST_GIBS.draw(apart) * MIB_IN_A_GIB, apart);
        end(line);
    }

    /** Of version 4, as libvirt draws them. */
    private static String uuid(Random random) {
        long most = (random.nextLong() & ~0xf000L) | 0x4000L;
        long least = (random.nextLong() & ~(3L << 62)) | (2L << 62);
        return new UUID(most, least).toString();
    }

    private static void memory(JsonGenerator line, int mebibytes, Random random) throws IOException {
        if (random.nextInt(60) == 0) {
            line.writeStringField("memory", UNKNOWN);
        } else {
            line.writeNumberField("memory", mebibytes);
        }
    }

    private static void flag(JsonGenerator line, String key, boolean value, boolean unknown) throws IOException {
        if (unknown) {
            line.writeStringField(key, UNKNOWN);
        } else {
            line.writeBooleanField(key, value);
        }
    }

    private static void begin(JsonGenerator line, String kind) throws IOException {
        line.writeStartObject();
        line.writeStringField("kind", kind);
    }

    private static void end(JsonGenerator line) throws IOException {
        line.writeEndObject();
        line.writeRaw('\n');
    }
}
