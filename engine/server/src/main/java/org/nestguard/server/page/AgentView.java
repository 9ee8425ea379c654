package org.nestguard.server.page;

/**
 * What an agent shows of itself, whose registry is elsewhere.
 *
 * @param caller who asks
 * @param host whose agent it is
 * @param registry the address of the registry, without any credential
 */
public record AgentView(String caller, String host, String registry) {}
