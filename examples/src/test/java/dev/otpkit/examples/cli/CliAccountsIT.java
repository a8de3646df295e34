package dev.otpkit.examples.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.otpkit.internal.input.DevelopmentMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process that reaches its provider, with the variables of one account and no others. */
class CliAccountsIT {
    private static final long PATIENCE_SECONDS = 60;
    private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");

    @TempDir
    private static Path temp;

    private static Internet internet;

    private Process process;

    @BeforeAll
    static void startProviders() throws Exception {
        internet = new Internet(temp);
    }

    @AfterAll
    static void stopProviders() throws Exception {
        internet.close();
    }

    @BeforeEach
    void forgetRequests() {
        internet.forget();
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void sendsWithAnAddressAndAnAppPasswordOfGmail() throws Exception {
        Map<String, String> environment =
                Map.of("EMAIL_HOST_USER", "someone@gmail.com", "EMAIL_HOST_PASSWORD", "abcd efgh ijkl mnop");

        sendAndVerify("reader@recipient.example", environment, CliAccountsIT::mail);

        assertThat(internet.targets()).containsOnly("192.0.2.10:587");
        String login = Base64.getEncoder()
                .encodeToString(
                        "someone@gmail.com\0someone@gmail.com\0abcdefghijklmnop".getBytes(StandardCharsets.US_ASCII));
        assertThat(internet.gmail().lines())
                .containsSubsequence("STARTTLS", "AUTH PLAIN " + login, "RCPT TO:<reader@recipient.example>")
                .anyMatch(line -> line.startsWith("MAIL FROM:<someone@gmail.com>"))
                .contains("From: someone@gmail.com");
    }

    @Test
    void sendsThroughTheGmailApiWithoutASender() throws Exception {
        answer("oauth2.googleapis.com", "/token", okJson("{\"access_token\":\"fake-token\",\"expires_in\":3599}"));
        answer("gmail.googleapis.com", "/gmail/v1/users/me/messages/send", okJson("{\"id\":\"fake-1\"}"));
        Map<String, String> environment = Map.of(
                "EMAIL_CLIENT_ID", "fake-id",
                "EMAIL_CLIENT_SECRET", "fake-secret",
                "EMAIL_REFRESH_TOKEN", "fake-refresh-token");

        sendAndVerify("reader@recipient.example", environment, CliAccountsIT::mailOfTheApi);

        assertThat(internet.targets()).containsOnly("oauth2.googleapis.com:443", "gmail.googleapis.com:443");
        assertThat(request("/token").getBodyAsString()).contains("refresh_token=fake-refresh-token");
        assertThat(request("/gmail/v1/users/me/messages/send").getHeader("Authorization"))
                .isEqualTo("Bearer fake-token");
        assertThat(mailOfTheApi().lines())
                .contains("To: reader@recipient.example")
                .noneMatch(line -> line.startsWith("From:"));
    }

    @Test
    void sendsWhatsAppFromTheSandbox() throws Exception {
        String path = "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json";
        answer(
                "api.twilio.com",
                path,
                okJson("{\"sid\":\"SM00000000000000000000000000000000\",\"status\":\"queued\"}")
                        .withStatus(201));
        Map<String, String> environment = Map.of(
                "TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000000",
                "TWILIO_AUTH_TOKEN", "fake",
                "TWILIO_WHATSAPP_FROM", "whatsapp:+14155238886");

        sendAndVerify(
                "0501234567",
                environment,
                () -> form(path).replace("+966501234567", "").replace("+14155238886", ""));

        assertThat(internet.targets()).containsOnly("api.twilio.com:443");
        assertThat(form(path))
                .contains("To=whatsapp:+966501234567", "From=whatsapp:+14155238886", "Body=")
                .doesNotContain("ContentSid");
    }

    private void sendAndVerify(String to, Map<String, String> environment, Supplier<String> whatArrived)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Starts in less time.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(internet.properties());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Cli.class.getName(), "send", "--to", to));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(temp.resolve("stderr").toFile());
        builder.environment().keySet().removeAll(DevelopmentMode.VARIABLES);
        builder.environment().keySet().removeIf(name -> name.matches("(EMAIL|SMS|TWILIO|DEFAULT_FROM)_.*"));
        builder.environment().putAll(environment);
        process = builder.start();

        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as("%s", Files.readString(temp.resolve("stderr"))).startsWith("sent to ");
        Matcher code = CODE.matcher(whatArrived.get());
        assertThat(code.find()).isTrue();
        process.outputWriter().write(code.group(1) + "\n");
        process.outputWriter().flush();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCodes.VERIFIED);
    }

    private static void answer(String host, String path, ResponseDefinitionBuilder answer) {
        internet.web()
                .stubFor(post(urlPathEqualTo(path)).withHost(equalTo(host)).willReturn(answer));
    }

    /** Returns the request to a path. It is in the journal only some time after its response. */
    private static LoggedRequest request(String path) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        List<LoggedRequest> found = List.of();
        while (found.isEmpty() && System.nanoTime() < end) {
            Thread.onSpinWait();
            found = internet.web().findAll(postRequestedFor(urlPathEqualTo(path)));
        }
        assertThat(found).as("requests to " + path).hasSize(1);
        return found.get(0);
    }

    private static String form(String path) {
        return URLDecoder.decode(request(path).getBodyAsString(), StandardCharsets.UTF_8);
    }

    private static String mailOfTheApi() {
        String raw = request("/gmail/v1/users/me/messages/send")
                .getBodyAsString()
                .replaceFirst("(?s).*\"raw\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        return new String(Base64.getUrlDecoder().decode(raw), StandardCharsets.UTF_8);
    }

    private static String mail() {
        List<String> lines = internet.gmail().lines();
        return String.join("\n", lines.subList(lines.indexOf("DATA"), lines.size()));
    }
}
