package org.nestguard.server.site;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nestguard.findings.Verdict;

/**
 * What a door is told, whatever it speaks.
 *
 * @param verdict the effective one; only ALLOW lets pass
 * @param rule the rule that decided; empty where none did
 * @param why a sentence for a person; empty for none
 * @param remedy what to do; empty for none
 * @param cautions what is to be minded of an ALLOW
 */
record DoorAnswer(Verdict verdict, Optional<String> rule, String why, String remedy, List<String> cautions) {
    /** Of what no rule decides. */
    static DoorAnswer undetermined(String why, String remedy) {
        return new DoorAnswer(Verdict.UNDETERMINED, Optional.empty(), why, remedy, List.of());
    }

    /** The same, let through by waivers and not by the rules. */
    DoorAnswer waived(String by) {
        return new DoorAnswer(
                verdict,
                rule,
                by,
                why,
                Stream.concat(Stream.of(by), cautions.stream()).toList());
    }
}
