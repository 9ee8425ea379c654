package org.nestguard.engine.internal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drools.drl.ast.descr.AnnotationDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.ExprConstraintDescr;
import org.drools.drl.ast.descr.ImportDescr;
import org.drools.drl.ast.descr.PackageDescr;
import org.drools.drl.ast.descr.PatternDescr;
import org.drools.drl.ast.descr.QueryDescr;
import org.drools.drl.ast.descr.RuleDescr;
import org.drools.drl.parser.DrlParser;
import org.drools.drl.parser.DroolsError;
import org.drools.drl.parser.DroolsParserException;
import org.jspecify.annotations.Nullable;
import org.kie.internal.builder.conf.LanguageLevelOption;
import org.nestguard.engine.SiteRulesException;
import org.nestguard.facts.Guest;
import org.nestguard.facts.Host;
import org.nestguard.facts.Question;
import org.nestguard.facts.Reads;
import org.nestguard.facts.Snapshot;

/**
 * Looks through a site's rule file before anything in it is compiled. A rule is one pattern of words over the question, with
 * nothing to do when it matches; a word is a method that {@link Reads} marks. So nothing in it can reach beyond the facts.
 */
final class SiteRuleText {
    private static final Set<String> IMPORTS = Set.of(
            "org.nestguard.facts.Question",
            "org.nestguard.facts.*",
            "org.nestguard.findings.Effect",
            "org.nestguard.findings.*");
    private static final Pattern TOKEN = Pattern.compile(
            "\\s+|(?<string>\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.)*+')|(?<number>\\d+(?:\\.\\d+)?)"
                    + "|(?<path>[A-Za-z_][A-Za-z0-9_]*(?:\\s*\\.\\s*[A-Za-z_][A-Za-z0-9_]*)*)|(?<operator>&&|\\|\\||==|!=|<=|>=|[<>!(),])");
    // What stands in metadata is evaluated when it is compiled, so nothing may stand there that could do something.
    private static final Pattern VALUE = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*+\"|true|false|(?:org\\.nestguard\\.findings\\.)?Effect\\.[A-Z]+", Pattern.DOTALL);
    private static final Set<String> OPERATORS = Set.of("not", "in", "matches", "contains", "true", "false", "null");

    private final String file;

    /** What a rule reads, as its author must list it. */
    record Read(String rule, int line, Set<String> facts) {}

    SiteRuleText(String file) {
        this.file = file;
    }

    private static final Pattern HEADER_PART = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)*+'|//[^\\n]*+|/\\*.*?\\*/|\\bwhen\\b|@(?<key>\\w+)",
            Pattern.DOTALL);

    /** What the rules of a file read. @throws SiteRulesException naming the line of what cannot be taken */
    List<Read> check(String text) {
        PackageDescr file = parse(text);
        refuse(file.getGlobals(), "a global");
        refuse(file.getFunctions(), "a function");
        refuse(file.getFunctionImports(), "the import of a function");
        refuse(file.getAccumulateImports(), "the import of an accumulate function");
        refuse(file.getTypeDeclarations(), "a declared type");
        refuse(file.getEnumDeclarations(), "a declared enum");
        refuse(file.getEntryPointDeclarations(), "an entry point");
        refuse(file.getWindowDeclarations(), "a window");
        refuse(file.getAttributes(), "an attribute");
        for (ImportDescr imported : file.getImports()) {
            if (!IMPORTS.contains(imported.getTarget())) {
                throw problem(imported, "the import of " + imported.getTarget() + "; only the facts can be imported");
            }
        }
        refuseTwice(text);
        List<Read> reads = new ArrayList<>();
        for (RuleDescr rule : file.getRules()) {
            reads.add(new Read(rule.getName(), rule.getLine(), check(rule)));
        }
        return reads;
    }

    /** Of a key that stands twice in the head of a rule the parser keeps one, and nobody hears which. */
    private void refuseTwice(String text) {
        Matcher m = HEADER_PART.matcher(text);
        Set<String> keys = new HashSet<>();
        while (m.find()) {
            String key = m.group("key");
            if (m.group().equals("when")) {
                keys.clear();
            } else if (key != null && !keys.add(key)) {
                long line = text.substring(0, m.start()).lines().count();
                throw new SiteRulesException(file + ", line " + line + ": @" + key + " stands there twice");
            }
        }
    }

    private PackageDescr parse(String text) {
        DrlParser parser = new DrlParser(LanguageLevelOption.DRL6);
        PackageDescr descr;
        try {
            descr = parser.parse(false, text);
        } catch (DroolsParserException | RuntimeException | StackOverflowError e) {
            throw new SiteRulesException(file + ": not a rule file: " + e.getMessage());
        }
        if (parser.hasErrors()) {
            DroolsError error = parser.getErrors().get(0);
            int line = error.getLines().length == 0 ? 0 : error.getLines()[0];
            throw new SiteRulesException(file + ", line " + line + ": not a rule: " + firstLine(error.getMessage()));
        }
        if (descr == null || descr.getRules().isEmpty()) {
            throw new SiteRulesException(file + ": there is no rule in it");
        }
        return descr;
    }

    private Set<String> check(RuleDescr rule) {
        if (rule instanceof QueryDescr) {
            throw problem(rule, "a query");
        }
        refuse(rule.getAttributes().values(), "an attribute of a rule");
        rule.getAnnotations().forEach(annotation -> plainValue(rule, annotation));
        if (rule.getParentName() != null) {
            throw problem(rule, "a rule that extends another");
        }
        if (!String.valueOf(rule.getConsequence()).isBlank()
                || !rule.getNamedConsequences().isEmpty()) {
            throw problem(rule, "something between `then` and `end`; to match is all that a rule does");
        }
        List<? extends BaseDescr> patterns = rule.getLhs().getDescrs();
        if (patterns.size() != 1 || !(patterns.get(0) instanceof PatternDescr pattern)) {
            throw problem(rule, "anything but one Question(...) between `when` and `then`");
        }
        if (!pattern.getObjectType().equals("Question")
                || pattern.getSource() != null
                || pattern.isQuery()
                || !pattern.getPositionalConstraints().isEmpty()
                || pattern.getIdentifier() != null
                || !pattern.getBehaviors().isEmpty()
                || !pattern.getAnnotations().isEmpty()) {
            throw problem(pattern, "anything but one plain Question(...) between `when` and `then`");
        }
        Set<String> facts = new LinkedHashSet<>();
        for (BaseDescr constraint : pattern.getDescrs()) {
            if (!(constraint instanceof ExprConstraintDescr expression)) {
                throw problem(constraint, "this condition");
            }
            words(expression, facts);
        }
        return facts;
    }

    private void plainValue(RuleDescr rule, AnnotationDescr annotation) {
        boolean plain = annotation.getValueMap().size() == 1
                && annotation.getValue() instanceof String text
                && VALUE.matcher(text.strip()).matches();
        if (!plain) {
            throw problem(
                    rule,
                    "@" + annotation.getName()
                            + " with anything but one text in double quotes, true, false or an Effect");
        }
    }

    private void words(ExprConstraintDescr expression, Set<String> facts) {
        String text = expression.getExpression();
        Matcher m = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!m.find(at) || m.start() != at) {
                throw problem(
                        expression, "`" + text.substring(at, Math.min(text.length(), at + 20)) + "` in a condition");
            }
            String path = m.group("path");
            at = m.end();
            if (path != null && !OPERATORS.contains(path)) {
                boolean called = text.substring(at).stripLeading().startsWith("(");
                facts.addAll(word(expression, path.replaceAll("\\s", ""), called));
            }
        }
    }

    /** The facts behind a word such as {@code source.svm}. */
    private Set<String> word(ExprConstraintDescr where, String path, boolean called) {
        Class<?> type = Question.class;
        String prefix = "";
        List<String> steps = Arrays.asList(path.split("\\."));
        for (int i = 0; i < steps.size(); i++) {
            String step = steps.get(i);
            Method method = method(type, step);
            if (method == null) {
                throw problem(
                        where,
                        "the word `" + path + "`; words are the methods of Question, Guest, Host and Snapshot"
                                + " that `nestguard rules words` lists");
            }
            Reads reads = method.getAnnotation(Reads.class);
            boolean last = i == steps.size() - 1;
            if (reads != null && last) {
                if (called != (method.getParameterCount() > 0)) {
                    throw problem(where, "`" + path + "` written " + (called ? "with" : "without") + " brackets");
                }
                Set<String> facts = new LinkedHashSet<>();
                for (String fact : reads.value()) {
                    facts.add(type == Host.class ? prefix + fact : fact);
                }
                return facts;
            }
            if (reads != null
                    || last
                    || !Set.of(Guest.class, Host.class, Snapshot.class).contains(method.getReturnType())) {
                break;
            }
            type = method.getReturnType();
            prefix = step.equals("host") ? "snapshot." : step + ".";
        }
        throw problem(where, "`" + path + "`; a condition ends in a word such as source.svm");
    }

    private static @Nullable Method method(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(m -> java.lang.reflect.Modifier.isPublic(m.getModifiers())
                        && m.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** All words with the facts behind them: {@code source.svm: arch, vendor}. */
    static Map<String, Set<String>> words() {
        Map<String, Set<String>> words = new java.util.TreeMap<>();
        for (Class<?> type : List.of(Question.class, Guest.class, Host.class, Snapshot.class)) {
            for (Method method : type.getDeclaredMethods()) {
                Reads reads = method.getAnnotation(Reads.class);
                if (reads != null) {
                    String name = (type == Question.class ? "" : type.getSimpleName() + ".")
                            + method.getName()
                            + (method.getParameterCount() > 0 ? "(\"…\")" : "");
                    words.put(name, new LinkedHashSet<>(List.of(reads.value())));
                }
            }
        }
        return words;
    }

    private void refuse(java.util.Collection<? extends BaseDescr> all, String what) {
        all.stream().findFirst().ifPresent(d -> {
            throw problem(d, what);
        });
    }

    private SiteRulesException problem(BaseDescr where, String what) {
        return new SiteRulesException(
                file + ", line " + Math.max(1, where.getLine()) + ": a site's rules may not contain " + what);
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
