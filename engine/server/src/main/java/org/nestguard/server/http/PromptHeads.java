package org.nestguard.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Connections on which the head of a request must be there some time after its first byte, that of TLS's handshake counting as
 * such. Jetty itself only bounds silence, and who sends a byte now and then is never silent.
 */
final class PromptHeads extends HttpConnectionFactory {
    private final Duration patience;

    PromptHeads(HttpConfiguration http, Duration patience) {
        super(http);
        this.patience = patience;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(new Timed(getHttpConfiguration(), connector, endPoint), connector, endPoint);
    }

    // Jetty calls the class internal; there is no other place that knows where a head begins and ends
    private final class Timed extends HttpConnection {
        private final AtomicReference<Scheduler.@Nullable Task> deadline = new AtomicReference<>();

        Timed(HttpConfiguration http, Connector connector, EndPoint endPoint) {
            super(http, connector, endPoint);
        }

        @Override
        protected RequestHandler newRequestHandler() {
            return new Head();
        }

        private final class Head extends RequestHandler {
            @Override
            public boolean headerComplete() {
                forget();
                return super.headerComplete();
            }
        }

        /** Something has arrived. */
        @Override
        public void onFillable() {
            if (deadline.get() == null && getParser().inHeaderState()) {
                deadline.set(
                        getConnector().getScheduler().schedule(this::late, patience.toMillis(), TimeUnit.MILLISECONDS));
            }
            super.onFillable();
        }

        private void late() {
            if (deadline.getAndSet(null) != null) {
                getEndPoint().close();
            }
        }

        private void forget() {
            Scheduler.Task task = deadline.getAndSet(null);
            if (task != null) {
                task.cancel();
            }
        }

        @Override
        public void onClose(@Nullable Throwable cause) {
            forget();
            super.onClose(cause);
        }
    }
}
