package dev.otpkit.channel.http;

import static dev.otpkit.channel.http.ScriptedHttpServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts a JVM, since the JDK reads the property once. */
@Timeout(60)
class HttpCallerLogTest {

    /** Makes a call. */
    static final class Call {
        public static void main(String[] args) throws NoResponseException {
            try (HttpCaller caller = HttpCaller.create("sms", Duration.ofSeconds(30))) {
                caller.send(ProviderRequest.post(URI.create(args[0]))
                        .bearer("fake-token")
                        .text("text/plain", "code=481516"));
            }
        }
    }

    /** Proves the warning about this property on the pages of the channels. */
    @Test
    void theLogOfTheJdkHasTheHeadersOfARequestAndNotItsBody() throws Exception {
        try (ScriptedHttpServer server = new ScriptedHttpServer()) {
            server.respond(ok("code=481516"));
            Process jvm = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Djdk.httpclient.HttpClient.log=all",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Call.class.getName(),
                            server.url("http").toString())
                    .redirectErrorStream(true)
                    .start();
            try {
                String log = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(server.requests()).hasSize(1);
                assertThat(log).contains("Authorization: Bearer fake-token").doesNotContain("481516");
            } finally {
                jvm.destroyForcibly();
            }
        }
    }
}
