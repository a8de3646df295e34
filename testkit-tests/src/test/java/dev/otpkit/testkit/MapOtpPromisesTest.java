package dev.otpkit.testkit;

import dev.otpkit.spi.OtpStore;

class MapOtpPromisesTest extends OtpPromisesContract {
    @Override
    protected OtpStore createStore() {
        return new MapOtpStore();
    }

    /** Impossible: memory has no transactions. */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
