package org.nestguard.evidence.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.DomainList;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.artefact.DomainState;
import org.nestguard.evidence.artefact.Lsmod;
import org.nestguard.evidence.l2.Claim;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * Asks an L1 itself, through QEMU's guest agent, whether guests of its own live; the answer is the tenant's word. Of a Linux
 * it reads the reference counts of KVM's modules, whether it is Xen's dom0, and libvirt's list of domains; of Windows whether
 * virtualization-based security runs, which makes Windows itself an L2 that no list inside it shows. Where the agent's
 * {@code guest-exec} is blocked, as some distributions do, the files alone speak.
 */
final class GuestAgent {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 1 << 16;
    private static final List<String> MODULES = List.of("kvm_intel", "kvm_amd");
    // other hypervisors' modules count users of their own
    private static final List<String> OTHERS = List.of("kvm_pvm", "vboxdrv", "vmmon", "mshv_root");
    private static final String XEN = "/proc/xen/capabilities";
    private static final String WAIT_SECONDS = "5";
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
    private static final int LOOKS = 15;
    // Win32_DeviceGuard: 2 is "enabled and running"
    private static final String SECURITY_STATUS = "(Get-CimInstance -Namespace root\\Microsoft\\Windows\\DeviceGuard"
            + " -ClassName Win32_DeviceGuard).VirtualizationBasedSecurityStatus";

    private final HostView host;
    private final DomainNames domain;
    /** When the guest last answered. */
    private Instant at = Instant.EPOCH;

    private GuestAgent(HostView host, DomainNames domain) {
        this.host = host;
        this.domain = domain;
    }

    /** What the guest says; empty where no agent answers or nothing can be concluded. */
    static Optional<Claim> ask(HostView host, DomainNames domain) {
        return new GuestAgent(host, domain).claim();
    }

    private Optional<Claim> claim() {
        Optional<JsonNode> system = call("guest-get-osinfo", JSON.createObjectNode());
        if (system.isEmpty()) {
            return Optional.empty();
        }
        if (system.get().path("id").asText("").equals("mswindows")) {
            return windows();
        }
        boolean linux = system.get().path("kernel-release").asText("").matches("\\d+\\.\\d+.*");
        return linux && system.get().path("machine").asText("").equals("x86_64") ? linux() : Optional.empty();
    }

    /** Security that does not run proves nothing: Hyper-V and WSL2 can run without it. */
    private Optional<Claim> windows() {
        return exec("powershell.exe", "-NoProfile", "-Command", SECURITY_STATUS)
                .filter(status -> status.strip().equals("2"))
                .map(running -> claim("VirtualizationBasedSecurityStatus", Optional.empty(), Optional.empty(), true));
    }

    private Optional<Claim> linux() {
        Optional<String> capabilities = read(XEN);
        boolean xen = capabilities.filter(c -> c.contains("control_d")).isPresent();
        Optional<Integer> domains = exec("virsh", "-r", "-c", "qemu:///system", "list", "--all")
                .flatMap(list -> DomainList.read(list).value())
                .map(GuestAgent::live);
        Optional<Integer> users = capabilities.isPresent() || absent(XEN) ? users() : Optional.empty();
        return xen || domains.isPresent() || users.isPresent()
                ? Optional.of(claim("/proc/modules and virsh list", domains, users, xen))
                : Optional.empty();
    }

    private Claim claim(String what, Optional<Integer> domains, Optional<Integer> users, boolean underneath) {
        return new Claim("guest agent of " + domain.name() + ", " + what, at, domains, users, underneath);
    }

    /** Whoever is not surely shut off lives. */
    private static int live(List<DomainList> domains) {
        int live = 0;
        for (DomainList one : domains) {
            live += one.state().value().map(DomainState::live).orElse(true) ? 1 : 0;
        }
        return live;
    }

    /** How many use KVM's modules; empty where one is part of the kernel, which has no count, or another hypervisor is there. */
    private Optional<Integer> users() {
        Optional<Lsmod> loaded = read("/proc/modules")
                .map(Lsmod::read)
                .filter(l -> l.complaints().isEmpty());
        if (loaded.isEmpty()
                || loaded.get().modules().isEmpty()
                || OTHERS.stream().anyMatch(other -> loaded.get().module(other).isPresent())) {
            return Optional.empty();
        }
        int users = 0;
        for (String module : MODULES) {
            Optional<Lsmod.LoadedModule> found = loaded.get().module(module);
            Optional<Integer> uses = found.isPresent() ? found.get().uses().value() : Optional.of(0);
            boolean mayBeBuiltIn = found.isEmpty() && !absent("/sys/module/" + module + "/parameters/nested");
            if (uses.isEmpty() || mayBeBuiltIn) {
                return Optional.empty();
            }
            users += uses.get();
        }
        return Optional.of(users);
    }

    /** What a program in the guest prints; empty where it cannot be run, fails or takes too long. */
    private Optional<String> exec(String program, String... arguments) {
        ObjectNode request = JSON.createObjectNode().put("path", program);
        ArrayNode list = request.putArray("arg");
        List.of(arguments).forEach(list::add);
        request.putArray("env").add("LC_ALL=C");
        request.put("capture-output", true);
        Optional<JsonNode> process = call("guest-exec", request).map(reply -> reply.path("pid"));
        if (process.filter(JsonNode::isIntegralNumber).isEmpty()) {
            return Optional.empty();
        }
        ObjectNode pid = JSON.createObjectNode().put("pid", process.get().longValue());
        for (int look = 0; look < LOOKS; look++) {
            Optional<JsonNode> status = call("guest-exec-status", pid);
            if (status.isEmpty() || status.get().path("exited").asBoolean(false)) {
                return status.filter(s -> s.path("exitcode").asInt(1) == 0)
                        .flatMap(s -> decoded(s.path("out-data").asText("")));
            }
            if (host.after(BETWEEN_LOOKS).isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<String> read(String path) {
        ObjectNode open = JSON.createObjectNode().put("path", path).put("mode", "r");
        Optional<JsonNode> handle = call("guest-file-open", open).filter(JsonNode::isIntegralNumber);
        if (handle.isEmpty()) {
            return Optional.empty();
        }
        long number = handle.get().longValue();
        Optional<JsonNode> read = call(
                "guest-file-read", JSON.createObjectNode().put("handle", number).put("count", MOST_BYTES));
        call("guest-file-close", JSON.createObjectNode().put("handle", number));
        return read.filter(node -> node.path("eof").asBoolean(false)) // half a list would be a lie
                .map(node -> node.path("buf-b64").asText(""))
                .flatMap(GuestAgent::decoded);
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the agent says that there is no such file: one that does not answer, or may not look, says nothing. */
    private boolean absent(String path) {
        ObjectNode open = JSON.createObjectNode().put("path", path).put("mode", "r");
        return reply("guest-file-open", open) instanceof Artefact.Missing missing
                && missing.why().contains("No such file or directory");
    }

    private Artefact reply(String command, ObjectNode arguments) {
        ObjectNode request = JSON.createObjectNode().put("execute", command);
        request.set("arguments", arguments);
        return host.command(
                List.of("virsh", "qemu-agent-command", "--timeout", WAIT_SECONDS, domain.uuid(), request.toString()));
    }

    private Optional<JsonNode> call(String command, ObjectNode arguments) {
        if (!(reply(command, arguments) instanceof Artefact.Text text)) {
            return Optional.empty();
        }
        at = text.at();
        try {
            return Optional.ofNullable(JSON.readTree(text.text()).get("return"));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
