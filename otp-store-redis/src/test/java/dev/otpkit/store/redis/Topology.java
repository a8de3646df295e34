package dev.otpkit.store.redis;

import java.util.List;

/** Servers that together are one store. */
interface Topology extends AutoCloseable {
    /** Returns a builder that knows these servers. */
    RedisOtpStore.Builder builder();

    /** Returns all servers that keep data, replicas too. */
    List<RedisServer> servers();

    @Override
    void close();
}
