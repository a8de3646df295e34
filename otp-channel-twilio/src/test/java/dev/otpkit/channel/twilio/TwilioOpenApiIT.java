package dev.otpkit.channel.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.testkit.FakeTwilio;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests to npm's Prism, which simulates Twilio according to Twilio's own OpenAPI document. Prism drops a parameter
 * that the document does not contain, so the names are compared here. Skipped, with the reason, if there is no npm, or
 * if npm cannot install it.
 */
class TwilioOpenApiIT {
    private static final String PRISM = "@stoplight/prism-cli@5.14.2";
    private static final String DOCUMENT = "@twilio/cli-core@8.3.2";
    private static final String MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path DIRECTORY = Path.of("target", "npm").toAbsolutePath();
    private static final Path SPECIFICATION =
            DIRECTORY.resolve("package/src/services/twilio-api/twilio_api_v2010.json");

    private static final List<String> OUTPUT = new CopyOnWriteArrayList<>();
    private static Process prism;
    private static URI url;

    @BeforeAll
    static void startPrism() throws Exception {
        assumeTrue(isOnPath("node") && isOnPath("npm") && isOnPath("tar"), "node, npm and tar are not installed");
        Files.createDirectories(DIRECTORY);
        if (!Files.exists(DIRECTORY.resolve("node_modules/@stoplight/prism-cli/package.json"))) {
            npm(
                    "install",
                    "--no-save",
                    "--no-package-lock",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    DIRECTORY.toString(),
                    PRISM);
        }
        if (!Files.exists(SPECIFICATION)) {
            // Packed, not installed: its dependencies are not needed.
            npm("pack", "--pack-destination", DIRECTORY.toString(), DOCUMENT);
            unpackDocument();
        }
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        url = URI.create("http://127.0.0.1:" + port);
        prism = new ProcessBuilder(
                        command("node"),
                        "node_modules/@stoplight/prism-cli/dist/index.js",
                        "mock",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        String.valueOf(port),
                        "--multiprocess",
                        "false",
                        SPECIFICATION.toString())
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .start();
        BufferedReader reader = prism.inputReader(StandardCharsets.UTF_8);
        Thread thread = new Thread(() -> reader.lines().forEach(OUTPUT::add), "prism-output");
        thread.setDaemon(true);
        thread.start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (OUTPUT.stream().noneMatch(line -> line.contains("Prism is listening on"))) {
            assertThat(prism.isAlive() && System.nanoTime() < end)
                    .as("Prism said %s", OUTPUT)
                    .isTrue();
            Thread.sleep(10);
        }
    }

    @AfterAll
    static void stopPrism() throws Exception {
        if (prism != null) {
            prism.destroyForcibly().waitFor();
        }
    }

    @Test
    void acceptsAnSmsFromANumber() throws Exception {
        assertAccepted(url -> sms(url).from("+15005550006").build());
    }

    @Test
    void acceptsAnSmsFromAMessagingService() throws Exception {
        assertAccepted(url -> sms(url).messagingServiceSid(TestMessages.SERVICE).build());
    }

    @Test
    void acceptsAnSmsWithAStatusCallback() throws Exception {
        URI callback = URI.create("https://acme.example/otp/status?tenant=7");
        assertAccepted(url -> sms(url).from("Acme").statusCallback(callback).build());
    }

    @Test
    void acceptsFeedbackOnAnSms() throws Exception {
        assertAccepted(url -> sms(url).from("Acme").provideFeedback(true).build());

        sms(url).from("Acme").provideFeedback(true).build().used("SM0123456789abcdef0123456789abcdef");
    }

    @Test
    void acceptsATemplateOverWhatsApp() throws Exception {
        assertAccepted(url -> whatsApp(url)
                .from("+15005550006")
                .contentSid(TestMessages.TEMPLATE)
                .build());
        assertAccepted(url -> whatsApp(url)
                .messagingServiceSid(TestMessages.SERVICE)
                .contentSid(TestMessages.TEMPLATE)
                .statusCallback(URI.create("https://acme.example/otp/status"))
                .build());
    }

    @Test
    void acceptsATextInTheSandbox() throws Exception {
        assertAccepted(url -> whatsApp(url).from("+14155238886").sandbox(true).build());
    }

    @ParameterizedTest
    @CsvSource({
        "To=%2B966501234567&From=Acme&Body=x&ValidityPeriod=abc, ValidityPeriod",
        "To=%2B966501234567&From=Acme&Body=x&ContentSid=HX1, ContentSid",
        "To=%2B966501234567&MessagingServiceSid=MG1&Body=x, MessagingServiceSid",
        "To=%2B966501234567&From=Acme&Body=x&RiskCheck=zzz, RiskCheck",
        "From=Acme&Body=x, To"
    })
    void refusesWhatTheDocumentDoesNotAllow(String form, String parameter) throws Exception {
        HttpResponse<String> response = post(form, "Basic ZmFrZTpmYWtl");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        assertThat(response.body()).contains(parameter);
    }

    @Test
    void refusesWhoeverDoesNotSignIn() throws Exception {
        String form = "To=%2B966501234567&From=Acme&Body=x&ValidityPeriod=300";
        assertThat(post(form, "Basic ZmFrZTpmYWtl").statusCode()).isEqualTo(201);
        assertThat(post(form, "").statusCode()).isEqualTo(401);
    }

    private static void assertAccepted(Function<URI, DeliveryChannel> channelAt) throws Exception {
        assertThat(channelAt.apply(url).deliver(TestMessages.message()).providerMessageId())
                .hasValueSatisfying(sid -> assertThat(sid).matches("(SM|MM)[0-9a-f]{32}"));

        try (FakeTwilio twilio = FakeTwilio.start(TestMessages.ACCOUNT, TestMessages.TOKEN)) {
            channelAt.apply(twilio.url()).deliver(TestMessages.message());
            assertThat(documented()).containsAll(twilio.requests().get(0).form().keySet());
        }
    }

    private static List<String> documented() throws IOException {
        List<String> names = new ArrayList<>();
        new ObjectMapper()
                .readTree(SPECIFICATION.toFile())
                .path("paths")
                .path(MESSAGES)
                .path("post")
                .path("requestBody")
                .path("content")
                .path(FORM)
                .path("schema")
                .path("properties")
                .fieldNames()
                .forEachRemaining(names::add);
        return names;
    }

    private static HttpResponse<String> post(String form, String authorization) throws Exception {
        URI messages = url.resolve(MESSAGES.replace("{AccountSid}", TestMessages.ACCOUNT));
        HttpRequest.Builder request = HttpRequest.newBuilder(messages)
                .timeout(PATIENCE)
                .header("Content-Type", FORM)
                .POST(BodyPublishers.ofString(form));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    private static TwilioSmsChannel.Builder sms(URI url) {
        return TwilioSmsChannel.builder()
                .accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .baseUrl(url);
    }

    private static TwilioWhatsAppChannel.Builder whatsApp(URI url) {
        return TwilioWhatsAppChannel.builder()
                .accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .baseUrl(url);
    }

    private static void unpackDocument() throws Exception {
        String archive = DOCUMENT.substring(1).replace('/', '-').replace('@', '-') + ".tgz";
        String path = DIRECTORY.relativize(SPECIFICATION).toString().replace('\\', '/');
        run("tar could not unpack " + archive, command("tar"), "-xzf", archive, path);
    }

    private static void npm(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(command("npm")));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--ignore-scripts", "--fetch-retries=2", "--fetch-retry-mintimeout=2000"));
        run("npm could not " + String.join(" ", arguments), words.toArray(String[]::new));
    }

    private static void run(String problem, String... words) throws Exception {
        Path log = DIRECTORY.resolve("install.log");
        Process process = new ProcessBuilder(words)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        if (!ended || process.exitValue() != 0) {
            abort(problem + ": " + Files.readString(log));
        }
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
