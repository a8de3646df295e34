package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks calls that must fail: in time, with the host and without a secret in the exception. */
final class FailureFixture {
    /** The time-out of stores in these tests. */
    static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** The longest time of a call, however much of it an exception excuses. */
    private static final Duration CAP = Duration.ofSeconds(30);

    static final String PASSWORD = "fake-password-4711";
    static final String KEY = "a-key";

    /** The key of a record that a test wrote. */
    static final String KEPT = "another-key";

    static final Duration TTL = Duration.ofMinutes(1);
    private static final String CONTENT = "fake-record-8282";

    private static final Pattern LOADING = Pattern.compile(", after ([0-9.]+) s for loading the client");
    private static final Pattern STALLED = Pattern.compile("; this process lacked CPU: it was stalled for ([0-9.]+) s");

    static {
        // The first connection of a JVM loads so many classes that the time-out above can be too short for the
        // next steps.
        try (RedisServer server = RedisServer.start();
                RedisOtpStore store = RedisOtpStore.builder()
                        .uri(server.uri())
                        .timeout(RedisServer.PATIENCE)
                        .build()) {
            write(store);
        }
    }

    private FailureFixture() {}

    static StoredRecord record(String suffix) {
        return StoredRecord.of((CONTENT + suffix).getBytes(StandardCharsets.US_ASCII));
    }

    static RedisOtpStore.Builder builder(String uri) {
        return RedisOtpStore.builder().uri(uri).timeout(TIMEOUT);
    }

    /** Writes a record, with or without a previous one. */
    static void write(OtpStore store) {
        store.compareAndExchange(KEPT, store.get(KEPT), record(""), TTL);
    }

    /** Calls get, compareAndExchange and increment at once, and returns their exceptions. */
    static List<OtpStoreException> ofEachCall(OtpStore store, String hostAndPort) {
        List<OtpStoreException> all = new ArrayList<>();
        CompletableFuture<OtpStoreException> get =
                CompletableFuture.supplyAsync(() -> of(hostAndPort, () -> store.get(KEY)), FailureFixture::start);
        CompletableFuture<OtpStoreException> write =
                CompletableFuture.supplyAsync(() -> ofWriting(store, hostAndPort), FailureFixture::start);
        all.add(ofCounting(store, hostAndPort));
        all.add(get.join());
        all.add(write.join());
        return all;
    }

    static OtpStoreException ofWriting(OtpStore store, String hostAndPort) {
        return of(hostAndPort, () -> store.compareAndExchange(KEY, null, record("-new"), TTL));
    }

    static OtpStoreException ofCounting(OtpStore store, String hostAndPort) {
        return of(hostAndPort, () -> store.increment(KEY + "-counter", 1, TTL));
    }

    /**
     * Returns the exception of a call, which must end within twice the time-out. The time for loading the client and
     * that for which this process was stalled do not count, as an exception of {@code build()} reports them; with them,
     * a call must end within 30 seconds.
     */
    static OtpStoreException of(String hostAndPort, Runnable call) {
        long start = System.nanoTime();
        OtpStoreException thrown = catchThrowableOfType(OtpStoreException.class, call::run);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(thrown).as("no exception after %s", took).isNotNull();
        assertThat(took).as("with all that \"%s\" excuses", thrown.getMessage()).isLessThan(CAP);
        assertThat(took.minus(reported(thrown, LOADING)).minus(reported(thrown, STALLED)))
                .as("%s, apart from what \"%s\" excuses", took, thrown.getMessage())
                .isLessThan(TIMEOUT.multipliedBy(2));
        assertThat(thrown).hasMessageContaining(hostAndPort);
        assertThat(textOf(thrown)).doesNotContain(PASSWORD, CONTENT);
        return thrown;
    }

    private static Duration reported(OtpStoreException thrown, Pattern time) {
        Matcher matcher = time.matcher(String.valueOf(thrown.getMessage()));
        return matcher.find() ? Duration.parse("PT" + matcher.group(1) + "S") : Duration.ZERO;
    }

    /** Returns the exception of {@code build()}, which must end in time and leave no thread. */
    static OtpStoreException ofBuilding(String hostAndPort, RedisOtpStore.Builder builder) {
        List<Thread> before = clientThreads();
        OtpStoreException thrown = of(hostAndPort, builder.connectTimeout(TIMEOUT)::build);
        RedisServer.await("the end of a client's threads", () -> before.containsAll(clientThreads()));
        return thrown;
    }

    static List<Thread> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lettuce-"))
                .toList();
    }

    /** Returns the text of an exception in a log. */
    static String textOf(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    static void start(Runnable task) {
        new Thread(task, "caller").start();
    }
}
