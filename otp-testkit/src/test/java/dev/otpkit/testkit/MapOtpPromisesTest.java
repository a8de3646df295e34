package dev.otpkit.testkit;

import dev.otpkit.spi.OtpStore;

class MapOtpPromisesTest extends OtpPromisesContract {
    @Override
    protected OtpStore createStore() {
        return new MapOtpStore();
    }
}
