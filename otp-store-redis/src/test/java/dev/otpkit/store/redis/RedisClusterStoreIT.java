package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisClusterStoreIT extends RedisStoreContract {
    @RegisterExtension
    static final Shared<Proxied> SERVERS = Shared.proxiedCluster();

    @Override
    Proxied servers() {
        return SERVERS.get();
    }
}
