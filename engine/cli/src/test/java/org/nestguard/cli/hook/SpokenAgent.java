package org.nestguard.cli.hook;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent that says the same bytes to every caller, or nothing at all. */
public final class SpokenAgent implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final @Nullable String answer;
    private volatile String heard = "";
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile CountDownLatch spoken = new CountDownLatch(0);

    private SpokenAgent(Path socket, @Nullable String answer) throws IOException {
        this.socket = socket;
        this.answer = answer;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "agent of a test");
        thread.setDaemon(true);
        thread.start();
    }

    public static SpokenAgent saying(Path socket, String answer) throws IOException {
        return new SpokenAgent(socket, answer);
    }

    public static SpokenAgent silent(Path socket) throws IOException {
        return new SpokenAgent(socket, null);
    }

    /** One that says it when it is told to. */
    static SpokenAgent sayingLater(Path socket, String answer) throws IOException {
        SpokenAgent agent = new SpokenAgent(socket, answer);
        agent.spoken = new CountDownLatch(1);
        return agent;
    }

    void speak() {
        spoken.countDown();
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel caller = server.accept()) {
                hear(caller);
                called.countDown();
                if (answer == null) {
                    closed.await();
                } else {
                    spoken.await();
                    ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1));
                    while (bytes.hasRemaining()) {
                        caller.write(bytes);
                    }
                }
            } catch (IOException e) {
                // the caller or the test has gone
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void hear(SocketChannel caller) throws IOException {
        StringBuilder request = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (!whole(request.toString()) && caller.read(buffer) >= 0) {
            request.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            buffer.clear();
        }
        heard = request.toString();
    }

    private static boolean whole(String request) {
        int end = request.indexOf("\r\n\r\n");
        String head = end < 0 ? "" : request.substring(0, end);
        return end >= 0
                && head.lines()
                        .filter(line -> line.startsWith("Content-Length: "))
                        .allMatch(line -> request.length() - end - 4 >= Integer.parseInt(line.substring(16)));
    }

    /** What was said to it. */
    public String heard() {
        return heard;
    }

    public void awaitCall() throws InterruptedException {
        if (!called.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody called");
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        Files.deleteIfExists(socket);
    }
}
