package org.nestguard.server.site;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Refusal;

/**
 * What a hook's script is answered, in lines that a shell can tell apart.
 *
 * @param verdict the first line, alone
 * @param why a sentence for a person; empty for none
 * @param remedy another; empty for none
 * @param mark what {@code nestguard run} is to write on a guest that it saves, in a line of its own behind the others
 */
public record HookAnswer(Verdict verdict, String why, String remedy, Optional<SavedMark> mark) {
    private static final int LONGEST = 380;

    /** What cannot be answered: a refusal that no setting of a site lets pass. */
    public static HookAnswer of(Refusal refusal) {
        return of(DoorAnswer.undetermined(refusal.detail(), ""));
    }

    /** What a door is told. */
    static HookAnswer of(DoorAnswer answer) {
        return new HookAnswer(answer.verdict(), answer.why(), answer.remedy(), Optional.empty());
    }

    /** The same with a mark. */
    HookAnswer marked(SavedMark with) {
        return new HookAnswer(verdict, why, remedy, Optional.of(with));
    }

    /** Answers with it. */
    public void give(Context ctx) {
        StringBuilder text = new StringBuilder(verdict.name()).append('\n');
        for (String line : List.of(why, remedy)) {
            if (!line.isBlank()) {
                text.append(Harmless.text(line, LONGEST).replaceAll("\\s+", " "))
                        .append('\n');
            }
        }
        mark.ifPresent(written -> text.append("MARK ").append(written.text()).append('\n'));
        ctx.contentType("text/plain; charset=utf-8").result(text.append("END\n").toString());
    }
}
