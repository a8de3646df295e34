package dev.otpkit.testkit;

import dev.otpkit.spi.OtpStore;

class MapOtpStoreTest extends OtpStoreContract {
    @Override
    protected OtpStore createStore() {
        return new MapOtpStore();
    }
}
