package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;

/**
 * A way to connect to the servers of a store, which can be tried again after it failed. One caller at a time connects.
 */
interface Connector extends AutoCloseable {
    /**
     * Makes one attempt to connect, which ends by itself.
     *
     * @throws RedisException if there is no connection; nothing is left of the attempt then
     */
    Primaries connect();

    /** Returns why there is no connection at this moment of an attempt. */
    RedisException late();

    /** Names hosts and ports, without credentials. */
    @Override
    String toString();

    /** Closes what this created, a running attempt too. */
    @Override
    void close();

    /** Does what {@link #close()} does, in the background. */
    void abandon();
}
