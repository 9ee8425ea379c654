package org.nestguard.server.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import org.jspecify.annotations.Nullable;
import org.nestguard.server.http.access.Role;

/**
 * Something that is answered. Openapi.yaml tells of every one but the page for people.
 *
 * @param method such as GET
 * @param path as Javalin and OpenAPI write it, such as {@code /v1/rules/{id}}
 * @param role who may; null for everybody
 * @param handler answers, or throws a {@link Refusal}
 */
public record Route(
        HandlerType method, String path, @Nullable Role role, Handler handler) {}
