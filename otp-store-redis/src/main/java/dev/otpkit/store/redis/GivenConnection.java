package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;
import java.util.function.Supplier;

/**
 * A connection that the application made and closes.
 *
 * @param where the description for messages
 * @param primaries inspects the connection, and returns the primaries behind it
 */
record GivenConnection(String where, Supplier<Primaries> primaries) implements Connector {
    /** The description of a connection whose address is unknown. */
    static final String DESCRIPTION = "a given connection";

    @Override
    public Primaries connect() {
        return primaries.get();
    }

    @Override
    public RedisException late() {
        return new Node.NotConnectedException();
    }

    @Override
    public String toString() {
        return where;
    }

    @Override
    public void close() {
        // The application closes it.
    }

    @Override
    public void closeInBackground() {
        // The application closes it.
    }
}
