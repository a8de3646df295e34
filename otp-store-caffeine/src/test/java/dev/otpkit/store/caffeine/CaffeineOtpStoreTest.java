package dev.otpkit.store.caffeine;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;

class CaffeineOtpStoreTest extends OtpStoreContract {
    @Override
    protected OtpStore createStore() {
        return CaffeineOtpStore.create();
    }
}
