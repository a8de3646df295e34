package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.VerifyResult;
import dev.otpkit.store.redis.HammerReport.Fault;
import dev.otpkit.testkit.RecordingChannel;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Measures the loss of a failover. Replication is cut shortly before each primary dies, so that there is something to
 * lose: otherwise a replica on the same machine is in step within less than a millisecond.
 */
class HammerFailoverIT {
    private static final String MAILBOX = "someone@example.com";

    @Test
    void acceptsACodeTwiceIfAFailoverLosesThatItWasUsed() {
        RecordingChannel email = RecordingChannel.email();
        try (SentinelPair servers = SentinelPair.start();
                RedisOtpStore store = servers.builder().build()) {
            OtpManager otp = manager(store, email);
            otp.send(MAILBOX);
            awaitReplication(servers);
            servers.primary().cutOff(servers.replica());

            VerifyResult first = otp.verify(MAILBOX, email.lastCode());
            servers.killPrimary();
            awaitService(store);
            VerifyResult second = otp.verify(MAILBOX, email.lastCode());

            assertThat(List.of(first.isVerified(), second.isVerified())).containsExactly(true, true);
        }
    }

    @Test
    void acceptsACodeOnceAtMostIfAReplicaHasToConfirm() {
        RecordingChannel email = RecordingChannel.email();
        try (SentinelPair servers = SentinelPair.start();
                RedisOtpStore store = servers.builder()
                        .replicas(1)
                        .timeout(Duration.ofSeconds(1))
                        .build()) {
            OtpManager otp = manager(store, email);
            // A new replica needs up to a second before it confirms.
            awaitService(store);
            otp.send(MAILBOX);
            servers.primary().cutOff(servers.replica());

            assertThatExceptionOfType(OtpStoreException.class)
                    .isThrownBy(() -> otp.verify(MAILBOX, email.lastCode()))
                    .withMessageContaining("only 0 of 1 replicas");
            RedisServer killed = servers.killPrimary();
            servers.rejoin(killed);
            awaitService(store);

            assertThat(otp.verify(MAILBOX, email.lastCode()).isVerified()).isTrue();
            assertThat(otp.verify(MAILBOX, email.lastCode()).isVerified()).isFalse();
        }
    }

    @Test
    void acceptsNoCodeTwiceAcrossFailoversIfAReplicaHasToConfirm() {
        HammerReport report = failOver(1, Hammer.SOAK ? 20 : 1);

        report.assertEachCodeAcceptedOnce();
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void acceptsCodesTwiceAcrossFailoversIfNoReplicaHasToConfirm() {
        HammerReport report = failOver(0, 20);

        assertThat(report.acceptedTwice()).isPositive();
    }

    /** Kills primaries under load, each after a while in which its replica receives nothing. */
    private static HammerReport failOver(int replicas, int times) {
        try (SentinelPair servers = SentinelPair.start();
                Hammer hammer = Hammer.startForFaults(replicas, List.of(servers.uri()))) {
            List<Fault> faults = new ArrayList<>();
            hammer.awaitSuccesses(20, Hammer::anyKey);
            for (int i = 0; i < times; i++) {
                Hammer.sleep(Duration.ofSeconds(1));
                servers.primary().cutOff(servers.replica());
                Hammer.sleep(Duration.ofMillis(200 + 10 * i));
                RedisServer killed = servers.killPrimary();
                faults.add(new Fault("kill -9 of the primary", killed.killedAt(), Hammer::anyKey));
                servers.rejoin(killed);
                hammer.awaitSuccesses(20, Hammer::anyKey);
            }
            // One failover more than kills is unplanned: a busy machine can keep a primary from replying.
            long switches = servers.failovers();
            return judge(
                    times + " primaries killed, " + switches + " failovers of Sentinel, replicas(" + replicas + ")",
                    hammer,
                    faults,
                    servers.servers());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void acceptsNoCodeTwiceAcrossFailoversOfAClusterIfAReplicaHasToConfirm() {
        HammerReport report = failOverCluster(1, 10);

        report.assertEachCodeAcceptedOnce();
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void acceptsCodesTwiceAcrossFailoversOfAClusterIfNoReplicaHasToConfirm() {
        HammerReport report = failOverCluster(0, 10);

        assertThat(report.acceptedTwice()).isPositive();
    }

    private static HammerReport failOverCluster(int replicas, int times) {
        try (RedisCluster servers = RedisCluster.start();
                Hammer hammer = Hammer.startForFaults(replicas, List.of(servers.uris()))) {
            List<Fault> faults = new ArrayList<>();
            hammer.awaitSuccesses(20, Hammer::anyKey);
            for (int i = 0; i < times; i++) {
                Hammer.sleep(Duration.ofSeconds(1));
                RedisServer primary = servers.primaries().get(i % 3);
                Predicate<String> served = Hammer.keysOf(primary);
                primary.cutOff(servers.replicaOf(primary));
                Hammer.sleep(Duration.ofMillis(200 + 10 * i));
                servers.killPrimary(primary);
                faults.add(new Fault("kill -9 of a primary", primary.killedAt(), served));
                servers.bringBack(primary);
                hammer.awaitSuccesses(20, served);
            }
            return judge(
                    times + " primaries of a Cluster killed, replicas(" + replicas + ")",
                    hammer,
                    faults,
                    servers.servers());
        }
    }

    private static HammerReport judge(String title, Hammer hammer, List<Fault> faults, List<RedisServer> servers) {
        HammerReport report = hammer.stop();
        report.print(title);
        report.printReturns(faults);
        report.assertSound();
        HammerReport.assertEveryKeyExpires(servers);
        assertThat(report.calls()).isGreaterThan(Hammer.SOAK ? 1000 : 200);
        assertThat(report.met(HammerNode.KEPT)).isGreaterThan(Hammer.SOAK ? 100 : 20);
        return report;
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void losesNoMoreThanAMomentInAFailoverWithoutACut() {
        try (SentinelPair servers = SentinelPair.start()) {
            int judged = 0;
            for (int i = 0; judged < 10; i++) {
                assertThat(i)
                        .as("failovers, of which too few had an heir in step")
                        .isLessThan(20);
                String counter = "window" + i;
                long failovers = servers.failovers();
                Acknowledged acknowledged = new Acknowledged(servers, counter);
                Hammer.sleep(Duration.ofSeconds(1));
                acknowledged.await(100);
                // A primary that Sentinel declares down too early goes on beside its successor, which lacks the rest.
                boolean inStep = servers.failovers() == failovers && servers.isInStep();
                long killed = System.nanoTime();
                RedisServer old = servers.killPrimary();
                List<Long> times = acknowledged.stop();
                FailoverLoss loss =
                        FailoverLoss.of(times, servers.primary().commands().get("otp:{" + counter + "}:c"), killed);
                System.out.println("failover without a cut, " + loss
                        + (inStep ? "" : ", since the heir was not in step:\n" + servers.logs()));
                if (inStep) {
                    assertThat(times).hasSizeGreaterThanOrEqualTo(100);
                    assertThat(loss.millis()).as("%s%n%s", loss, servers.logs()).isLessThan(1000);
                    judged++;
                }
                servers.bringBack(old);
            }
        }
    }

    /** Kills a primary while its only replica, with or without data on its disk, copies it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void aReplicaThatIsStillCopyingTakesThePlaceWithoutWhatItLacks(boolean emptyDisk) {
        RecordingChannel email = RecordingChannel.email();
        try (SentinelPair servers = SentinelPair.start();
                RedisOtpStore store = servers.builder().build()) {
            OtpManager otp = manager(store, email);
            otp.send(MAILBOX);
            awaitReplication(servers);
            RedisServer replica = servers.replica();
            replica.kill();
            VerifyResult first = otp.verify(MAILBOX, email.lastCode());
            servers.fillAndSlowDownCopies();
            if (emptyDisk) {
                replica.restart("--appendonly", "no", "--dbfilename", "lost.rdb");
            } else {
                replica.restart();
            }
            servers.awaitCopying(replica);

            servers.killPrimary();
            awaitService(store);

            assertThat(first.isVerified()).isTrue();
            assertThat(replica.commands().keys("otp:*").stream().filter(key -> !key.endsWith(":c")))
                    .as("records that the new primary has")
                    .hasSize(emptyDisk ? 0 : 1);
            assertThat(otp.verify(MAILBOX, email.lastCode()).isVerified())
                    .as("the used code, again")
                    .isEqualTo(!emptyDisk);
        }
    }

    /** Adds to a counter, from several threads, until the server is gone; records the time of each acknowledgement. */
    private static final class Acknowledged {
        private static final int MAX = 1_000_000;
        private static final int THREADS = 4;

        private final long[] nanos = new long[MAX];
        private final AtomicInteger count = new AtomicInteger();
        private final List<Thread> threads = new ArrayList<>();
        private final RedisOtpStore store;

        Acknowledged(SentinelPair servers, String counter) {
            store = servers.builder().timeout(RedisServer.PATIENCE).build();
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> add(counter));
                thread.start();
                threads.add(thread);
            }
        }

        private void add(String counter) {
            try {
                while (true) {
                    long sum = store.increment(counter, 1, Duration.ofMinutes(10));
                    nanos[(int) sum - 1] = System.nanoTime();
                    count.incrementAndGet();
                }
            } catch (OtpStoreException e) {
                // The expected end.
            }
        }

        void await(int atLeast) {
            RedisServer.await("acknowledged writes", () -> count.get() >= atLeast);
        }

        /** Returns the times, the lowest sum first, without additions at the end that were not acknowledged. */
        List<Long> stop() {
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } finally {
                store.close();
            }
            List<Long> moments = new ArrayList<>();
            for (int i = 0; nanos[i] != 0; i++) {
                moments.add(nanos[i]);
            }
            return moments;
        }
    }

    private static OtpManager manager(RedisOtpStore store, RecordingChannel email) {
        return OtpManager.builder()
                .secret(OtpSecret.random())
                .store(store)
                .channel(email)
                .build();
    }

    /** Waits until the replica has received every write. */
    private static void awaitReplication(SentinelPair servers) {
        servers.primary().commands().set("mark", "", SetArgs.Builder.ex(60));
        assertThat(servers.primary().commands().waitForReplication(1, 5000)).isEqualTo(1);
    }

    private static void awaitService(RedisOtpStore store) {
        RedisServer.await(
                "a store that serves again",
                () -> StoreCall.succeeds(() -> store.increment("service", 1, Duration.ofMinutes(1))));
    }
}
