package dev.otpkit.examples;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The public and protected API of a module, as text: one block per type, one line per member, both sorted. It has
 * neither names of parameters nor members that every object has, and is the same on each JDK.
 */
final class ApiList {
    private static final int OF_TYPES = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL;
    private static final int OF_METHODS = OF_TYPES | Modifier.ABSTRACT;
    private static final int OF_FIELDS = OF_TYPES;
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals(Object)", "hashCode()", "toString()");
    private static final Set<String> OF_EVERY_ENUM = Set.of("valueOf(String)", "values()");
    private static final Pattern JAVA_LANG = Pattern.compile("\\bjava\\.lang\\.(?=[A-Z])");

    private ApiList() {}

    /** Returns the list of a module by the folder of its classes, each of which must be on the class path. */
    static String ofModule(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            Predicate<String> exported = exported(classes);
            return of(files.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .map(ApiList::load)
                    .filter(type -> exported.test(type.getPackageName()))
                    .toList());
        }
    }

    /** Returns the list of those of these types that can be used from another package. */
    static String of(Collection<Class<?>> types) {
        return types.stream()
                .filter(ApiList::isVisible)
                .sorted(Comparator.comparing(Class::getName))
                .map(ApiList::block)
                .collect(Collectors.joining("\n"));
    }

    /** All packages of an automatic module are exported. */
    private static Predicate<String> exported(Path classes) throws IOException {
        Path descriptor = classes.resolve("module-info.class");
        if (!Files.exists(descriptor)) {
            return name -> true;
        }
        try (InputStream in = Files.newInputStream(descriptor)) {
            Set<String> exported = ModuleDescriptor.read(in).exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet());
            return exported::contains;
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiList.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return isVisible(type.getModifiers())
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && (outer == null || isVisible(outer));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String block(Class<?> type) {
        Set<String> fields = new TreeSet<>();
        Set<String> constructors = new TreeSet<>();
        Set<String> methods = new TreeSet<>();
        for (Class<?> each = type;
                each != null && (each == type || isHidden(each, type));
                each = each.getSuperclass()) {
            visible(each.getDeclaredFields())
                    .filter(field -> !field.isEnumConstant())
                    .map(ApiList::line)
                    .forEach(fields::add);
            visible(each.getDeclaredMethods())
                    .filter(ApiList::isOfItsOwn)
                    .map(ApiList::line)
                    .forEach(methods::add);
        }
        visible(type.getDeclaredConstructors()).map(ApiList::line).forEach(constructors::add);
        return heading(type)
                + " {\n"
                + enumConstants(type)
                + Stream.of(fields, constructors, methods)
                        .flatMap(Set::stream)
                        .map(member -> "  " + member + "\n")
                        .collect(Collectors.joining())
                + "}\n";
    }

    /** Returns the names in the order of the source, which {@code ordinal} and {@code compareTo} give to users. */
    private static String enumConstants(Class<?> type) {
        return Stream.of(type.getFields())
                .filter(Field::isEnumConstant)
                .map(constant -> "  " + constant.getName() + "\n")
                .collect(Collectors.joining());
    }

    /** The members of a superclass that users cannot name are members of the class that they can name. */
    private static boolean isHidden(Class<?> each, Class<?> type) {
        return each.getPackageName().equals(type.getPackageName()) && !isVisible(each);
    }

    private static <M extends AccessibleObject & Member> Stream<M> visible(M[] members) {
        return Stream.of(members).filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic());
    }

    /** Leaves out the methods that every object, and every enum, has. */
    private static boolean isOfItsOwn(Method method) {
        String signature = method.getName() + tail(method);
        return !OF_EVERY_OBJECT.contains(signature)
                && !(method.getDeclaringClass().isEnum() && OF_EVERY_ENUM.contains(signature));
    }

    private static String heading(Class<?> type) {
        List<String> words = new ArrayList<>();
        annotations(type).forEach(words::add);
        words.add(Modifier.toString(type.getModifiers() & OF_TYPES));
        if (type.isSealed()) {
            words.add("sealed");
        }
        if (Modifier.isAbstract(type.getModifiers()) && !type.isInterface()) {
            words.add("abstract");
        }
        words.add(kind(type));
        words.add(type.getName() + parameters(type.getTypeParameters()) + components(type));
        AnnotatedType superclass = type.getAnnotatedSuperclass();
        if (superclass != null && !type.isRecord() && !type.isEnum() && superclass.getType() != Object.class) {
            words.add("extends " + name(superclass));
        }
        if (type.getAnnotatedInterfaces().length > 0) {
            words.add((type.isInterface() ? "extends " : "implements ") + names(type.getAnnotatedInterfaces()));
        }
        if (type.isSealed()) {
            words.add("permits "
                    + Stream.of(type.getPermittedSubclasses())
                            .map(Class::getName)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        return String.join(" ", words);
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface";
        }
        if (type.isInterface()) {
            return "interface";
        }
        if (type.isEnum()) {
            return "enum";
        }
        return type.isRecord() ? "record" : "class";
    }

    private static String components(Class<?> type) {
        if (!type.isRecord()) {
            return "";
        }
        return Stream.of(type.getRecordComponents())
                .map(component -> name(component.getAnnotatedType()) + " " + component.getName())
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String line(Field field) {
        return words(field, OF_FIELDS) + name(field.getAnnotatedType()) + " " + field.getName() + constant(field);
    }

    /** Returns the value if the compiler copies it into the classes of users. */
    private static String constant(Field field) {
        int constant = Modifier.PUBLIC | Modifier.STATIC | Modifier.FINAL;
        if ((field.getModifiers() & constant) != constant
                || (!field.getType().isPrimitive() && field.getType() != String.class)) {
            return "";
        }
        try {
            Object value = field.get(null);
            return " = " + (value instanceof String ? "\"" + value + "\"" : value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String line(Constructor<?> constructor) {
        return words(constructor, OF_METHODS)
                + ownParameters(constructor)
                + constructor.getDeclaringClass().getSimpleName()
                + tail(constructor);
    }

    private static String line(Method method) {
        return words(method, OF_METHODS)
                + (method.isDefault() ? "default " : "")
                + ownParameters(method)
                + name(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + tail(method)
                + (method.getDefaultValue() == null ? "" : " default");
    }

    private static <M extends AccessibleObject & Member> String words(M member, int shown) {
        return Stream.concat(annotations(member), Stream.of(Modifier.toString(member.getModifiers() & shown)))
                .filter(word -> !word.isEmpty())
                .map(word -> word + " ")
                .collect(Collectors.joining());
    }

    private static String ownParameters(Executable executable) {
        String parameters = parameters(executable.getTypeParameters());
        return parameters.isEmpty() ? "" : parameters + " ";
    }

    private static String tail(Executable executable) {
        String parameters = names(executable.getAnnotatedParameterTypes());
        if (executable.isVarArgs()) {
            parameters = parameters.replaceFirst("\\[]$", "...");
        }
        AnnotatedType[] exceptions = executable.getAnnotatedExceptionTypes();
        return "(" + parameters + ")" + (exceptions.length == 0 ? "" : " throws " + names(exceptions));
    }

    private static String parameters(TypeVariable<?>[] parameters) {
        if (parameters.length == 0) {
            return "";
        }
        return Stream.of(parameters)
                .map(parameter -> parameter.getName() + " extends "
                        + Stream.of(parameter.getAnnotatedBounds())
                                .map(ApiList::name)
                                .collect(Collectors.joining(" & ")))
                .collect(Collectors.joining(", ", "<", ">"));
    }

    /** Returns those that are part of the API; an annotation for a test framework is none. */
    private static Stream<String> annotations(AnnotatedElement element) {
        return Stream.of(element.getDeclaredAnnotations())
                .map(Annotation::annotationType)
                .filter(annotation -> annotation == Deprecated.class || annotation == FunctionalInterface.class)
                .map(annotation -> "@" + annotation.getSimpleName())
                .sorted();
    }

    private static String names(AnnotatedType[] types) {
        return Stream.of(types).map(ApiList::name).collect(Collectors.joining(", "));
    }

    private static String name(AnnotatedType type) {
        String nullness = type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "";
        return nullness + JAVA_LANG.matcher(type.getType().getTypeName()).replaceAll("");
    }
}
