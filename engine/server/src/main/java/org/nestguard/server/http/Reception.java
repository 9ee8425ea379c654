package org.nestguard.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.access.Door;
import org.nestguard.server.http.access.Gate;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.http.metrics.Meters;
import org.nestguard.server.http.settings.Limits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Where every request comes in. It is told who asks, and its body is waited for without a thread: only what is whole takes
 * one of the places in which requests are worked on. A batch, which is answered while it arrives, takes its place at once;
 * questions after the service's health take none.
 */
final class Reception extends Handler.Wrapper {
    static final String BATCH = "/v1/decisions/batch";

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
    private static final Pattern FACTS = Pattern.compile("/v1/hosts/[^/]+/facts");
    /** Where agents wait, without a thread, until something is wanted of them. */
    private static final Pattern WAITING = Pattern.compile("/v1/hosts/[^/]+/wanted");

    private static final Set<String> HEALTH = Set.of("/livez", "/readyz", "/metrics");
    /** Where an agent says for whom it hands a question on. */
    private static final String ASKER = "Nestguard-For";

    private static final String REQUEST = "Nestguard-Request";
    private static final int LONGEST_SHOWN = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Gate gate;
    private final Limits limits;
    private final Meters meters;
    private final Semaphore places;
    /** What all bodies that are on their way may have together; a single one always has room. */
    private final long mostGathered;

    private final AtomicLong gathered = new AtomicLong();
    private final AtomicLong number = new AtomicLong();
    private final String process = random();
    private volatile boolean stopping;

    Reception(Gate gate, Limits limits, Meters meters) {
        this.gate = gate;
        this.limits = limits;
        this.meters = meters;
        places = new Semaphore(limits.concurrent());
        mostGathered = Math.max((long) limits.body() * limits.concurrent(), limits.facts());
    }

    private static String random() {
        byte[] bytes = new byte[6];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** From now on nothing but the service's health is answered. */
    void beginStopping() {
        stopping = true;
    }

    /** Whether the service is about to stop. */
    boolean stopping() {
        return stopping;
    }

    /** How many requests are worked on. */
    int inProgress() {
        return limits.concurrent() - places.availablePermits();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String id = process + "-" + number.incrementAndGet();
        Caller caller = gate.caller(shown(request));
        request.setAttribute(Asked.ID, id);
        request.setAttribute(Asked.CALLER, caller);
        response.getHeaders().put(REQUEST, id);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");

        String path = String.valueOf(request.getHttpURI().getCanonicalPath());
        boolean health = HEALTH.contains(path);
        Callback ended = new Ended(callback, request, response, path, caller, health ? Level.DEBUG : Level.INFO);
        if (String.valueOf(request.getHttpURI().getPathQuery()).length() > limits.uri()) {
            refuse(request, response, ended, ProblemKind.URI_TOO_LONG, "they may have " + limits.uri() + " characters");
        } else if (health) {
            Scheduler.Task deadline = deadline(request, limits.answerTime());
            return handle(request, response, ended, deadline::cancel);
        } else if (stopping) {
            refuse(request, response, ended, ProblemKind.STOPPING, "ask again when it is there again");
        } else if (caller.may(Role.PUSH) && WAITING.matcher(path).matches()) {
            return super.handle(request, response, ended);
        } else if (!caller.known() || path.equals(BATCH) || request.getLength() == 0) {
            return enter(request, response, ended);
        } else {
            boolean facts = caller.may(Role.PUSH) && FACTS.matcher(path).matches();
            new Gathering(request, response, ended, facts ? limits.facts() : limits.body()).begin();
        }
        return true;
    }

    private Gate.Shown shown(Request request) {
        EndPoint.SslSessionData tls =
                request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData data
                        ? data
                        : null;
        Door door = Connectors.isUnix(request.getConnectionMetaData().getConnector())
                ? Door.UNIX
                : request.isSecure() ? Door.TLS : Door.LOOPBACK;
        X509Certificate certificate = null;
        if (tls != null && tls.peerCertificates() != null && tls.peerCertificates().length > 0) {
            certificate = tls.peerCertificates()[0];
        }
        return new Gate.Shown(
                door,
                request.getHeaders().get(HttpHeader.AUTHORIZATION),
                certificate,
                request.getHeaders().get(HttpHeader.HOST),
                request.getHeaders().get(ASKER),
                byPerson(request));
    }

    private static boolean byPerson(Request request) {
        return Asked.byPerson(
                request.getMethod(),
                String.valueOf(request.getHttpURI().getCanonicalPath()),
                request.getHeaders().get(Asked.FETCH_SITE));
    }

    /** Has the request worked on, where there is a place for it. */
    private boolean enter(Request request, Response response, Callback callback) throws Exception {
        if (!places.tryAcquire()) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
            refuse(
                    request,
                    response,
                    callback,
                    ProblemKind.BUSY,
                    limits.concurrent() + " requests are worked on; ask again in a second");
            return true;
        }
        boolean batch = BATCH.equals(request.getHttpURI().getCanonicalPath());
        Duration most = batch ? limits.answerTime().plus(limits.batchTime()) : limits.answerTime();
        Scheduler.Task deadline = deadline(request, most);
        return handle(request, response, callback, () -> {
            deadline.cancel();
            places.release();
        });
    }

    /** Ends the connection of one whose answer takes too long: who hardly reads it would keep its place for ever. */
    private Scheduler.Task deadline(Request request, Duration most) {
        return request.getComponents()
                .getScheduler()
                .schedule(
                        () -> request.getConnectionMetaData()
                                .getConnection()
                                .getEndPoint()
                                .close(),
                        most.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Has the request answered; then, once, something is done, however it ends. */
    private boolean handle(Request request, Response response, Callback callback, Runnable then) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Runnable once = () -> {
            if (done.compareAndSet(false, true)) {
                then.run();
            }
        };
        boolean handled = false;
        try {
            handled = super.handle(request, response, Callback.from(once, callback));
        } finally {
            if (!handled) { // also where it throws: then nobody ends the callback
                once.run();
            }
        }
        return handled;
    }

    /** Answers with a problem, and ends the connection where more may be on its way. */
    private void refuse(Request request, Response response, Callback callback, ProblemKind kind, String detail) {
        String id = String.valueOf(request.getAttribute(Asked.ID));
        byte[] document = ProblemDocument.of(kind, kind.status(), detail, null, id);
        response.setStatus(kind.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemDocument.CONTENT_TYPE);
        if (request.getLength() != 0 || stopping) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        }
        response.write(true, ByteBuffer.wrap(document), callback);
    }

    /** A body on its way. */
    private final class Gathering implements Runnable {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong held = new AtomicLong();
        private Scheduler.@Nullable Task deadline;

        Gathering(Request request, Response response, Callback callback, int most) {
            this.request = request;
            this.response = response;
            this.most = most;
            this.callback = Callback.from(this::free, callback);
        }

        private void free() {
            gathered.addAndGet(-held.getAndSet(0));
        }

        void begin() throws Exception {
            if (request.getLength() > most) {
                tooLarge();
                return;
            }
            deadline = request.getComponents()
                    .getScheduler()
                    .schedule(this::late, limits.bodyTime().toMillis(), TimeUnit.MILLISECONDS);
            run();
        }

        @Override
        public void run() {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    failed(chunk.getFailure());
                    return;
                }
                boolean taken = take(chunk);
                boolean last = chunk.isLast();
                chunk.release();
                if (!taken) {
                    return;
                }
                if (last) {
                    whole();
                    return;
                }
            }
        }

        private boolean take(Content.Chunk chunk) {
            int length = chunk.remaining();
            if (bytes.size() + length > most) {
                if (end()) {
                    tooLarge();
                }
                return false;
            }
            held.addAndGet(length);
            boolean room = gathered.addAndGet(length) <= mostGathered;
            if (!room && end()) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
                refuse(request, response, callback, ProblemKind.BUSY, "too much is on its way to the service");
                return false;
            }
            if (ended.get()) { // it was late meanwhile, and what was held until then is free already
                free();
                return false;
            }
            byte[] part = new byte[length];
            chunk.getByteBuffer().get(part);
            bytes.write(part, 0, length);
            return true;
        }

        private void whole() {
            if (!end()) {
                return;
            }
            try {
                byte[] body = bytes.toByteArray();
                request.setAttribute(Asked.BODY, body);
                if (!enter(new Whole(request, body), response, callback)) {
                    Response.writeError(request, response, callback, 404);
                }
            } catch (Exception e) {
                Response.writeError(request, response, callback, e);
            }
        }

        private void late() {
            if (end()) {
                refuse(
                        request,
                        response,
                        callback,
                        ProblemKind.TOO_SLOW,
                        "a body may take " + limits.bodyTime().toMillis() + " ms to arrive");
            }
        }

        private void failed(Throwable failure) {
            if (end()) {
                if (failure instanceof TimeoutException) {
                    refuse(request, response, callback, ProblemKind.TOO_SLOW, "nothing more of the body arrived");
                } else {
                    callback.failed(failure);
                }
            }
        }

        private void tooLarge() {
            refuse(request, response, callback, ProblemKind.TOO_LARGE, "it may have " + most + " bytes");
        }

        /** Whether it is this one that ends it. */
        private boolean end() {
            if (!ended.compareAndSet(false, true)) {
                return false;
            }
            if (deadline != null) {
                deadline.cancel();
            }
            return true;
        }
    }

    /** A request with its body in hand. */
    private static final class Whole extends Request.Wrapper {
        private final Content.Source source;
        private final long length;

        Whole(Request request, byte[] bytes) {
            super(request);
            source = Content.Source.from(ByteBuffer.wrap(bytes));
            length = bytes.length;
        }

        @Override
        public long getLength() {
            return length;
        }

        @Override
        public Content.Chunk read() {
            return source.read();
        }

        @Override
        public void demand(Runnable callback) {
            source.demand(callback);
        }

        @Override
        public void fail(Throwable failure) {
            source.fail(failure);
        }
    }

    /** Counts and logs a request that ended. No query, no header and no body: they may hold secrets. */
    private final class Ended extends Callback.Nested {
        private final Request request;
        private final Response response;
        private final String path;
        private final Caller caller;
        private final Level level;
        private final long begin = System.nanoTime();

        Ended(Callback callback, Request request, Response response, String path, Caller caller, Level level) {
            super(callback);
            this.request = request;
            this.response = response;
            this.path = path;
            this.caller = caller;
            this.level = level;
        }

        @Override
        public void succeeded() {
            ended(null);
            super.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            ended(failure);
            super.failed(failure);
        }

        private void ended(@Nullable Throwable failure) {
            meters.answered(response.getStatus());
            LOG.atLevel(level)
                    .addKeyValue("request", request.getAttribute(Asked.ID))
                    .addKeyValue("method", Harmless.text(request.getMethod(), LONGEST_SHOWN))
                    .addKeyValue("path", Harmless.text(path, LONGEST_SHOWN))
                    .addKeyValue("status", response.getStatus())
                    .addKeyValue("caller", caller.name())
                    .addKeyValue("ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
                    .log(failure == null ? "answered" : "cut off");
        }
    }
}
