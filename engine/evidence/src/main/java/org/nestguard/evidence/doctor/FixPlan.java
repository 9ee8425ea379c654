package org.nestguard.evidence.doctor;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nestguard.engine.text.Harmless;
import org.nestguard.evidence.doctor.Step.When;

/**
 * The steps of an examination as a POSIX shell script that a person reads and then runs. It goes from top to bottom, stops at
 * the first command that fails, and does not unload the module while that is in use. To print it changes nothing.
 *
 * @param script the whole text
 */
public record FixPlan(String script) {

    static FixPlan of(Examination examination) {
        Set<Step> steps = new LinkedHashSet<>();
        // what can be done at any time first: the module is loaded anew when all that it reads is in place
        List<Step> all = examination.diagnoses().stream()
                .filter(d -> d.state() != Diagnosis.State.OK)
                .flatMap(d -> d.doNext().stream())
                .toList();
        for (When when : List.of(When.ANY_TIME, When.BY_HAND, When.LOADS_MODULE)) {
            all.stream().filter(s -> s.when() == when).forEach(steps::add);
        }
        StringBuilder script = new StringBuilder("#!/bin/sh\n");
        comment(script, "Written by nestguard doctor for " + examination.host() + ".");
        boolean runs = steps.stream().anyMatch(s -> s.when() != When.BY_HAND);
        comment(
                script,
                runs
                        ? "Read it, then run it as root on that host. What is marked BY HAND is for you."
                        : "There is nothing to run" + (steps.isEmpty() ? "." : "; what is marked BY HAND is for you."));
        if (runs) {
            script.append("""
                    set -eu

                    if [ "$(id -u)" -ne 0 ]; then
                        echo "run this as root" >&2
                        exit 1
                    fi
                    """);
        }
        boolean unloads = steps.stream().anyMatch(s -> s.when() == When.LOADS_MODULE);
        if (unloads && examination.module().isPresent()) {
            script.append(inUse(examination.module().get()));
        }
        for (Step step : steps) {
            script.append('\n');
            comment(script, (step.when() == When.BY_HAND ? "BY HAND: " : "") + step.say());
            if (step.when() == When.LOADS_MODULE) {
                script.append("refuse_while_in_use\n");
            }
            for (String command : step.commands()) {
                if (step.when() == When.BY_HAND) {
                    comment(script, "    " + command);
                } else {
                    script.append(command).append('\n');
                }
            }
        }
        return new FixPlan(script.toString());
    }

    private static String inUse(String module) {
        return """

                # Guests hold the module, paused ones too; so does any other program that has /dev/kvm open.
                refuse_while_in_use() {
                    [ -d /sys/module/%1$s ] || return 0
                    uses=$(cat /sys/module/%1$s/refcnt 2>/dev/null || echo unknown)
                    if [ "$uses" != 0 ]; then
                        echo "uses of %1$s: $uses. Migrate the guests away or shut them down, then run this again." >&2
                        exit 1
                    fi
                }
                """.formatted(module);
    }

    private static void comment(StringBuilder script, String text) {
        script.append("# ").append(Harmless.text(text)).append('\n');
    }
}
