package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The primaries of a store. Thread-safe. Methods with a deadline throw {@link RedisException} if there is no connection
 * in time.
 */
interface Primaries extends AutoCloseable {
    /** Returns the primary that serves a key. */
    Node forKey(byte[] key, Deadline deadline);

    /** Returns host and port of the primary that serves a key, as far as known. */
    String describe(byte[] key);

    /** Returns the target of a redirection, which is an error reply of a node; null if the error is none. */
    @Nullable Node redirected(Node from, String error, Deadline deadline);

    /** Returns all primaries. */
    List<Node> all(Deadline deadline);

    /** Returns the hosts of the primaries, as far as known. */
    List<String> hosts();

    /** Handles a failed call: the known primaries may be out of date. */
    void failed(RedisException failure);

    /** Returns the failure of the last attempt to reconnect; null if it succeeded. */
    @Nullable Throwable lastFailure();

    /** Returns hosts and ports, without credentials. */
    @Override
    String toString();

    /** Closes the connections that the store made, in the background. */
    @Override
    void close();
}
