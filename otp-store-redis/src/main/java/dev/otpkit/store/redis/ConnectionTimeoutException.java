package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;

/** Thrown if an attempt to connect does not succeed in time. */
final class ConnectionTimeoutException extends RedisException {
    private static final long serialVersionUID = 1L;

    ConnectionTimeoutException(String reason) {
        super(reason);
    }
}
