package dev.otpkit.examples.customstore;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;
import dev.otpkit.testkit.ServerFaults;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;

class JdbcOtpStoreTest extends OtpStoreContract {
    @BeforeEach
    void emptyTables() throws SQLException {
        TestDatabase.execute("truncate table otp_record");
        TestDatabase.execute("truncate table otp_counter");
    }

    @Override
    protected OtpStore createStore() {
        return new JdbcOtpStore(TestDatabase.POOL);
    }

    @Override
    protected Optional<ServerFaults> server() {
        return Optional.of(TestDatabase.PROXY);
    }

    @Override
    protected boolean passTime(Duration time) throws SQLException {
        TestDatabase.execute("update otp_record set deadline = deadline - " + time.toMillis());
        TestDatabase.execute("update otp_counter set deadline = deadline - " + time.toMillis());
        return true;
    }

    @Override
    protected OptionalLong entries() throws SQLException {
        return OptionalLong.of(TestDatabase.count("select count(*) from otp_record")
                + TestDatabase.count("select count(*) from otp_counter"));
    }

    @Override
    protected boolean rollBackAfter(Runnable work) throws SQLException {
        TestDatabase.rollBackAfter(TestDatabase.POOL, work);
        return true;
    }
}
