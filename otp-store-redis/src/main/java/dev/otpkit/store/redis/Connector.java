package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;

/** Connects to the servers of a store, again after a failure. One caller at a time connects. */
interface Connector extends AutoCloseable {
    /**
     * Makes one attempt to connect, within the time limit of the connector.
     *
     * @throws RedisException if there is no connection; all resources of the attempt are released then
     */
    Primaries connect();

    /** Returns an exception with the current state of a running attempt. */
    RedisException late();

    /** Returns hosts and ports, without credentials. */
    @Override
    String toString();

    /** Closes the resources that this connector created, including a running attempt. */
    @Override
    void close();

    /** Does the same as {@link #close()}, in the background. */
    void closeInBackground();
}
