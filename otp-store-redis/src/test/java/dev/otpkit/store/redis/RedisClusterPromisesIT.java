package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisClusterPromisesIT extends RedisPromisesContract {
    @RegisterExtension
    static final SharedServers<RedisCluster> SERVERS = SharedServers.cluster();

    @Override
    Topology servers() {
        return SERVERS.get();
    }
}
