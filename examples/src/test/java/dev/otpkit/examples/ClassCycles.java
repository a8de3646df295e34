package dev.otpkit.examples;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The cycles of dependencies among top-level classes: the strongly connected components of more than one class, found
 * by Tarjan's algorithm. A class is in at most one of them, so that loops that share a class are one cycle.
 */
final class ClassCycles {
    private static final int MAGIC_AND_VERSION = 8;
    // Tags of constants, JVMS 4.4.
    private static final int UTF_8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int METHOD_HANDLE = 15;
    private static final int METHOD_TYPE = 16;
    private static final int MODULE = 19;
    private static final int PACKAGE = 20;

    private final Map<String, Set<String>> dependencies;
    private final Map<String, Integer> visited = new HashMap<>();
    private final Map<String, Integer> reachable = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Set<String>> cycles = new ArrayList<>();

    private ClassCycles(Map<String, Set<String>> dependencies) {
        this.dependencies = dependencies;
    }

    /** Returns the cycles by the names of their classes. A nested class counts as the top-level class around it. */
    static List<Set<String>> of(Iterable<JavaClass> classes) {
        Map<String, Set<String>> dependencies = new TreeMap<>();
        for (JavaClass each : classes) {
            Set<String> targets = dependencies.computeIfAbsent(topLevel(each), name -> new TreeSet<>());
            each.getDirectDependenciesFromSelf()
                    .forEach(dependency -> targets.add(topLevel(dependency.getTargetClass())));
            namedInConstantPool(each).forEach(name -> targets.add(name.replaceFirst("\\$.*", "")));
        }
        ClassCycles search = new ClassCycles(dependencies);
        for (String name : dependencies.keySet()) {
            search.visit(name);
        }
        search.cycles.sort(Comparator.comparing(Set::toString));
        return search.cycles;
    }

    private void visit(String name) {
        if (visited.containsKey(name)) {
            return;
        }
        int number = visited.size();
        visited.put(name, number);
        reachable.put(name, number);
        open.push(name);
        for (String target : dependencies.getOrDefault(name, Set.of())) {
            visit(target);
            if (open.contains(target)) {
                reachable.merge(name, reachable.get(target), Math::min);
            }
        }
        if (reachable.get(name) == number) {
            Set<String> component = new TreeSet<>();
            while (!component.contains(name)) {
                component.add(open.pop());
            }
            if (component.size() > 1) {
                cycles.add(component);
            }
        }
    }

    /** Returns the classes in the constant pool: javac leaves there the class whose constant it has copied. */
    private static Set<String> namedInConstantPool(JavaClass each) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(
                each.getSource().orElseThrow().getUri().toURL().openStream()))) {
            in.skipNBytes(MAGIC_AND_VERSION);
            int size = in.readUnsignedShort();
            Map<Integer, String> texts = new HashMap<>();
            List<Integer> names = new ArrayList<>();
            for (int i = 1; i < size; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case UTF_8 -> texts.put(i, in.readUTF());
                    case CLASS -> names.add(in.readUnsignedShort());
                    case LONG, DOUBLE -> {
                        in.skipNBytes(8);
                        i++;
                    }
                    case METHOD_HANDLE -> in.skipNBytes(3);
                    case STRING, METHOD_TYPE, MODULE, PACKAGE -> in.skipNBytes(2);
                    default -> in.skipNBytes(4);
                }
            }
            return names.stream()
                    .map(texts::get)
                    .filter(name -> !name.startsWith("["))
                    .map(name -> name.replace('/', '.'))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String topLevel(JavaClass nested) {
        JavaClass each = nested.getBaseComponentType();
        while (each.getEnclosingClass().isPresent()) {
            each = each.getEnclosingClass().get();
        }
        return each.getName();
    }
}
