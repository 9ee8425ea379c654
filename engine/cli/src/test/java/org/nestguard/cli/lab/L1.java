package org.nestguard.cli.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The lab's guest: a Linux with libvirt and QEMU of its own, on a CPU that QEMU emulates with SVM. What it is told and asked
 * goes the way of every guest, through QEMU's guest agent.
 */
final class L1 {
    static final String NAME = "l1";
    static final String UUID = "5a1e0000-0000-4000-8000-000000000011";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path description;

    private L1(Path description) {
        this.description = description;
    }

    /**
     * Describes it.
     *
     * @param image the folder with its kernel and initramfs
     * @param lab takes its description and its console's log
     */
    static L1 described(Path image, Path lab) throws IOException {
        String xml = """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>512</memory>
                  <os>
                    <type arch='x86_64' machine='pc'>hvm</type>
                    <kernel>%s</kernel>
                    <initrd>%s</initrd>
                    <!-- what is freed is wiped, and need not be copied by a migration -->
                    <cmdline>console=ttyS0 quiet panic=1 init_on_free=1</cmdline>
                  </os>
                  <features><acpi/></features>
                  <cpu mode='custom' match='exact' check='none'>
                    <model>qemu64</model>
                    <feature policy='require' name='svm'/>
                    <feature policy='require' name='npt'/>
                  </cpu>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    <serial type='file'><source path='%s' append='on'/></serial>
                    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                    <memballoon model='none'/>
                  </devices>
                </domain>
                """.formatted(
                        NAME, UUID, image.resolve("vmlinuz"), image.resolve("initramfs"), lab.resolve("console.log"));
        return new L1(Files.writeString(lab.resolve(NAME + ".xml"), xml));
    }

    /** Starts it cold, and waits until its libvirt answers. */
    void start(LabHost host) throws IOException, InterruptedException {
        host.virsh("create", description.toString()).well();
        Bound.await(
                "the libvirt inside l1 answers",
                Bound.OF_A_BOOT,
                () -> inside(host, "virsh", "-r", "-c", "qemu:///system", "version")
                        .filter(Said::well));
    }

    boolean runsOn(LabHost host) throws IOException, InterruptedException {
        return host.virsh("domstate", UUID).out().strip().equals("running");
    }

    /** Starts the L2, and waits until the L1 says that it runs. */
    void startL2(LabHost host) throws IOException, InterruptedException {
        // the L2 takes what is left, so that its L1 can still answer
        Optional<Said> started = inside(
                host,
                "sh",
                "-c",
                "virsh -c qemu:///system create /l2.xml && renice -n 19 -p $(pidof qemu-system-x86_64)");
        if (started.filter(Said::well).isEmpty()) {
            throw new AssertionError("the L2 could not be started: " + started);
        }
        awaitL2(host, true);
    }

    /** Shuts the L2 down, and waits until the L1 says that none runs. */
    void endL2(LabHost host) throws IOException, InterruptedException {
        inside(host, "virsh", "-c", "qemu:///system", "destroy", "l2");
        awaitL2(host, false);
    }

    private void awaitL2(LabHost host, boolean live) throws IOException, InterruptedException {
        Bound.await(
                "the L2 is " + (live ? "there" : "gone"),
                Bound.OF_A_PROGRAM,
                () -> l2Runs(host).filter(runs -> runs == live));
    }

    /** Whether the L1 says that its L2 runs; empty where it does not answer. */
    Optional<Boolean> l2Runs(LabHost host) throws IOException, InterruptedException {
        return inside(host, "virsh", "-r", "-c", "qemu:///system", "list")
                .filter(Said::well)
                .map(list -> list.text().contains("l2"));
    }

    /** What a program in the guest said. */
    record Said(int status, String text) {
        boolean well() {
            return status == 0;
        }
    }

    private static Optional<Said> inside(LabHost host, String program, String... arguments)
            throws IOException, InterruptedException {
        ObjectNode how = JSON.createObjectNode().put("path", program);
        ArrayNode words = how.putArray("arg");
        List.of(arguments).forEach(words::add);
        how.put("capture-output", true);
        Optional<JsonNode> process = agent(host, "guest-exec", how);
        if (process.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode which =
                JSON.createObjectNode().put("pid", process.get().path("pid").asLong());
        JsonNode end = Bound.await(
                program + " in the guest ends",
                Bound.OF_A_PROGRAM,
                () -> agent(host, "guest-exec-status", which)
                        .filter(status -> status.path("exited").asBoolean()));
        return Optional.of(new Said(
                end.path("exitcode").asInt(-1),
                decoded(end.path("out-data").asText(""))
                        + decoded(end.path("err-data").asText(""))));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static Optional<JsonNode> agent(LabHost host, String command, ObjectNode arguments)
            throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("execute", command);
        request.set("arguments", arguments);
        Ran ran = host.virsh("qemu-agent-command", "--timeout", "20", UUID, request.toString());
        return ran.status() == 0 ? Optional.of(JSON.readTree(ran.out()).path("return")) : Optional.empty();
    }

    /** Moves it while it runs, as an operator does. */
    static Ran migrate(LabHost from, LabHost to) throws IOException, InterruptedException {
        return from.virsh("migrate", "--live", UUID, "qemu+tcp://" + to.address() + "/system", "tcp://" + to.address());
    }
}
