package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSentinelStoreIT extends RedisStoreContract {
    @RegisterExtension
    static final SharedServers<ProxiedTopology> SERVERS = SharedServers.proxiedSentinel();

    @Override
    ProxiedTopology servers() {
        return SERVERS.get();
    }
}
