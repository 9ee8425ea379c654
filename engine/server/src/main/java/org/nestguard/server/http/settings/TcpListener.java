package org.nestguard.server.http.settings;

import org.jspecify.annotations.Nullable;

/**
 * A TCP port to listen on.
 *
 * @param address the name or number of the address
 * @param port from 0, which is any free one
 * @param tls null for plain HTTP, which is for loopback only
 */
public record TcpListener(
        String address, int port, @Nullable TlsFiles tls) {}
