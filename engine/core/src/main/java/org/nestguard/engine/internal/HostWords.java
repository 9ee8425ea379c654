package org.nestguard.engine.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nestguard.facts.CpuId;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Host;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Kind;
import org.nestguard.facts.KnownDefect;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Reads;
import org.nestguard.facts.Tables;

/**
 * Tells kernels and versions of QEMU apart as far as the words for hosts do, through which alone rules read them: two for
 * which every word says the same are of one class. Asked of the words themselves, so that a new word makes new classes.
 */
final class HostWords {
    // A word of the kernel and of this says different things of the one for different values of the other.
    private static final List<Fact<Boolean>> PROBED = List.of(Fact.Known.stated(true), Fact.Known.stated(false));

    private static final List<Method> WORDS = words();

    private final Tables tables;
    private final Map<List<String>, Integer> numbers = new ConcurrentHashMap<>();

    HostWords(Tables tables) {
        this.tables = tables;
    }

    private static List<Method> words() {
        return Arrays.stream(Host.class.getMethods())
                .filter(word -> word.isAnnotationPresent(Reads.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    /** The class of a kernel. */
    int kernel(KernelRelease kernel) {
        return number(Fact.Known.stated(kernel), Fact.Missing.unknown(), FactName.SOURCE_KERNEL, kernel.text());
    }

    /** The class of a QEMU. */
    int qemu(QemuVersion qemu) {
        return number(Fact.Missing.unknown(), Fact.Known.stated(qemu), FactName.SOURCE_QEMU, qemu.text());
    }

    private int number(Fact<KernelRelease> kernel, Fact<QemuVersion> qemu, FactName of, String text) {
        List<String> said = new ArrayList<>();
        for (Fact<Boolean> probed : PROBED) {
            Host host = new Host(
                    Fact.Missing.unknown(),
                    Fact.Missing.unknown(),
                    kernel,
                    qemu,
                    Fact.Missing.unknown(),
                    Fact.Missing.unknown(),
                    Fact.Missing.unknown(),
                    Fact.Missing.<CpuId>unknown(),
                    probed,
                    tables);
            for (Method word : WORDS) {
                if (List.of(word.getAnnotation(Reads.class).value()).contains(of.key())) {
                    said.add(word.getParameterCount() == 0 ? say(word, host, text) : ofDefects(word, host, of, text));
                }
            }
        }
        synchronized (numbers) {
            return numbers.computeIfAbsent(said, s -> numbers.size());
        }
    }

    /** Words that take another argument are for rules of a site, for which every single version is a class. */
    private String ofDefects(Method word, Host host, FactName of, String text) {
        KnownDefect.Component component =
                of.kind() == Kind.QEMU ? KnownDefect.Component.QEMU : KnownDefect.Component.KERNEL;
        StringBuilder said = new StringBuilder();
        if (word.getName().endsWith("Has")) {
            tables.defects().entrySet().stream()
                    .filter(defect -> defect.getValue().component() == component)
                    .forEach(defect -> said.append(say(word, host, text, defect.getKey())));
        }
        return said.toString();
    }

    /** What a word says; the version itself where it cannot say anything without another fact. */
    private static String say(Method word, Host host, String text, Object... of) {
        try {
            return String.valueOf(word.invoke(host, of));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalStateException) {
                return text;
            }
            throw new IllegalStateException("the word " + word.getName() + " fails", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
