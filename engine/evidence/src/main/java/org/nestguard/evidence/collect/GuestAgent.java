package org.nestguard.evidence.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.Refcount;
import org.nestguard.evidence.l2.Claim;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * Asks an L1 itself, through QEMU's guest agent, whether its KVM module has users. Only files are read, nothing is run in the
 * guest; the answer is the tenant's word. A guest that is no Linux is not asked: Windows may be an L2 itself, and no list
 * inside it shows that.
 */
final class GuestAgent {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 4_096;
    private static final List<String> MODULES = List.of("kvm_intel", "kvm_amd");
    private static final String WAIT_SECONDS = "5";

    private final HostView host;
    private final String domain;

    private GuestAgent(HostView host, String domain) {
        this.host = host;
        this.domain = domain;
    }

    /** What the guest says; empty where no agent answers or nothing can be concluded. */
    static Optional<Claim> ask(HostView host, String domain) {
        return new GuestAgent(host, domain).claim();
    }

    private Optional<Claim> claim() {
        Optional<JsonNode> system = call("guest-get-osinfo", JSON.createObjectNode());
        if (system.isEmpty() || !system.get().path("kernel-release").asText("").matches("\\d+\\.\\d+.*")) {
            return Optional.empty();
        }
        int users = 0;
        for (String module : MODULES) {
            Optional<Integer> of = users(module);
            if (of.isEmpty()) {
                return Optional.empty();
            }
            users += of.get();
        }
        return Optional.of(new Claim(
                "guest agent of " + domain + ", /sys/module/kvm_*/refcnt",
                Instant.now(),
                Optional.empty(),
                Optional.of(users),
                false));
    }

    /** Zero where the module is not loaded; empty where it is built in, which has no count, or nothing answers. */
    private Optional<Integer> users(String module) {
        Optional<String> count = read("/sys/module/" + module + "/refcnt");
        if (count.isPresent()) {
            return Refcount.read(count.get()).uses().value();
        }
        // that one file cannot be read proves nothing: another of the same guest must be readable
        Optional<String> modules = read("/proc/sys/kernel/osrelease");
        boolean builtIn = read("/sys/module/" + module + "/parameters/nested").isPresent();
        return modules.isPresent() && !builtIn ? Optional.of(0) : Optional.empty();
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
        return read.map(node -> node.path("buf-b64").asText("")).flatMap(GuestAgent::decoded);
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<JsonNode> call(String command, ObjectNode arguments) {
        ObjectNode request = JSON.createObjectNode().put("execute", command);
        request.set("arguments", arguments);
        Artefact reply = host.command(
                List.of("virsh", "qemu-agent-command", "--timeout", WAIT_SECONDS, domain, request.toString()));
        if (!(reply instanceof Artefact.Text text)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readTree(text.text()).get("return"));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
