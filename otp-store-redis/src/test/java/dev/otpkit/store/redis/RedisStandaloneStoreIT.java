package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisStandaloneStoreIT extends RedisStoreContract {
    @RegisterExtension
    static final SharedServers<ProxiedTopology> SERVERS = SharedServers.proxiedStandalone();

    @Override
    ProxiedTopology servers() {
        return SERVERS.get();
    }
}
