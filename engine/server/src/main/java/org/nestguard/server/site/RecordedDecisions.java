package org.nestguard.server.site;

import java.time.Instant;
import java.util.OptionalLong;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.text.QuestionWriter;
import org.nestguard.facts.Question;
import org.nestguard.server.http.Recorder;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Entry;
import org.nestguard.server.record.RecordException;

/** Records decisions in the chained record. */
public final class RecordedDecisions implements Recorder {
    private final DecisionRecord record;

    public RecordedDecisions(DecisionRecord record) {
        this.record = record;
    }

    @Override
    public Receipt record(Question question, Decision decision, Caller caller, Instant at) {
        DecisionRecord.Waiting waiting = record.begin(Entry.of(caller.name(), decision, QuestionWriter.json(question)));
        return new Numbered(waiting);
    }

    private static final class Numbered implements Receipt {
        private final DecisionRecord.Waiting waiting;
        private OptionalLong number = OptionalLong.empty();

        Numbered(DecisionRecord.Waiting waiting) {
            this.waiting = waiting;
        }

        @Override
        public void await() throws NotRecordedException {
            try {
                number = OptionalLong.of(waiting.await().seq());
            } catch (RecordException e) {
                throw new NotRecordedException(String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public OptionalLong number() {
            return number;
        }
    }
}
