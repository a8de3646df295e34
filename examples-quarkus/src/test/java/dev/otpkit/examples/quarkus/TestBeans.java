package dev.otpkit.examples.quarkus;

import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The channel and the store of the tests, in place of the application's. */
@Singleton
final class TestBeans {
    @Produces
    @Alternative
    @Priority(1)
    @Singleton
    RecordingChannel channel() {
        return RecordingChannel.email();
    }

    @Produces
    @Alternative
    @Priority(1)
    @Singleton
    FaultyStore store() {
        return FaultyStore.create();
    }
}
