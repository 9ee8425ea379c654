package org.nestguard.cli.hook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/** Looks through kubectl whether the webhook of a cluster would stop anything: each way in which it would not is a finding. */
public final class KubeVirtInspection {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LAY_ANEW = "lay it anew: nestguard hook install kubevirt";
    private static final List<String> KUBECTL = List.of("kubectl", "--request-timeout=8s", "get");

    private final HostView host;
    private final List<String> findings = new ArrayList<>();

    /** @param host where kubectl is */
    public KubeVirtInspection(HostView host) {
        this.host = host;
    }

    /** Every way in which this door stands open, a sentence each with what to do; empty where it is shut. */
    public List<String> findings() {
        JsonNode configurations = got("validatingwebhookconfigurations", "-o", "json");
        if (configurations.isMissingNode()) {
            return List.copyOf(findings);
        }
        List<JsonNode> ours = StreamSupport.stream(configurations.path("items").spliterator(), false)
                .flatMap(each -> StreamSupport.stream(each.path("webhooks").spliterator(), false))
                .filter(hook -> hook.path("name").asText().equals(KubeVirtManifest.WEBHOOK)
                        || hook.at("/clientConfig/url").asText().endsWith(KubeVirtManifest.PATH))
                .toList();
        if (ours.isEmpty()) {
            findings.add(
                    "no webhook of the cluster asks NestGuard; nestguard hook install kubevirt --url URL --ca FILE |"
                            + " kubectl apply -f -");
            return List.copyOf(findings);
        }
        ours.forEach(this::webhook);
        namespaces();
        return List.copyOf(findings);
    }

    private JsonNode got(String... words) {
        List<String> line = new ArrayList<>(KUBECTL);
        line.addAll(List.of(words));
        Artefact answer = host.command(line);
        if (answer instanceof Artefact.Text text) {
            try {
                return JSON.readTree(text.text());
            } catch (JsonProcessingException e) {
                findings.add("kubectl prints no JSON for " + words[0] + ": whether NestGuard is asked is not known");
                return JSON.missingNode();
            }
        }
        findings.add("kubectl does not tell of " + words[0] + ": " + ((Artefact.Missing) answer).why()
                + "; whether NestGuard is asked is not known: run this where kubectl reaches the cluster");
        return JSON.missingNode();
    }

    private void webhook(JsonNode hook) {
        JsonNode own = own();
        String name = hook.path("name").asText();
        if (!hook.path("failurePolicy").asText("Fail").equals("Fail")) {
            findings.add("the failurePolicy of " + name + " is "
                    + hook.path("failurePolicy").asText()
                    + ": where NestGuard does not answer, everything migrates; set it to Fail");
        }
        for (String operation : List.of("CREATE", "UPDATE")) {
            if (StreamSupport.stream(hook.path("rules").spliterator(), false)
                    .noneMatch(rule -> covers(hook, rule, operation))) {
                findings.add(
                        name + " is not asked at " + operation + " of virtualmachineinstancemigrations; " + LAY_ANEW);
            }
        }
        for (String narrowing : List.of("matchConditions", "namespaceSelector", "objectSelector")) {
            JsonNode found = hook.path(narrowing);
            boolean none = found.isMissingNode() || found.isNull() || found.isEmpty();
            if (!none && !same(found, own.path(narrowing))) {
                findings.add("the " + narrowing + " of " + name
                        + " is another than NestGuard's, so it may not be asked; " + LAY_ANEW);
            }
        }
    }

    private static JsonNode own() {
        try {
            return new YAMLMapper().readTree(KubeVirtManifest.template()).at("/webhooks/0");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** In whatever order; white space in an expression means nothing. */
    private static boolean same(JsonNode found, JsonNode own) {
        return found.equals(Comparator.comparing(node -> node.asText().strip().replaceAll("\\s+", " ")), own);
    }

    private static boolean covers(JsonNode hook, JsonNode rule, String operation) {
        boolean everyVersion = has(rule, "apiVersions", "*")
                || (!rule.path("apiVersions").isEmpty()
                        && hook.path("matchPolicy").asText("Equivalent").equals("Equivalent"));
        return everyVersion
                && (has(rule, "operations", operation) || has(rule, "operations", "*"))
                && (has(rule, "apiGroups", "kubevirt.io") || has(rule, "apiGroups", "*"))
                && (has(rule, "resources", "virtualmachineinstancemigrations")
                        || has(rule, "resources", "*")
                        || has(rule, "resources", "*/*"))
                && !rule.path("scope").asText("*").equals("Cluster");
    }

    private static boolean has(JsonNode rule, String key, String value) {
        return StreamSupport.stream(rule.path(key).spliterator(), false)
                .anyMatch(each -> each.asText().equals(value));
    }

    private void namespaces() {
        for (JsonNode namespace :
                got("namespaces", "-l", KubeVirtManifest.OPT_OUT, "-o", "json").path("items")) {
            String name = namespace.at("/metadata/name").asText();
            findings.add(
                    "the namespace " + name + " is left out, so nothing guards its guests; kubectl label namespace "
                            + name + " nestguard.org/guard-");
        }
    }
}
