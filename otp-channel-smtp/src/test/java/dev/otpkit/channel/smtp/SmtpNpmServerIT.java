package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.CODE;
import static dev.otpkit.channel.smtp.TestMessages.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests against the independent implementation of TLS and STARTTLS in npm's {@code smtp-server}. Skipped if npm is
 * missing or cannot install it; with {@code CI=true} in the environment, an install that fails is a failure.
 */
class SmtpNpmServerIT {
    private static final String PACKAGE = "smtp-server@3.21.6";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path DIRECTORY = Path.of("target", "npm").toAbsolutePath();
    private static final TestCertificate CERTIFICATE = TestCertificate.localhost();

    private final List<String> output = new CopyOnWriteArrayList<>();
    private Process server;
    private int port;
    private SmtpChannel channel;

    @BeforeAll
    static void installServer() throws Exception {
        assumeTrue(isOnPath("node") && isOnPath("npm"), "node and npm are not installed");
        Files.createDirectories(DIRECTORY);
        if (!Files.exists(DIRECTORY.resolve("node_modules/smtp-server/package.json"))) {
            Path log = DIRECTORY.resolve("install.log");
            Process npm = new ProcessBuilder(
                            command("npm"),
                            "install",
                            "--no-save",
                            "--no-package-lock",
                            "--no-audit",
                            "--no-fund",
                            "--ignore-scripts",
                            "--fetch-retries=4",
                            "--prefix",
                            DIRECTORY.toString(),
                            PACKAGE)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = npm.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            npm.destroyForcibly();
            if (!ended || npm.exitValue() != 0) {
                String problem = "npm could not install " + PACKAGE + ": " + Files.readString(log);
                if ("true".equals(System.getenv("CI"))) {
                    throw new IllegalStateException(problem);
                }
                abort(problem);
            }
        }
        try (InputStream script = SmtpNpmServerIT.class.getResourceAsStream("smtp-server.cjs")) {
            Files.write(DIRECTORY.resolve("smtp-server.cjs"), script.readAllBytes());
        }
        Files.writeString(DIRECTORY.resolve("certificate.pem"), CERTIFICATE.certificatePem());
        Files.writeString(DIRECTORY.resolve("key.pem"), CERTIFICATE.keyPem());
    }

    @AfterEach
    void stopServer() throws Exception {
        if (channel != null) {
            channel.close();
        }
        if (server != null) {
            server.getOutputStream().close();
            if (!server.waitFor(5, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "IMPLICIT"})
    void deliversOverTlsAfterALogIn(Tls tls) throws Exception {
        start(tls == Tls.IMPLICIT ? "implicit" : "starttls");
        channel = trusting().tls(tls).build();

        assertThat(channel.deliver(to("reader@recipient.example", "رمز", "رمز التحقق: " + CODE))
                        .providerMessageId())
                .contains("queued as npm-1");
        channel.deliver(to("reader@recipient.example", "Your code", "second"));

        awaitLines("DATA", 2);
        assertThat(lines("AUTH")).containsExactly("AUTH PLAIN secure=true");
        assertThat(lines("DATA")).allMatch(line -> line.startsWith("DATA secure=true "));
        MimeMessage mail = mail(lines("DATA").get(0));
        assertThat(mail.getSubject()).isEqualTo("رمز");
        assertThat(mail.getContent().toString().strip()).isEqualTo("رمز التحقق: " + CODE);
    }

    @Test
    void logsInByAccessTokenOverStartTls() throws Exception {
        start("starttls");
        try (ScriptedGmailServer google = new ScriptedGmailServer()) {
            google.tokenResponse(
                    ScriptedGmailServer.json(200, "{\"access_token\":\"fake-good-token\",\"expires_in\":3600}"));
            channel = trusting()
                    .oauth2("user@acme.example", google.oauth2().build())
                    .build();

            channel.deliver(to("reader@recipient.example", "Your code", "first"));
            channel.deliver(to("reader@recipient.example", "Your code", "second"));

            awaitLines("DATA", 2);
            assertThat(lines("AUTH")).containsExactly("AUTH XOAUTH2 secure=true");
            assertThat(lines("DATA")).allMatch(line -> line.startsWith("DATA secure=true "));
            assertThat(google.tokenRequests(1)).hasSize(1);
        }
    }

    @Test
    void logsInByAnAppPasswordTypedWithItsBlanks() throws Exception {
        start("starttls");
        channel = SmtpChannel.gmail("user@acme.example", " fake -pass\u00a0word ")
                .host("localhost")
                .port(port)
                .sslContext(CERTIFICATE.trustingContext())
                .build();

        channel.deliver(to("reader@recipient.example", "Your code", "first"));

        awaitLines("DATA", 1);
        assertThat(lines("AUTH")).containsExactly("AUTH PLAIN secure=true");
        assertThat(mail(lines("DATA").get(0)).getFrom()[0]).hasToString("user@acme.example");
    }

    @Test
    void saysWhyAServerDoesNotTakeATokenAndAsksForAnotherNextTime() throws Exception {
        start("starttls");
        try (ScriptedGmailServer google = new ScriptedGmailServer()) {
            channel = trusting()
                    .oauth2("user@acme.example", google.oauth2().build())
                    .build();

            DeliveryFailure failure = failure("reader@recipient.example");

            assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
            assertThat(failure.providerCode()).contains("535");
            assertThat(failure.detail())
                    .contains("status 400, schemes Bearer, scope https://mail.google.com/;", "granted for that scope")
                    .doesNotContain(ScriptedGmailServer.TOKEN_START);
            assertThat(google.tokenRequests(1)).hasSize(1);

            google.tokenResponse(
                    ScriptedGmailServer.json(200, "{\"access_token\":\"fake-good-token\",\"expires_in\":3600}"));
            channel.deliver(to("reader@recipient.example", "Your code", "first"));

            awaitLines("DATA", 1);
            assertThat(lines("AUTH")).hasSize(2);
            assertThat(google.tokenRequests(2)).hasSize(2);
        }
    }

    @Test
    void sendsNoTokenToAServerItDoesNotTrust() throws Exception {
        start("starttls");
        try (ScriptedGmailServer google = new ScriptedGmailServer()) {
            channel = SmtpChannel.builder()
                    .host("localhost")
                    .port(port)
                    .oauth2("user@acme.example", google.oauth2().build())
                    .from("no-reply@acme.example")
                    .build();

            assertThat(failure("reader@recipient.example").kind()).isEqualTo(Kind.MISCONFIGURED);
            assertNothingReceived();
        }
    }

    @Test
    void sendsNothingToAServerWithoutStartTls() throws Exception {
        start("clear");
        channel = trusting().build();

        DeliveryFailure failure = failure("reader@recipient.example");

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("does not offer STARTTLS");
        assertNothingReceived();
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "IMPLICIT"})
    void sendsNothingToAServerItDoesNotTrust(Tls tls) throws Exception {
        start(tls == Tls.IMPLICIT ? "implicit" : "starttls");
        channel = SmtpChannel.builder()
                .host("localhost")
                .port(port)
                .tls(tls)
                .credentials("user@acme.example", "fake-password")
                .from("no-reply@acme.example")
                .build();

        DeliveryFailure failure = failure("reader@recipient.example");

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("PKIX path building failed");
        assertNothingReceived();
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "IMPLICIT"})
    void sendsNothingToAServerOfAnotherName(Tls tls) throws Exception {
        start(tls == Tls.IMPLICIT ? "implicit" : "starttls");
        channel = trusting().host("127.0.0.1").tls(tls).build();

        DeliveryFailure failure = failure("reader@recipient.example");

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("subject alternative names");
        assertNothingReceived();
    }

    @Test
    void reportsWhatTheServerRefuses() throws Exception {
        start("starttls");
        channel = trusting().build();

        DeliveryFailure busy = failure("busy@recipient.example");
        assertThat(busy.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(busy.providerCode()).contains("450");
        DeliveryFailure nobody = failure("nobody@recipient.example");
        assertThat(nobody.kind()).isEqualTo(Kind.RECIPIENT_REJECTED);
        assertThat(nobody.providerCode()).contains("550");
        assertThat(lines("DATA")).isEmpty();

        channel = trusting()
                .credentials("user@acme.example", "another-fake-password")
                .build();
        DeliveryFailure login = failure("reader@recipient.example");
        assertThat(login.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(login.providerCode()).contains("535");
        assertThat(lines("DATA")).isEmpty();
    }

    @Test
    void waitsNoLongerThanTheTimeOut() throws Exception {
        start("starttls");
        channel = trusting().timeout(Duration.ofMillis(1500)).build();
        channel.deliver(to("reader@recipient.example", "Your code", "first"));

        assertThat(failure("silent-after-data@recipient.example").kind()).isEqualTo(Kind.UNCERTAIN);
        awaitLines("DATA", 2);
        assertThat(failure("silent-before-data@recipient.example").kind()).isEqualTo(Kind.UNAVAILABLE);

        assertThat(lines("DATA")).hasSize(2);
    }

    private SmtpChannel.Builder trusting() throws Exception {
        return SmtpChannel.builder()
                .host("localhost")
                .port(port)
                .credentials("user@acme.example", "fake-password")
                .sslContext(CERTIFICATE.trustingContext())
                .from("Acme <no-reply@acme.example>");
    }

    private DeliveryFailure failure(String address) {
        OtpMessage message = to(address, "Your code", "Your code is " + CODE + ".");
        return catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message))
                .failure();
    }

    private void assertNothingReceived() {
        assertThat(output).containsExactly("PORT " + port);
    }

    private List<String> lines(String start) {
        return output.stream().filter(line -> line.startsWith(start)).toList();
    }

    private void start(String behaviour) throws Exception {
        server = new ProcessBuilder(command("node"), "smtp-server.cjs", behaviour, "certificate.pem", "key.pem")
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .start();
        BufferedReader reader = server.inputReader(StandardCharsets.UTF_8);
        Thread thread = new Thread(() -> reader.lines().forEach(output::add), "npm-server-output");
        thread.setDaemon(true);
        thread.start();
        awaitLines("PORT", 1);
        port = Integer.parseInt(lines("PORT").get(0).substring(5));
    }

    private void awaitLines(String start, int count) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (lines(start).size() < count) {
            assertThat(server.isAlive() && System.nanoTime() < end)
                    .as("server said %s", output)
                    .isTrue();
            Thread.sleep(10);
        }
    }

    private static MimeMessage mail(String line) throws Exception {
        byte[] bytes = Base64.getDecoder().decode(line.substring(line.lastIndexOf(' ') + 1));
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
    }

    private static boolean isOnPath(String program) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, command(program)))) {
                return true;
            }
        }
        return false;
    }

    private static String command(String program) {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return windows ? program + (program.equals("npm") ? ".cmd" : ".exe") : program;
    }
}
