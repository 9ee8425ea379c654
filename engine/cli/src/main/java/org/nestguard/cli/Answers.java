package org.nestguard.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.text.DecisionText;
import org.nestguard.engine.text.DecisionWriter;
import org.nestguard.engine.text.Problem;

/**
 * Writes one answer after the other, each only when it is whole: a failure in the middle leaves no half answer behind. In
 * JSON a single answer is an object; several are one object after another.
 */
final class Answers {
    private static final int FLUSH_AT = 1 << 16;

    private final OutputStream out;
    private final OutputFormat format;
    private final DecisionText text;
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
    private final JsonGenerator generator;
    private final DecisionWriter writer;
    private int written;

    Answers(Console console, OutputFormat format, Console.ColorWhen color) throws IOException {
        out = console.out();
        this.format = format;
        text = new DecisionText(console.width(), console.colour(color));
        generator = generator(format);
        writer = new DecisionWriter(generator);
    }

    private JsonGenerator generator(OutputFormat format) throws IOException {
        JsonFactory factory = format == OutputFormat.YAML
                ? YAMLFactory.builder()
                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                        .build()
                : new JsonFactoryBuilder().rootValueSeparator("\n").build();
        JsonGenerator made = factory.createGenerator(whole);
        if (format == OutputFormat.JSON) {
            made.setPrettyPrinter(
                    new DefaultPrettyPrinter(Separators.createDefaultInstance().withRootSeparator("\n")));
        }
        return made;
    }

    void add(Decision decision) throws IOException {
        if (format == OutputFormat.TEXT) {
            String between = written == 0 ? "" : "\n";
            whole.writeBytes((between + text.of(decision)).getBytes(StandardCharsets.UTF_8));
        } else {
            writer.write(decision);
            generator.flush();
        }
        added();
    }

    /** In the place of a decision, so that answers pair with questions; as text it goes to standard error instead. */
    void add(Problem problem) throws IOException {
        if (format != OutputFormat.TEXT) {
            writer.write(problem);
            generator.flush();
            added();
        }
    }

    private void added() throws IOException {
        written++;
        if (whole.size() > FLUSH_AT) {
            push();
        }
    }

    private void push() throws IOException {
        whole.writeTo(out);
        whole.reset();
        out.flush();
    }

    void end() throws IOException {
        if (format == OutputFormat.JSON || format == OutputFormat.NDJSON) {
            if (written > 0) {
                whole.write('\n');
            }
        } else if (format == OutputFormat.YAML) {
            generator.close();
        }
        push();
    }
}
