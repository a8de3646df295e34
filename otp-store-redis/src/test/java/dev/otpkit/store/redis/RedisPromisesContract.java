package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpPromisesContract;

/** The promises on one kind of servers. */
abstract class RedisPromisesContract extends OtpPromisesContract {

    /** Returns the servers, the same ones for each test. */
    abstract Topology servers();

    @Override
    protected OtpStore createStore() {
        return servers().builder().build();
    }

    /** Returns false: a Redis store with its own connection takes no part in an application's transaction. */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
