package org.nestguard.server.site;

import io.javalin.http.Context;
import java.util.List;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Refusal;

/**
 * What a hook's script is answered, in lines that a shell can tell apart.
 *
 * @param verdict the first line, alone
 * @param why a sentence for a person; empty for none
 * @param remedy another; empty for none
 */
public record HookAnswer(Verdict verdict, String why, String remedy) {
    private static final int LONGEST = 380;

    /** What cannot be answered: a refusal that no setting of a site lets pass. */
    public static HookAnswer of(Refusal refusal) {
        return new HookAnswer(Verdict.UNDETERMINED, refusal.detail(), "");
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
        ctx.contentType("text/plain; charset=utf-8").result(text.append("END\n").toString());
    }
}
