package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.internal.input.DevelopmentMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts JVMs with separate environments, since a test cannot set the one that {@code build()} reads in its JVM. */
class DevelopmentModeInProductionTest {

    /** Builds a manager in development mode and reports the outcome. */
    static final class Start {
        public static void main(String[] args) {
            try {
                new ManagerFixture().bare().developmentMode(true).build();
                System.out.println("started");
            } catch (IllegalStateException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    @Test
    void developmentModeAndProductionTogetherDoNotStart() throws Exception {
        assertThat(start(Map.of("OTP_ENV", "production")))
                .isEqualTo("refused: developmentMode must be off in production, but OTP_ENV is production:"
                        + " it logs codes and returns them");
        assertThat(start(Map.of("QUARKUS_PROFILE", "\"prod-eu\""))).startsWith("refused");
        assertThat(start(Map.of("APP_ENV", "test"))).isEqualTo("started");
    }

    @Test
    void neitherASystemPropertyNorAnArgumentOfTheProgramIsPassedOver() throws Exception {
        assertThat(start(Map.of("JAVA_TOOL_OPTIONS", "-Dspring.profiles.active=prod")))
                .startsWith("refused: developmentMode must be off in production, but spring.profiles.active is prod");
        assertThat(start(Map.of(), "--spring.profiles.active=metrics,prod"))
                .startsWith("refused: developmentMode must be off in production,"
                        + " but spring.profiles.active is metrics,prod");
    }

    private static String start(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder jvm = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Start.class.getName());
        jvm.command().addAll(List.of(arguments));
        jvm.environment().keySet().removeAll(DevelopmentMode.VARIABLES);
        jvm.environment().putAll(environment);
        Process process = jvm.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return output.strip();
        } finally {
            process.destroyForcibly();
        }
    }
}
