package dev.otpkit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.internal.DevelopmentMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a script meets it: a process with an exit code. */
class CliIT {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path temp;

    private Process process;

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void verifiesACodeFromAPipe() throws Exception {
        start("send", "--to", "0501234567", "--via", "sms", "--dev");
        String code = lineWith("the code is ").replaceFirst(".*the code is (\\d+).*", "$1");

        process.outputWriter().write(code + "\n");
        process.outputWriter().flush();

        assertThat(lineWith("verified")).contains("verified: +966•••••4567 received the code");
        assertThat(exit()).isEqualTo(ExitCodes.VERIFIED);
    }

    @Test
    void endsAtOnceAndQuietlyOnCtrlC() throws Exception {
        start("send", "--to", "0501234567", "--via", "sms", "--dev");
        lineWith("the code is ");

        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        assertThat(kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        assertThat(exit()).isEqualTo(130);
        assertThat(Files.readString(temp.resolve("stderr"))).doesNotContain("Exception", "\tat ");
    }

    @Test
    void tellsAScriptThatItsArgumentsAreWrong() throws Exception {
        start("send", "--via", "sms");

        assertThat(exit()).isEqualTo(ExitCodes.USAGE);
        assertThat(Files.readString(temp.resolve("stderr"))).contains("--to");
    }

    private void start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Cli.class.getName()));
        command.addAll(Arrays.asList(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(temp.resolve("stderr").toFile());
        builder.environment().keySet().removeAll(DevelopmentMode.VARIABLES);
        process = builder.start();
    }

    private String lineWith(String text) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.contains(text)) {
                return line;
            }
        }
        throw new AssertionError(
                "no line has \"" + text + "\"; the errors are " + Files.readString(temp.resolve("stderr")));
    }

    private int exit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
