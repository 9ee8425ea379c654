package org.nestguard.server.http;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty refuses by itself, before any route, as problem documents too. */
final class ProblemErrors extends ErrorHandler {
    private static final String NONE = "none";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (request.getAttribute(ERROR_EXCEPTION) instanceof TimeoutException) {
            status = ProblemKind.TOO_SLOW.status();
            response.setStatus(status);
        }
        Object id = request.getAttribute(Asked.ID);
        byte[] document = document(status, id == null ? NONE : id.toString(), detail(status));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemDocument.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(document), callback);
        return true;
    }

    private static byte[] document(int status, String id, String detail) {
        return ProblemDocument.of(ProblemKind.of(status), status, detail, null, id);
    }

    // Not Jetty's own reason: it may quote what was sent.
    private static String detail(int status) {
        return ProblemKind.of(status).title() + " (" + status + ")";
    }
}
