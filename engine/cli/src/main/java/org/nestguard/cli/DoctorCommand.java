package org.nestguard.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.engine.text.Harmless;
import org.nestguard.evidence.collect.GuestCpus;
import org.nestguard.evidence.doctor.Doctor;
import org.nestguard.evidence.doctor.Examination;
import org.nestguard.evidence.doctor.ExaminationText;
import org.nestguard.evidence.doctor.ExaminationWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nestguard doctor}: whether a host can nest, does, and will go on doing so. */
@Command(
        name = "doctor",
        description = {
            "Tells whether this host can run guests that run guests, whether nesting is on now, whether it will stay on after"
                    + " the next start, and why; what is below the host, and what each running guest's CPU shows. Each finding"
                    + " says what to do, with the commands for this very host.",
            "",
            "It only looks and changes nothing. As root it sees more."
        },
        footer = {
            "",
            "Exit status:",
            "  0   all in order",
            "  1   something was found, or could not be found out",
            "  2   a tree cannot be read, or the usage is wrong",
            "  70  the guard itself failed",
            "",
            "Examples:",
            "  nestguard doctor",
            "  nestguard doctor --fix-plan > fix.sh",
            "  nestguard doctor --root sosreport-l0-a-2026-11-22.tar.gz"
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Mixin
    private HostOption host = new HostOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "TEXT",
            description = "How to write: ${COMPLETION-CANDIDATES} (default: text).")
    private Format format = Format.TEXT;

    @Option(
            names = "--fix-plan",
            description =
                    "Writes what is to be done as a shell script instead, for you to read and then to run as root on that"
                            + " host. It stops where guests still hold the module.")
    private boolean fixPlan;

    /** How an examination is written. */
    enum Format {
        TEXT,
        JSON;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Console console;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (fixPlan && format != Format.TEXT) {
            throw new UsageException("--fix-plan is a shell script, so it goes with no --output " + format);
        }
        Examination examination;
        GuestCpus guests;
        try (HostOption.Opened opened = host.open()) {
            guests = GuestCpus.on(opened.view());
            examination = new Doctor(BuiltTables.load()).examine(opened.view(), guests.guests());
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        if (format == Format.JSON) {
            json(examination, whole);
        } else {
            String text = fixPlan
                    ? examination.fixPlan().script()
                    : new ExaminationText(console.width(), console.colour(common.color())).of(examination);
            whole.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
        whole.writeTo(console.out());
        console.out().flush();
        guests.complaints().forEach(complaint -> console.err().println("nestguard: " + Harmless.text(complaint)));
        return ExitStatus.ofFindings(!examination.fine());
    }

    private static void json(Examination examination, ByteArrayOutputStream whole) throws IOException {
        try (JsonGenerator generator = new JsonFactory().createGenerator(whole)) {
            generator.setPrettyPrinter(new DefaultPrettyPrinter());
            new ExaminationWriter(generator).write(examination);
        }
        whole.write('\n');
    }
}
