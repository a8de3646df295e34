package dev.otpkit.examples.customstore;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpPromisesContract;
import java.sql.SQLException;

class JdbcOtpPromisesTest extends OtpPromisesContract {
    @Override
    protected OtpStore createStore() {
        return new JdbcOtpStore(TestDatabase.DIRECT);
    }

    @Override
    protected boolean rollBackAfter(Runnable work) throws SQLException {
        TestDatabase.rollBackAfter(TestDatabase.DIRECT, work);
        return true;
    }
}
