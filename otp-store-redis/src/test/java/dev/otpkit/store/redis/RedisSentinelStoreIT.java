package dev.otpkit.store.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSentinelStoreIT extends RedisStoreContract {
    @RegisterExtension
    static final Shared<Proxied> SERVERS = Shared.proxiedSentinel();

    @Override
    Proxied servers() {
        return SERVERS.get();
    }
}
