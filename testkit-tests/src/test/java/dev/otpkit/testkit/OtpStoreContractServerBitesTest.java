package dev.otpkit.testkit;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import dev.otpkit.testkit.OtpStoreContractBitesTest.SaneStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests that each defect of a store with a server fails a named test of the contract. Those that take seconds wait for
 * time-outs, side by side.
 */
class OtpStoreContractServerBitesTest {

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void passesASaneStore() {
        ContractRun.assertPassesAllBut(
                SaneNodes.class,
                "countsWhateverTheCallersTransactionDoes",
                "exchangesWhateverTheCallersTransactionDoes",
                "isSharedIfAnotherNodeSeesItsRecords",
                "measuresALifetimeWhileTheCallersTransactionIsOpen");
    }

    @Test
    void failsOneThatReadsNothingFromAServerThatIsAway() {
        ContractRun.assertFails(
                ReadsNothing.class,
                "throwsAnOtpStoreExceptionWhileTheServerIsAway",
                "throwsAnOtpStoreExceptionWhileTheServerHangs",
                "readsWhatIsThereOrThrowsWhenAReplyIsLost");
    }

    @Test
    void failsOneThatWinsOnAServerThatIsAway() {
        ContractRun.assertFails(
                Wins.class,
                "throwsAnOtpStoreExceptionWhileTheServerIsAway",
                "throwsAnOtpStoreExceptionWhileTheServerHangs");
    }

    @Test
    void failsOneThatCountsZeroOnAServerThatIsAway() {
        ContractRun.assertFails(
                CountsZero.class,
                "throwsAnOtpStoreExceptionWhileTheServerIsAway",
                "throwsAnOtpStoreExceptionWhileTheServerHangs",
                "countsOnceWhenAReplyIsLost");
    }

    @Test
    void failsOneThatThrowsTheExceptionOfItsClient() {
        ContractRun.assertFails(
                ThrowsItsOwn.class,
                "throwsAnOtpStoreExceptionWhileTheServerIsAway",
                "throwsAnOtpStoreExceptionWhileTheServerHangs");
    }

    @Test
    void failsOneThatTriesAnExchangeAgain() {
        ContractRun.assertFails(TriesExchangesAgain.class, "exchangesOnceWhenAReplyIsLost");
    }

    @Test
    void failsOneThatTriesAnAdditionAgain() {
        ContractRun.assertFails(TriesAdditionsAgain.class, "countsOnceWhenAReplyIsLost");
    }

    @Test
    void failsOneThatMakesAConnectionForEachCallAndTriesAgain() {
        ContractRun.assertFails(ShakesHands.class, "exchangesOnceWhenAReplyIsLost", "countsOnceWhenAReplyIsLost");
    }

    @Test
    void failsOneThatCachesRecords() {
        ContractRun.assertFails(CachesRecords.class, "showsEachNodeAtOnceWhatAnotherHasChanged");
    }

    @Test
    void failsOneThatCachesAbsence() {
        ContractRun.assertFails(CachesAbsence.class, "showsEachNodeAtOnceWhatAnotherHasChanged");
    }

    @Test
    void failsOneThatCachesCounters() {
        ContractRun.assertFails(CachesCounters.class, "showsEachNodeAtOnceWhatAnotherHasCounted");
    }

    @Test
    void failsOneThatSaysItIsNotShared() {
        ContractRun.assertFails(SaysItIsNotShared.class, "isSharedIfAnotherNodeSeesItsRecords");
    }

    @Test
    void failsOneThatReadsThenWrites() {
        ContractRun.assertFails(
                ReadsThenWrites.class,
                "letsOneOfManyRacingExchangesWin",
                "letsOneOfManyRacingEqualExchangesWin",
                "losesNoUpdateOfManyThreads");
    }

    @Test
    void failsOneThatReadsThenRemoves() {
        ContractRun.assertFails(ReadsThenRemoves.class, "letsOneOfManyRacingRemovalsAndExchangesWin");
    }

    @Test
    void failsOneThatReadsAfterItWasLost() {
        ContractRun.assertFails(ReadsAfterALoss.class, "takesNoLostExchangeForAWonOne");
    }

    @Test
    void failsACounterThatReadsThenWrites() {
        ContractRun.assertFails(CountsInTwoSteps.class, "showsEachOfManyRacingCallersAnotherValue");
    }

    @Test
    void failsACounterThatTakesBackInTwoSteps() {
        ContractRun.assertFails(TakesBackInTwoSteps.class, "losesNothingThatManyRacingCallersTakeBack");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void failsOneThatWaitsWithoutEnd() {
        ContractRun.assertFails(
                WaitsWithoutEnd.class,
                "throwsAnOtpStoreExceptionWhileTheServerHangs",
                "endsACallThatIsInterruptedWhileTheServerHangs");
    }

    @Test
    void failsARecordThatGetsItsLifetimeInASecondStep() {
        ContractRun.assertFails(LimitsRecordsLater.class, "forgetsInTimeWhatWasPutWhenAReplyWasLost");
    }

    @Test
    void failsACounterThatGetsItsLifetimeInASecondStep() {
        ContractRun.assertFails(LimitsCountersLater.class, "forgetsInTimeWhatWasPutWhenAReplyWasLost");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void failsOneThatTriesEachIdleConnection() {
        ContractRun.assertFails(TriesEachIdleConnection.class, "throwsAnOtpStoreExceptionWhileTheServerHangs");
    }

    @Test
    void failsOneThatSwallowsAnInterrupt() {
        ContractRun.assertFails(
                SwallowsInterrupts.class,
                "leavesTheInterruptOfItsCaller",
                "endsACallThatIsInterruptedWhileTheServerHangs");
    }

    @Test
    void failsOneThatSwallowsAnInterruptWhileItWaits() {
        ContractRun.assertFails(SwallowsInterruptsWhileItWaits.class, "endsACallThatIsInterruptedWhileTheServerHangs");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void failsOneThatStaysBroken() {
        ContractRun.assertFails(StaysBroken.class, "worksAgainWhenTheServerIsBack");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void failsOneThatLeavesConnectionsOpen() {
        ContractRun.assertFails(LeavesConnectionsOpen.class, "leavesNoConnectionOpenAfterFailures");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void failsOneThatGivesNoPlaceOfItsPoolBack() {
        ContractRun.assertFails(GivesNoPlaceBack.class, "worksAgainWhenTheServerIsBack");
    }

    /** Nodes of one server, with a proxy between. */
    abstract static class Nodes extends OtpStoreContract {
        static final Duration TIMEOUT = Duration.ofSeconds(2);

        /** For a fixture whose server hangs, and which fails anyway. */
        static final Duration SHORT_TIMEOUT = Duration.ofMillis(500);

        final SaneStore data = new SaneStore();
        private final LineServer server = new LineServer(LineStore.serverOf(data));
        private final FaultyProxy proxy = FaultyProxy.to(server.address());

        abstract OtpStore node(InetSocketAddress address);

        @Override
        protected OtpStore createStore() {
            return node(proxy.address());
        }

        @Override
        protected Optional<ServerFaults> server() {
            return Optional.of(proxy);
        }

        @Override
        protected boolean passTime(Duration time) {
            return data.passTime(time);
        }

        @Override
        protected OptionalLong entries() {
            return data.entries();
        }

        /** The server knows no transactions. */
        @Override
        protected boolean rollBackAfter(Runnable work) {
            return false;
        }

        @AfterEach
        void closeServer() {
            proxy.close();
            server.close();
        }
    }

    static class SaneNodes extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT);
        }
    }

    static class ReadsNothing extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                @Override
                public @Nullable StoredRecord get(String key) {
                    try {
                        return super.get(key);
                    } catch (OtpStoreException e) {
                        return null;
                    }
                }
            };
        }
    }

    static class Wins extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                @Override
                public @Nullable StoredRecord compareAndExchange(
                        String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
                    try {
                        return super.compareAndExchange(key, expected, update, ttl);
                    } catch (OtpStoreException e) {
                        return expected;
                    }
                }
            };
        }
    }

    static class CountsZero extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                @Override
                public long increment(String counter, long delta, Duration ttl) {
                    try {
                        return super.increment(counter, delta, ttl);
                    } catch (OtpStoreException e) {
                        return 0;
                    }
                }
            };
        }
    }

    static class ThrowsItsOwn extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                @Override
                RuntimeException failure(IOException cause) {
                    return new UncheckedIOException(cause);
                }
            };
        }
    }

    static class TriesExchangesAgain extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public @Nullable StoredRecord compareAndExchange(
                        String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
                    try {
                        return super.compareAndExchange(key, expected, update, ttl);
                    } catch (OtpStoreException e) {
                        return super.compareAndExchange(key, expected, update, ttl);
                    }
                }
            };
        }
    }

    static class TriesAdditionsAgain extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public long increment(String counter, long delta, Duration ttl) {
                    try {
                        return super.increment(counter, delta, ttl);
                    } catch (OtpStoreException e) {
                        return super.increment(counter, delta, ttl);
                    }
                }
            };
        }
    }

    /** Asks three questions on a new connection before each call, as a driver does that logs in, and all again. */
    static class ShakesHands extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                String ask(String line) {
                    try {
                        return shakeHandsAndAsk(line);
                    } catch (OtpStoreException e) {
                        return shakeHandsAndAsk(line);
                    }
                }

                private String shakeHandsAndAsk(String line) {
                    failed(null);
                    for (int i = 0; i < 3; i++) {
                        super.ask("GET hand");
                    }
                    return super.ask(line);
                }
            };
        }
    }

    static class CachesRecords extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new Caching(address, false);
        }
    }

    static class CachesAbsence extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new Caching(address, true);
        }
    }

    /** Keeps each record that it reads for a second, and drops it when it writes. */
    private static final class Caching extends LineStore {
        private final boolean absence;
        private final Map<String, Optional<StoredRecord>> cache = new ConcurrentHashMap<>();
        private final Map<String, Long> times = new ConcurrentHashMap<>();

        Caching(InetSocketAddress address, boolean absence) {
            super(address, Nodes.TIMEOUT);
            this.absence = absence;
        }

        @Override
        public @Nullable StoredRecord get(String key) {
            Optional<StoredRecord> cached = cache.get(key);
            if (cached != null && System.nanoTime() - times.get(key) < TimeUnit.SECONDS.toNanos(1)) {
                return cached.orElse(null);
            }
            StoredRecord found = super.get(key);
            if ((found == null) == absence) {
                times.put(key, System.nanoTime());
                cache.put(key, Optional.ofNullable(found));
            }
            return found;
        }

        @Override
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            cache.remove(key);
            return super.compareAndExchange(key, expected, update, ttl);
        }
    }

    static class CachesCounters extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                private final Map<String, Long> cache = new ConcurrentHashMap<>();

                @Override
                public long increment(String counter, long delta, Duration ttl) {
                    Long cached = cache.get(counter);
                    if (delta == 0 && cached != null) {
                        return cached;
                    }
                    long value = super.increment(counter, delta, ttl);
                    cache.put(counter, value);
                    return value;
                }
            };
        }
    }

    static class SaysItIsNotShared extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public boolean isShared() {
                    return false;
                }
            };
        }
    }

    static class ReadsThenWrites extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public @Nullable StoredRecord compareAndExchange(
                        String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
                    StoredRecord found = get(key);
                    if (Objects.equals(found, expected)) {
                        ask("PUT " + key + " " + word(update) + " " + ttl.toMillis());
                    }
                    return found;
                }
            };
        }
    }

    static class ReadsThenRemoves extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public @Nullable StoredRecord compareAndExchange(
                        String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
                    if (update != null) {
                        return super.compareAndExchange(key, expected, update, ttl);
                    }
                    StoredRecord found = get(key);
                    if (Objects.equals(found, expected)) {
                        ask("PUT " + key + " " + word(null) + " 1");
                    }
                    return found;
                }
            };
        }
    }

    /** Gets a loss from the server, and reads the record in a second step. */
    static class ReadsAfterALoss extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public @Nullable StoredRecord compareAndExchange(
                        String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
                    StoredRecord found = super.compareAndExchange(key, expected, update, ttl);
                    return Objects.equals(found, expected) ? found : get(key);
                }
            };
        }
    }

    static class CountsInTwoSteps extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public long increment(String counter, long delta, Duration ttl) {
                    if (delta <= 0) {
                        return super.increment(counter, delta, ttl);
                    }
                    long sum = super.increment(counter, 0, ttl) + delta;
                    ask("SET " + counter + " " + sum + " " + ttl.toMillis());
                    return sum;
                }
            };
        }
    }

    static class TakesBackInTwoSteps extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public long increment(String counter, long delta, Duration ttl) {
                    if (delta >= 0) {
                        return super.increment(counter, delta, ttl);
                    }
                    long sum = Math.max(0, super.increment(counter, 0, ttl) + delta);
                    ask("SET " + counter + " " + sum + " " + ttl.toMillis());
                    return sum;
                }
            };
        }
    }

    /** Has a fraction of the patience of the contract, so that a test need not wait as long. */
    abstract static class Impatient extends Nodes {
        @Override
        Duration longestCall() {
            return Duration.ofSeconds(2);
        }

        @Override
        Duration patience() {
            return Duration.ofMillis(500);
        }
    }

    /** Sets the lifetime by another command, as SETNX and EXPIRE do. */
    static class LimitsRecordsLater extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public @Nullable StoredRecord compareAndExchange(
                        String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
                    StoredRecord found = super.compareAndExchange(key, expected, update, Duration.ofDays(401));
                    if (update != null && Objects.equals(found, expected)) {
                        ask("PUT " + key + " " + word(update) + " " + ttl.toMillis());
                    }
                    return found;
                }
            };
        }
    }

    /** Creates a counter again with its lifetime, which stands for INCR and EXPIRE. */
    static class LimitsCountersLater extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, TIMEOUT) {
                @Override
                public long increment(String counter, long delta, Duration ttl) {
                    long value = super.increment(counter, delta, Duration.ofDays(401));
                    if (delta > 0 && value == delta) {
                        super.increment(counter, -delta, ttl);
                        super.increment(counter, delta, ttl);
                    }
                    return value;
                }
            };
        }
    }

    /**
     * Asks each idle connection whether it still works, one after another, as a pool that tests connections before it
     * lends them.
     */
    static class TriesEachIdleConnection extends Impatient {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                @Override
                @Nullable Connection borrow() {
                    for (Connection idle = super.borrow(); idle != null; idle = super.borrow()) {
                        try {
                            idle.ask("GET ping");
                            return idle;
                        } catch (IOException e) {
                            idle.close();
                        }
                    }
                    return null;
                }
            };
        }
    }

    static class WaitsWithoutEnd extends Impatient {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, Duration.ZERO);
        }
    }

    static class SwallowsInterrupts extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                @Override
                String ask(String line) {
                    try {
                        return super.ask(line);
                    } finally {
                        Thread.interrupted();
                    }
                }
            };
        }
    }

    static class SwallowsInterruptsWhileItWaits extends Nodes {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                @Override
                String ask(String line) {
                    CompletableFuture<String> reply = CompletableFuture.supplyAsync(() -> super.ask(line));
                    try {
                        return reply.get();
                    } catch (InterruptedException e) {
                        throw new OtpStoreException("interrupted", e);
                    } catch (ExecutionException e) {
                        throw (OtpStoreException) e.getCause();
                    }
                }
            };
        }
    }

    static class StaysBroken extends Impatient {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                private final AtomicBoolean broken = new AtomicBoolean();

                @Override
                String ask(String line) {
                    if (broken.get()) {
                        throw new OtpStoreException("the connection has ended");
                    }
                    return super.ask(line);
                }

                @Override
                void failed(@Nullable Connection connection) {
                    broken.set(true);
                }
            };
        }
    }

    static class LeavesConnectionsOpen extends Impatient {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                // Kept from the garbage collector, which closes sockets.
                private final Queue<Connection> open = new ConcurrentLinkedQueue<>();

                @Override
                void failed(@Nullable Connection connection) {
                    if (connection != null) {
                        open.add(connection);
                    }
                }
            };
        }
    }

    static class GivesNoPlaceBack extends Impatient {
        @Override
        OtpStore node(InetSocketAddress address) {
            return new LineStore(address, SHORT_TIMEOUT) {
                private final Semaphore places = new Semaphore(10);

                @Override
                String ask(String line) {
                    if (!places.tryAcquire()) {
                        throw new OtpStoreException("the pool has no connection left");
                    }
                    String reply = super.ask(line);
                    places.release();
                    return reply;
                }
            };
        }
    }
}
