package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisClusterPromisesIT extends RedisPromisesContract {
    @RegisterExtension
    static final Shared<RedisCluster> SERVERS = Shared.cluster();

    @Override
    Topology servers() {
        return SERVERS.get();
    }
}
