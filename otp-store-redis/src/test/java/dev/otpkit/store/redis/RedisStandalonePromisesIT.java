package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisStandalonePromisesIT extends RedisPromisesContract {
    @RegisterExtension
    static final SharedServers<Standalone> SERVERS = SharedServers.standalone();

    @Override
    Topology servers() {
        return SERVERS.get();
    }
}
