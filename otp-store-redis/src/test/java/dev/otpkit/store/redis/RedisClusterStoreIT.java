package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisClusterStoreIT extends RedisStoreContract {
    @RegisterExtension
    static final SharedServers<ProxiedTopology> SERVERS = SharedServers.proxiedCluster();

    @Override
    ProxiedTopology servers() {
        return SERVERS.get();
    }
}
