package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What QMP {@code query-cpu-model-expansion} replies: what a model comes to on this host. The expansion of {@code host} has
 * vmx or svm only where KVM offers it, {@code nested} being on.
 */
public final class CpuModelExpansion {
    private final Reading<List<JsonNode>> models;

    private CpuModelExpansion(Reading<List<JsonNode>> models) {
        this.models = models;
    }

    /**
     * Reads the reply, or several one after another as capture tools keep them; replies to other commands among them are
     * passed over.
     */
    public static CpuModelExpansion read(String text) {
        return new CpuModelExpansion(QmpReply.all(text).flatMap(CpuModelExpansion::among));
    }

    private static Reading<List<JsonNode>> among(List<QmpReply> replies) {
        List<JsonNode> models = new ArrayList<>();
        String error = "";
        for (QmpReply reply : replies) {
            if (reply.value() instanceof Reading.Unsaid<JsonNode> unsaid) {
                error = ": " + unsaid.why();
            }
            reply.value()
                    .value()
                    .filter(value -> value.path("model").isObject())
                    .ifPresent(value -> models.add(value.get("model")));
        }
        return models.isEmpty()
                ? Reading.unsaid("there is no expansion of a CPU model in it" + error)
                : Reading.said(models, 0);
    }

    /** The name of the model that the last expansion is of. */
    public Reading<String> model() {
        return models.flatMap(all -> JsonDocuments.text(all.get(all.size() - 1), "name"));
    }

    /** A property that is on or off; the last expansion that speaks of it counts. */
    public Reading<Boolean> property(String name) {
        return models.flatMap(all -> property(all, name));
    }

    private static Reading<Boolean> property(List<JsonNode> models, String name) {
        Reading<Boolean> last = Reading.unsaid("the expansion does not say " + name);
        for (JsonNode model : models) {
            JsonNode value = model.path("props").path(name);
            if (value.isBoolean()) {
                last = Reading.said(value.booleanValue(), 0);
            }
        }
        return last;
    }

    /** Whether the model has an extension that lets a guest run guests. */
    public Reading<Boolean> has(CpuExtension extension) {
        return property(extension.word());
    }

    /** Whether it has any of them; false only where at least one is denied and none is there. */
    public Reading<Boolean> canNest() {
        return models.flatMap(CpuModelExpansion::canNest);
    }

    private static Reading<Boolean> canNest(List<JsonNode> models) {
        Reading<Boolean> any = Reading.unsaid("the expansion speaks of none of vmx, svm and sief2");
        for (CpuExtension extension : CpuExtension.values()) {
            if (property(models, extension.word()) instanceof Reading.Said<Boolean> said) {
                if (said.what()) {
                    return said;
                }
                any = said;
            }
        }
        return any;
    }
}
