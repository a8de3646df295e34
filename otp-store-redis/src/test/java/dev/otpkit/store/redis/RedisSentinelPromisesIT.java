package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSentinelPromisesIT extends RedisPromisesContract {
    @RegisterExtension
    static final SharedServers<SentinelPair> SERVERS = SharedServers.sentinel();

    @Override
    Topology servers() {
        return SERVERS.get();
    }
}
