package org.nestguard.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.nestguard.server.http.settings.Limits;
import org.nestguard.server.http.settings.ServiceSettings;
import org.nestguard.server.http.settings.TcpListener;

/** Makes what listens. */
final class Connectors {
    private Connectors() {}

    /**
     * The address of a TCP port.
     *
     * @param credentials how many there are
     * @throws StartRefusedException where others could ask there without showing who they are, or in the clear
     */
    static InetAddress address(ServiceSettings settings, TcpListener tcp, int credentials)
            throws StartRefusedException {
        InetAddress address;
        try {
            address = InetAddress.getByName(tcp.address());
        } catch (UnknownHostException e) {
            throw new StartRefusedException("tcp.address: there is no address of the name " + tcp.address(), e);
        }
        if (tcp.tls() == null && !address.isLoopbackAddress()) {
            throw new StartRefusedException(
                    "tcp.address " + tcp.address() + " can be reached from other machines, and without"
                            + " TLS whatever is said there can be read and changed on its way; say tcp.tls, or listen on 127.0.0.1");
        }
        if (tcp.tls() != null && credentials == 0) {
            throw new StartRefusedException(
                    settings.credentials() == null
                            ? "tcp.tls: nobody could show who they are; say credentials, the file with tokens and"
                                    + " certificates"
                            : settings.credentials()
                                    + ": there is no credential in it, so that nobody could ask by TLS");
        }
        return address;
    }

    static ServerConnector tcp(
            Server server,
            HttpConfiguration http,
            InetAddress address,
            int port,
            SslContextFactory.Server tls,
            Limits limits) {
        HttpConfiguration secure = new HttpConfiguration(http);
        secure.addCustomizer(new SecureRequestCustomizer(false)); // clients may use an address, not the name
        ServerConnector connector = new ServerConnector(
                server,
                new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()),
                new PromptHeads(secure, limits.headTime()));
        return limited(connector, address, port, limits, server);
    }

    static ServerConnector tcp(Server server, HttpConfiguration http, InetAddress address, int port, Limits limits) {
        return limited(
                new ServerConnector(server, new PromptHeads(http, limits.headTime())), address, port, limits, server);
    }

    private static ServerConnector limited(
            ServerConnector connector, InetAddress address, int port, Limits limits, Server server) {
        connector.setHost(address.getHostAddress());
        connector.setPort(port);
        limit(connector, limits, server);
        return connector;
    }

    static UnixDomainServerConnector unix(Server server, HttpConfiguration http, Path path, Limits limits) {
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, new PromptHeads(http, limits.headTime()));
        connector.setUnixDomainPath(path);
        limit(connector, limits, server);
        return connector;
    }

    /** Each door has connections of its own: one that is full leaves the other open. */
    private static void limit(AbstractConnector connector, Limits limits, Server server) {
        connector.setIdleTimeout(limits.idle().toMillis());
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    }

    static boolean isUnix(Connector connector) {
        return connector instanceof UnixDomainServerConnector;
    }

    /** What all of them have in common. */
    static void configure(HttpConfiguration http, Limits limits) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(limits.header());
    }
}
