package org.nestguard.server.site;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.GroupVersionResource;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nestguard.engine.text.Harmless;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.registry.GuestEntry;

/**
 * {@code POST /v1/admission/kubevirt}: what the API server of a cluster asks before a migration of KubeVirt's is created or
 * changed. Every review that can be told from others is answered with a review of the same uid: an HTTP error would be a pass
 * where somebody set the webhook's failurePolicy to Ignore. One that cannot be is a problem document.
 *
 * <p>It is asked when the migration is created. KubeVirt may begin later; an L2 that starts in between is not seen.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/">Kubernetes on
 *     webhooks</a>
 */
final class KubeVirtRoute {
    private static final String VERSION = "admission.k8s.io/v1";
    private static final String KIND = "AdmissionReview";
    private static final String GROUP = "kubevirt.io";
    private static final String RESOURCE = "virtualmachineinstancemigrations";
    private static final Set<String> VERSIONS = Set.of("v1", "v1alpha3");
    private static final int LONGEST_UID = 128;
    private static final int LONGEST_MESSAGE = 1_000;
    private static final int LONGEST_WARNING = 253; // with three dots 256, behind which Kubernetes may cut
    private static final int MOST_WARNINGS = 8;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Answering answering;
    private final Decisions decisions;
    private final Function<Caller, Deed> deeds;

    /** @param deeds what a caller is about to do */
    KubeVirtRoute(Answering answering, Decisions decisions, Function<Caller, Deed> deeds) {
        this.answering = answering;
        this.decisions = decisions;
        this.deeds = deeds;
    }

    Route route() {
        return new Route(HandlerType.POST, "/v1/admission/kubevirt", Role.ASK, this::review);
    }

    private void review(Context ctx) throws IOException, InterruptedException {
        AdmissionRequest request = request(Asked.body(ctx));
        AdmissionResponse response;
        try {
            response = answer(request, Asked.caller(ctx));
        } catch (Refusal e) {
            boolean unreadable = e.kind() == ProblemKind.UNREADABLE;
            response = refused(unreadable ? 400 : 403, DoorAnswer.undetermined(e.detail(), ""));
        }
        response.setUid(request.getUid());
        AdmissionReview review = new AdmissionReview();
        review.setApiVersion(VERSION);
        review.setKind(KIND);
        review.setResponse(response);
        ctx.contentType("application/json").result(JSON.writeValueAsBytes(review));
    }

    /** What is asked. @throws Refusal where it cannot even be said to whom an answer would belong */
    private static AdmissionRequest request(byte[] body) {
        AdmissionReview review;
        try (JsonParser parser = JSON.createParser(body)) {
            review = JSON.readValue(parser, AdmissionReview.class);
            if (parser.nextToken() != null) {
                throw new Refusal(ProblemKind.UNREADABLE, "there is more behind the review");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new Refusal(ProblemKind.UNREADABLE, "it is no AdmissionReview in JSON");
        }
        if (review == null || !VERSION.equals(review.getApiVersion()) || !KIND.equals(review.getKind())) {
            throw new Refusal(
                    ProblemKind.UNREADABLE, "an " + KIND + " of " + VERSION + " is read here and nothing else");
        }
        AdmissionRequest request = review.getRequest();
        if (request == null
                || request.getUid() == null
                || request.getUid().isBlank()
                || request.getUid().length() > LONGEST_UID) {
            throw new Refusal(ProblemKind.UNREADABLE, "the review has no request with a uid");
        }
        return request;
    }

    private AdmissionResponse answer(AdmissionRequest request, Caller caller) throws InterruptedException {
        GroupVersionResource resource = request.getResource();
        String sub = Objects.requireNonNullElse(request.getSubResource(), "");
        if (resource == null
                || !GROUP.equals(resource.getGroup())
                || !RESOURCE.equals(resource.getResource())
                || !VERSIONS.contains(Objects.requireNonNullElse(resource.getVersion(), ""))
                || !(sub.isEmpty() || sub.equals("status"))) {
            throw new Refusal(
                    ProblemKind.UNREADABLE,
                    "only " + RESOURCE + "." + GROUP + " ("
                            + String.join(", ", VERSIONS.stream().sorted().toList())
                            + ") are judged here; narrow the rules of the webhook");
        }
        JsonNode object = JSON.valueToTree(request.getObject());
        return switch (Objects.requireNonNullElse(request.getOperation(), "")) {
            // it can only end a migration
            case "DELETE" -> passed(List.of());
            case "UPDATE" ->
                KubeVirtMigration.startsNothing(JSON.valueToTree(request.getOldObject()), object)
                        ? passed(List.of())
                        : decided(request, object, caller);
            case "CREATE" -> decided(request, object, caller);
            default -> throw new Refusal(ProblemKind.UNREADABLE, "this operation is not understood");
        };
    }

    private AdmissionResponse decided(AdmissionRequest request, JsonNode object, Caller caller)
            throws InterruptedException {
        KubeVirtMigration migration =
                KubeVirtMigration.read(Objects.requireNonNullElse(request.getNamespace(), ""), object);
        GuestEntry guest = answering.now(answering.guest(migration.guest()), Operation.MIGRATE);
        boolean rehearsal = Boolean.TRUE.equals(request.getDryRun());
        Deed deed = deeds.apply(caller);
        Doors.Judging rehearsing = (rules, question) -> () -> decisions.advise(rules, question);
        DoorAnswer answer = deed.told(new Doors(answering)
                .answer(
                        decisions.rules(),
                        Operation.MIGRATE,
                        guest,
                        migration.destination(),
                        // a rehearsal has no side effects, and a record is one
                        rehearsal ? rehearsing : deed::begin));
        return answer.verdict() == Verdict.ALLOW ? passed(answer.cautions()) : refused(403, answer);
    }

    private static AdmissionResponse passed(List<String> cautions) {
        return new AdmissionResponseBuilder()
                .withAllowed(true)
                .withWarnings(cautions.stream()
                        .limit(MOST_WARNINGS)
                        .map(caution -> Harmless.text("nestguard: " + caution, LONGEST_WARNING))
                        .toList())
                .build();
    }

    private static AdmissionResponse refused(int code, DoorAnswer answer) {
        String message = Stream.of(answer.why(), answer.remedy())
                .filter(text -> !text.isBlank())
                .collect(Collectors.joining("; ", "nestguard " + answer.verdict() + ": ", ""));
        return new AdmissionResponseBuilder()
                .withAllowed(false)
                .withStatus(new StatusBuilder()
                        .withCode(code)
                        .withReason(code == 400 ? "BadRequest" : "Forbidden")
                        .withMessage(Harmless.text(message, LONGEST_MESSAGE))
                        .build())
                .withAuditAnnotations(Map.of(
                        "verdict",
                        answer.verdict().name(),
                        "rule",
                        answer.rule().orElse("none")))
                .build();
    }
}
