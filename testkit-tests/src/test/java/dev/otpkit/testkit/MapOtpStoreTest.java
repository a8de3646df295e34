package dev.otpkit.testkit;

import dev.otpkit.spi.OtpStore;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

class MapOtpStoreTest extends OtpStoreContract {
    @Override
    protected OtpStore createStore() {
        return new MapOtpStore();
    }

    @Override
    protected Optional<ServerFaults> server() {
        return Optional.empty();
    }

    /** Impossible: it has no clock but System.nanoTime(). */
    @Override
    protected boolean passTime(Duration time) {
        return false;
    }

    /** Not counted: it removes an expired key only when that key is used again, and is no store for production. */
    @Override
    protected OptionalLong entries() {
        return OptionalLong.empty();
    }

    /** Impossible: memory has no transactions. */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
