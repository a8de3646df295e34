package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many callers while the server is unavailable: each call fails in time, and nothing accumulates. */
class RedisOtpStoreCrowdIT {
    private static final int THREADS = 100;
    private static final int CALLS_EACH = 50;

    private final RedisServer server = RedisServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void endsEachCallInTimeWhileTheServerIsFrozen() {
        try (RedisOtpStore store = FailureFixture.builder(server.uri()).build()) {
            FailureFixture.write(store);
            long before = commands();
            server.freeze();
            Crowd crowd = Crowd.call(store);
            server.thaw();
            assertThat(crowd.slowest()).isLessThan(FailureFixture.TIMEOUT.multipliedBy(2));
            assertThat(crowd.failures()).isEqualTo(THREADS * CALLS_EACH);
            assertRecovered(store, before);
        }
    }

    @Test
    void endsEachCallAtOnceWhileTheServerIsDown() {
        try (RedisOtpStore store = FailureFixture.builder(server.uri()).build()) {
            FailureFixture.write(store);
            long before = commands();
            server.kill();
            RedisServer.await("a lost connection", () -> !StoreCall.succeeds(() -> store.get(FailureFixture.KEY)));
            long start = System.nanoTime();
            Crowd crowd = Crowd.call(store);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("%s calls, none of which waits", THREADS * CALLS_EACH)
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(crowd.slowest()).isLessThan(FailureFixture.TIMEOUT.multipliedBy(2));
            assertThat(crowd.failures()).isEqualTo(THREADS * CALLS_EACH);
            server.restart();
            assertRecovered(store, before);
        }
    }

    @Test
    void answersAllWhoStillWaitWhenTheServerThaws() {
        try (RedisOtpStore store = RedisOtpStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(30))
                .build()) {
            FailureFixture.write(store);
            server.freeze();
            List<CompletableFuture<String>> calls = IntStream.range(0, 300)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> StoreCall.messageOf(() -> store.get(FailureFixture.KEY)), FailureFixture::start))
                    .toList();
            server.thaw();
            assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEmpty());
        }
    }

    @Test
    void refusesWhatIsBeyondTenThousandRequestsWithoutAnAnswer() {
        try (RedisOtpStore store = RedisOtpStore.builder()
                .uri(server.uri())
                .timeout(RedisServer.PATIENCE)
                .build()) {
            FailureFixture.write(store);
            server.freeze();
            // An interrupted caller leaves. The reply to its request is still due.
            int threads = 400;
            int requestsEach = 26;
            ScheduledExecutorService interrupter = Executors.newScheduledThreadPool(1);
            List<CompletableFuture<Void>> callers = IntStream.range(0, threads)
                    .mapToObj(thread -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < requestsEach; i++) {
                                    Thread me = Thread.currentThread();
                                    Future<?> interrupt =
                                            interrupter.schedule(me::interrupt, 100, TimeUnit.MILLISECONDS);
                                    assertThat(StoreCall.succeeds(() -> store.get(FailureFixture.KEY)))
                                            .isFalse();
                                    if (!Thread.interrupted()) {
                                        interrupt.cancel(false);
                                    }
                                }
                            },
                            FailureFixture::start))
                    .toList();
            callers.forEach(CompletableFuture::join);
            interrupter.shutdown();
            long start = System.nanoTime();
            assertThat(StoreCall.succeeds(() -> store.get(FailureFixture.KEY))).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(RedisServer.PATIENCE.dividedBy(2));
            server.thaw();
            RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
        }
    }

    private void assertRecovered(RedisOtpStore store, long commandsBefore) {
        RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
        Crowd crowd = Crowd.call(store);
        assertThat(crowd.failures()).isZero();
        // Lettuce releases a command after its time-out, with or without a reply.
        RedisServer.await("the release of the commands", () -> commands() < commandsBefore + THREADS);
    }

    /** Returns the number of live commands of Lettuce, after a garbage collection. */
    private static long commands() {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return histogram
                    .lines()
                    .filter(line -> line.matches(".* io\\.lettuce\\.core\\.protocol\\.AsyncCommand\\b.*"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("^\\s*\\d+:\\s+(\\d+).*", "$1")))
                    .sum();
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Crowd(int failures, Duration slowest) {
        static Crowd call(RedisOtpStore store) {
            AtomicInteger failures = new AtomicInteger();
            AtomicLong slowest = new AtomicLong();
            List<CompletableFuture<Void>> threads = IntStream.range(0, THREADS)
                    .mapToObj(thread -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < CALLS_EACH; i++) {
                                    long start = System.nanoTime();
                                    if (!StoreCall.succeeds(
                                            i % 2 == 0
                                                    ? () -> store.get(FailureFixture.KEY)
                                                    : () -> store.increment("crowd", 1, FailureFixture.TTL))) {
                                        failures.incrementAndGet();
                                    }
                                    slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                                }
                            },
                            FailureFixture::start))
                    .toList();
            threads.forEach(CompletableFuture::join);
            return new Crowd(failures.get(), Duration.ofNanos(slowest.get()));
        }
    }
}
