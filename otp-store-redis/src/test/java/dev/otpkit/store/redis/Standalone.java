package dev.otpkit.store.redis;

import java.util.List;

/** One server. */
record Standalone(RedisServer server) implements Topology {
    static Standalone start() {
        return new Standalone(RedisServer.start());
    }

    @Override
    public RedisOtpStore.Builder builder() {
        return RedisOtpStore.builder().uri(server.uri());
    }

    @Override
    public List<RedisServer> servers() {
        return List.of(server);
    }

    @Override
    public void close() {
        server.close();
    }
}
