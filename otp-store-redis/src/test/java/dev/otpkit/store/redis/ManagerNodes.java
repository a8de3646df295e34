package dev.otpkit.store.redis;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.testkit.RecordingChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Managers on one server, like the nodes of an application: each has its own connection and clock. */
final class ManagerNodes implements AutoCloseable {
    private final List<RedisOtpStore> stores = new ArrayList<>();
    private final RecordingChannel email = RecordingChannel.email();
    private final RedisOtpStore.Builder servers;

    ManagerNodes(RedisOtpStore.Builder servers) {
        this.servers = servers.timeout(RedisServer.PATIENCE);
    }

    /** Returns a builder that needs a secret, and a clock unless it is that of the system. */
    OtpManager.Builder node() {
        RedisOtpStore store = servers.build();
        stores.add(store);
        return OtpManager.builder().store(store).channel(email);
    }

    OtpManager node(OtpSecret secret, InstantSource clock) {
        return node().secret(secret).clock(clock).build();
    }

    RecordingChannel email() {
        return email;
    }

    @Override
    public void close() {
        stores.forEach(RedisOtpStore::close);
    }
}
