package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The rules that every {@link OtpStore} has to keep, as tests of the register and the counter alone. A store's author
 * subclasses it once, and {@link OtpPromisesContract} beside it:
 *
 * <pre>{@code
 * class PostgresOtpStoreTest extends OtpStoreContract {
 *     private static final FaultyProxy PROXY = FaultyProxy.to(DATABASE.address());
 *
 *     @Override
 *     protected OtpStore createStore() {
 *         return new PostgresOtpStore(dataSource(PROXY.address(), Duration.ofSeconds(1)));
 *     }
 *
 *     @Override
 *     protected Optional<ServerFaults> server() {
 *         return Optional.of(PROXY);
 *     }
 *
 *     @Override
 *     protected boolean passTime(Duration time) {
 *         DATABASE.execute("update otp set expires_at = expires_at - " + time.toMillis());
 *         return true;
 *     }
 *
 *     @Override
 *     protected OptionalLong entries() {
 *         return OptionalLong.of(DATABASE.count("select count(*) from otp"));
 *     }
 *
 *     @Override
 *     protected boolean rollBackAfter(Runnable work) {
 *         transaction.executeWithoutResult(status -> {
 *             work.run();
 *             status.setRollbackOnly();
 *         });
 *         return true;
 *     }
 * }
 * }</pre>
 *
 * <p>The hooks are abstract, so that none is forgotten. A test that needs one that is impossible for this store is
 * skipped: so each "impossible" belongs into the code, with its reason.
 *
 * <p>Keys differ from test to test, so the store need not be empty, but nobody else may use its server at the same time.
 * Where time cannot be passed, expiry is tested in real time, with lifetimes of a tenth of a second. Nothing is expected
 * at an exact moment: a record may not be gone before its time, but for 10 ms that a server's coarse clock may round
 * away, and has to be gone within five seconds after it. A call may take 15 seconds, whatever the server does. What a
 * crash, a failover or an eviction by the server loses is not tested.
 */
@ExtendWith(ExplanationExtension.class)
@SuppressWarnings("exports") // The extension is no part of the API.
public abstract class OtpStoreContract {
    private static final int THREADS = 24;
    private static final int ROUNDS = 50;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration VERY_SHORT = Duration.ofMillis(20);
    private static final Duration COARSE_CLOCK = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration OVER_31_BITS = Duration.ofDays(30);
    private static final Duration LONGEST = Duration.ofDays(63);

    private final SecureRandom random = new SecureRandom();
    private OtpStore store;

    /** For subclasses. */
    protected OtpStoreContract() {}

    /**
     * Creates the store under test. Called before each test, and again where a test needs a second node.
     *
     * @return a new store; closed after the test. If it {@linkplain OtpStore#isShared() is shared}, it sees the same
     *     records as every other that this method returns, but is another node: with a client of its own. If it is not
     *     shared, it is empty. Its time-outs are a second or two, since a server that hangs is waited for
     * @throws Exception if the store cannot be reached
     */
    protected abstract OtpStore createStore() throws Exception;

    /**
     * Returns ways to break the server that keeps the records, such as a {@link FaultyProxy} between it and every store
     * that {@link #createStore} returns. Each test calls it several times and is given the same one.
     *
     * @return the ways; empty if the store has no server
     * @throws Exception if they cannot be prepared
     */
    protected abstract Optional<ServerFaults> server() throws Exception;

    /**
     * Makes everything that the store holds older, as if this time had passed: by a clock of the test's own, or by bringing
     * forward on the server the moments at which records and counters expire.
     *
     * @param time at least one millisecond, and at most 63 days
     * @return false, without any change, if that is impossible
     * @throws Exception if the server cannot be reached
     */
    protected abstract boolean passTime(Duration time) throws Exception;

    /**
     * Counts the records and counters that the store, or its server, holds in memory or on disk, expired ones included. A
     * store that leaves the clean-up to a job of the application has it run first.
     *
     * @return the number, of which other users of the server are no part; empty if it cannot be known
     * @throws Exception if the server cannot be reached
     */
    protected abstract OptionalLong entries() throws Exception;

    /**
     * Runs work of an application in a transaction that the store could wrongly take part in, and rolls it back: on the
     * same database, with the data source or the transaction manager that the store was given.
     *
     * @param work calls the store, on the caller's thread
     * @return false, without running the work, if applications have no transaction that this store could see
     * @throws Exception if the transaction cannot be begun or rolled back
     */
    protected abstract boolean rollBackAfter(Runnable work) throws Exception;

    /**
     * Tells whether a class of the store may read the wall clock, because it does so for something else than lifetimes,
     * such as the time of a log line.
     *
     * @param className the full name of a class in the package of the store
     * @return false by default
     */
    protected boolean mayReadWallClock(String className) {
        return false;
    }

    /** How long after its time a record or counter may still be there. */
    Duration patience() {
        return PATIENCE;
    }

    @BeforeEach
    final void createStoreUnderTest() throws Exception {
        store = createStore();
    }

    @AfterEach
    final void closeStoreUnderTest() throws Exception {
        server().ifPresent(ServerFaults::mend);
        if (store != null) {
            store.close();
        }
    }

    @Test
    void hasNoRecordOfAnUnknownKey() {
        assertThat(store.get(key())).isNull();
    }

    @Test
    void putsARecordWhereNoneIs() {
        String key = key();

        assertThat(store.compareAndExchange(key, null, record("a"), LONG)).isNull();

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    void exchangesARecordForOneThatIsExpected() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("b"));
    }

    @Test
    void changesNothingIfAnotherRecordIsThere() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("b"), record("c"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    void changesNothingIfARecordIsThereAndNoneIsExpected() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, null, record("b"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    void changesNothingIfNoRecordIsThereAndOneIsExpected() {
        String key = key();

        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .as("record that was there")
                .isNull();

        assertThat(store.get(key)).isNull();
    }

    @Test
    void reportsALossEvenIfTheUpdateIsThereAlready() {
        String key = keyOf(record("b"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .as("record that was there")
                .isEqualTo(record("b"));
        assertThat(store.compareAndExchange(key, null, record("b"), LONG))
                .as("record that was there")
                .isEqualTo(record("b"));

        assertThat(store.get(key)).isEqualTo(record("b"));
    }

    @Test
    void exchangesARecordForItsEqual() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), record("a"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    void removesARecordThatIsExpected() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), null, LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isNull();
        assertThat(store.compareAndExchange(key, null, record("b"), LONG)).isNull();
        assertThat(store.get(key)).isEqualTo(record("b"));
    }

    @Test
    void removesNothingIfAnotherRecordIsThere() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("b"), null, LONG))
                .as("record that was there")
                .isEqualTo(record("a"));
        assertThat(store.compareAndExchange(key, null, null, LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    void removesWhatIsNotThereInVain() {
        String key = key();

        assertThat(store.compareAndExchange(key, null, null, LONG)).isNull();
        assertThat(store.compareAndExchange(key, record("a"), null, LONG)).isNull();

        assertThat(store.get(key)).isNull();
    }

    @Test
    void looksAtNoLifetimeWhenItRemoves() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), null, Duration.ZERO))
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isNull();
    }

    @Test
    void keepsEveryByte() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        byte[] largest = new byte[2048];
        random.nextBytes(largest);
        for (byte[] bytes : List.of(all, new byte[1], largest, "\r\n\u0000\"'".getBytes(StandardCharsets.UTF_8))) {
            StoredRecord record = StoredRecord.of(bytes);
            String key = keyOf(record, LONG);

            assertThat(store.get(key)).isEqualTo(record);
            assertThat(store.compareAndExchange(key, record, record("b"), LONG)).isEqualTo(record);
            assertThat(store.get(key)).isEqualTo(record("b"));
        }
    }

    @Test
    void tellsRecordsApartThatDifferInTheirLastByte() {
        byte[] bytes = new byte[2048];
        StoredRecord record = StoredRecord.of(bytes);
        bytes[bytes.length - 1] = 1;
        String key = keyOf(record, LONG);

        assertThat(store.compareAndExchange(key, StoredRecord.of(bytes), record("b"), LONG))
                .isEqualTo(record);

        assertThat(store.get(key)).isEqualTo(record);
    }

    @Test
    void takesEveryKeyThatIsAllowed() {
        List<String> keys = List.of(
                "-",
                "A",
                "_a-Z_09",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_" + "x".repeat(36),
                "abcdefghijklmnopqrstuvwxyz0123456789" + "Y".repeat(28));
        for (String key : keys) {
            store.compareAndExchange(key, store.get(key), null, LONG);
            assertThat(store.compareAndExchange(key, null, record(key), LONG)).isNull();
        }
        for (String key : keys) {
            assertThat(store.get(key)).as("record of %s", key).isEqualTo(record(key));
            assertThat(store.compareAndExchange(key, record(key), null, LONG)).isEqualTo(record(key));
        }
    }

    @Test
    void keepsKeysApart() {
        String prefix = key().substring(0, 20);
        List<String> keys = List.of(prefix + "a", prefix + "A", prefix + "-", prefix + "_", prefix, prefix + "aa");
        keys.forEach(key -> assertThat(store.compareAndExchange(key, null, record(key), LONG))
                .as("record of %s before it was put", key)
                .isNull());

        keys.forEach(key -> assertThat(store.get(key)).as("record of %s", key).isEqualTo(record(key)));
        assertThat(store.compareAndExchange(prefix, record(prefix), null, LONG)).isEqualTo(record(prefix));
        assertThat(store.get(prefix + "a")).isEqualTo(record(prefix + "a"));
    }

    @Test
    void keepsCountersAndRecordsApart() {
        String key = keyOf(record("a"), LONG);
        String counter = key + "c";

        assertThat(store.increment(counter, 1, LONG)).isEqualTo(1);
        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .isEqualTo(record("a"));
        assertThat(store.increment(counter, 1, LONG)).isEqualTo(2);
        assertThat(store.compareAndExchange(key, record("b"), null, LONG)).isEqualTo(record("b"));

        assertThat(store.increment(counter, 0, LONG)).isEqualTo(2);
        assertThat(store.get(key)).isNull();
    }

    @Test
    void keepsACounterApartFromARecordOfTheSameName() {
        String mistake = "records and counters share their names, so that one is taken for the other";
        String name = keyOf(record("a"), LONG);

        assertThatCode(() -> store.increment(name, 1, LONG)).as(mistake).doesNotThrowAnyException();
        assertThat(store.increment(name, 0, LONG)).as(mistake).isEqualTo(1);
        assertThat(store.get(name)).as(mistake).isEqualTo(record("a"));
        assertThat(store.compareAndExchange(name, record("a"), record("b"), LONG))
                .as(mistake)
                .isEqualTo(record("a"));
        assertThat(store.increment(name, 0, LONG)).as(mistake).isEqualTo(1);
        assertThat(store.increment(name, -1, LONG)).as(mistake).isZero();
        assertThat(store.get(name)).as(mistake).isEqualTo(record("b"));
        assertThat(store.increment(name, 2, LONG)).as(mistake).isEqualTo(2);
        assertThat(store.compareAndExchange(name, record("b"), null, LONG))
                .as(mistake)
                .isEqualTo(record("b"));
        assertThat(store.get(name)).as(mistake).isNull();
        assertThat(store.compareAndExchange(name, null, record("c"), LONG))
                .as(mistake)
                .isNull();
        assertThat(store.increment(name, 0, LONG)).as(mistake).isEqualTo(2);
    }

    @Test
    void forgetsARecordSoonAfterItsTimeHoweverOftenItIsRead() {
        long before = System.nanoTime();
        String key = keyOf(record("a"), SHORT);

        await("record gone", () -> store.get(key) == null);

        assertNotBefore(SHORT, before);
    }

    @Test
    void takesAnExpiredRecordForNone() {
        String key = keyOf(record("a"), SHORT);

        await("record gone", () -> store.compareAndExchange(key, null, record("b"), LONG) == null);

        assertThat(store.get(key)).isEqualTo(record("b"));
    }

    @Test
    void doesNotExpectAnExpiredRecord() {
        String key = keyOf(record("a"), SHORT);
        await("record gone", () -> store.get(key) == null);

        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .as("record that was there")
                .isNull();

        assertThat(store.get(key)).isNull();
    }

    @Test
    void keepsARecordForItsTime() throws InterruptedException {
        String key = keyOf(record("a"), Duration.ofSeconds(30));
        String longer = keyOf(record("b"), OVER_31_BITS);
        String longest = keyOf(record("c"), LONGEST);

        Thread.sleep(SHORT.toMillis());

        assertThat(store.get(key)).as("record of 30 s").isEqualTo(record("a"));
        assertThat(store.get(longer)).as("record of %s", OVER_31_BITS).isEqualTo(record("b"));
        assertThat(store.get(longest)).as("record of %s", LONGEST).isEqualTo(record("c"));
    }

    @Test
    void takesTheShortestLifetime() {
        String key = key();

        assertThat(store.compareAndExchange(key, null, record("a"), Duration.ofMillis(1)))
                .isNull();

        await("record of 1 ms gone", () -> store.get(key) == null);
    }

    @Test
    void startsTheLifetimeAnewWithEachExchange() throws InterruptedException {
        assertRenewedBy(record("b"));
    }

    @Test
    void startsTheLifetimeAnewWithAnExchangeForAnEqualRecord() throws InterruptedException {
        assertRenewedBy(record("a"));
    }

    @Test
    void shortensTheLifetimeWithAnExchange() {
        String key = keyOf(record("a"), LONG);
        long before = System.nanoTime();
        assertThat(store.compareAndExchange(key, record("a"), record("b"), SHORT))
                .isEqualTo(record("a"));

        await("record gone", () -> store.get(key) == null);

        assertNotBefore(SHORT, before);
    }

    @Test
    void extendsNoLifetimeWithALostExchange() {
        long before = System.nanoTime();
        String key = keyOf(record("a"), SHORT);

        await("record gone", () -> store.compareAndExchange(key, record("b"), record("a"), LONG) == null);

        assertNotBefore(SHORT, before);
        assertThat(store.get(key)).isNull();
    }

    @Test
    void letsOneOfManyRacingExchangesWin() throws Exception {
        String key = key();
        try (Race race = new Race(THREADS)) {
            StoredRecord current = null;
            for (int round = 0; round < ROUNDS; round++) {
                StoredRecord expected = current;
                int number = round;
                List<Attempt> attempts =
                        race.run(thread -> () -> attempt(key, expected, record(number + "-" + thread)));

                current = assertOneWon(attempts, expected);
                assertThat(store.get(key)).as("record after round %d", round).isEqualTo(current);
            }
        }
    }

    @Test
    void letsOneOfManyRacingEqualExchangesWin() throws Exception {
        String key = key();
        try (Race race = new Race(THREADS)) {
            StoredRecord current = null;
            for (int round = 0; round < ROUNDS; round++) {
                StoredRecord expected = current;
                StoredRecord update = round % 3 == 2 ? null : record("round " + round);
                List<Attempt> attempts = race.run(thread -> () -> attempt(key, expected, update));

                current = assertOneWon(attempts, expected);
                assertThat(store.get(key)).as("record after round %d", round).isEqualTo(update);
            }
        }
    }

    @Test
    void losesNoUpdateOfManyThreads() throws Exception {
        int updatesPerThread = 10;
        String key = key();
        try (Race race = new Race(THREADS)) {
            race.run(thread -> (Callable<Integer>) () -> {
                for (int i = 0; i < updatesPerThread; i++) {
                    append(key, (byte) thread);
                }
                return thread;
            });
        }
        byte[] expected = new byte[THREADS * updatesPerThread];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) (i / updatesPerThread);
        }
        byte[] found = Objects.requireNonNull(store.get(key)).bytes();
        Arrays.sort(found);
        assertThat(found).as("bytes that the threads appended").isEqualTo(expected);
    }

    @Test
    void showsReadersARecordAtAllTimesWhileItIsReplaced() throws Exception {
        String key = keyOf(record("0"), LONG);
        AtomicBoolean over = new AtomicBoolean();
        try (Race race = new Race(3)) {
            List<Integer> absences = race.run(thread -> () -> {
                int absent = 0;
                if (thread == 0) {
                    try {
                        for (int i = 0; i < ROUNDS * 10; i++) {
                            store.compareAndExchange(key, record("" + i), record("" + (i + 1)), LONG);
                        }
                    } finally {
                        over.set(true);
                    }
                }
                while (!over.get()) {
                    absent += store.get(key) == null ? 1 : 0;
                }
                return absent;
            });
            assertThat(absences).as("times that the record was missing").containsOnly(0);
        }
    }

    @Test
    void letsOneOfManyTakeThePlaceOfAnExpiredRecord() throws Exception {
        Duration ttl = Duration.ofMillis(20);
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String key = keyOf(record("old"), ttl);
                List<Attempt> attempts = race.run(thread -> () -> {
                    long start = System.nanoTime();
                    Attempt attempt;
                    boolean late;
                    do {
                        late = elapsed(start).compareTo(patience()) > 0;
                        store.get(key);
                        attempt = attempt(key, null, record("new-" + thread));
                    } while (isOld(attempt) && !late);
                    return attempt;
                });

                assertThat(store.get(key))
                        .as("record after round %d", round)
                        .isNotNull()
                        .isEqualTo(assertOneWon(attempts, null));
            }
        }
    }

    @Test
    void showsOtherNodesWhatOneHasStored() throws Exception {
        assumeTrue(store.isShared(), "no other process can see this store");
        String key = keyOf(record("a"), LONG);
        store.increment(key + "c", 1, LONG);
        try (OtpStore other = createStore()) {
            assertThat(other.get(key)).isEqualTo(record("a"));
            assertThat(other.compareAndExchange(key, record("a"), record("b"), LONG))
                    .isEqualTo(record("a"));
            assertThat(other.increment(key + "c", 1, LONG)).isEqualTo(2);
        }
        assertThat(store.get(key)).isEqualTo(record("b"));
        assertThat(store.increment(key + "c", 0, LONG)).isEqualTo(2);
    }

    @Test
    void countsFromZero() {
        String counter = key();

        assertThat(store.increment(counter, 1, LONG)).isEqualTo(1);
        assertThat(store.increment(counter, 1, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, 5_000_000_000L, LONG)).isEqualTo(5_000_000_002L);
        assertThat(store.increment(key(), 3, LONG)).isEqualTo(3);
    }

    @Test
    void looksAtACounterWithoutChangingIt() {
        String counter = key();

        assertThat(store.increment(counter, 0, LONG)).isZero();
        assertThat(store.increment(counter, 2, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, 0, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, 0, LONG)).isEqualTo(2);
    }

    @Test
    void takesBackWhatItCounted() {
        String counter = key();

        assertThat(store.increment(counter, 3, LONG)).isEqualTo(3);
        assertThat(store.increment(counter, -1, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, -1, LONG)).isEqualTo(1);
        assertThat(store.increment(counter, 0, LONG)).isEqualTo(1);
        assertThat(store.increment(counter, 1, LONG)).isEqualTo(2);
    }

    @Test
    void createsNoCounterByALook() {
        String counter = key();

        assertThat(store.increment(counter, 0, LONG))
                .as("value of a counter that does not exist")
                .isZero();

        assertCreatedAnew("adding 0 to a counter that does not exist has created it", List.of(counter));
    }

    @Test
    void createsNoCounterByTakingBack() {
        String counter = key();
        String mistake = "taking back from a counter that does not exist has left something,"
                + " such as a negative value that gives away as many places later";

        assertThat(store.increment(counter, -1, LONG)).as(mistake).isZero();
        assertThat(store.increment(counter, 0, LONG)).as(mistake).isZero();

        assertCreatedAnew(mistake, List.of(counter));
    }

    @Test
    void forgetsACounterThatIsBackAtZero() {
        String counter = key();
        assertThat(store.increment(counter, 2, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, -1, LONG)).isEqualTo(1);

        assertThat(store.increment(counter, -1, LONG)).as("value back at zero").isZero();

        assertCreatedAnew("a counter that is back at 0 was kept", List.of(counter));
    }

    @Test
    void bringsNoCounterBelowZero() {
        String counter = key();
        String mistake = "more was taken back than was counted, and the value is negative, or was kept at 0";
        assertThat(store.increment(counter, 2, LONG)).isEqualTo(2);

        assertThat(store.increment(counter, -5, LONG)).as(mistake).isZero();
        assertThat(store.increment(counter, 0, LONG)).as(mistake).isZero();

        assertCreatedAnew(mistake, List.of(counter));
    }

    @Test
    void takesNothingBackFromACounterWhoseTimeIsOver() {
        String counter = key();
        long many = 1_000_000;
        assertThat(store.increment(counter, many, VERY_SHORT)).isEqualTo(many);

        await(
                "counter gone (if not: taking back does not look at its time)",
                () -> store.increment(counter, -1, LONG) == 0);

        assertCreatedAnew("taking back from a counter whose time was over has left something", List.of(counter));
    }

    @Test
    void losesNoAdditionToTheRemovalOfACounterThatIsBackAtZero() throws Exception {
        String mistake =
                "an addition was lost: the step that removes a counter at 0 is not the one that brought it there";
        int perCounter = 3;
        List<String> counters =
                Stream.generate(this::key).limit(THREADS / perCounter).toList();
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<List<Long>> values = race.run(thread -> () -> {
                    String counter = counters.get(thread % counters.size());
                    return List.of(
                            store.increment(counter, 1, LONG),
                            store.increment(counter, 0, LONG),
                            store.increment(counter, -1, LONG));
                });

                assertThat(values).as("%s, in round %d", mistake, round).allSatisfy(own -> {
                    assertThat(own.get(0)).as("counted").isBetween(1L, (long) perCounter);
                    assertThat(own.get(1)).as("seen before it was taken back").isBetween(1L, (long) perCounter);
                    assertThat(own.get(2)).as("taken back").isBetween(0L, perCounter - 1L);
                });
                assertThat(counters)
                        .as("counters from which as much was taken back as was counted, in round %d", round)
                        .allSatisfy(counter ->
                                assertThat(store.increment(counter, 0, LONG)).isZero());
            }
        }
        assertCreatedAnew("a counter was kept from which threads took back as much as they counted", counters);
    }

    @Test
    void keepsCountersApart() {
        String prefix = key().substring(0, 20);

        assertThat(store.increment(prefix + "a", 1, LONG)).isEqualTo(1);
        assertThat(store.increment(prefix + "A", 2, LONG)).isEqualTo(2);
        assertThat(store.increment(prefix, 3, LONG)).isEqualTo(3);
        assertThat(store.increment(prefix + "a", 1, LONG)).isEqualTo(2);
    }

    @Test
    void startsACounterAnewSoonAfterItsTimeHoweverOftenItIsAddedTo() throws InterruptedException {
        String counter = key();
        long before = System.nanoTime();
        assertThat(store.increment(counter, 1, SHORT)).isEqualTo(1);

        await("counter back at its first value", () -> store.increment(counter, 1, LONG) == 1);

        assertNotBefore(SHORT, before);
        Thread.sleep(2 * SHORT.toMillis());
        assertThat(store.increment(counter, 1, LONG))
                .as("second value of a counter that was started anew for %s", LONG)
                .isEqualTo(2);
    }

    @Test
    void forgetsACounterHoweverOftenItIsLookedAt() {
        String counter = key();
        long before = System.nanoTime();
        assertThat(store.increment(counter, 1, SHORT)).isEqualTo(1);

        await("counter back at zero", () -> store.increment(counter, 0, LONG) == 0);

        assertNotBefore(SHORT, before);
    }

    @Test
    void keepsACounterForItsTime() throws InterruptedException {
        String counter = key();
        String longer = key();
        String longest = key();
        store.increment(counter, 1, Duration.ofSeconds(30));
        store.increment(longer, 1, OVER_31_BITS);
        store.increment(longest, 1, LONGEST);

        Thread.sleep(SHORT.toMillis());

        assertThat(store.increment(counter, 1, LONG)).as("counter of 30 s").isEqualTo(2);
        assertThat(store.increment(longer, 1, LONG))
                .as("counter of %s", OVER_31_BITS)
                .isEqualTo(2);
        assertThat(store.increment(longest, 1, LONG))
                .as("counter of %s", LONGEST)
                .isEqualTo(2);
    }

    @Test
    void showsEachOfManyRacingCallersAnotherValue() throws Exception {
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                String counter = key();
                List<List<Long>> values = race.run(
                        thread -> () -> List.of(store.increment(counter, 1, LONG), store.increment(counter, 1, LONG)));

                assertThat(values.stream().flatMap(List::stream))
                        .as("values in round %d", round)
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.rangeClosed(1, 2 * THREADS).boxed().toList());
            }
        }
    }

    /**
     * Counts for a very short time. A counter that was there already would show: in the value, or since it keeps the
     * longer time that it was created for.
     */
    private void assertCreatedAnew(String mistake, List<String> counters) {
        counters.forEach(counter -> assertThat(store.increment(counter, 1, VERY_SHORT))
                .as("first value of a new counter (if not 1: %s)", mistake)
                .isEqualTo(1));
        await(
                "counter of " + VERY_SHORT + " gone (if not: " + mistake + ")",
                () -> counters.stream().allMatch(counter -> store.increment(counter, 0, LONG) == 0));
    }

    private void assertRenewedBy(StoredRecord update) throws InterruptedException {
        Duration ttl = SHORT;
        String key = keyOf(record("a"), ttl);
        while (!Objects.equals(store.compareAndExchange(key, record("a"), update, LONG), record("a"))) {
            // The machine was too slow: the record was gone before it could be exchanged.
            ttl = ttl.multipliedBy(2);
            assertThat(ttl).as("lifetime of a record that is gone at once").isLessThan(PATIENCE);
            key = keyOf(record("a"), ttl);
        }

        Thread.sleep(ttl.toMillis() + SHORT.toMillis());

        assertThat(store.get(key)).as("record renewed for %s", LONG).isEqualTo(update);
    }

    /** What one of several racing threads wanted, and what it was told. */
    private record Attempt(
            @Nullable StoredRecord update, @Nullable StoredRecord found) {}

    private Attempt attempt(String key, @Nullable StoredRecord expected, @Nullable StoredRecord update) {
        return new Attempt(update, store.compareAndExchange(key, expected, update, LONG));
    }

    private static boolean isOld(Attempt attempt) {
        return Objects.equals(attempt.found(), record("old"));
    }

    /** Returns what the only winner has put, which all losers have found. */
    private static @Nullable StoredRecord assertOneWon(List<Attempt> attempts, @Nullable StoredRecord expected) {
        Set<@Nullable StoredRecord> losersFound = new HashSet<>();
        List<Attempt> winners = new ArrayList<>();
        for (Attempt attempt : attempts) {
            if (Objects.equals(attempt.found(), expected)) {
                winners.add(attempt);
            } else {
                losersFound.add(attempt.found());
            }
        }
        assertThat(winners).as("winners").hasSize(1);
        StoredRecord update = winners.get(0).update();
        assertThat(losersFound).as("records that the losers found").containsExactly(update);
        return update;
    }

    private void append(String key, byte value) {
        StoredRecord seen = null;
        for (int lost = 0; lost < 10_000; lost++) {
            byte[] before = seen == null ? new byte[0] : seen.bytes();
            byte[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = value;
            StoredRecord found = store.compareAndExchange(key, seen, StoredRecord.of(after), LONG);
            if (Objects.equals(found, seen)) {
                return;
            }
            seen = found;
        }
        fail("10000 exchanges were lost in a row");
    }

    private void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (true) {
            boolean late = elapsed(start).compareTo(SHORT.plus(patience())) > 0;
            if (condition.getAsBoolean()) {
                return;
            }
            if (late) {
                fail(what + ": not within " + patience() + " after its time");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void assertNotBefore(Duration ttl, long start) {
        assertThat(elapsed(start))
                .as("time that a record or counter of %s lived", ttl)
                .isGreaterThanOrEqualTo(ttl.minus(COARSE_CLOCK));
    }

    private static Duration elapsed(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private String keyOf(StoredRecord record, Duration ttl) {
        String key = key();
        assertThat(store.compareAndExchange(key, null, record, ttl))
                .as("record of a new key")
                .isNull();
        return key;
    }

    private String key() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static StoredRecord record(String text) {
        return StoredRecord.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
