package dev.otpkit.testkit;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Tests that each mistake of authors of JDBC stores fails a named test of the contract. The longest races of a sane
 * store are run on the JDBC store of the examples alone, which has the same statements.
 */
class JdbcStoreBitesTest {

    @Test
    void passesASaneStore() {
        ContractRun.assertPasses(
                SaneStore.class,
                "countsFromZero",
                "countsOnceWhenAReplyIsLost",
                "countsWhateverTheCallersTransactionDoes",
                "exchangesOnceWhenAReplyIsLost",
                "exchangesWhateverTheCallersTransactionDoes",
                "keepsACounterApartFromARecordOfTheSameName",
                "keepsAnEmptyRecordApartFromNone",
                "keepsARecordForAllOfItsLastSecond",
                "keepsARecordForItsTime",
                "keepsCountersApart",
                "keepsEveryByte",
                "keepsKeysApart",
                "keepsLongKeysApart",
                "keepsLongNamesOfCountersApart",
                "keepsNothingWhoseTimeIsOver",
                "leavesNoConnectionOpenAfterFailures",
                "letsOneOfManyTakeThePlaceOfAnExpiredRecord",
                "measuresALifetimeWhileTheCallersTransactionIsOpen",
                "putsARecordWhereNoneIs",
                "readsNoWallClock",
                "removesARecordThatIsExpected",
                "showsEachOfManyRacingCallersAnotherValue",
                "throwsAnOtpStoreExceptionWhileTheServerHangs",
                "throwsAnOtpStoreExceptionWhileTheServerIsAway");
    }

    @Test
    void failsOneThatReadsComparesAndWrites() {
        ContractRun.assertFails(ReadsComparesAndWrites.class, "letsOneOfManyRacingExchangesWin");
    }

    @Test
    void failsOneThatReturnsWhatASecondQueryFinds() {
        ContractRun.assertFails(ReturnsWhatASecondQueryFinds.class, "takesNoLostExchangeForAWonOne");
    }

    @Test
    void failsOneThatForgetsToCommitARemoval() {
        ContractRun.assertFails(ForgetsToCommitARemoval.class, "removesARecordThatIsExpected");
    }

    @Test
    void failsOneWhosePoolHasAutocommitOff() {
        ContractRun.assertFails(NeverCommits.class, "putsARecordWhereNoneIs", "countsFromZero");
    }

    @Test
    void failsOneThatTakesPartInTheCallersTransaction() {
        ContractRun.assertFails(
                JoinsTheCaller.class,
                "exchangesWhateverTheCallersTransactionDoes",
                "countsWhateverTheCallersTransactionDoes");
    }

    @Test
    void failsOneThatAsksTheApplicationsClock() {
        ContractRun.assertFails(ApplicationsClock.class, "readsNoWallClock");
    }

    @Test
    void failsOneThatAsksTheTransactionsClock() {
        ContractRun.assertFails(TransactionsClock.class, "measuresALifetimeWhileTheCallersTransactionIsOpen");
    }

    @Test
    void failsOneThatCutsNamesAt40Characters() {
        ContractRun.assertFails(CutsNames.class, "keepsLongKeysApart", "keepsLongNamesOfCountersApart");
    }

    @Test
    void failsOneWhoseCollationIgnoresCase() {
        ContractRun.assertFails(IgnoresCase.class, "keepsKeysApart", "keepsCountersApart");
    }

    @Test
    void failsOneWhoseDeadlinesAreWholeSeconds() {
        ContractRun.assertFails(WholeSeconds.class, "keepsARecordForAllOfItsLastSecond");
    }

    @Test
    void failsOneWhoseLifetimesAreIntsOfMilliseconds() {
        ContractRun.assertFails(IntOfMilliseconds.class, "keepsARecordForItsTime");
    }

    @Test
    void failsOneThatReadsNullWhenTheDatabaseFails() {
        ContractRun.assertFails(NullOnFailure.class, "throwsAnOtpStoreExceptionWhileTheServerIsAway");
    }

    @Test
    void failsOneThatWinsWhenTheDatabaseFails() {
        ContractRun.assertFails(WinsOnFailure.class, "throwsAnOtpStoreExceptionWhileTheServerIsAway");
    }

    @Test
    void failsOneThatCountsZeroWhenTheDatabaseFails() {
        ContractRun.assertFails(ZeroOnFailure.class, "throwsAnOtpStoreExceptionWhileTheServerIsAway");
    }

    @Test
    void failsOneThatThrowsAnExceptionOfItsOwn() {
        ContractRun.assertFails(ExceptionOfItsOwn.class, "throwsAnOtpStoreExceptionWhileTheServerIsAway");
    }

    @Test
    void failsOneThatTriesAgainAfterALostReply() {
        ContractRun.assertFails(TriesAgain.class, "exchangesOnceWhenAReplyIsLost", "countsOnceWhenAReplyIsLost");
    }

    @Test
    void failsOneWithoutATimeout() {
        ContractRun.assertFails(NoTimeout.class, "throwsAnOtpStoreExceptionWhileTheServerHangs");
    }

    @Test
    void failsOneThatDeletesNothing() {
        ContractRun.assertFails(DeletesNothing.class, "keepsNothingWhoseTimeIsOver");
    }

    @Test
    void failsOneThatLeavesConnectionsOpen() {
        ContractRun.assertFails(LeavesConnectionsOpen.class, "leavesNoConnectionOpenAfterFailures");
    }

    @Test
    void failsACounterThatIsReadAndThenUpdated() {
        ContractRun.assertFails(CounterReadsThenWrites.class, "showsEachOfManyRacingCallersAnotherValue");
    }

    @Test
    void failsACounterThatASecondStatementRemoves() {
        ContractRun.assertFails(
                RemovesInASecondStatement.class, "losesNoAdditionToTheRemovalOfACounterThatIsBackAtZero");
    }

    @Test
    void failsOneWithOneTableForBoth() {
        ContractRun.assertFails(OneTable.class, "keepsACounterApartFromARecordOfTheSameName");
    }

    @Test
    void failsOneThatKeeps255Bytes() {
        ContractRun.assertFails(TooFewBytes.class, "keepsEveryByte");
    }

    @Test
    void failsOneThatKeepsNoBytesAsNull() {
        ContractRun.assertFails(EmptyIsNull.class, "keepsAnEmptyRecordApartFromNone");
    }

    @Test
    void failsOneThatDeletesAnExpiredRowByItsName() {
        ContractRun.assertFails(DeletesByName.class, "letsOneOfManyTakeThePlaceOfAnExpiredRecord");
    }

    /** A correct store, in parts; each fixture below breaks one of them. */
    static class SaneStore extends OtpStoreContract implements OtpStore {
        private static final Server SERVER = start();
        private static final FaultyProxy PROXY =
                FaultyProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER.getPort()));
        private static final ThreadLocal<Connection> CALLERS = new ThreadLocal<>();
        private static final AtomicInteger DATABASES = new AtomicInteger();

        private final String database = "mem:bites" + DATABASES.incrementAndGet();
        private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
        private final Semaphore pool = new Semaphore(16);
        private final AtomicInteger calls = new AtomicInteger();
        private boolean created;

        /** The part of a call that uses a connection. */
        interface Work<T extends @Nullable Object> {
            T on(Connection connection) throws SQLException;
        }

        private static Server start() {
            try {
                return Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected OtpStore createStore() throws SQLException {
            if (!created) {
                created = true;
                try (Connection connection = connect(SERVER.getPort())) {
                    change(connection, "create table otp_record (" + recordColumns() + ", deadline bigint)");
                    change(connection, "create table otp_counter (" + counterColumns() + ", deadline bigint)");
                }
            }
            return this;
        }

        @Override
        protected Optional<ServerFaults> server() {
            return Optional.of(new UncountedProxy());
        }

        /** H2's driver leaves a connection that timed out to the garbage collector. */
        private static final class UncountedProxy implements ServerFaults {
            @Override
            public boolean cut() {
                return PROXY.cut();
            }

            @Override
            public boolean hang() {
                return PROXY.hang();
            }

            @Override
            public boolean loseReply(int after) {
                return PROXY.loseReply(after);
            }

            @Override
            public boolean delay(Duration perReply) {
                return PROXY.delay(perReply);
            }

            @Override
            public void mend() {
                PROXY.mend();
            }

            @Override
            public OptionalInt connections() {
                return OptionalInt.empty();
            }
        }

        @Override
        protected boolean passTime(Duration time) throws SQLException {
            try (Connection connection = connect(SERVER.getPort())) {
                change(connection, "update otp_record set deadline = deadline - ?", time.toMillis());
                change(connection, "update otp_counter set deadline = deadline - ?", time.toMillis());
            }
            return true;
        }

        @Override
        protected OptionalLong entries() throws SQLException {
            try (Connection connection = connect(SERVER.getPort())) {
                return OptionalLong.of((long) Objects.requireNonNull(query(
                        connection, "select (select count(*) from otp_record) + (select count(*) from otp_counter)")));
            }
        }

        /** Binds its connection to the thread, as libraries for transactions do. */
        @Override
        protected boolean rollBackAfter(Runnable work) throws SQLException {
            try (Connection connection = connect(PROXY.address().getPort())) {
                connection.setAutoCommit(false);
                CALLERS.set(connection);
                work.run();
                connection.rollback();
            } finally {
                CALLERS.remove();
            }
            return true;
        }

        @Override
        Duration patience() {
            return Duration.ofSeconds(10);
        }

        String recordColumns() {
            return "name varbinary(64) primary key, content varbinary(2048)";
        }

        String counterColumns() {
            return "name varbinary(64) primary key, total bigint";
        }

        String options() {
            return ";NETWORK_TIMEOUT=2000";
        }

        Object name(String name) {
            return name.getBytes(StandardCharsets.US_ASCII);
        }

        byte @Nullable [] content(StoredRecord record) {
            return record.bytes();
        }

        long millis(Duration ttl) {
            return ttl.toMillis();
        }

        String now() {
            return "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
        }

        String deadline() {
            return "(? + " + now() + ")";
        }

        RuntimeException failed(SQLException e) {
            return new OtpStoreException("the database failed", e);
        }

        boolean mayTryAgain(SQLException e) {
            return String.valueOf(e.getSQLState()).matches("23...|40001");
        }

        private Connection connect(int port) throws SQLException {
            return DriverManager.getConnection(
                    "jdbc:h2:tcp://127.0.0.1:" + port + "/" + database + ";DB_CLOSE_DELAY=-1" + options());
        }

        Connection open() throws SQLException {
            boolean interrupted = Thread.interrupted();
            try {
                if (!pool.tryAcquire(2, TimeUnit.SECONDS)) {
                    throw new SQLException("all connections of the pool are in use");
                }
            } catch (InterruptedException e) {
                interrupted = true;
                throw new SQLException("interrupted", e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            Connection connection = idle.poll();
            if (connection != null) {
                return connection;
            }
            boolean connected = false;
            try {
                connection = connect(PROXY.address().getPort());
                connected = true;
                return connection;
            } finally {
                if (!connected) {
                    pool.release();
                }
            }
        }

        void release(Connection connection) throws SQLException {
            idle.add(connection);
            pool.release();
        }

        void discard(Connection connection) throws SQLException {
            pool.release();
            connection.close();
        }

        <T extends @Nullable Object> T call(Work<T> work) {
            for (int tries = 1; ; tries++) {
                try {
                    return tryOnce(work);
                } catch (SQLException e) {
                    if (tries == 20 || !mayTryAgain(e)) {
                        throw failed(e);
                    }
                }
            }
        }

        private <T extends @Nullable Object> T tryOnce(Work<T> work) throws SQLException {
            Connection connection = open();
            boolean done = false;
            try {
                if (calls.incrementAndGet() % 20 == 0) {
                    clean(connection);
                }
                T result = work.on(connection);
                done = true;
                return result;
            } catch (SQLException e) {
                done = String.valueOf(e.getSQLState()).matches("23...|40001");
                throw e;
            } finally {
                if (done) {
                    release(connection);
                } else {
                    discard(connection);
                }
            }
        }

        void clean(Connection connection) throws SQLException {
            change(connection, "delete from otp_record where deadline < " + now() + " fetch first 100 rows only");
            change(connection, "delete from otp_counter where deadline < " + now() + " fetch first 100 rows only");
        }

        @Override
        public @Nullable StoredRecord get(String key) {
            return call(connection -> find(connection, key));
        }

        @Nullable StoredRecord find(Connection connection, String key) throws SQLException {
            byte[] found = (byte[]) query(
                    connection, "select content from otp_record where name = ? and deadline >= " + now(), name(key));
            return found == null ? null : StoredRecord.of(found);
        }

        @Override
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            return call(connection -> {
                if (exchanged(connection, key, expected, update, ttl)) {
                    return expected;
                }
                StoredRecord found = find(connection, key);
                if (Objects.equals(found, expected)) {
                    return lost(found);
                }
                return found;
            });
        }

        @Nullable StoredRecord lost(@Nullable StoredRecord found) throws SQLException {
            throw new SQLException("what is expected came back", "40001");
        }

        boolean exchanged(
                Connection connection,
                String key,
                @Nullable StoredRecord expected,
                @Nullable StoredRecord update,
                Duration ttl)
                throws SQLException {
            if (update == null) {
                return expected == null ? find(connection, key) == null : removed(connection, key, expected);
            }
            if (expected == null) {
                return put(connection, key, update, ttl, " and r.deadline < " + now());
            }
            return change(
                            connection,
                            "update otp_record set content = ?, deadline = " + deadline()
                                    + " where name = ? and content = ? and deadline >= " + now(),
                            content(update),
                            millis(ttl),
                            name(key),
                            content(expected))
                    > 0;
        }

        boolean put(Connection connection, String key, StoredRecord update, Duration ttl, String ifMatched)
                throws SQLException {
            return change(
                            connection,
                            "merge into otp_record r using (values (cast(? as varbinary), " + deadline()
                                    + ")) s(content, deadline) on r.name = ?"
                                    + " when matched" + ifMatched
                                    + " then update set content = s.content, deadline = s.deadline"
                                    + " when not matched then insert (name, content, deadline)"
                                    + " values (?, s.content, s.deadline)",
                            content(update),
                            millis(ttl),
                            name(key),
                            name(key))
                    > 0;
        }

        boolean removed(Connection connection, String key, StoredRecord expected) throws SQLException {
            return change(
                            connection,
                            "delete from otp_record where name = ? and content = ? and deadline >= " + now(),
                            name(key),
                            content(expected))
                    > 0;
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            return call(connection -> {
                Object total = delta == 0 ? total(connection, counter) : added(connection, counter, delta, ttl);
                return total == null ? 0L : (Long) total;
            });
        }

        @Nullable Object total(Connection connection, String counter) throws SQLException {
            return query(
                    connection, "select total from otp_counter where name = ? and deadline >= " + now(), name(counter));
        }

        @Nullable Object added(Connection connection, String counter, long delta, Duration ttl) throws SQLException {
            return query(
                    connection,
                    "select total from final table (merge into otp_counter c using (values (cast(? as bigint), "
                            + deadline() + ")) s(delta, deadline) on c.name = ?"
                            + " when matched and c.deadline < " + now() + " and s.delta > 0"
                            + " then update set total = s.delta, deadline = s.deadline"
                            + " when matched and (c.deadline < " + now() + " or c.total + s.delta <= 0) then delete"
                            + " when matched then update set total = c.total + s.delta"
                            + " when not matched and s.delta > 0 then insert (name, total, deadline)"
                            + " values (?, s.delta, s.deadline))",
                    delta,
                    millis(ttl),
                    name(counter),
                    name(counter));
        }

        static int change(Connection connection, String sql, @Nullable Object... values) throws SQLException {
            try (PreparedStatement statement = prepare(connection, sql, values)) {
                return statement.executeUpdate();
            }
        }

        static @Nullable Object query(Connection connection, String sql, @Nullable Object... values)
                throws SQLException {
            try (PreparedStatement statement = prepare(connection, sql, values);
                    ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getObject(1) : null;
            }
        }

        private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values)
                throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql);
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement;
        }

        @Override
        public void close() {
            try {
                for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
                    connection.close();
                }
                try (Connection connection = connect(SERVER.getPort());
                        Statement statement = connection.createStatement()) {
                    statement.execute("shutdown immediately");
                }
            } catch (SQLException e) {
                // It is closed.
            }
        }
    }

    static class ReadsComparesAndWrites extends SaneStore {
        @Override
        boolean exchanged(
                Connection connection,
                String key,
                @Nullable StoredRecord expected,
                @Nullable StoredRecord update,
                Duration ttl)
                throws SQLException {
            StoredRecord found = find(connection, key);
            if (!Objects.equals(found, expected) || update == null) {
                return super.exchanged(connection, key, expected, update, ttl);
            }
            return put(connection, key, update, ttl, "");
        }
    }

    static class ReturnsWhatASecondQueryFinds extends SaneStore {
        @Override
        @Nullable StoredRecord lost(@Nullable StoredRecord found) {
            return found;
        }
    }

    static class ForgetsToCommitARemoval extends SaneStore {
        @Override
        boolean removed(Connection connection, String key, StoredRecord expected) throws SQLException {
            connection.setAutoCommit(false);
            try {
                return super.removed(connection, key, expected);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    static class NeverCommits extends SaneStore {
        @Override
        Connection open() throws SQLException {
            Connection connection = super.open();
            connection.setAutoCommit(false);
            return connection;
        }

        @Override
        void release(Connection connection) throws SQLException {
            connection.rollback();
            super.release(connection);
        }
    }

    static class JoinsTheCaller extends SaneStore {
        @Override
        Connection open() throws SQLException {
            Connection callers = SaneStore.CALLERS.get();
            return callers == null ? super.open() : callers;
        }

        @Override
        void release(Connection connection) throws SQLException {
            if (!connection.equals(SaneStore.CALLERS.get())) {
                super.release(connection);
            }
        }

        @Override
        void discard(Connection connection) throws SQLException {
            if (!connection.equals(SaneStore.CALLERS.get())) {
                super.discard(connection);
            }
        }
    }

    static class ApplicationsClock extends SaneStore {
        @Override
        String now() {
            return Long.toString(System.currentTimeMillis());
        }
    }

    /** In this mode, H2 has PostgreSQL's: current_timestamp is the start of the transaction. */
    static class TransactionsClock extends JoinsTheCaller {
        @Override
        String options() {
            return super.options() + ";MODE=PostgreSQL";
        }

        @Override
        Duration patience() {
            return Duration.ofMillis(500);
        }
    }

    static class CutsNames extends SaneStore {
        @Override
        Object name(String name) {
            return super.name(name.substring(0, Math.min(name.length(), 40)));
        }
    }

    static class IgnoresCase extends SaneStore {
        @Override
        Object name(String name) {
            return name;
        }

        @Override
        String recordColumns() {
            return "name varchar_ignorecase(64) primary key, content varbinary(2048)";
        }

        @Override
        String counterColumns() {
            return "name varchar_ignorecase(64) primary key, total bigint";
        }
    }

    static class WholeSeconds extends SaneStore {
        @Override
        String deadline() {
            return "(" + super.deadline() + " / 1000 * 1000)";
        }
    }

    static class IntOfMilliseconds extends SaneStore {
        @Override
        long millis(Duration ttl) {
            return (int) ttl.toMillis();
        }
    }

    static class NullOnFailure extends SaneStore {
        @Override
        public @Nullable StoredRecord get(String key) {
            try {
                return super.get(key);
            } catch (OtpStoreException e) {
                return null;
            }
        }
    }

    static class WinsOnFailure extends SaneStore {
        @Override
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            try {
                return super.compareAndExchange(key, expected, update, ttl);
            } catch (OtpStoreException e) {
                return expected;
            }
        }
    }

    static class ZeroOnFailure extends SaneStore {
        @Override
        public long increment(String counter, long delta, Duration ttl) {
            try {
                return super.increment(counter, delta, ttl);
            } catch (OtpStoreException e) {
                return 0;
            }
        }
    }

    static class ExceptionOfItsOwn extends SaneStore {
        @Override
        RuntimeException failed(SQLException e) {
            return new IllegalStateException(e);
        }
    }

    static class TriesAgain extends SaneStore {
        @Override
        boolean mayTryAgain(SQLException e) {
            return true;
        }
    }

    static class NoTimeout extends SaneStore {
        @Override
        String options() {
            return "";
        }

        @Override
        Duration longestCall() {
            return Duration.ofSeconds(3);
        }
    }

    static class DeletesNothing extends SaneStore {
        @Override
        void clean(Connection connection) {}

        @Override
        Duration patience() {
            return Duration.ofMillis(500);
        }
    }

    static class LeavesConnectionsOpen extends SaneStore {
        @Override
        Duration longestCall() {
            return Duration.ofSeconds(5);
        }

        @Override
        void discard(Connection connection) {}
    }

    static class CounterReadsThenWrites extends SaneStore {
        @Override
        @Nullable Object added(Connection connection, String counter, long delta, Duration ttl) throws SQLException {
            Long total = (Long) total(connection, counter);
            if (total == null || total + delta <= 0) {
                return super.added(connection, counter, delta, ttl);
            }
            change(connection, "update otp_counter set total = ? where name = ?", total + delta, name(counter));
            return total + delta;
        }
    }

    static class RemovesInASecondStatement extends SaneStore {
        @Override
        @Nullable Object added(Connection connection, String counter, long delta, Duration ttl) throws SQLException {
            if (delta > 0) {
                return super.added(connection, counter, delta, ttl);
            }
            Long total = (Long) query(
                    connection,
                    "select total from final table (update otp_counter set total = total + ? where name = ?)",
                    delta,
                    name(counter));
            if (total == null || total > 0) {
                return total;
            }
            change(connection, "delete from otp_counter where name = ?", name(counter));
            return null;
        }
    }

    static class OneTable extends SaneStore {
        @Override
        String recordColumns() {
            return "name varbinary(64) primary key, content varbinary(2048), total bigint";
        }

        @Override
        @Nullable Object total(Connection connection, String counter) throws SQLException {
            return query(
                    connection, "select total from otp_record where name = ? and deadline >= " + now(), name(counter));
        }

        @Override
        @Nullable Object added(Connection connection, String counter, long delta, Duration ttl) throws SQLException {
            return query(
                    connection,
                    "select total from final table (merge into otp_record c using (values (cast(? as bigint), "
                            + deadline() + ")) s(delta, deadline) on c.name = ?"
                            + " when matched and coalesce(c.total, 0) + s.delta <= 0 then delete"
                            + " when matched then update set total = coalesce(c.total, 0) + s.delta"
                            + " when not matched and s.delta > 0 then insert (name, total, deadline)"
                            + " values (?, s.delta, s.deadline))",
                    delta,
                    millis(ttl),
                    name(counter),
                    name(counter));
        }
    }

    static class TooFewBytes extends SaneStore {
        @Override
        String recordColumns() {
            return "name varbinary(64) primary key, content varbinary(255)";
        }
    }

    static class EmptyIsNull extends SaneStore {
        @Override
        byte @Nullable [] content(StoredRecord record) {
            return record.bytes().length == 0 ? null : record.bytes();
        }
    }

    static class DeletesByName extends SaneStore {
        @Override
        @Nullable StoredRecord find(Connection connection, String key) throws SQLException {
            Object expired =
                    query(connection, "select 1 from otp_record where name = ? and deadline < " + now(), name(key));
            if (expired != null) {
                change(connection, "delete from otp_record where name = ?", name(key));
            }
            return super.find(connection, key);
        }
    }
}
