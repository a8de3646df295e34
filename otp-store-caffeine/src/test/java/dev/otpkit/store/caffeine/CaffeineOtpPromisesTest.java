package dev.otpkit.store.caffeine;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpPromisesContract;

class CaffeineOtpPromisesTest extends OtpPromisesContract {
    @Override
    protected OtpStore createStore() {
        return CaffeineOtpStore.create();
    }

    /** Returns false: memory has no transactions. */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
