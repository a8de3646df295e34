package dev.otpkit.testkit;

import static dev.otpkit.testkit.ExplainedFailure.explaining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.OtpStoreException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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
 * <p>The hooks are abstract, so that none is forgotten. A test that needs an impossible hook is skipped: state the
 * reason in the code of the hook.
 *
 * <p>Keys differ from test to test, so the store need not be empty, but its server must have no other users at the same
 * time. Where time cannot be passed, expiry is tested in real time, with lifetimes of a tenth of a second. Nothing is
 * expected at an exact moment: a record may disappear at most 10 ms before its time, for servers with a coarse clock,
 * and must have disappeared five seconds after it. A call may take 15 seconds, with any fault of the server. Losses by
 * a crash, a failover or an eviction by the server are not tested.
 */
@ExtendWith(ExplanationExtension.class)
@SuppressWarnings("exports") // The extension is no part of the API.
public abstract class OtpStoreContract {
    private static final int THREADS = 24;
    private static final int ROUNDS = 50;
    private static final int ROUNDS_BESIDE_SLOW_ONES = 5;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration VERY_SHORT = Duration.ofMillis(20);
    private static final Duration COARSE_CLOCK = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration OVER_31_BITS = Duration.ofDays(30);
    private static final Duration LONGEST = Duration.ofDays(401);
    private static final List<Duration> LONG_LIFETIMES =
            List.of(Duration.ofHours(2), Duration.ofDays(1), OVER_31_BITS, LONGEST);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(15);
    private static final Duration RACING = Duration.ofMillis(400);
    private static final Duration SLOW_REPLY = Duration.ofMillis(4);
    private static final int SLOW_ROUNDS = 5;
    private static final int LOST_REPLIES = 6;
    private static final int MANY = 10_500;

    private final SecureRandom random = new SecureRandom();
    private OtpStore store;

    /** For subclasses. */
    protected OtpStoreContract() {}

    /**
     * Creates the store under test. Called before each test, and again where a test needs a second node.
     *
     * @return a new store; closed after the test. If it {@linkplain OtpStore#isShared() is shared}, it sees the same
     *     records as every other that this method returns, but is another node with its own client. If it is not
     *     shared, it is empty. Its time-outs are about two seconds: tests wait for them while the server hangs, and a
     *     busy machine responds late
     * @throws Exception if the store cannot be reached
     */
    protected abstract OtpStore createStore() throws Exception;

    /**
     * Returns ways to break the server that keeps the records, such as a {@link FaultyProxy} between it and every store
     * that {@link #createStore} returns. Each test calls this method several times and must get the same object.
     *
     * @return the ways; empty if the store has no server
     * @throws Exception if they cannot be prepared
     */
    protected abstract Optional<ServerFaults> server() throws Exception;

    /**
     * Makes everything that the store holds older, as if this time had passed: by a clock that the test moves, or by
     * bringing forward on the server the moments at which records and counters expire.
     *
     * @param time at least one millisecond, and at most 401 days
     * @return false, without any change, if that is impossible
     * @throws Exception if the server cannot be reached
     */
    protected abstract boolean passTime(Duration time) throws Exception;

    /**
     * Counts the records and counters that the store, or its server, holds in memory or on disk, expired ones included.
     * If a job of the application cleans up, this method runs it first. Expired entries must be removed little by
     * little while the store is in use: some of them every ten seconds.
     *
     * @return the number, without entries of other users of the server; empty if it cannot be determined
     * @throws Exception if the server cannot be reached
     */
    protected abstract OptionalLong entries() throws Exception;

    /**
     * Runs work of an application in a transaction that the store could wrongly take part in, and rolls it back: on the
     * same database, with the data source or the transaction manager of the store.
     *
     * @param work calls the store, on the caller's thread
     * @return false, without running the work, if applications have no transaction that this store could see
     * @throws Exception if the transaction cannot be begun or rolled back
     */
    protected abstract boolean rollBackAfter(Runnable work) throws Exception;

    /**
     * Returns whether a class of the store may read the wall clock, for another purpose than lifetimes, such as the
     * time of a log line.
     *
     * @param className the full name of a class in the package of the store
     * @return false by default
     */
    protected boolean mayReadWallClock(String className) {
        return false;
    }

    /** The longest time for which an expired record or counter may still be visible. */
    Duration patience() {
        return PATIENCE;
    }

    /** Returns the longest time that a call may take, with any fault of its server. */
    Duration longestCall() {
        return LONGEST_CALL;
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
    @Explained(
            risk = "A recipient is taken for one whose limits are used up, or a first code cannot be sent.",
            cause = "A missing record is returned as an empty one, or as a default value of the client.")
    void hasNoRecordOfAnUnknownKey() {
        assertThat(store.get(key())).isNull();
    }

    @Test
    @Explained(
            risk = "No code can be sent, or a code is sent that nobody can verify.",
            cause = "The statement for the first record of a key fails silently, or null is compared by = in SQL,"
                    + " where nothing equals null.")
    void putsARecordWhereNoneIs() {
        String key = key();

        assertThat(store.compareAndExchange(key, null, record("a"), LONG)).isNull();

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A guess is not counted, or a used code stays valid.",
            cause = "Bytes are compared by reference, or after a conversion that is not the same on both sides.")
    void exchangesARecordForOneThatIsExpected() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("b"));
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A code is accepted twice, and attempts are not counted: the later caller overwrites the earlier"
                    + " one.",
            cause = "The record is written without a comparison, or only its length or a version is compared.")
    void changesNothingIfAnotherRecordIsThere() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("b"), record("c"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "Limits are lost: each send begins with a new record.",
            cause = "An insert that overwrites, such as MERGE, REPLACE, or SET without NX.")
    void changesNothingIfARecordIsThereAndNoneIsExpected() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, null, record("b"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    @Explained(
            risk = "A code that was cancelled or used comes back.",
            cause = "An upsert instead of an update, or a comparison that a missing record passes.")
    void changesNothingIfNoRecordIsThereAndOneIsExpected() {
        String key = key();

        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .as("record that was there")
                .isNull();

        assertThat(store.get(key)).isNull();
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "Two parallel guesses make the same bytes, and both count as one: an attacker guesses without"
                    + " limit.",
            cause = "A record that equals the update is taken for success, as in an idempotent retry.")
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
    @Explained(
            risk = "A lifetime is not renewed, or a won exchange is repeated a hundred times and then fails.",
            cause = "The database reports no changed row if the new value equals the old one, as MySQL does with"
                    + " useAffectedRows.")
    void exchangesARecordForItsEqual() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), record("a"), LONG))
                .as("record that was there")
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isEqualTo(record("a"));
    }

    @Test
    @Explained(
            risk = "A code that was cancelled stays valid.",
            cause = "The statement for a removal is missing, or it writes an empty record in place of none.")
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
    @Explained(
            risk = "Anyone who cancels at the right moment resets the limits and attempts of a recipient.",
            cause = "The removal does not compare: DELETE without the old value in its WHERE.")
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
    @Explained(
            risk = "A cancellation of nothing creates a record, or fails.",
            cause = "The removal writes a mark, or its zero changed rows are taken for an error.")
    void removesWhatIsNotThereInVain() {
        String key = key();

        assertThat(store.compareAndExchange(key, null, null, LONG)).isNull();
        assertThat(store.compareAndExchange(key, record("a"), null, LONG)).isNull();

        assertThat(store.get(key)).isNull();
    }

    @Test
    @Explained(
            risk = "A code cannot be cancelled.",
            cause = "The lifetime is checked or converted before it is clear that there is an update.")
    void looksAtNoLifetimeWhenItRemoves() {
        String key = keyOf(record("a"), LONG);

        assertThat(store.compareAndExchange(key, record("a"), null, Duration.ZERO))
                .isEqualTo(record("a"));

        assertThat(store.get(key)).isNull();
    }

    @Test
    @Explained(
            risk = "Records are damaged, and the recipients they belong to can no longer send or verify.",
            cause = "Bytes are kept as text, or in a column that is too short.")
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
    @Tag("promise-1")
    @Explained(
            risk = "A guess that only changed the last byte is not counted.",
            cause = "A column, an index or a hash of a prefix is compared in place of all bytes.")
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
    @Explained(
            risk = "For some recipients nothing works.",
            cause = "The column for keys is too short, or a character of the name has a meaning for the server.")
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
    @Tag("promise-4")
    @Explained(
            risk = "One recipient verifies with the code of another, or uses up its limits.",
            cause = "A collation that ignores case or trailing spaces, or a name that is cut.")
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
    @Explained(
            risk = "Counting a client damages the record of a recipient.",
            cause = "Counters and records share a table or a set of keys without a mark between them.")
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
    @Explained(
            risk = "Counting a client damages the record of a recipient, or fails.",
            cause = "Counters and records share a table or a set of keys without a mark between them.")
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
    @Tag("promise-7")
    @Explained(
            risk = "The store grows without end, and a locked recipient who tries again and again stays locked.",
            cause = "No lifetime is set, or each read renews it, as a cache does that expires after access.")
    void forgetsARecordSoonAfterItsTimeHoweverOftenItIsRead() {
        long before = System.nanoTime();
        String key = keyOf(record("a"), SHORT);

        await("record gone", () -> store.get(key) == null);

        assertNotBefore(SHORT, before);
    }

    @Test
    @Explained(
            risk = "A recipient whose record is over is refused until the record is cleaned up.",
            cause = "The exchange compares the bytes and ignores the lifetime.")
    void takesAnExpiredRecordForNone() {
        String key = keyOf(record("a"), SHORT);

        await("record gone", () -> store.compareAndExchange(key, null, record("b"), LONG) == null);

        assertThat(store.get(key)).isEqualTo(record("b"));
    }

    @Test
    @Explained(
            risk = "What is over is revived: a used or expired state counts again.",
            cause = "The exchange compares the bytes and ignores the lifetime.")
    void doesNotExpectAnExpiredRecord() {
        String key = keyOf(record("a"), SHORT);
        await("record gone", () -> store.get(key) == null);

        assertThat(store.compareAndExchange(key, record("a"), record("b"), LONG))
                .as("record that was there")
                .isNull();

        assertThat(store.get(key)).isNull();
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "Limits and attempts are forgotten early, and an attacker starts afresh.",
            cause = "Milliseconds are kept in an int, which holds 24 days, or a unit is mixed up.")
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
    @Explained(
            risk = "Some sends fail at random, when little time is left.",
            cause = "The lifetime is rounded down to zero seconds, which the server refuses, or treats as unlimited.")
    void takesTheShortestLifetime() {
        String key = key();

        assertThat(store.compareAndExchange(key, null, record("a"), Duration.ofMillis(1)))
                .isNull();

        await("record of 1 ms gone", () -> store.get(key) == null);
    }

    @Test
    @Explained(
            risk = "A record that a resend renewed is gone when the first one would be: its code is not found, and"
                    + " limits are forgotten.",
            cause = "The lifetime is set when the key is created, and an update keeps it.")
    void startsTheLifetimeAnewWithEachExchange() throws InterruptedException {
        assertRenewedBy(record("b"));
    }

    @Test
    @Explained(
            risk = "A record is gone early, and limits are forgotten.",
            cause = "An update that changes no byte is skipped, by the store or by the database.")
    void startsTheLifetimeAnewWithAnExchangeForAnEqualRecord() throws InterruptedException {
        assertRenewedBy(record("a"));
    }

    @Test
    @Tag("promise-7")
    @Explained(
            risk = "Records are kept longer than they may be.",
            cause = "The longer of the old and the new lifetime is kept.")
    void shortensTheLifetimeWithAnExchange() {
        String key = keyOf(record("a"), LONG);
        long before = System.nanoTime();
        assertThat(store.compareAndExchange(key, record("a"), record("b"), SHORT))
                .isEqualTo(record("a"));

        await("record gone", () -> store.get(key) == null);

        assertNotBefore(SHORT, before);
    }

    @Test
    @Explained(
            risk = "An attacker who tries again and again keeps a lock or a limit of someone else alive.",
            cause = "The lifetime is set before or beside the comparison, in a separate statement.")
    void extendsNoLifetimeWithALostExchange() {
        long before = System.nanoTime();
        String key = keyOf(record("a"), SHORT);

        await("record gone", () -> store.compareAndExchange(key, record("b"), record("a"), LONG) == null);

        assertNotBefore(SHORT, before);
        assertThat(store.get(key)).isNull();
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A code is accepted twice, and more guesses are compared than are counted.",
            cause = "Reading, comparing and writing are separate steps: make them one statement, script or compute.")
    void letsOneOfManyRacingExchangesWin() throws Exception {
        String key = key();
        races((race, round) -> {
            StoredRecord expected = store.get(key);
            List<Attempt> attempts = race.run(thread -> () -> attempt(key, expected, record(round + "-" + thread)));

            StoredRecord update = assertOneWon(attempts, expected);
            assertThat(store.get(key)).as("record after round %d", round).isEqualTo(update);
        });
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "Parallel guesses that make the same bytes count as one: an attacker guesses without limit.",
            cause = "Success is decided by the record afterwards, or a removal is done in two steps.")
    void letsOneOfManyRacingEqualExchangesWin() throws Exception {
        String key = key();
        races((race, round) -> {
            StoredRecord expected = store.get(key);
            StoredRecord update = round % 3 == 2 ? null : record("round " + round);
            List<Attempt> attempts = race.run(thread -> () -> attempt(key, expected, update));

            assertOneWon(attempts, expected);
            assertThat(store.get(key)).as("record after round %d", round).isEqualTo(update);
        });
    }

    @Test
    @Explained(
            risk = "A code is cancelled and verified at once, and what the verification counted is lost.",
            cause = "Only the exchange is one step; the removal reads, compares, and then deletes unconditionally.")
    void letsOneOfManyRacingRemovalsAndExchangesWin() throws Exception {
        String key = key();
        races((race, round) -> {
            StoredRecord expected = record("before " + round);
            store.compareAndExchange(key, store.get(key), expected, LONG);
            List<Attempt> attempts = race.run(
                    thread -> () -> attempt(key, expected, thread % 2 == 0 ? null : record(round + "-" + thread)));

            StoredRecord update = assertOneWon(attempts, expected);
            assertThat(store.get(key)).as("record after round %d", round).isEqualTo(update);
        });
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A guess that lost its race is taken for one that is counted: an attacker has more attempts.",
            cause = "The returned record comes from a second query after the lost exchange, and equals what was"
                    + " expected by then.")
    void takesNoLostExchangeForAWonOne() throws Exception {
        StoredRecord a = record("a");
        StoredRecord b = record("b");
        races((race, round) -> {
            String key = keyOf(a, LONG);
            List<Integer> wins = race.run(thread -> () -> {
                StoredRecord expected = thread % 2 == 0 ? a : b;
                int won = 0;
                for (int i = 0; i < 3; i++) {
                    won += Objects.equals(
                                    attempt(key, expected, thread % 2 == 0 ? b : a)
                                            .found(),
                                    expected)
                            ? 1
                            : 0;
                }
                return won;
            });
            int toB = 0;
            int toA = 0;
            for (int thread = 0; thread < THREADS; thread++) {
                if (thread % 2 == 0) {
                    toB += wins.get(thread);
                } else {
                    toA += wins.get(thread);
                }
            }
            assertThat(toB - toA)
                    .as(
                            "exchanges of a for b (%d) less those of b for a (%d) in round %d: each needs one"
                                    + " between it and the next of its kind, so a lost one was reported as won",
                            toB, toA, round)
                    .isEqualTo(Objects.equals(store.get(key), b) ? 1 : 0);
        });
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "Attempts and sends are not counted when many come at once.",
            cause = "Reading, comparing and writing are separate steps, or two nodes do not see the same record.")
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
        byte[] found = Objects.requireNonNull(store.get(key)).bytes();
        int[] kept = new int[THREADS];
        for (byte thread : found) {
            kept[thread]++;
        }
        assertThat(kept)
                .as("updates that are left of each thread's %d, all of which were won", updatesPerThread)
                .containsOnly(updatesPerThread);
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "A recipient seems to be unknown for a moment, and its limits do not hold.",
            cause = "The old record is deleted before the new one is put.")
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
    @Explained(
            risk = "The record of a send that has just begun is lost, and its code with it.",
            cause = "The clean-up of an expired record deletes by key alone, and hits its successor.")
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
    @Explained(
            risk = "A code that one node sent cannot be verified on another, and each node has limits of its own.",
            cause = "The store is in the memory of one process and isShared() returns true, or nodes use different"
                    + " databases.")
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
    @Explained(
            risk = "The limits of clients are off by one, or never reached.",
            cause = "The value before the addition is returned, or the counter is an int.")
    void countsFromZero() {
        String counter = key();

        assertThat(store.increment(counter, 1, LONG)).isEqualTo(1);
        assertThat(store.increment(counter, 1, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, 5_000_000_000L, LONG)).isEqualTo(5_000_000_002L);
        assertThat(store.increment(key(), 3, LONG)).isEqualTo(3);
    }

    @Test
    @Explained(
            risk = "A client is refused because of reads alone, or never.",
            cause = "A delta of 0 adds, or returns an earlier value.")
    void looksAtACounterWithoutChangingIt() {
        String counter = key();

        assertThat(store.increment(counter, 0, LONG)).isZero();
        assertThat(store.increment(counter, 2, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, 0, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, 0, LONG)).isEqualTo(2);
    }

    @Test
    @Explained(
            risk = "Clients are refused for sends that failed.",
            cause = "A negative delta is ignored or taken as positive.")
    void takesBackWhatItCounted() {
        String counter = key();

        assertThat(store.increment(counter, 3, LONG)).isEqualTo(3);
        assertThat(store.increment(counter, -1, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, -1, LONG)).isEqualTo(1);
        assertThat(store.increment(counter, 0, LONG)).isEqualTo(1);
        assertThat(store.increment(counter, 1, LONG)).isEqualTo(2);
    }

    @Test
    @Explained(
            risk = "Anyone fills the store with calls that count nothing, or shortens a later counter.",
            cause = "An addition of 0 creates the key, as INCRBY 0 does.")
    void createsNoCounterByALook() {
        String counter = key();

        assertThat(store.increment(counter, 0, LONG))
                .as("value of a counter that does not exist")
                .isZero();

        assertCreatedAnew("adding 0 to a counter that does not exist has created it", List.of(counter));
    }

    @Test
    @Explained(
            risk = "A client later has as many additional events as were taken back.",
            cause = "A negative delta creates a negative counter, as DECR does.")
    void createsNoCounterByTakingBack() {
        String counter = key();
        String mistake = "taking back from a counter that does not exist has left something,"
                + " such as a negative value that later allows as many additional events";

        assertThat(store.increment(counter, -1, LONG)).as(mistake).isZero();
        assertThat(store.increment(counter, 0, LONG)).as(mistake).isZero();

        assertCreatedAnew(mistake, List.of(counter));
    }

    @Test
    @Explained(
            risk = "Anyone fills the store with calls that count nothing, or shortens a later counter.",
            cause = "A counter at 0 is kept with its old lifetime.")
    void forgetsACounterThatIsBackAtZero() {
        String counter = key();
        assertThat(store.increment(counter, 2, LONG)).isEqualTo(2);
        assertThat(store.increment(counter, -1, LONG)).isEqualTo(1);

        assertThat(store.increment(counter, -1, LONG)).as("value back at zero").isZero();

        assertCreatedAnew("a counter that is back at 0 was kept", List.of(counter));
    }

    @Test
    @Explained(
            risk = "A client later has as many additional events as were taken back too often.",
            cause = "The sum is not bounded at 0 in the same step.")
    void bringsNoCounterBelowZero() {
        String counter = key();
        String mistake = "more was taken back than added, and the value is negative, or was kept at 0";
        assertThat(store.increment(counter, 2, LONG)).isEqualTo(2);

        assertThat(store.increment(counter, -5, LONG)).as(mistake).isZero();
        assertThat(store.increment(counter, 0, LONG)).as(mistake).isZero();

        assertCreatedAnew(mistake, List.of(counter));
    }

    @Test
    @Explained(
            risk = "A client later has additional events, or a counter that never ends.",
            cause = "A negative delta ignores the lifetime of the counter.")
    void takesNothingBackFromACounterWhoseTimeIsOver() {
        String counter = key();
        long many = 1_000_000;
        assertThat(store.increment(counter, many, VERY_SHORT)).isEqualTo(many);

        await(
                "counter gone (if not, a negative delta ignores its lifetime)",
                () -> store.increment(counter, -1, LONG) == 0);

        assertCreatedAnew("taking back from a counter whose time was over has left something", List.of(counter));
    }

    @Test
    @Explained(
            risk = "Events of a client are not counted, and its limit does not hold.",
            cause = "A counter at 0 is removed in a second step, which loses additions in between.")
    void losesNoAdditionToTheRemovalOfACounterThatIsBackAtZero() throws Exception {
        String mistake =
                "an addition was lost: the step that removes a counter at 0 is not the one that brought it there";
        int perCounter = 3;
        List<String> counters =
                Stream.generate(this::key).limit(THREADS / perCounter).toList();
        races((race, round) -> {
            List<List<Long>> values = race.run(thread -> () -> {
                String counter = counters.get(thread % counters.size());
                List<Long> own = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    own.add(store.increment(counter, 1, LONG));
                    // A removal that comes late hits the others here.
                    LockSupport.parkNanos(random.nextInt(500_000));
                    own.add(store.increment(counter, 0, LONG));
                    own.add(store.increment(counter, -1, LONG) + 1);
                }
                return own;
            });

            assertThat(values.stream().flatMap(List::stream))
                    .as("values seen while one of %d holds a place, in round %d: %s", perCounter, round, mistake)
                    .allMatch(value -> value >= 1 && value <= perCounter);
            assertThat(counters)
                    .as("counters from which as much was taken back as was counted, in round %d", round)
                    .allSatisfy(counter ->
                            assertThat(store.increment(counter, 0, LONG)).isZero());
        });
        assertCreatedAnew("a counter was kept from which threads took back as much as they counted", counters);
    }

    @Test
    @Explained(
            risk = "One client uses up the limit of another.",
            cause = "A collation that ignores case or trailing spaces, or a name that is cut.")
    void keepsCountersApart() {
        String prefix = key().substring(0, 20);

        assertThat(store.increment(prefix + "a", 1, LONG)).isEqualTo(1);
        assertThat(store.increment(prefix + "A", 2, LONG)).isEqualTo(2);
        assertThat(store.increment(prefix, 3, LONG)).isEqualTo(3);
        assertThat(store.increment(prefix + "a", 1, LONG)).isEqualTo(2);
    }

    @Test
    @Tag("promise-7")
    @Explained(
            risk = "A client that goes on trying is refused for ever, or a new counter ends with the old one.",
            cause = "Each addition renews the lifetime, or the lifetime belongs to the key and not to the counter.")
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
    @Tag("promise-7")
    @Explained(
            risk = "A client that goes on trying is refused for ever.",
            cause = "A delta of 0 renews or removes the lifetime.")
    void forgetsACounterHoweverOftenItIsLookedAt() {
        String counter = key();
        long before = System.nanoTime();
        assertThat(store.increment(counter, 1, SHORT)).isEqualTo(1);

        await("counter back at zero", () -> store.increment(counter, 0, LONG) == 0);

        assertNotBefore(SHORT, before);
    }

    @Test
    @Explained(
            risk = "The limit of a client is forgotten early.",
            cause = "Milliseconds are kept in an int, which holds 24 days, or a unit is mixed up.")
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
    @Explained(
            risk = "A client that calls many times at once is counted once.",
            cause = "Reading and writing the counter are separate steps.")
    void showsEachOfManyRacingCallersAnotherValue() throws Exception {
        races((race, round) -> {
            String counter = key();
            List<List<Long>> values = race.run(
                    thread -> () -> List.of(store.increment(counter, 1, LONG), store.increment(counter, 1, LONG)));

            Set<Long> seen = new HashSet<>();
            List<Long> twice = values.stream()
                    .flatMap(List::stream)
                    .filter(value -> !seen.add(value))
                    .toList();
            assertThat(twice)
                    .as("values that more than one caller got, of %d additions of 1 in round %d", 2 * THREADS, round)
                    .isEmpty();
            assertThat(store.increment(counter, 0, LONG))
                    .as("value after round %d", round)
                    .isEqualTo(2 * THREADS);
        });
    }

    @Test
    @Explained(
            risk = "A client is refused for sends that failed, or has more places than its limit.",
            cause = "A negative delta reads and writes in separate steps, although a positive one does not.")
    void losesNothingThatManyRacingCallersTakeBack() throws Exception {
        races((race, round) -> {
            String counter = key();
            store.increment(counter, 2 * THREADS, LONG);
            race.run(thread -> () -> store.increment(counter, thread % 2 == 0 ? -1 : 1, LONG));
            race.run(thread -> () -> store.increment(counter, -1, LONG));

            assertThat(store.increment(counter, 0, LONG))
                    .as("%d counted, and as many taken back as added, and %<d more, in round %d", THREADS, round)
                    .isEqualTo(THREADS);
        });
    }

    @Test
    @Explained(
            risk = "Nothing today, since the manager keeps no empty record; a later format of records might.",
            cause = "The length is tested in place of null, or the database takes empty bytes for null, as Oracle"
                    + " does.")
    void keepsAnEmptyRecordApartFromNone() {
        StoredRecord empty = StoredRecord.of(new byte[0]);
        String key = keyOf(empty, LONG);

        assertThat(store.get(key)).isEqualTo(empty);
        assertThat(store.compareAndExchange(key, null, record("a"), LONG))
                .as("record that was there")
                .isEqualTo(empty);
        assertThat(store.compareAndExchange(key, empty, record("a"), LONG))
                .as("record that was there")
                .isEqualTo(empty);
        assertThat(store.compareAndExchange(key, record("a"), empty, LONG))
                .as("record that was there")
                .isEqualTo(record("a"));
        assertThat(store.get(key)).isEqualTo(empty);
    }

    @Test
    @Explained(
            risk = "Two guesses of which one is not counted can be found by trying.",
            cause = "A hash code is kept or compared in place of the bytes.")
    void tellsRecordsApartThatHaveTheSameHash() {
        StoredRecord record = record("Aa");
        StoredRecord other = record("BB");
        assertThat(other).hasSameHashCodeAs(record);
        String key = keyOf(record, LONG);

        assertThat(store.compareAndExchange(key, other, record("b"), LONG))
                .as("record that was there")
                .isEqualTo(record);
        assertThat(store.compareAndExchange(key, other, null, LONG))
                .as("record that was there")
                .isEqualTo(record);

        assertThat(store.get(key)).isEqualTo(record);
    }

    @Test
    @Tag("promise-4")
    @Explained(
            risk = "One recipient verifies with the code of another, or uses up its limits.",
            cause = "The column for keys is shorter than 64 characters and the database truncates longer ones.")
    void keepsLongKeysApart() {
        List<String> keys = keysThatDifferInOneCharacter();
        keys.forEach(key -> assertThat(store.compareAndExchange(key, null, record(key), LONG))
                .as("record of %s before it was put", key)
                .isNull());

        keys.forEach(key -> assertThat(store.get(key)).as("record of %s", key).isEqualTo(record(key)));
    }

    @Test
    @Explained(
            risk = "One client uses up the limit of another.",
            cause = "The column for names is shorter than 64 characters and the database truncates longer ones.")
    void keepsLongNamesOfCountersApart() {
        List<String> counters = keysThatDifferInOneCharacter();

        counters.forEach(counter -> assertThat(store.increment(counter, 1, LONG))
                .as("first value of %s", counter)
                .isEqualTo(1));
    }

    @Test
    @Explained(
            risk = "Counting a client damages the record of a recipient, or fails.",
            cause = "Names of counters are made with letters that a key may contain too, such as a suffix \"c\": use"
                    + " a character that no name has.")
    void keepsACounterApartFromARecordOfASimilarName() {
        String name = key();
        List<String> names = new ArrayList<>(List.of(name));
        for (String part : List.of("c", "n", "r", "k", "cnt", "count", "counter", "counters", "record", "records")) {
            for (String joint : List.of("", "-", "_")) {
                names.addAll(List.of(name + joint + part, part + joint + name));
            }
        }
        for (String each : names) {
            assertThat(store.compareAndExchange(each, null, record(each), LONG))
                    .as("record of %s before it was put, after a counter was made of that name or a similar one", each)
                    .isNull();
            assertThat(store.increment(each, names.indexOf(each) + 1, LONG))
                    .as("first value of the counter %s, after a record was put of that name or a similar one", each)
                    .isEqualTo(names.indexOf(each) + 1);
        }

        for (String each : names) {
            assertThat(store.get(each)).as("record of %s", each).isEqualTo(record(each));
            assertThat(store.increment(each, 0, LONG)).as("counter %s", each).isEqualTo(names.indexOf(each) + 1);
        }
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "An attacker who fills the store pushes out the limits of others, or their own, and starts afresh.",
            cause = "A cache with a maximum size that evicts: refuse new entries with an OtpStoreFullException"
                    + " instead.")
    void forgetsNoneOfThousandsOfRecordsAndCounters() throws Exception {
        String prefix = key();
        try (Race race = new Race(THREADS)) {
            race.run(thread -> (Callable<Integer>) () -> {
                for (int i = thread; i < MANY; i += THREADS) {
                    String name = prefix + "-" + i;
                    store.compareAndExchange(name, null, record(name), LONG);
                    store.increment(name, i + 1, LONG);
                }
                return thread;
            });
            List<Integer> sample = random.ints(1_500, 0, MANY).boxed().toList();
            List<List<String>> forgotten = race.run(thread -> () -> {
                List<String> names = new ArrayList<>();
                for (int i = thread; i < sample.size(); i += THREADS) {
                    String name = prefix + "-" + sample.get(i);
                    if (!Objects.equals(store.get(name), record(name))) {
                        names.add("record " + sample.get(i));
                    }
                    if (store.increment(name, 0, LONG) != sample.get(i) + 1) {
                        names.add("counter " + sample.get(i));
                    }
                }
                return names;
            });
            assertThat(forgotten.stream().flatMap(List::stream))
                    .as("lost of %d records and as many counters, in a sample of 1500", MANY)
                    .isEmpty();
        }
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "Limits of a day or a month are forgotten early, and an attacker starts afresh.",
            cause = "A cap on lifetimes in a configuration of the cache or the server, or a lifetime that is"
                    + " shortened at random to spread the load.")
    void keepsARecordForAllOfALongLifetime() throws Exception {
        List<String> put = new ArrayList<>();
        List<String> exchanged = new ArrayList<>();
        for (Duration ttl : LONG_LIFETIMES) {
            put.add(keyOf(record("a"), ttl));
            exchanged.add(keyOf(record("before"), LONG));
            assertThat(store.compareAndExchange(
                            exchanged.get(exchanged.size() - 1), record("before"), record("a"), ttl))
                    .isEqualTo(record("before"));
        }
        assertLiveFor(
                index -> store.get(put.get(index)) != null && store.get(exchanged.get(index)) != null,
                index -> store.get(put.get(index)) == null && store.get(exchanged.get(index)) == null);
    }

    @Test
    @Explained(
            risk = "The limit of a client is forgotten early, or a steady stream keeps it up for ever.",
            cause = "A cap on lifetimes in a configuration of the cache or the server, or a lifetime that a later"
                    + " addition changes.")
    void keepsACounterForAllOfALongLifetime() throws Exception {
        List<String> counters = new ArrayList<>();
        for (Duration ttl : LONG_LIFETIMES) {
            counters.add(key());
            assertThat(store.increment(counters.get(counters.size() - 1), 1, ttl))
                    .isEqualTo(1);
        }
        assertLiveFor(
                index -> store.increment(counters.get(index), 1, LONGEST) == 2,
                index -> store.increment(counters.get(index), 0, LONGEST) == 0);
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "A record is gone before its code expires, and limits are forgotten early.",
            cause = "The lifetime is rounded down to whole seconds: round up, or keep milliseconds.")
    void keepsARecordForAllOfItsLastSecond() throws Exception {
        Duration ttl = Duration.ofMillis(1_400);
        Duration passing = Duration.ofSeconds(1);
        long before = System.nanoTime();
        String key = keyOf(record("a"), ttl);
        Duration rest = passTime(passing) ? ttl.minus(passing) : ttl;

        await(rest, "record gone", () -> store.get(key) == null);
        assertNotBefore(rest, before);
    }

    @Test
    @Explained(
            risk = "The limit of a client is forgotten early.",
            cause = "The lifetime is rounded down to whole seconds: round up, or keep milliseconds.")
    void keepsACounterForAllOfItsLastSecond() throws Exception {
        Duration ttl = Duration.ofMillis(1_400);
        Duration passing = Duration.ofSeconds(1);
        long before = System.nanoTime();
        String counter = key();
        assertThat(store.increment(counter, 1, ttl)).isEqualTo(1);
        Duration rest = passTime(passing) ? ttl.minus(passing) : ttl;

        await(rest, "counter gone", () -> store.increment(counter, 0, LONG) == 0);
        assertNotBefore(rest, before);
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "A clock that is set or differs between nodes ends limits early: an attacker has new attempts.",
            cause = "Deadlines are computed with the time of the application: use System.nanoTime() within a process,"
                    + " or the clock of the server.")
    void readsNoWallClock() throws Exception {
        assertThat(WallClock.readsOf(store.getClass(), this::mayReadWallClock))
                .as("reads of the wall clock (if for another purpose than lifetimes, override mayReadWallClock)")
                .isEmpty();
    }

    @Test
    @Tag("promise-7")
    @Explained(
            risk = "Anyone who sends to many addresses fills the disk or the memory, and then the store fails.",
            cause = "Rows are filtered by their time and never deleted: delete some with each write, or by a job that"
                    + " entries() runs.")
    void keepsNothingWhoseTimeIsOver() throws Exception {
        entriesOrSkip();
        for (int i = 0; i < ROUNDS; i++) {
            keyOf(record("a"), LONG);
            store.increment(key(), 1, LONG);
        }
        orSkip(passTime(LONGEST.plus(PATIENCE)), "time cannot be passed");
        long start = System.nanoTime();
        long least = Long.MAX_VALUE;
        for (long held = entriesOrSkip(); held > 0; held = entriesOrSkip()) {
            if (held < least) {
                least = held;
                start = System.nanoTime();
            } else if (elapsed(start).compareTo(patience().multipliedBy(2)) > 0) {
                fail(
                        "%d expired records and counters, which no call uses again, are still held,"
                                + " and none was removed for %d ms although the store is in use",
                        held, elapsed(start).toMillis());
            }
            String busy = keyOf(record("a"), LONG);
            store.compareAndExchange(busy, record("a"), null, LONG);
            store.increment(busy, 1, LONG);
            store.increment(busy, -1, LONG);
            pause();
        }
    }

    @Test
    @Explained(
            risk = "Anyone fills the store with calls that count nothing.",
            cause = "A delta of 0 leaves a key without a lifetime, or a removal leaves an empty row.")
    void keepsNothingOfACallThatPutsNothing() throws Exception {
        long before = entriesOrSkip();
        for (int i = 0; i < ROUNDS; i++) {
            String name = key();
            store.get(name);
            store.compareAndExchange(name, record("a"), record("b"), LONG);
            store.compareAndExchange(name, record("a"), null, LONG);
            store.compareAndExchange(name, null, null, LONG);
            store.increment(name, 0, LONG);
            store.increment(name, -1, LONG);
            store.increment(name, 2, LONG);
            store.increment(name, -2, LONG);
            store.increment(name, 0, LONG);
        }
        long start = System.nanoTime();
        while (entriesOrSkip() > before) {
            if (elapsed(start).compareTo(patience()) > 0) {
                assertThat(entriesOrSkip())
                        .as(
                                "entries after %d reads, lost exchanges, looks and counts that were taken back; before"
                                        + " them, there were %d",
                                ROUNDS, before)
                        .isLessThanOrEqualTo(before);
            }
            pause();
        }
    }

    @Test
    @Explained(
            risk = "Each node makes a random secret of its own, and codes of one node fail on the others.",
            cause = "isShared() was copied from a store for one process.")
    void isSharedIfAnotherNodeSeesItsRecords() throws Exception {
        assumeTrue(!store.isShared(), "it says that it is shared");
        String key = keyOf(record("a"), LONG);
        store.increment(key, 1, LONG);
        try (OtpStore other = createStore()) {
            assertThat(other.get(key))
                    .as("record that another store can see, although isShared() is false")
                    .isNull();
            assertThat(other.increment(key, 0, LONG))
                    .as("counter that another store can see, although isShared() is false")
                    .isZero();
        }
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A code is accepted on a second node although the first has used it up.",
            cause = "A near cache, or reads from a replica that lags behind.")
    void showsEachNodeAtOnceWhatAnotherHasChanged() throws Exception {
        assumeTrue(store.isShared(), "no other process can see this store");
        try (OtpStore other = createStore()) {
            String key = key();
            String absent = "%s has cached that there is no record, and hides one that another node has put";
            String stale = "%s has cached a record, and shows it although another node has replaced it";
            String removed = "%s has cached a record, and shows it although another node has removed it";
            for (int i = 0; i < 2; i++) {
                OtpStore cache = i == 0 ? store : other;
                OtpStore writer = i == 0 ? other : store;
                String name = i == 0 ? "the first node" : "the second node";
                assertThat(cache.get(key)).isNull();
                assertThat(writer.compareAndExchange(key, null, record("a"), LONG))
                        .isNull();
                assertThat(cache.get(key)).as(absent, name).isEqualTo(record("a"));
                assertThat(writer.compareAndExchange(key, record("a"), record("b"), LONG))
                        .isEqualTo(record("a"));
                assertThat(cache.get(key)).as(stale, name).isEqualTo(record("b"));
                assertThat(writer.compareAndExchange(key, record("b"), record("c"), LONG))
                        .isEqualTo(record("b"));
                assertThat(cache.compareAndExchange(key, record("b"), record("d"), LONG))
                        .as(stale, name)
                        .isEqualTo(record("c"));
                assertThat(writer.compareAndExchange(key, record("c"), null, LONG))
                        .isEqualTo(record("c"));
                assertThat(cache.get(key)).as(removed, name).isNull();
            }
        }
    }

    @Test
    @Explained(
            risk = "A client has its limit once on each node.",
            cause = "A near cache, reads from a replica, or additions that are sent in batches.")
    void showsEachNodeAtOnceWhatAnotherHasCounted() throws Exception {
        assumeTrue(store.isShared(), "no other process can see this store");
        try (OtpStore other = createStore()) {
            String counter = key();
            String mistake = "a node has cached the counter, or adds to it in its own memory";
            for (int i = 0; i < 5; i++) {
                assertThat(other.increment(counter, 1, LONG)).as(mistake).isEqualTo(2 * i + 1);
                assertThat(store.increment(counter, 0, LONG)).as(mistake).isEqualTo(2 * i + 1);
                assertThat(store.increment(counter, 1, LONG)).as(mistake).isEqualTo(2 * i + 2);
                assertThat(other.increment(counter, 0, LONG)).as(mistake).isEqualTo(2 * i + 2);
            }
            assertThat(other.increment(counter, -10, LONG)).as(mistake).isZero();
            assertThat(store.increment(counter, 0, LONG)).as(mistake).isZero();
        }
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "An attacker who makes the application fail has unlimited guesses: the rollback restores the"
                    + " attempt.",
            cause = "The store uses the caller's connection or transaction: use a separate connection, with"
                    + " autocommit.")
    void exchangesWhateverTheCallersTransactionDoes() throws Exception {
        String put = key();
        String exchanged = keyOf(record("a"), LONG);
        String removed = keyOf(record("a"), LONG);
        rollBackOrSkip(() -> {
            store.compareAndExchange(put, null, record("b"), LONG);
            store.compareAndExchange(exchanged, record("a"), record("b"), LONG);
            store.compareAndExchange(removed, record("a"), null, LONG);
        });

        String mistake = "after the caller's transaction was rolled back: %s";
        assertThat(store.get(put)).as(mistake, "record that was put").isEqualTo(record("b"));
        assertThat(store.get(exchanged))
                .as(mistake, "record that was exchanged")
                .isEqualTo(record("b"));
        assertThat(store.get(removed)).as(mistake, "record that was removed").isNull();
    }

    @Test
    @Explained(
            risk = "An attacker who makes the application fail is never counted.",
            cause = "The store uses the caller's connection or transaction: use a separate connection, with"
                    + " autocommit.")
    void countsWhateverTheCallersTransactionDoes() throws Exception {
        String created = key();
        String counted = key();
        store.increment(counted, 5, LONG);
        rollBackOrSkip(() -> {
            store.increment(created, 1, LONG);
            store.increment(counted, 1, LONG);
        });

        String mistake = "after the caller's transaction was rolled back: %s";
        assertThat(store.increment(created, 0, LONG))
                .as(mistake, "counter that was created")
                .isEqualTo(1);
        assertThat(store.increment(counted, 0, LONG))
                .as(mistake, "counter that was added to")
                .isEqualTo(6);
    }

    @Test
    @Explained(
            risk = "A record lives too long or not at all if the application began its transaction a while ago.",
            cause = "The time of the transaction, such as now() in PostgreSQL, is used instead of that of the"
                    + " statement.")
    void measuresALifetimeWhileTheCallersTransactionIsOpen() throws Exception {
        rollBackOrSkip(() -> {
            String first = keyOf(record("a"), SHORT);
            await("record gone while the caller's transaction is open", () -> store.get(first) == null);
            long before = System.nanoTime();
            String second = keyOf(record("a"), SHORT);
            await("record gone while the caller's transaction is open", () -> store.get(second) == null);
            assertNotBefore(SHORT, before);
        });
    }

    @Test
    @Tag("promise-7")
    @Explained(
            risk = "Without its store, a manager accepts a used code or forgets all limits, or the application meets"
                    + " an exception that it does not know.",
            cause = "The client's exception is caught and null, 0 or the expected record is returned, or it is not"
                    + " caught at all.")
    void throwsAnOtpStoreExceptionWhileTheServerIsAway() throws Exception {
        ServerFaults server = serverOrSkip();
        List<Question> questions = questions();
        orSkip(server.cut(), "the server cannot be cut off");

        assertAllThrow(questions, "is away");
    }

    @Test
    @Tag("promise-7")
    @Explained(
            risk = "One server that hangs stops every thread of the application.",
            cause = "No time-out is set for connecting, for waiting for a connection of the pool, or for the reply; or"
                    + " a pool tries its idle connections one after another, each for that time.")
    void throwsAnOtpStoreExceptionWhileTheServerHangs() throws Exception {
        ServerFaults server = serverOrSkip();
        List<Question> questions = questions();
        openConnections(server);
        orSkip(server.hang(), "the server cannot be stopped");

        // The first one alone: beside others it would share what a pool does with its idle connections.
        assertAllThrow(questions.subList(0, 1), "hangs");
        assertAllThrow(questions, "hangs");
    }

    @Test
    @Explained(
            risk = "After a short outage nobody can log in until the application is restarted.",
            cause = "A broken connection is kept, or a connection is not returned to the pool after an exception.")
    void worksAgainWhenTheServerIsBack() throws Exception {
        ServerFaults server = serverOrSkip();
        String key = keyOf(record("a"), LONG);
        orSkip(server.cut(), "the server cannot be cut off");
        long start = System.nanoTime();
        for (int round = 0; round < 5 && (round == 0 || elapsed(start).toMillis() < 1_000); round++) {
            outcomes(THREADS, thread -> new Question("get", () -> store.get(key)));
        }
        server.mend();

        assertWorksAgain(key, "the server was away, and is back");
    }

    @Test
    @Explained(
            risk = "A server that was slow for a while is then out of connections, and so is the pool.",
            cause = "A connection is not closed, or not returned, when a call throws: use try-with-resources.")
    void leavesNoConnectionOpenAfterFailures() throws Exception {
        ServerFaults server = serverOrSkip();
        String key = keyOf(record("a"), LONG);
        openConnections(server);
        int first = connectionsOf(server);
        int before = first;
        for (int round = 0; round < 4; round++) {
            orSkip(server.hang(), "the server cannot be stopped");
            outcomes(THREADS, thread -> new Question("get", () -> store.get(key)));
            server.mend();
            assertWorksAgain(key, "the server hung, and works again");
            // A driver may leave one or two to the garbage collector, of connections that it could not finish making.
            int most = before + THREADS / 3;
            if (holdsSoon(() -> connectionsOf(server) <= most)) {
                return;
            }
            before = connectionsOf(server);
        }
        fail(
                "connections that are open: %d at first, many more after each of four times that %d calls failed,"
                        + " %d in the end",
                first, THREADS, before);
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "A recipient seems to be unknown, and its limits do not hold.",
            cause = "The client's exception is caught and null is returned.")
    void readsWhatIsThereOrThrowsWhenAReplyIsLost() throws Exception {
        ServerFaults server = serverOrSkip();
        for (int after = 0; after < LOST_REPLIES; after++) {
            String key = keyOf(record("a"), LONG);
            Outcome outcome = outcomeOfLostReply(server, after, () -> store.get(key), () -> store.get(key));

            if (!outcome.threw()) {
                assertThat(outcome.value())
                        .as("record that was read although a reply was lost")
                        .isEqualTo(record("a"));
            }
        }
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A right code is refused and a used one may pass: the second try finds the update of the first and"
                    + " takes it for that of someone else.",
            cause = "The store, its client, driver or pool repeats the call after a broken connection (turn that"
                    + " off), or a failure is returned as a won exchange.")
    void exchangesOnceWhenAReplyIsLost() throws Exception {
        ServerFaults server = serverOrSkip();
        for (int after = 0; after < LOST_REPLIES; after++) {
            assertExchangesOnce(server, after, key(), null, record("a"));
            assertExchangesOnce(server, after, keyOf(record("a"), LONG), record("a"), record("b"));
            assertExchangesOnce(server, after, keyOf(record("a"), LONG), record("a"), null);
        }
    }

    @Test
    @Explained(
            risk = "A client is counted twice for one event, or an event that was taken back is taken back twice.",
            cause = "The store, its client, driver or pool repeats the call after a broken connection (turn that"
                    + " off), or 0 is returned for a failure.")
    void countsOnceWhenAReplyIsLost() throws Exception {
        ServerFaults server = serverOrSkip();
        for (int after = 0; after < LOST_REPLIES; after++) {
            for (int delta : new int[] {1, -1}) {
                String counter = key();
                assertThat(store.increment(counter, 5, LONG)).isEqualTo(5);
                Outcome outcome = outcomeOfLostReply(
                        server,
                        after,
                        () -> store.increment(counter, delta, LONG),
                        () -> store.increment(counter, 0, LONG));

                long value = store.increment(counter, 0, LONG);
                if (outcome.threw()) {
                    assertThat(value)
                            .as("counter of 5, after %d was added once and the reply was lost", delta)
                            .isIn(5L, 5L + delta);
                } else {
                    assertThat(List.of(outcome.value(), value))
                            .as("value returned and kept, after %d was added once to 5 and a reply was lost", delta)
                            .containsOnly(5L + delta);
                }
            }
        }
    }

    @Test
    @Tag("promise-7")
    @Explained(
            risk = "A record or a counter that never ends locks out a recipient or a client for ever.",
            cause = "The value is set by one command and its lifetime by the next, and the connection breaks between"
                    + " them: set both by one.")
    void forgetsInTimeWhatWasPutWhenAReplyWasLost() throws Exception {
        ServerFaults server = serverOrSkip();
        List<String> names = new ArrayList<>();
        for (int after = 0; after < LOST_REPLIES; after++) {
            String name = key();
            names.add(name);
            outcomeOfLostReply(
                    server,
                    after,
                    () -> store.compareAndExchange(name, null, record("a"), SHORT),
                    () -> store.get(name));
            outcomeOfLostReply(
                    server, after, () -> store.increment(name, 1, SHORT), () -> store.increment(name, 0, LONG));
        }

        await(
                "records and counters of " + SHORT + " gone, each put while a reply was lost",
                () -> names.stream().allMatch(name -> store.get(name) == null && store.increment(name, 0, LONG) == 0));
    }

    @Test
    @Explained(
            risk = "An application that shuts down waits for a thread that has lost its request to end.",
            cause = "InterruptedException is caught and the flag of the thread is not set again.")
    void leavesTheInterruptOfItsCaller() throws Exception {
        for (Question question : questions()) {
            AtomicBoolean interrupted = new AtomicBoolean();
            Outcome outcome = outcomes(
                            1,
                            thread -> new Question(question.call(), () -> {
                                Thread.currentThread().interrupt();
                                try {
                                    return question.task().call();
                                } finally {
                                    interrupted.set(Thread.currentThread().isInterrupted());
                                }
                            }))
                    .get(0);

            if (outcome.failure() != null) {
                assertThat(outcome.failure())
                        .as("exception of %s in a thread that was interrupted", question.call())
                        .isInstanceOf(OtpStoreException.class);
            }
            assertThat(interrupted.get())
                    .as("is interrupted after %s, as it was before", question.call())
                    .isTrue();
        }
        String key = key();
        awaitWorking(() -> store.get(key), "a thread was interrupted");
    }

    @Test
    @Explained(
            risk = "An application that shuts down waits for a thread that never ends, or that has lost its request"
                    + " to end.",
            cause = "InterruptedException is caught and the flag of the thread is not set again, or waiting goes on"
                    + " without a time-out.")
    void endsACallThatIsInterruptedWhileTheServerHangs() throws Exception {
        ServerFaults server = serverOrSkip();
        List<Question> questions = questions();
        orSkip(server.hang(), "the server cannot be stopped");
        List<AtomicBoolean> interrupted = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        for (Question question : questions) {
            AtomicBoolean flag = new AtomicBoolean();
            interrupted.add(flag);
            calls.add(Call.start(new Question(question.call(), () -> {
                try {
                    return question.task().call();
                } finally {
                    flag.set(Thread.currentThread().isInterrupted());
                }
            })));
        }
        Thread.sleep(SHORT.toMillis());
        calls.forEach(call -> call.thread().interrupt());

        for (int i = 0; i < calls.size(); i++) {
            Outcome outcome = calls.get(i).outcome(longestCall());
            explaining(
                    "A call that was given up counts as successful: a recipient seems to be unknown, or a code unused.",
                    "The client's exception is caught and null, 0 or the expected record is returned.",
                    () -> assertThat(outcome.failure())
                            .as("exception of %s, which was interrupted while the server hangs", outcome.call())
                            .isInstanceOf(OtpStoreException.class));
            assertThat(interrupted.get(i).get())
                    .as("is interrupted after %s, which was interrupted while the server hangs", outcome.call())
                    .isTrue();
        }
    }

    /** Adds with a very short lifetime. An existing counter would show in the value, or by its longer lifetime. */
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

    /** The update of one of several racing threads, and the record that its exchange returned. */
    private record Attempt(
            @Nullable StoredRecord update, @Nullable StoredRecord found) {}

    private Attempt attempt(String key, @Nullable StoredRecord expected, @Nullable StoredRecord update) {
        return new Attempt(update, store.compareAndExchange(key, expected, update, LONG));
    }

    private static boolean isOld(Attempt attempt) {
        return Objects.equals(attempt.found(), record("old"));
    }

    /** Returns the update of the only winner, which all losers have found. */
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
        if (winners.size() != 1) {
            fail(
                    "%d of %d callers that expected the same record got that record: they have won, and only one may",
                    winners.size(), attempts.size());
        }
        StoredRecord update = winners.get(0).update();
        assertThat(losersFound)
                .as("records returned to the losers: the update of the winner")
                .containsExactly(update);
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

    private interface Round {
        void run(Race race, int round) throws Exception;
    }

    /** Runs races with a slow server, where others come between two statements, and then at full speed for a while. */
    private void races(Round rounds) throws Exception {
        Optional<ServerFaults> server = server();
        int round = 0;
        try (Race race = new Race(THREADS)) {
            if (server.isPresent() && server.get().delay(SLOW_REPLY)) {
                while (round < SLOW_ROUNDS) {
                    rounds.run(race, round++);
                }
                server.get().mend();
            }
            int least = round + (round == 0 ? ROUNDS : ROUNDS_BESIDE_SLOW_ONES);
            for (long start = System.nanoTime(); round < least || elapsed(start).compareTo(RACING) < 0; round++) {
                rounds.run(race, round);
            }
        }
    }

    private static List<String> keysThatDifferInOneCharacter(String key) {
        List<String> keys = new ArrayList<>(List.of(key));
        for (int i = 0; i < key.length(); i++) {
            char other = key.charAt(i) == 'x' ? 'y' : 'x';
            keys.add(key.substring(0, i) + other + key.substring(i + 1));
        }
        return keys;
    }

    private List<String> keysThatDifferInOneCharacter() {
        return keysThatDifferInOneCharacter((key() + key() + key()).substring(0, 64));
    }

    /** Passes time until shortly before the end of each of the long lifetimes, in order, and then beyond it. */
    private void assertLiveFor(IntPredicate isThere, IntPredicate isGone) throws Exception {
        Duration passed = Duration.ZERO;
        for (int i = 0; i < LONG_LIFETIMES.size(); i++) {
            Duration ttl = LONG_LIFETIMES.get(i);
            int index = i;
            Duration almost = ttl.minus(ttl.dividedBy(100));
            orSkip(passTime(almost.minus(passed)), "time cannot be passed");
            assertThat(isThere.test(i))
                    .as("is there after 99 %% of its lifetime of %s", ttl)
                    .isTrue();
            orSkip(passTime(ttl.plus(PATIENCE).minus(almost)), "time cannot be passed");
            await("gone after its lifetime of " + ttl, () -> isGone.test(index));
            passed = ttl.plus(PATIENCE);
        }
    }

    private static void orSkip(boolean possible, String otherwise) {
        assumeTrue(possible, otherwise);
    }

    private ServerFaults serverOrSkip() throws Exception {
        Optional<ServerFaults> server = server();
        orSkip(server.isPresent(), "the store has no server");
        return server.orElseThrow();
    }

    private long entriesOrSkip() throws Exception {
        OptionalLong entries = entries();
        orSkip(entries.isPresent(), "the entries cannot be counted");
        return entries.orElseThrow();
    }

    private void rollBackOrSkip(Runnable work) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        boolean possible = rollBackAfter(() -> {
            work.run();
            done.set(true);
        });
        orSkip(possible, "no transaction that this store could see");
        assertThat(done).as("rollBackAfter returned true and has run the work").isTrue();
    }

    /** A call of the store, and its name for a report. */
    private record Question(String call, Callable<@Nullable Object> task) {}

    /** The value or the exception of a call; both null if it returned null. */
    private record Outcome(
            String call, @Nullable Object value, @Nullable Throwable failure) {
        boolean threw() {
            return failure != null;
        }
    }

    /** A call on a separate thread, since it may never end. */
    private record Call(String name, Thread thread, CompletableFuture<Outcome> future) {
        static Call start(Question question) {
            CompletableFuture<Outcome> future = new CompletableFuture<>();
            Thread thread = new Thread(
                    () -> {
                        try {
                            Object value = question.task().call();
                            future.complete(new Outcome(question.call(), value, null));
                        } catch (Throwable e) {
                            future.complete(new Outcome(question.call(), null, e));
                        }
                    },
                    "store-contract");
            thread.setDaemon(true);
            thread.start();
            return new Call(question.call(), thread, future);
        }

        Outcome outcome(Duration limit) throws Exception {
            try {
                return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError(name + " has not ended within " + limit.toMillis() + " ms", e);
            }
        }
    }

    private List<Outcome> outcomes(int threads, IntFunction<Question> questions) throws Exception {
        List<Call> calls = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            calls.add(Call.start(questions.apply(thread)));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Call call : calls) {
            outcomes.add(call.outcome(longestCall()));
        }
        return outcomes;
    }

    /** One call of each kind. */
    private List<Question> questions() {
        String key = keyOf(record("a"), LONG);
        String removed = keyOf(record("a"), LONG);
        String unknown = key();
        String counter = key();
        assertThat(store.increment(counter, 5, LONG)).isEqualTo(5);
        return List.of(
                new Question("get of a record", () -> store.get(key)),
                new Question("get of an unknown key", () -> store.get(unknown)),
                new Question(
                        "compareAndExchange of none for a record",
                        () -> store.compareAndExchange(unknown, null, record("a"), LONG)),
                new Question(
                        "compareAndExchange of a record for another",
                        () -> store.compareAndExchange(key, record("a"), record("b"), LONG)),
                new Question(
                        "compareAndExchange of a record for none",
                        () -> store.compareAndExchange(removed, record("a"), null, LONG)),
                new Question("increment by 1", () -> store.increment(counter, 1, LONG)),
                new Question("increment by 1 of a new counter", () -> store.increment(unknown, 1, LONG)),
                new Question("increment by 0", () -> store.increment(counter, 0, LONG)),
                new Question("increment by -1", () -> store.increment(counter, -1, LONG)));
    }

    private void assertAllThrow(List<Question> questions, String state) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Outcome outcome : outcomes(questions.size(), questions::get)) {
            if (!outcome.threw()) {
                wrong.add(outcome.call() + " returned " + outcome.value());
            } else if (!(outcome.failure() instanceof OtpStoreException)) {
                wrong.add(outcome.call() + " threw " + outcome.failure());
            }
        }
        explaining(
                "Without its store, a manager accepts a used code or forgets all limits, or the application meets an"
                        + " exception that it does not know.",
                "The client's exception is caught and null, 0 or the expected record is returned, or it is not caught"
                        + " at all.",
                () -> assertThat(wrong)
                        .as("calls that did not throw an OtpStoreException while the server %s", state)
                        .isEmpty());
    }

    private void assertWorksAgain(String key, String after) throws Exception {
        assertThat(awaitWorking(() -> store.get(key), after))
                .as("record after " + after)
                .isEqualTo(record("a"));
        for (Outcome outcome : outcomes(THREADS, thread -> {
            String own = key();
            return new Question(
                    "compareAndExchange",
                    () -> awaitWorking(() -> store.compareAndExchange(own, null, record("b"), LONG), after));
        })) {
            assertThat(outcome.failure()).as("exception although " + after).isNull();
        }
    }

    /** Calls until a call succeeds: connecting again may take a moment. */
    private <T> @Nullable T awaitWorking(Supplier<@Nullable T> call, String after) {
        long start = System.nanoTime();
        while (true) {
            boolean late = elapsed(start).compareTo(longestCall()) > 0;
            try {
                return call.get();
            } catch (OtpStoreException e) {
                if (late) {
                    throw new AssertionError(
                            "the store still fails after " + elapsed(start).toMillis() + " ms, although " + after, e);
                }
                pause();
            }
        }
    }

    /** Calls, and then reads until a read succeeds: the same name, since others may have their own connections. */
    private Outcome outcomeOfLostReply(
            ServerFaults server, int after, Supplier<@Nullable Object> call, Supplier<@Nullable Object> look)
            throws Exception {
        orSkip(server.loseReply(after), "no reply can be lost");
        Outcome outcome = outcomes(1, thread -> new Question("a call whose reply is lost", call::get))
                .get(0);
        server.mend();
        awaitWorking(look, "a reply was lost");
        if (outcome.threw()) {
            assertThat(outcome.failure())
                    .as("exception of a call whose reply is lost")
                    .isInstanceOf(OtpStoreException.class);
        }
        return outcome;
    }

    private void assertExchangesOnce(
            ServerFaults server, int after, String key, @Nullable StoredRecord expected, @Nullable StoredRecord update)
            throws Exception {
        Outcome outcome = outcomeOfLostReply(
                server, after, () -> store.compareAndExchange(key, expected, update, LONG), () -> store.get(key));

        StoredRecord kept = store.get(key);
        if (outcome.threw()) {
            assertThat(kept)
                    .as("record after an exchange that threw")
                    .satisfiesAnyOf(
                            record -> assertThat(record).isEqualTo(expected),
                            record -> assertThat(record).isEqualTo(update));
        } else {
            assertThat(outcome.value())
                    .as("record returned to the only caller, although a reply was lost: another record reports a loss"
                            + " that did not happen")
                    .isEqualTo(expected);
            assertThat(kept).as("record after an exchange that was won").isEqualTo(update);
        }
    }

    private boolean holdsSoon(BooleanSupplier condition) {
        for (long start = System.nanoTime(); elapsed(start).compareTo(patience().dividedBy(5)) < 0; pause()) {
            if (condition.getAsBoolean()) {
                return true;
            }
        }
        return condition.getAsBoolean();
    }

    /** Makes a store with a pool open as many connections as for many simultaneous calls. */
    private void openConnections(ServerFaults server) throws Exception {
        String key = key();
        if (server.delay(SLOW_REPLY)) {
            outcomes(THREADS, thread -> new Question("get", () -> store.get(key)));
            server.mend();
        }
    }

    private static int connectionsOf(ServerFaults server) {
        return server.connections().orElse(0);
    }

    private void await(String what, BooleanSupplier condition) {
        await(SHORT, what, condition);
    }

    private void await(Duration lifetime, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (true) {
            boolean late = elapsed(start).compareTo(lifetime.plus(patience())) > 0;
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
