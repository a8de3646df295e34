package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisStandaloneStoreIT extends RedisStoreContract {
    @RegisterExtension
    static final Shared<Proxied> SERVERS = Shared.proxiedStandalone();

    @Override
    Proxied servers() {
        return SERVERS.get();
    }
}
