package org.nestguard.server.http.access;

/** Where a request came in. */
public enum Door {
    /** A TCP port on loopback, in the clear. */
    LOOPBACK,
    /** A TCP port with TLS. */
    TLS,
    /** The Unix socket. */
    UNIX
}
