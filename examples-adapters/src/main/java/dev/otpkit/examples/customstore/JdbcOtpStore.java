package dev.otpkit.examples.customstore;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Keeps records and counters in two tables of H2, by single statements that each commit at once. */
public final class JdbcOtpStore implements OtpStore {
    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
    private static final String FIND = "select content from otp_record where name = ? and deadline >= NOW";
    private static final String PUT = """
            merge into otp_record r using (values (cast(? as varbinary), cast(? as varbinary), ? + NOW))
            s(name, content, deadline) on r.name = s.name
            when matched and r.deadline < NOW then update set content = s.content, deadline = s.deadline
            when not matched then insert values (s.name, s.content, s.deadline)""";
    private static final String REPLACE =
            "update otp_record set content = ?, deadline = ? + NOW where name = ? and content = ? and deadline >= NOW";
    private static final String REMOVE = "delete from otp_record where name = ? and content = ? and deadline >= NOW";
    private static final String LOOK = "select total from otp_counter where name = ? and deadline >= NOW";
    private static final String ADD = """
            select total from final table (merge into otp_counter c using
            (values (cast(? as varbinary), cast(? as bigint), ? + NOW)) s(name, delta, deadline) on c.name = s.name
            when matched and c.deadline < NOW and s.delta > 0 then update set total = s.delta, deadline = s.deadline
            when matched and (c.deadline < NOW or c.total + s.delta <= 0) then delete
            when matched then update set total = c.total + s.delta
            when not matched and s.delta > 0 then insert values (s.name, s.delta, s.deadline))""";
    private static final String CLEAN = "delete from otp_%s where deadline < NOW fetch first 1000 rows only";

    private final DataSource database;
    private final AtomicInteger calls = new AtomicInteger();

    /** Takes a source of autocommit connections whose wait for one is bounded. The store does not close it. */
    public JdbcOtpStore(DataSource database) {
        this.database = Objects.requireNonNull(database, "database must not be null");
    }

    @Override
    public @Nullable StoredRecord get(String key) {
        return (StoredRecord) run(FIND, key);
    }

    @Override
    public @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
        for (int tries = 0; tries < 20; tries++) {
            Object changed = update == null
                    ? expected == null ? null : run(REMOVE, key, expected)
                    : expected == null ? run(PUT, key, update, ttl) : run(REPLACE, update, ttl, key, expected);
            StoredRecord found = changed == null ? get(key) : expected;
            if (changed != null || (expected == null && update == null) || !Objects.equals(found, expected)) {
                return found;
            }
        }
        throw new OtpStoreException("20 exchanges missed the expected record, which was there again after each");
    }

    @Override
    public long increment(String counter, long delta, Duration ttl) {
        Object total = delta == 0 ? run(LOOK, counter) : run(ADD, counter, delta, ttl);
        return total == null ? 0 : (long) total;
    }

    /** Returns the first column of the first row of a query, or the number of changed rows; null if there are none. */
    private @Nullable Object run(String sql, Object... values) {
        if (calls.incrementAndGet() % 100 == 0) {
            run(CLEAN.formatted("record"));
            run(CLEAN.formatted("counter"));
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        for (int tries = 1; ; tries++) {
            try (Connection connection = database.getConnection()) {
                if (!connection.getAutoCommit()) {
                    throw new OtpStoreException("the store needs connections in autocommit, outside transactions");
                }
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                connection.setNetworkTimeout(Runnable::run, 5000);
                try (PreparedStatement statement = connection.prepareStatement(sql.replace("NOW", NOW))) {
                    statement.setQueryTimeout(2);
                    for (int i = 0; i < values.length; i++) {
                        statement.setObject(i + 1, column(values[i]));
                    }
                    if (!statement.execute()) {
                        return statement.getUpdateCount() == 0 ? null : statement.getUpdateCount();
                    }
                    ResultSet rows = statement.getResultSet();
                    Object first = rows.next() ? rows.getObject(1) : null;
                    return first instanceof byte[] bytes ? StoredRecord.of(bytes) : first;
                }
            } catch (SQLException e) {
                // A lost race for a new row, or a deadlock: certainly rolled back. Anything else may be committed.
                if (tries == 20 || !String.valueOf(e.getSQLState()).matches("23...|40001")) {
                    throw new OtpStoreException("the database refused, or did not reply in time", e);
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static Object column(Object value) {
        return value instanceof Duration ttl
                ? ttl.plusNanos(999_999).toMillis()
                : value instanceof StoredRecord record
                        ? record.bytes()
                        : value instanceof String name ? name.getBytes(StandardCharsets.US_ASCII) : value;
    }
}
