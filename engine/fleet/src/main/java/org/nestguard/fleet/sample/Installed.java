package org.nestguard.fleet.sample;

import java.util.List;
import java.util.Random;

/**
 * What runs on a pool of hosts: a distribution, of which the hosts are one or two updates apart.
 *
 * @param kernels the newest first; {@code ARCH} stands for the architecture
 * @param qemus the newest first
 * @param nestsIntel whether its kernel nests on VMX without being told to
 */
record Installed(List<String> kernels, List<String> qemus, String libvirt, String machine, boolean nestsIntel) {
    private static final Shares<Installed> X86 = new Shares<Installed>()
            .and(
                    3,
                    new Installed(
                            List.of("3.10.0-1160.119.1.el7.x86_64", "3.10.0-1160.88.1.el7.x86_64"),
                            List.of("2.12.0", "1.5.3"),
                            "4.5.0",
                            "pc-i440fx-rhel7.6.0",
                            false))
            .and(
                    10,
                    new Installed(
                            List.of(
                                    "4.18.0-553.16.1.el8_10.x86_64",
                                    "4.18.0-513.24.1.el8_9.x86_64",
                                    "4.18.0-147.el8.x86_64"),
                            List.of("6.2.0", "4.2.0"),
                            "8.0.0",
                            "pc-q35-rhel8.6.0",
                            false))
            .and(
                    18,
                    new Installed(
                            List.of(
                                    "5.14.0-503.14.1.el9_5.x86_64",
                                    "5.14.0-427.42.1.el9_4.x86_64",
                                    "5.14.0-362.8.1.el9_3.x86_64"),
                            List.of("9.0.0", "8.2.0", "8.0.0"),
                            "10.5.0",
                            "pc-q35-rhel9.4.0",
                            true))
            .and(
                    6,
                    new Installed(
                            List.of("5.15.0-300.163.18.el9uek.x86_64", "5.15.0-205.149.5.el9uek.x86_64"),
                            List.of("8.2.0", "7.2.0"),
                            "9.5.0",
                            "pc-q35-rhel9.2.0",
                            true))
            .and(
                    8,
                    new Installed(
                            List.of("5.4.0-200-generic", "5.4.0-91-generic", "4.15.0-213-generic"),
                            List.of("4.2.1", "2.11.1"),
                            "6.0.0",
                            "pc-q35-focal",
                            true))
            .and(
                    16,
                    new Installed(
                            List.of("5.15.0-127-generic", "5.15.0-92-generic"),
                            List.of("6.2.0"),
                            "8.0.0",
                            "pc-q35-jammy",
                            true))
            .and(
                    14,
                    new Installed(
                            List.of("6.8.0-51-generic", "6.8.0-31-generic"),
                            List.of("8.2.2"),
                            "10.0.0",
                            "pc-q35-noble",
                            true))
            .and(
                    6,
                    new Installed(
                            List.of("6.1.0-28-amd64", "6.1.0-18-amd64"),
                            List.of("7.2.15", "7.2.7"),
                            "9.0.0",
                            "pc-q35-7.2",
                            true))
            .and(
                    3,
                    new Installed(
                            List.of("6.12.48+deb13-amd64", "6.12.43+deb13-amd64"),
                            List.of("10.0.3"),
                            "11.3.0",
                            "pc-q35-10.0",
                            true))
            .and(
                    8,
                    new Installed(
                            List.of("6.8.12-8-pve", "6.8.4-2-pve", "5.15.158-2-pve"),
                            List.of("9.0.2", "8.1.5", "7.2.10"),
                            "unknown",
                            "pc-i440fx-9.0",
                            true))
            .and(
                    5,
                    new Installed(
                            List.of("5.14.21-150500.55.88-default", "5.3.18-150300.59.93-default"),
                            List.of("7.1.0", "5.2.0"),
                            "9.0.0",
                            "pc-q35-7.1",
                            true))
            .and(
                    3,
                    new Installed(
                            List.of("6.6.63", "6.6.30", "4.19.325"),
                            List.of("9.1.0", "8.2.7"),
                            "10.6.0",
                            "pc-q35-9.1",
                            true));

    private static final Shares<Installed> ELSEWHERE = new Shares<Installed>()
            .and(
                    2,
                    new Installed(
                            List.of("5.14.0-503.14.1.el9_5.ARCH", "5.14.0-427.42.1.el9_4.ARCH"),
                            List.of("9.0.0", "8.2.0"),
                            "10.5.0",
                            "MACHINE-rhel9.4.0",
                            false))
            .and(1, new Installed(List.of("6.8.0-51-generic"), List.of("8.2.2"), "10.0.0", "MACHINE-noble", false));

    static Installed draw(Cpu cpu, Random random) {
        return (cpu.arch().equals("x86_64") ? X86 : ELSEWHERE).draw(random);
    }

    String machine(Cpu cpu) {
        String prefix = switch (cpu.arch()) {
            case "s390x" -> "s390-ccw-virtio";
            case "ppc64le" -> "pseries";
            default -> "virt";
        };
        return machine.replace("MACHINE", prefix);
    }

    /** Mostly the newest, seldom the one before it, more seldom an older one. */
    static String drawn(List<String> newestFirst, Random random) {
        int at = 0;
        while (at < newestFirst.size() - 1 && random.nextInt(10) < 3) {
            at++;
        }
        return newestFirst.get(at);
    }

    String kernel(Cpu cpu, Random random) {
        return drawn(kernels, random).replace("ARCH", cpu.arch());
    }
}
