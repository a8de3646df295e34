package dev.otpkit.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Uses each module from the module path, in its own JVM, with the flags of the README's table, and checks what that
 * changes in the JVM. The applications are in {@code src/test/modules}. The Spring Boot starter is for the class path,
 * and registers its configuration with Spring.
 */
class ModulePathIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Path ROOT = Path.of("..");
    private static final Path SOURCES = Path.of("src/test/modules");
    private static final Pattern JAR =
            Pattern.compile("(?m)^ +(?!dev\\.otpkit:).+:jar:[^:\\s]+:(?:compile|runtime):(.+?\\.jar)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(otp-[a-z-]+)` \\| `(dev[a-z.]+)` \\|(.*)\\|$");
    private static final Pattern REQUIRES = Pattern.compile("requires (dev\\.otpkit[a-z.]*);");

    /** The responses of the providers, by the beginning of the path. */
    private static final Map<String, String> ANSWERS = Map.of(
            "/2010-04-01/", "{\"sid\":\"SM00000000000000000000000000000000\",\"status\":\"queued\"}",
            "/token", "{\"access_token\":\"fake\",\"token_type\":\"Bearer\",\"expires_in\":3600}",
            "/gmail/", "{\"id\":\"18c5f2a3b4d5e6f7\"}",
            "/balance.aspx", "3452",
            "/messages", "OK 4711",
            "/", "[{\"msg_id\":\"4711\",\"number\":\"966501234567\",\"str_response\":\"Send Successful\"}]");

    @TempDir
    private static Path temp;

    private static HttpServer providers;

    @BeforeAll
    static void startProviders() throws IOException {
        providers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ANSWERS.forEach((path, body) -> providers.createContext(path, exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
            exchange.close();
        }));
        providers.start();
    }

    @AfterAll
    static void stopProviders() {
        providers.stop(0);
    }

    @BeforeAll
    static void compile() throws IOException {
        String modules;
        try (Stream<Path> folders = Files.list(SOURCES)) {
            modules = folders.map(folder -> folder.getFileName().toString()).collect(Collectors.joining(","));
        }
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--module-source-path",
                        SOURCES.toString(),
                        "--module",
                        modules,
                        "--module-path",
                        modulePath(DependenciesTest.withoutTheStarter()),
                        "-d",
                        temp.toString());
        assertThat(status).isZero();
    }

    @Test
    void theReadmeNamesTheModuleOfEachArtifact() throws IOException {
        Map<String, String> names = rows().collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

        assertThat(names.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        DependenciesTest.withoutTheStarter().toList());
        for (Path descriptor : descriptors()) {
            assertThat(names.values())
                    .containsAll(REQUIRES.matcher(Files.readString(descriptor))
                            .results()
                            .map(required -> required.group(1))
                            .toList());
        }
    }

    @Test
    void noJarRegistersAnything() throws IOException {
        for (String artifact : DependenciesTest.withoutTheStarter().toList()) {
            Path jar = jar(artifact);
            ModuleDescriptor module =
                    ModuleFinder.of(jar).findAll().iterator().next().descriptor();

            assertThat(DependenciesTest.registered(jar)).as(artifact).isEmpty();
            assertThat(module.provides()).as(artifact).isEmpty();
            try (JarFile file = new JarFile(jar.toFile())) {
                assertThat(file.getManifest().getMainAttributes().keySet())
                        .as(artifact)
                        .extracting(Object::toString)
                        .noneMatch(name -> name.matches("Launcher-Agent.*|Premain-.*|Agent-.*|Add-.*|Enable-.*"));
            }
        }
    }

    @Test
    void caffeineVerifies() throws Exception {
        assertThat(run("otp-store-caffeine", "acme.caffeine")).containsExactly("verified");
    }

    /** Without a redis-server, the store must report that in its exception. */
    @Test
    void redisVerifies() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Optional<Process> server = startRedis(port);
        try {
            assertThat(run("otp-store-redis", "acme.redis", "redis://127.0.0.1:" + port))
                    .containsExactly(server.isPresent() ? "verified" : "no connection");
        } finally {
            server.ifPresent(Process::destroy);
        }
    }

    @Test
    void aChannelOfAnApplicationSends() throws Exception {
        assertThat(run("otp-channel-http", "acme.http", url())).containsExactly("4711");
    }

    @Test
    void smtpAndGmailSend() throws Exception {
        GreenMail mail = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
        mail.start();
        try {
            String port = Integer.toString(mail.getSmtp().getPort());
            assertThat(run("otp-channel-smtp", "acme.smtp", port, url()))
                    .containsExactly(
                            "sent",
                            "18c5f2a3b4d5e6f7",
                            filterOn("smtp.md", "dev.otpkit.channel.smtp"),
                            filterOn("smtp.md", "dev.otpkit.channel.smtp.protocol"));
        } finally {
            mail.stop();
        }
    }

    @Test
    void twilioSendsAndReadsReports() throws Exception {
        assertThat(run("otp-channel-twilio", "acme.twilio", url()))
                .containsExactly("SM00000000000000000000000000000000", "SM00000000000000000000000000000000", "genuine");
    }

    @Test
    void mshastraSends() throws Exception {
        assertThat(run("otp-channel-mshastra", "acme.mshastra", url()))
                .containsExactly(
                        "4711",
                        "3452",
                        filterOn("mshastra.md", "jdk.httpclient.HttpClient"),
                        filterOn("mshastra.md", "jdk.internal.httpclient.debug"));
    }

    @Test
    void testkitRecords() throws Exception {
        assertThat(run("otp-testkit", "acme.testkit")).containsExactly("481516");
    }

    /** Returns the printed line of a filter, which the page must name. */
    private static String filterOn(String page, String logger) throws IOException {
        return "changed logger " + named(page, logger) + " filter: null -> a filter";
    }

    /** Returns a name, which a page must contain. */
    private static String named(String page, String name) throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs").resolve(page)).contains("`" + name + "`"))
                .as("docs/%s must name %s", page, name)
                .isTrue();
        return name;
    }

    /** Runs an application with one of our artifacts, and returns the lines that it wrote. */
    private static List<String> run(String artifact, String application, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--module-path",
                temp + File.pathSeparator + modulePath(Stream.of(artifact))));
        command.addAll(flags(artifact));
        command.addAll(List.of("--module", application + "/" + application + ".Main"));
        command.addAll(Arrays.asList(arguments));
        Path out = temp.resolve(application + ".out");
        Path err = temp.resolve(application + ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readAllLines(out);
    }

    /** Returns the server, ready; empty where there is none on the PATH. */
    private static Optional<Process> startRedis(int port) throws Exception {
        Path out = temp.resolve("redis-server.out");
        Process server;
        try {
            server = new ProcessBuilder(
                            "redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "")
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException e) {
            return Optional.empty();
        }
        Instant end = Instant.now().plus(PATIENCE);
        while (!Files.readString(out).contains("Ready to accept connections")) {
            assertThat(Instant.now()).as(Files.readString(out)).isBefore(end);
            Thread.sleep(10);
        }
        return Optional.of(server);
    }

    private static String url() {
        return "http://127.0.0.1:" + providers.getAddress().getPort();
    }

    private static List<Path> descriptors() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.endsWith("module-info.java")).toList();
        }
    }

    /** Returns the rows of the README's table of modules: the artifact, the module, and its flags. */
    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(ROOT.resolve("README.md"))).results();
    }

    private static List<String> flags(String artifact) throws IOException {
        String flags = rows().filter(row -> row.group(1).equals(artifact))
                .findFirst()
                .orElseThrow()
                .group(3);
        Matcher code = Pattern.compile("`(.+)`").matcher(flags);
        return code.find() ? List.of(code.group(1).split(" ")) : List.of();
    }

    /** Returns the jars of artifacts, and of all that they need. */
    private static String modulePath(Stream<String> artifacts) throws IOException {
        List<Path> jars = new ArrayList<>(List.of(jar("otp-core")));
        for (String artifact : artifacts.toList()) {
            jars.add(jar(artifact));
            JAR.matcher(Files.readString(ROOT.resolve(artifact).resolve("target/dependencies/list.txt")))
                    .results()
                    .map(found -> Path.of(found.group(1)))
                    .forEach(jars::add);
        }
        return jars.stream().distinct().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Path jar(String artifact) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(artifact).resolve("target"))) {
            return files.filter(file -> file.getFileName().toString().matches(artifact + "-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
