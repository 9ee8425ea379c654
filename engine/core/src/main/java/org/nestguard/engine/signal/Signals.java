package org.nestguard.engine.signal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * What the process does when it is sent a signal. By reflection: the compiler warns of the class behind it, which the JDK has
 * had for ever, keeps in a module of its own (jdk.unsupported) and offers nothing in the place of.
 */
public final class Signals {
    private Signals() {}

    /**
     * Has something done at a signal such as TERM; what the JVM would do else, it does not.
     *
     * @param name without SIG
     * @throws IllegalStateException where this JVM does not let it be handled
     */
    public static void at(String name, Runnable done) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invoked = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    done.run();
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "what is done at " + name;
            };
            Object made = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, invoked);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), made);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("signals cannot be handled by this JVM: " + e, e);
        }
    }
}
