package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code kubectl get -o json} prints: an object, or a list that has objects as items. */
final class KubernetesObjects {
    private KubernetesObjects() {}

    /** The objects of all documents, those of lists among them, in their order. */
    static List<JsonNode> among(List<JsonNode> documents) {
        List<JsonNode> objects = new ArrayList<>();
        for (JsonNode document : documents) {
            if (document.path("items").isArray()) {
                document.path("items").forEach(objects::add);
            } else {
                objects.add(document);
            }
        }
        return objects;
    }

    /** The texts and numbers of an object, by key. */
    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties().forEach(e -> {
            if (e.getValue().isValueNode()) {
                texts.put(e.getKey(), e.getValue().asText());
            }
        });
        return texts;
    }
}
