package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;
import java.util.function.Supplier;

/**
 * A connection that an application has made already, and closes itself.
 *
 * @param where its name in messages
 * @param primaries finds out what it leads to
 */
record GivenConnection(String where, Supplier<Primaries> primaries) implements Connector {
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
        // It is the application's.
    }

    @Override
    public void abandon() {
        // It is the application's.
    }
}
