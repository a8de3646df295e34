package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSentinelStoreIT extends OtpStoreContract {
    @RegisterExtension
    static final Shared<SentinelPair> SERVERS = Shared.sentinel();

    @Override
    protected OtpStore createStore() {
        return SERVERS.get().builder().build();
    }
}
