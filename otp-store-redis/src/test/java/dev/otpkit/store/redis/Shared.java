package dev.otpkit.store.redis;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Servers that are started when the first class asks for them, and stopped when the last test of all has run. */
final class Shared<T extends AutoCloseable> implements BeforeAllCallback {
    private final Class<T> type;
    private final Supplier<T> start;
    private T servers;

    private Shared(Class<T> type, Supplier<T> start) {
        this.type = type;
        this.start = start;
    }

    static Shared<Standalone> standalone() {
        return new Shared<>(Standalone.class, Standalone::start);
    }

    static Shared<SentinelPair> sentinel() {
        return new Shared<>(SentinelPair.class, SentinelPair::start);
    }

    static Shared<RedisCluster> cluster() {
        return new Shared<>(RedisCluster.class, RedisCluster::start);
    }

    T get() {
        return servers;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        servers = context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(type, key -> start.get(), type);
    }
}
