package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpPromisesContract;

/** The promises on servers of a kind. */
abstract class RedisPromisesContract extends OtpPromisesContract {

    /** Returns the servers, which are the same ones for each test. */
    abstract Topology servers();

    @Override
    protected OtpStore createStore() {
        return servers().builder().build();
    }

    /**
     * Returns false: Redis has no transaction of an application that a store with a connection of its own could see.
     */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
