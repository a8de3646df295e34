package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisClusterStoreIT extends OtpStoreContract {
    @RegisterExtension
    static final Shared<RedisCluster> SERVERS = Shared.cluster();

    @Override
    protected OtpStore createStore() {
        return SERVERS.get().builder().build();
    }
}
