package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisStandaloneStoreIT extends OtpStoreContract {
    @RegisterExtension
    static final Shared<Standalone> SERVERS = Shared.standalone();

    @Override
    protected OtpStore createStore() {
        return SERVERS.get().builder().build();
    }
}
