package org.nestguard.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.DecisionWriter;
import org.nestguard.engine.text.Document;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.QuestionReader;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.http.metrics.Meters;
import org.nestguard.server.http.settings.Limits;

/**
 * {@code POST /v1/decisions/batch}: NDJSON, a question a line, answered line by line while the next are still on their way.
 * A line that has no answer has its error in its place. The last line is a summary: without it, the answer was cut off.
 *
 * <p>Answers leave together whenever the next question is waited for, so that one who waits for each gets each, and one who
 * sends many has them recorded together.
 */
final class BatchRoute {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String BODY = "body";
    private static final int MOST_PENDING = 64;

    private final Decisions decisions;
    private final Meters meters;
    private final long most;
    private final Duration patience;
    private final Duration lineTime;
    private final Semaphore places;

    BatchRoute(Decisions decisions, Meters meters, Limits limits) {
        this.decisions = decisions;
        this.meters = meters;
        most = limits.batch();
        patience = limits.batchTime();
        lineTime = limits.bodyTime();
        places = new Semaphore(limits.batches());
    }

    Route route() {
        return new Route(HandlerType.POST, Reception.BATCH, Role.ASK, this::batch);
    }

    private void batch(Context ctx) throws IOException {
        String type = DecisionRoutes.mediaType(ctx.contentType());
        if (!type.equals("application/x-ndjson") && !type.equals("application/ndjson")) {
            throw new Refusal(ProblemKind.UNSUPPORTED_TYPE, "a batch is application/x-ndjson; say so in Content-Type");
        }
        if (ctx.req().getContentLengthLong() > most) {
            throw new Refusal(ProblemKind.TOO_LARGE, "a batch may have " + most + " bytes");
        }
        StandingRules rules = decisions.rules();
        if (!places.tryAcquire()) {
            ctx.header("Retry-After", "1");
            throw new Refusal(ProblemKind.BUSY, "as many batches as are worked on at a time are on their way already");
        }
        try {
            ctx.res().setContentType("application/x-ndjson");
            ctx.res().flushBuffer();
            new Run(rules, Asked.caller(ctx), ctx.res().getOutputStream()).answer(ctx.bodyInputStream());
        } finally {
            places.release();
        }
    }

    /** Why a batch ends before its end. */
    private static final class CutShortException extends IOException {
        private static final long serialVersionUID = 1L;

        CutShortException(String why) {
            super(why);
        }
    }

    private final class Run {
        private final StandingRules rules;
        private final Caller caller;
        private final OutputStream out;
        private final JsonGenerator json;
        private final DecisionWriter writer;
        private final Deque<Decisions.Pending> pending = new ArrayDeque<>();
        private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        private final long begin = System.nanoTime();
        private long lines;
        private long errors;
        private long notRecorded;

        Run(StandingRules rules, Caller caller, OutputStream out) throws IOException {
            this.rules = rules;
            this.caller = caller;
            this.out = out;
            json = JSON.createGenerator(out);
            json.setPrettyPrinter(new MinimalPrettyPrinter(""));
            json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            writer = new DecisionWriter(json);
        }

        void answer(InputStream body) throws IOException {
            String cut = null;
            try (QuestionReader reader =
                    new QuestionReader(BODY, new Body(body), rules.guard(), QuestionReader.Format.NDJSON)) {
                for (Document document = reader.next(); document != null; document = reader.next()) {
                    if (document instanceof Document.Asked asked) {
                        decide(asked);
                    } else if (document instanceof Document.Unreadable unreadable) {
                        settle();
                        meters.unreadable();
                        error(unreadable.problem());
                    }
                }
            } catch (CutShortException e) {
                cut = String.valueOf(e.getMessage());
            }
            settle();
            summary(cut);
            json.flush();
            out.flush();
        }

        private void decide(Document.Asked asked) throws IOException {
            try {
                pending.add(decisions.decide(rules, asked.question(), caller));
            } catch (Refusal e) {
                settle();
                error(e);
            }
            if (pending.size() >= MOST_PENDING) {
                settle();
            }
        }

        /** Writes what is decided, in the order in which it was asked. */
        private void settle() throws IOException {
            for (Decisions.Pending next = pending.poll(); next != null; next = pending.poll()) {
                try {
                    Decisions.Settled settled = next.settle();
                    if (!settled.recorded()) {
                        notRecorded++;
                    }
                    verdicts.merge(settled.decision().effective(), 1L, Long::sum);
                    writer.write(settled.decision());
                    endLine();
                } catch (Refusal e) {
                    error(e);
                }
            }
        }

        private void error(Refusal e) throws IOException {
            error(new Problem(BODY, 0, 0, null, e.kind().title() + ": " + e.detail()));
        }

        private void error(Problem problem) throws IOException {
            errors++;
            writer.write(problem);
            endLine();
        }

        private void endLine() throws IOException {
            lines++;
            json.writeRaw('\n');
        }

        private void summary(@Nullable String cut) throws IOException {
            json.writeStartObject();
            json.writeObjectFieldStart("summary");
            json.writeBooleanField("whole", cut == null);
            if (cut != null) {
                json.writeStringField("why", cut);
            }
            json.writeNumberField("answers", lines);
            for (Verdict verdict : Verdict.values()) {
                json.writeNumberField(verdict.name(), verdicts.getOrDefault(verdict, 0L));
            }
            json.writeNumberField("errors", errors);
            json.writeNumberField("notRecorded", notRecorded);
            json.writeStringField("digest", rules.version().digest());
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
        }

        /** The questions as they arrive. Before more of them is waited for, all that was asked so far is answered. */
        private final class Body extends FilterInputStream {
            private long left = most;
            private boolean within;
            private long lineBegin;

            Body(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                settle();
                json.flush();
                out.flush();
                if (System.nanoTime() - begin > patience.toNanos()) {
                    throw new CutShortException("a batch may take " + patience.toSeconds() + " s");
                }
                int count = super.read(bytes, offset, length);
                drip(bytes, offset, count);
                left -= Math.max(count, 0);
                if (left < 0) {
                    throw new CutShortException("a batch may have " + most + " bytes");
                }
                return count;
            }

            /** Silence is bounded elsewhere; this bounds how long a line may drip. */
            private void drip(byte[] bytes, int offset, int count) throws CutShortException {
                if (count <= 0) {
                    return;
                }
                int end = offset + count - 1;
                while (end >= offset && bytes[end] != '\n') {
                    end--;
                }
                boolean goesOn = within && end < offset;
                within = end < offset + count - 1;
                if (!goesOn) {
                    lineBegin = System.nanoTime();
                } else if (System.nanoTime() - lineBegin > lineTime.toNanos()) {
                    throw new CutShortException("a line of a batch may take " + lineTime.toMillis() + " ms to arrive");
                }
            }

            @Override
            public int available() {
                return 0; // Jetty counts what is none of the body's, and a buffer would wait for that
            }

            @Override
            public boolean markSupported() {
                return false;
            }
        }
    }
}
