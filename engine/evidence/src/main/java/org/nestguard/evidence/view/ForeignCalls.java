package org.nestguard.evidence.view;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Three calls of the C library through java.lang.foreign, final since Java 22. By reflection, as this is compiled for an older
 * one. Not used where the JVM was not told to allow it: it would warn on standard error.
 */
final class ForeignCalls {
    private static final int SINCE = 22;

    private final MethodHandle open;
    private final MethodHandle ioctl;
    private final MethodHandle close;
    private final Object arena;

    private ForeignCalls() throws ReflectiveOperationException {
        Class<?> values = type("ValueLayout");
        Object anInt = values.getField("JAVA_INT").get(null);
        Object aLong = values.getField("JAVA_LONG").get(null);
        Object anAddress = values.getField("ADDRESS").get(null);
        // open and ioctl are variadic in C, and some architectures pass such arguments in another way
        Object variadic =
                type("Linker$Option").getMethod("firstVariadicArg", int.class).invoke(null, 2);
        this.open = link("open", variadic, anInt, anAddress, anInt);
        this.ioctl = link("ioctl", variadic, anInt, anInt, aLong, aLong);
        this.close = link("close", null, anInt, anInt);
        this.arena = type("Arena").getMethod("ofAuto").invoke(null);
    }

    /** The calls; empty on a JVM that has no such thing or was not told to allow it. */
    static Optional<ForeignCalls> allowed() {
        if (Runtime.version().feature() < SINCE) {
            return Optional.empty();
        }
        try {
            Object allowed = Module.class.getMethod("isNativeAccessEnabled").invoke(ForeignCalls.class.getModule());
            return Boolean.TRUE.equals(allowed) ? Optional.of(new ForeignCalls()) : Optional.empty();
        } catch (ReflectiveOperationException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** A file descriptor, negative where it failed. */
    int open(String path, int flags) throws ReflectiveOperationException {
        Object text =
                type("SegmentAllocator").getMethod("allocateFrom", String.class).invoke(arena, path);
        return call(open, text, flags);
    }

    int ioctl(int descriptor, int request, int argument) {
        return call(ioctl, descriptor, request & 0xffffffffL, (long) argument);
    }

    void close(int descriptor) {
        call(close, descriptor);
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable e) { // as the signature of a method handle says
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle link(String name, @Nullable Object option, Object result, Object... arguments)
            throws ReflectiveOperationException {
        Class<?> linkerType = type("Linker");
        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object lookup = linkerType.getMethod("defaultLookup").invoke(linker);
        Object address = ((Optional<?>)
                        type("SymbolLookup").getMethod("find", String.class).invoke(lookup, name))
                .orElseThrow(() -> new NoSuchMethodException(name));
        Object descriptor = type("FunctionDescriptor")
                .getMethod("of", type("MemoryLayout"), array("MemoryLayout").getClass())
                .invoke(null, result, array("MemoryLayout", arguments));
        Object options = option == null ? array("Linker$Option") : array("Linker$Option", option);
        return (MethodHandle) linkerType
                .getMethod("downcallHandle", type("MemorySegment"), type("FunctionDescriptor"), options.getClass())
                .invoke(linker, address, descriptor, options);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }

    private static Object array(String type, Object... values) throws ClassNotFoundException {
        Object array = Array.newInstance(type(type), values.length);
        for (int i = 0; i < values.length; i++) {
            Array.set(array, i, values[i]);
        }
        return array;
    }
}
