package dev.otpkit.store.redis;

import java.util.List;

/** The servers of one store. */
interface Topology extends AutoCloseable {
    /** Returns a builder with these servers. */
    RedisOtpStore.Builder builder();

    /** Returns all servers with data, including replicas. */
    List<RedisServer> servers();

    @Override
    void close();
}
