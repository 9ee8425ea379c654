package org.nestguard.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the build noted of the rule base, to be compared with what is loaded: a difference means no answer. */
public final class BuiltRules {
    // Where kie-maven-plugin lists the classes it made of the rules
    private static final String MODELS = "/META-INF/kie/org.nestguard/nestguard-rules/drools-model";

    private BuiltRules() {}

    /** The version of the rule base. */
    public static String version() {
        return BuiltDigest.VERSION;
    }

    /** SHA-256 of rules, tables and words, from the class that was compiled with them. */
    public static String digestInClass() {
        return BuiltDigest.sha256();
    }

    /** The same, from the resource beside the rules. It differs where classes come from an archive of another build. */
    public static String digestInResource() {
        return lines("/org/nestguard/rules/digest").get(0);
    }

    /** The ids of all rules, as they stand in the rule files. */
    public static List<String> ids() {
        return lines("/org/nestguard/rules/ids");
    }

    /** The names of the classes that the build made of the rules. */
    public static List<String> modelClasses() {
        return lines(MODELS).stream()
                .filter(l -> l.startsWith("org.nestguard."))
                .toList();
    }

    private static List<String> lines(String resource) {
        try (InputStream in = BuiltRules.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the rule base lacks " + resource + "; install NestGuard again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
