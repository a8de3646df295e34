package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the contracts, the extension and stand-ins on the versions of JUnit that the page names, each in a JVM that has
 * no other version: the build itself uses the newest. The jars are copied to the target folder by Maven.
 */
class JunitVersionsTest {
    private static final List<String> VERSIONS = List.of("1.10.5", "1.13.4", "6.0.3");
    private static final Path JARS = Path.of("target", "junit");
    private static final List<Class<?>> TESTS = List.of(
            RecordingChannelTest.class,
            FakeMshastraTest.class,
            OtpExtensionTest.OfATest.class,
            OtpExtensionTest.Customized.class);

    /** Some quick tests, a skipped one among them: the others need no more of JUnit. */
    private static final List<String> STORE = List.of(
            "exchangesARecordForOneThatIsExpected",
            "keepsEveryByte",
            "leavesTheInterruptOfItsCaller",
            "letsOneOfManyRacingExchangesWin",
            "readsNoWallClock",
            "throwsAnOtpStoreExceptionWhileTheServerIsAway");

    private static final List<String> PROMISES = List.of(
            "acceptsACodeUntilItExpires",
            "acceptsAndSendsNothingWhileTheStoreIsAway",
            "aFailedGuessCountsWhateverTheCallersTransactionDoes",
            "limitsAreExactAtTheEdgesOfTheirWindow");

    /** Of a contract over HTTP, one test of each kind. */
    private static final List<String> CHANNEL = List.of(
            "deliversAMessageOnce",
            "reportsEachRefusalAsWhatItMeans",
            "logsNoCodeAddressOrCredential",
            "worksAlikeInEveryLocale",
            "isUncertainOfAConnectionThatBreaks",
            "followsNoRedirect");

    @Test
    void worksOnEachOfThem(@TempDir Path folder) throws Exception {
        Map<String, Process> running = new TreeMap<>();
        try {
            for (String version : VERSIONS) {
                running.put(version, start(version, folder.resolve(version)));
            }
            for (String version : VERSIONS) {
                assertThat(running.get(version).waitFor(2, TimeUnit.MINUTES))
                        .as("ended in time with the platform %s", version)
                        .isTrue();
                String report = Files.readString(folder.resolve(version));
                assertThat(running.get(version).exitValue()).as(report).isZero();
                assertThat(report)
                        .as("report of the platform %s", version)
                        .contains("[         0 tests failed          ]")
                        .containsPattern("\\[ +([3-9]|1\\d)\\d tests successful +]");
            }
        } finally {
            running.values().forEach(Process::destroyForcibly);
        }
    }

    private static Process start(String version, Path output) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(version),
                "org.junit.platform.console.ConsoleLauncher",
                "execute",
                "--disable-banner",
                "--details=summary"));
        TESTS.forEach(test -> command.add("--select-class=" + test.getName()));
        STORE.forEach(name -> command.add("--select-method=" + MapOtpStoreTest.class.getName() + "#" + name));
        PROMISES.forEach(name -> command.add("--select-method=" + MapOtpPromisesTest.class.getName() + "#" + name));
        CHANNEL.forEach(name -> command.add("--select-method=" + WebhookChannelTest.class.getName() + "#" + name));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Returns the class path of these tests without this JVM's JUnit, and with another. */
    private static String classPath(String version) {
        Path junit = JARS.resolve("junit-platform-console-standalone-" + version + ".jar");
        assertThat(junit).isRegularFile();
        String ours = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.concat(
                        Stream.of(junit.toString()),
                        Arrays.stream(ours.split(File.pathSeparator))
                                .filter(entry -> !entry.contains("junit-") && !entry.contains("opentest4j")))
                .reduce((left, right) -> left + File.pathSeparator + right)
                .orElseThrow();
    }
}
