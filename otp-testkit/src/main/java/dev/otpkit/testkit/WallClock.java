package dev.otpkit.testkit;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds reads of the wall clock in compiled classes: in a class, in its superclasses, and in all classes of the same
 * package and jar that they refer to. A class file names each method that it calls in its constant pool, as of chapter
 * 4.4 of the Java Virtual Machine Specification.
 */
final class WallClock {
    private static final int MAGIC = 0xCAFEBABE;

    private WallClock() {}

    /** Returns a line for each kind of read, such as "com.example.Store calls java.lang.System.currentTimeMillis". */
    static Set<String> readsOf(Class<?> type, Predicate<String> allowed) throws IOException {
        Set<Class<?>> found = new LinkedHashSet<>();
        Deque<Class<?>> next = new ArrayDeque<>();
        for (Class<?> each = type; each != null && isBeside(each, type); each = each.getSuperclass()) {
            next.add(each);
        }
        Set<String> reads = new TreeSet<>();
        while (!next.isEmpty()) {
            Class<?> each = next.remove();
            if (!found.add(each)) {
                continue;
            }
            ConstantPool pool = ConstantPool.of(each);
            if (pool == null) {
                continue;
            }
            if (!allowed.test(each.getName())) {
                pool.methods().stream()
                        .filter(WallClock::isRead)
                        .forEach(method -> reads.add(each.getName() + " calls " + method.replace("()V", "")));
            }
            for (String name : pool.classes()) {
                Class<?> other = besides(name, each);
                if (other != null) {
                    next.add(other);
                }
            }
        }
        return reads;
    }

    private static boolean isRead(String method) {
        return (method.startsWith("java.time.") && method.endsWith(".now"))
                || method.startsWith("java.time.Clock.")
                || method.startsWith("java.time.InstantSource.")
                || method.equals("java.lang.System.currentTimeMillis")
                || method.equals("java.util.Calendar.getInstance")
                || method.equals("java.util.Date.<init>()V")
                || method.equals("java.util.GregorianCalendar.<init>()V");
    }

    /** Returns the class of this name if it lies beside the other and does not enclose it. */
    private static @Nullable Class<?> besides(String name, Class<?> other) {
        if (!name.startsWith(other.getPackageName() + ".") || other.getName().startsWith(name + "$")) {
            return null;
        }
        try {
            Class<?> type = Class.forName(name, false, other.getClassLoader());
            return type.getPackageName().equals(other.getPackageName()) && isBeside(type, other) ? type : null;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    private static boolean isBeside(Class<?> type, Class<?> other) {
        return type.getClassLoader() != null && Objects.equals(source(type), source(other));
    }

    private static @Nullable Object source(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? null : String.valueOf(source.getLocation());
    }

    /** The names of the classes that a class refers to, and of the methods that it calls. */
    private record ConstantPool(Set<String> classes, Set<String> methods) {

        /** Returns null for a class that has no file, such as one made while the program runs. */
        static @Nullable ConstantPool of(Class<?> type) throws IOException {
            try (InputStream file =
                    type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
                return file == null ? null : read(new DataInputStream(file));
            }
        }

        private static ConstantPool read(DataInputStream file) throws IOException {
            if (file.readInt() != MAGIC) {
                throw new IOException("not a class file");
            }
            file.readInt();
            int count = file.readUnsignedShort();
            String[] texts = new String[count];
            int[] first = new int[count];
            int[] second = new int[count];
            int[] tags = new int[count];
            for (int i = 1; i < count; i++) {
                tags[i] = file.readUnsignedByte();
                switch (tags[i]) {
                    case 1 -> texts[i] = file.readUTF();
                    case 3, 4 -> file.readInt();
                    case 5, 6 -> {
                        file.readLong();
                        i++; // A long and a double take two places.
                    }
                    case 7, 8, 16, 19, 20 -> first[i] = file.readUnsignedShort();
                    case 9, 10, 11, 12, 17, 18 -> {
                        first[i] = file.readUnsignedShort();
                        second[i] = file.readUnsignedShort();
                    }
                    case 15 -> {
                        file.readUnsignedByte();
                        file.readUnsignedShort();
                    }
                    default -> throw new IOException("unknown constant " + tags[i]);
                }
            }
            Set<String> classes = new TreeSet<>();
            Set<String> methods = new TreeSet<>();
            for (int i = 1; i < count; i++) {
                if (tags[i] == 7) {
                    classes.add(texts[first[i]].replace('/', '.'));
                } else if (tags[i] == 10 || tags[i] == 11) {
                    String type = texts[first[first[i]]].replace('/', '.');
                    String name = texts[first[second[i]]];
                    String descriptor = texts[second[second[i]]];
                    boolean creates = name.equals("<init>") && descriptor.equals("()V");
                    methods.add(type + "." + name + (creates ? descriptor : ""));
                }
            }
            return new ConstantPool(classes, methods);
        }
    }
}
