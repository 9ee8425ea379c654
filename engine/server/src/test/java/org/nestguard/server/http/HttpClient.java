package org.nestguard.server.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection that speaks HTTP/1.1, over whatever; it can also misbehave. */
public final class HttpClient implements Closeable {
    private final Closeable connection;
    private final InputStream in;
    private final OutputStream out;

    /** What came back. */
    public record Reply(int status, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    private HttpClient(Closeable connection, InputStream in, OutputStream out) {
        this.connection = connection;
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    /** Over the Unix socket. */
    public static HttpClient unix(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        return new HttpClient(channel, in(channel), out(channel));
    }

    // Not those of Channels: on JDK 17 one of them waits for the other.
    private static InputStream in(SocketChannel channel) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private static OutputStream out(SocketChannel channel) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        };
    }

    /** Over TCP on loopback. */
    public static HttpClient tcp(int port) throws IOException {
        return of(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Over a socket that is connected, which may be one with TLS. */
    public static HttpClient of(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new HttpClient(socket, socket.getInputStream(), socket.getOutputStream());
    }

    /** Asks without a body; each header ends with a line's end. */
    public Reply ask(String method, String path, String headers) throws IOException {
        send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
        return reply();
    }

    /** Asks with a body. */
    public Reply ask(String method, String path, String headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try {
            // in one go: who refuses the head may have closed before a body that comes later
            send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bytes.length + "\r\n"
                    + headers + "\r\n" + body);
        } catch (IOException e) {
            // what was answered before the end of the body is an answer
        }
        return reply();
    }

    /** Sends just this. */
    public void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Sends one chunk of a body without a length. */
    public void sendChunk(String text) throws IOException {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        send(Integer.toHexString(length) + "\r\n" + text + "\r\n");
    }

    /** The line and headers of a reply. */
    public Reply head() throws IOException {
        String line = line();
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int status = Integer.parseInt(line.split(" ", 3)[1]);
        return status == 100 ? head() : new Reply(status, headers, "");
    }

    /** A whole reply. */
    public Reply reply() throws IOException {
        Reply head = head();
        if (head.header("Transfer-Encoding").equals("chunked")) {
            StringBuilder body = new StringBuilder();
            for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
                body.append(chunk);
            }
            return new Reply(head.status(), head.headers(), body.toString());
        }
        int length = head.header("Content-Length").isEmpty() ? 0 : Integer.parseInt(head.header("Content-Length"));
        return new Reply(head.status(), head.headers(), new String(bytes(length), StandardCharsets.UTF_8));
    }

    /** The next chunk of a reply; empty for the last. */
    public String chunk() throws IOException {
        String size = line();
        if (size.isEmpty()) { // the end of the chunk before, which Jetty sends with the next
            size = line();
        }
        byte[] bytes = bytes(Integer.parseInt(size, 16));
        if (bytes.length == 0) {
            line();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether the other side has closed the connection; waits for that or a byte. */
    public boolean closed() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("cut off");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
