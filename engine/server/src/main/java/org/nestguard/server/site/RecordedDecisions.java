package org.nestguard.server.site;

import java.time.Instant;
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
        return () -> {
            try {
                waiting.await();
            } catch (RecordException e) {
                throw new NotRecordedException(String.valueOf(e.getMessage()), e);
            }
        };
    }
}
