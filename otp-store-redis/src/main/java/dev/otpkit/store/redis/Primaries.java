package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows which primary serves a key. Thread-safe. All throw {@link RedisException} if there is no connection in time.
 */
interface Primaries extends AutoCloseable {
    Node of(byte[] key, Deadline deadline);

    /** Names host and port of the primary that serves a key, as far as known. */
    String describe(byte[] key);

    /** Returns where an error of this node sends its caller; null if it is not about that. */
    @Nullable Node redirected(Node from, String error, Deadline deadline);

    List<Node> all(Deadline deadline);

    /** Returns the hosts of the primaries, as far as known. */
    List<String> hosts();

    /** Hears of a call that failed: what is known of the servers may be out of date. */
    void doubt(RedisException failure);

    /** Returns why the last attempt to connect again failed; null if the last one did not. */
    @Nullable Throwable lastFailure();

    /** Names hosts and ports, without credentials. */
    @Override
    String toString();

    /** Closes the connections that the store made, in the background. */
    @Override
    void close();
}
