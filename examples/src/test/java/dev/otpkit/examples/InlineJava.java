package dev.otpkit.examples;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Finds inline code of the pages that is Java and does not exist. An expression is compiled. A name must be that of a
 * type, of a member, of a package, of something in a Java block of the same page, or a string of the main code, such as
 * an environment variable.
 */
final class InlineJava {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*");
    private static final Pattern EXPRESSION = Pattern.compile(
            "[\\w>\\]]\\(|->|::|;$|\\binstanceof\\b|\\bnew [A-Z]|[=!]= |^\\w+ [a-z]\\w* = |^[A-Z]\\w*<\\w");
    private static final Pattern FIRST_NAMES = Pattern.compile("[A-Z]\\w*(\\.[A-Z]\\w*)*(?=\\.)");
    private static final Pattern FIRST_CALL = Pattern.compile("([a-z]\\w*)\\(");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern NOT_ON_THE_CLASS_PATH =
            Pattern.compile("/(benchmarks|examples-(micronaut|quarkus|spring|web))/");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

    /** Packages of others whose types the pages name. */
    private static final List<String> PACKAGES_OF_OTHERS = List.of(
            "io.lettuce.core",
            "io.lettuce.core.resource",
            "io.micrometer.core.instrument",
            "io.micrometer.observation",
            "jakarta.servlet.http",
            "java.io",
            "java.lang",
            "java.net",
            "java.nio.file",
            "java.security",
            "java.time",
            "java.util",
            "java.util.concurrent",
            "java.util.function",
            "java.util.logging",
            "javax.net.ssl",
            "org.springframework.boot.data.redis.autoconfigure",
            "org.springframework.security.authentication",
            "org.springframework.security.authentication.ott",
            "org.springframework.security.core.userdetails");

    /** Types of others whose members the pages name without them. */
    private static final List<Class<?>> TYPES_OF_OTHERS = List.of(
            io.lettuce.core.ClientOptions.class,
            io.lettuce.core.ClientOptions.Builder.class,
            io.lettuce.core.ClientOptions.DisconnectedBehavior.class,
            io.lettuce.core.resource.ClientResources.Builder.class,
            java.nio.file.Files.class,
            java.util.concurrent.CompletableFuture.class,
            java.util.concurrent.ConcurrentMap.class,
            java.util.logging.Level.class);

    /** The variables that expressions use, and their types. */
    private static final Map<String, String> VARIABLES = Map.ofEntries(
            Map.entry("accountSid", "String"),
            Map.entry("address", "String"),
            Map.entry("authToken", "String"),
            Map.entry("client", "io.lettuce.core.RedisClient"),
            Map.entry("counter", "String"),
            Map.entry("credentials", "String[]"),
            Map.entry("current", "dev.otpkit.OtpSecret"),
            Map.entry("delta", "long"),
            Map.entry("duration", "java.time.Duration"),
            Map.entry("executor", "java.util.concurrent.Executor"),
            Map.entry("expected", "dev.otpkit.spi.StoredRecord"),
            Map.entry("key", "String"),
            Map.entry("kind", "Class<dev.otpkit.event.OtpEvent>"),
            Map.entry("locale", "java.util.Locale"),
            Map.entry("message", "dev.otpkit.spi.OtpMessage"),
            Map.entry("n", "int"),
            Map.entry("next", "dev.otpkit.OtpSecret"),
            Map.entry("otp", "dev.otpkit.OtpManager"),
            Map.entry("otpLogin", "dev.otpkit.spring.security.OtpLogin"),
            Map.entry("password", "String"),
            Map.entry("recipient", "dev.otpkit.Recipient"),
            Map.entry("request", "dev.otpkit.OtpRequest"),
            Map.entry("sid", "String"),
            Map.entry("text", "String"),
            Map.entry("timeout", "java.time.Duration"),
            Map.entry("ttl", "java.time.Duration"),
            Map.entry("users", "org.springframework.security.core.userdetails.UserDetailsService"),
            Map.entry("update", "dev.otpkit.spi.StoredRecord"),
            Map.entry("value", "String"));

    private final Map<String, List<Class<?>>> types = new TreeMap<>();
    private final List<Class<?>> published = new ArrayList<>();
    private final Set<String> members = new HashSet<>();
    private final Set<String> packages = new HashSet<>();
    private final Set<String> literals = new HashSet<>();
    private final Set<String> tests = new HashSet<>();

    /** Reads types, members and tests from the sources of all modules. */
    InlineJava(List<Path> sources) {
        for (Path source : sources) {
            String name = source.getFileName().toString().replace(".java", "");
            if (!source.toString().contains("/src/main/")) {
                tests.add(name);
                continue;
            }
            String text = read(source);
            LITERAL.matcher(text).results().forEach(literal -> literals.add(literal.group(1)));
            PACKAGE.matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .forEach(found -> addSource(found, name, source));
        }
        TYPES_OF_OTHERS.forEach(this::addPublished);
    }

    private void addSource(String inPackage, String name, Path source) {
        packages.add(inPackage);
        if (NOT_ON_THE_CLASS_PATH.matcher(source.toString()).find()) {
            tests.add(name);
        } else if (!name.endsWith("-info")) {
            String qualified = inPackage + "." + name;
            add(
                    find(qualified)
                            .orElseThrow(() -> new IllegalStateException(qualified + " is not on the class path")),
                    "");
        }
    }

    private void add(Class<?> type, String outer) {
        String name = outer + type.getSimpleName();
        for (int from = 0; from >= 0; from = name.indexOf('.', from + 1)) {
            types.computeIfAbsent(name.substring(from == 0 ? 0 : from + 1), suffix -> new ArrayList<>())
                    .add(type);
        }
        types.put(type.getCanonicalName(), List.of(type));
        if (isPublished(type)) {
            addPublished(type);
        }
        for (Class<?> nested : type.getDeclaredClasses()) {
            if (!Modifier.isPrivate(nested.getModifiers())) {
                add(nested, name + ".");
            }
        }
    }

    private static boolean isPublished(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && !type.getName().startsWith("dev.otpkit.internal.")
                && !type.getName().startsWith("dev.otpkit.examples.");
    }

    private void addPublished(Class<?> type) {
        published.add(type);
        members.addAll(membersOf(type));
    }

    private static Set<String> membersOf(Class<?> type) {
        return Stream.<Member>concat(
                        Stream.concat(Stream.of(type.getMethods()), Stream.of(type.getDeclaredMethods())),
                        Stream.<Member>concat(Stream.of(type.getFields()), Stream.of(type.getDeclaredFields())))
                .filter(member -> (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
                .map(Member::getName)
                .collect(Collectors.toSet());
    }

    /**
     * Returns the names among this that name nothing.
     *
     * @param javaOfThePage the Java blocks around them
     */
    Set<String> missingNames(Set<String> codes, String javaOfThePage) {
        return codes.stream()
                .filter(code -> NAME.matcher(code).matches())
                .filter(code -> !isName(code, javaOfThePage))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns true if a name is that of a constant of our API. */
    boolean isConstant(String name) {
        return members.contains(name);
    }

    /** Returns true if a text is a string of the main code, such as the name of a meter. */
    boolean isText(String code) {
        return literals.contains(code);
    }

    /** Returns the expressions among these that compile in none of their possible meanings. */
    Set<String> missingExpressions(Set<String> codes) {
        return uncompilable(codes.stream()
                .filter(code -> !NAME.matcher(code).matches())
                .filter(code -> EXPRESSION.matcher(code).find())
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private boolean isName(String name, String javaOfThePage) {
        return SourceVersion.isKeyword(name)
                || VARIABLES.containsKey(name)
                || literals.contains(name)
                || tests.contains(name)
                || types.containsKey(name)
                || packages.contains(name)
                || isMember(name)
                || isOfOthers(name)
                || Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                        .matcher(javaOfThePage)
                        .find();
    }

    /** Returns whether a name is that of a member, with or without its type, or of a member of a type's builder. */
    private boolean isMember(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return members.contains(name);
        }
        String type = name.substring(0, dot);
        return Stream.concat(
                        Stream.of(type, type + ".Builder")
                                .flatMap(each -> types.getOrDefault(each, List.of()).stream()),
                        ofOthers(type))
                .anyMatch(each -> membersOf(each).contains(name.substring(dot + 1)));
    }

    private static boolean isOfOthers(String name) {
        return ofOthers(name).findAny().isPresent()
                || (name.contains(".") && find(name).isPresent())
                || ModuleLayer.boot().findModule(name).isPresent()
                || ModuleLayer.boot().modules().stream()
                        .anyMatch(module -> module.getPackages().contains(name));
    }

    private static Stream<Class<?>> ofOthers(String type) {
        return PACKAGES_OF_OTHERS.stream()
                .flatMap(each -> Stream.of(each + "." + type, each + "." + type + "$Builder"))
                .flatMap(each -> find(each).stream());
    }

    private static Optional<Class<?>> find(String type) {
        try {
            return Optional.of(Class.forName(type, false, InlineJava.class.getClassLoader()));
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return Optional.empty();
        }
    }

    private Set<String> uncompilable(Set<String> expressions) {
        Set<String> failing = new TreeSet<>(expressions);
        Map<String, List<String>> lines = new LinkedHashMap<>();
        expressions.forEach(expression -> lines.put(expression, lines(expression)));
        List<JavaFileObject> units = new ArrayList<>();
        lines.forEach((expression, each) -> units.add(unit(units.size(), each)));
        Map<String, Set<Long>> ofSyntax = errors(units, JavacTask::parse);
        units.removeIf(unit -> ofSyntax.containsKey(unit.toUri().getPath()));
        Map<String, Set<Long>> errors = errors(units, JavacTask::analyze);
        int unit = 0;
        for (Map.Entry<String, List<String>> each : lines.entrySet()) {
            String path = "/Unit" + unit++ + ".java";
            int wrong = errors.getOrDefault(path, Set.of()).size();
            if (!ofSyntax.containsKey(path) && wrong < each.getValue().size()) {
                failing.remove(each.getKey());
            }
        }
        return failing;
    }

    private List<String> lines(String expression) {
        // A call with all of a variable number of arguments is written as in a signature.
        String java = expression.replace("...)", ")").replaceFirst(";$", "");
        List<String> bodies = new ArrayList<>(List.of(java));
        List<String> selves = new ArrayList<>(List.of("Object"));
        FIRST_NAMES
                .matcher(java)
                .results()
                .limit(1)
                .filter(names -> names.start() == 0)
                .forEach(names -> {
                    for (Class<?> type : types.getOrDefault(names.group(), List.of())) {
                        String rest = java.substring(names.end());
                        bodies.addAll(List.of(type.getCanonicalName() + rest, "self" + rest));
                        selves.addAll(List.of("Object", type.getCanonicalName()));
                    }
                });
        FIRST_CALL
                .matcher(java)
                .results()
                .limit(1)
                .filter(call -> call.start() == 0)
                .forEach(call -> {
                    for (Class<?> type : published) {
                        if (Stream.of(type.getMethods())
                                .map(Executable::getName)
                                .anyMatch(call.group(1)::equals)) {
                            bodies.add("self." + java);
                            selves.add(type.getCanonicalName());
                        }
                    }
                });
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < bodies.size(); i++) {
            String head = "<T> void meant" + i + "%s(" + selves.get(i) + " self) throws Throwable { ";
            lines.add(head.formatted("a") + "Object result = " + bodies.get(i) + "; }");
            if (java.endsWith(")")) {
                lines.add(head.formatted("b") + bodies.get(i) + "; }");
            }
        }
        return lines;
    }

    private static JavaFileObject unit(int number, List<String> lines) {
        String fields = VARIABLES.entrySet().stream()
                .map(variable -> variable.getValue() + " " + variable.getKey() + ";")
                .collect(Collectors.joining(" "));
        String java = String.join("\n", lines);
        return source(
                "/Unit" + number + ".java",
                "import java.util.*; import dev.otpkit.*; import dev.otpkit.spi.*; "
                        + "import io.lettuce.core.protocol.CommandType; abstract class Unit" + number + " { "
                        + fields + java + "\n}");
    }

    private static JavaFileObject source(String name, String java) {
        return new SimpleJavaFileObject(URI.create("string://" + name), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return java;
            }
        };
    }

    /** A step of the compiler over units of compilation. */
    private interface Work {
        void on(JavacTask task) throws IOException;
    }

    /** Returns the lines with errors, by the path of the unit. */
    private static Map<String, Set<Long>> errors(List<JavaFileObject> units, Work work) {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = javac.getStandardFileManager(diagnostics, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-Xmaxerrs", "100000", "-classpath", System.getProperty("java.class.path"));
            if (!units.isEmpty()) {
                work.on((JavacTask) javac.getTask(null, files, diagnostics, options, null, units));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return diagnostics.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .collect(Collectors.groupingBy(
                        each -> each.getSource().toUri().getPath(),
                        Collectors.mapping(Diagnostic::getLineNumber, Collectors.toSet())));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
