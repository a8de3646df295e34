package dev.otpkit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.otpkit.internal.input.DevelopmentMode;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process with an exit code, as a script runs it. */
class CliIT {
    private static final long PATIENCE_SECONDS = 60;

    /** Commands that start another with the default action of SIGINT, even if they were started with it ignored. */
    private static final List<List<String>> RESETS = List.of(
            List.of(),
            List.of("env", "--default-signal=INT"),
            List.of("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec { $ARGV[0] } @ARGV"),
            List.of(
                    "python3",
                    "-c",
                    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
                            + " os.execvp(sys.argv[1], sys.argv[1:])"));

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

    /**
     * A shell starts its background jobs with SIGINT ignored, nohup or not, and some build servers do so too. What they
     * start inherits that, and a Java process leaves it so; a program that a person starts has the default action.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "trap '' INT; "})
    void endsAtOnceAndQuietlyOnCtrlC(String build) throws Exception {
        List<String> prefix = new ArrayList<>(List.of("sh", "-c", build + "exec \"$@\"", "sh"));
        prefix.addAll(reset(prefix));
        start(prefix, "send", "--to", "0501234567", "--via", "sms", "--dev");
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

    /** Returns the first way that resets SIGINT behind a prefix; skips the test if there is none. */
    private static List<String> reset(List<String> prefix) throws IOException, InterruptedException {
        for (List<String> reset : RESETS) {
            List<String> command = new ArrayList<>(prefix);
            command.addAll(reset);
            command.addAll(List.of("sh", "-c", "kill -INT $$"));
            Process attempt = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (attempt.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && attempt.exitValue() == 130) {
                return reset;
            }
        }
        return abort(
                "SIGINT is ignored here, as in a background job, and neither env (of coreutils 8.31 or later), perl"
                        + " nor python3 is there to reset it");
    }

    private void start(String... args) throws IOException {
        start(List.of(), args);
    }

    private void start(List<String> prefix, String... args) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
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
