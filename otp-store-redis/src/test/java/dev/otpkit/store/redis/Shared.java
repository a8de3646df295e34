package dev.otpkit.store.redis;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Servers that are started when the first class asks for them, and stopped when the last test of all has run. */
final class Shared<T extends AutoCloseable> implements BeforeAllCallback {
    private final Class<T> type;
    private final String kind;
    private final Supplier<T> start;
    private T servers;

    private Shared(Class<T> type, Supplier<T> start) {
        this(type, "", start);
    }

    private Shared(Class<T> type, String kind, Supplier<T> start) {
        this.type = type;
        this.kind = kind;
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

    static Shared<Proxied> proxiedStandalone() {
        return new Shared<>(Proxied.class, "standalone", Proxied::standalone);
    }

    static Shared<Proxied> proxiedSentinel() {
        return new Shared<>(Proxied.class, "sentinel", Proxied::sentinel);
    }

    static Shared<Proxied> proxiedCluster() {
        return new Shared<>(Proxied.class, "cluster", Proxied::cluster);
    }

    T get() {
        return servers;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        servers = context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(List.of(type, kind), key -> start.get(), type);
    }
}
