package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpPromisesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSentinelPromisesIT extends OtpPromisesContract {
    @RegisterExtension
    static final Shared<SentinelPair> SERVERS = Shared.sentinel();

    @Override
    protected OtpStore createStore() {
        return SERVERS.get().builder().build();
    }
}
