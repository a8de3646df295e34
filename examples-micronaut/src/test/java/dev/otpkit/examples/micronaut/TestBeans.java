package dev.otpkit.examples.micronaut;

import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** The channel and the store of the tests, in place of the application's. */
@Factory
@Requires(env = "test")
final class TestBeans {
    @Singleton
    @Replaces(value = DeliveryChannel.class, factory = OtpFactory.class)
    RecordingChannel channel() {
        return RecordingChannel.email();
    }

    @Singleton
    @Replaces(value = OtpStore.class, factory = OtpFactory.class)
    FaultyStore store() {
        return FaultyStore.create();
    }
}
