package org.nestguard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.text.Case;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Finding;

/**
 * The cases of a folder, run.
 *
 * @param results one a case, in the order of the names
 * @param fired the rules that matched for certain in some case
 */
record CaseRun(List<Result> results, Set<String> fired) {
    /**
     * What came of one case.
     *
     * @param name its file, below the folder
     * @param differences what came out otherwise than expected
     */
    record Result(String name, List<String> differences) {}

    static CaseRun of(Path folder, MigrationGuard guard) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UsageException(folder + ": is no folder");
        }
        List<Result> results = new ArrayList<>();
        Set<String> fired = new HashSet<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(p -> p.toString().endsWith(".yaml") && Files.isRegularFile(p) && !isTable(p))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name = folder.relativize(file).toString();
            try (InputStream in = Files.newInputStream(file)) {
                Case one = Case.read(file.toString(), in, guard);
                Decision decision = guard.decide(one.question());
                decision.findings().stream().filter(Finding::certain).forEach(f -> fired.add(f.rule()));
                results.add(new Result(name, one.differences(decision)));
            } catch (IllegalArgumentException e) {
                results.add(new Result(name, List.of(String.valueOf(e.getMessage()))));
            }
        }
        return new CaseRun(results, fired);
    }

    private static boolean isTable(Path file) {
        return file.endsWith("distributions.yaml");
    }

    int failures() {
        return (int) results.stream().filter(r -> !r.differences().isEmpty()).count();
    }

    void writeJunit(Path file) throws IOException {
        try (Writer text = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "nestguard rules test");
            xml.writeAttribute("tests", String.valueOf(results.size()));
            xml.writeAttribute("failures", String.valueOf(failures()));
            for (Result result : results) {
                xml.writeStartElement("testcase");
                xml.writeAttribute("classname", "cases");
                xml.writeAttribute("name", Harmless.text(result.name()));
                if (!result.differences().isEmpty()) {
                    xml.writeStartElement("failure");
                    xml.writeAttribute(
                            "message", Harmless.text(result.differences().get(0)));
                    xml.writeCharacters(Harmless.text(String.join("; ", result.differences())));
                    xml.writeEndElement();
                }
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }
}
