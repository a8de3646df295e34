package dev.otpkit.store.redis;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Servers that are started when the first class asks for them, and stopped when the last test of all has run. */
final class SharedServers<T extends AutoCloseable> implements BeforeAllCallback {
    private final Class<T> type;
    private final String kind;
    private final Supplier<T> start;
    private T servers;

    private SharedServers(Class<T> type, Supplier<T> start) {
        this(type, "", start);
    }

    private SharedServers(Class<T> type, String kind, Supplier<T> start) {
        this.type = type;
        this.kind = kind;
        this.start = start;
    }

    static SharedServers<Standalone> standalone() {
        return new SharedServers<>(Standalone.class, Standalone::start);
    }

    static SharedServers<SentinelPair> sentinel() {
        return new SharedServers<>(SentinelPair.class, SentinelPair::start);
    }

    static SharedServers<RedisCluster> cluster() {
        return new SharedServers<>(RedisCluster.class, RedisCluster::start);
    }

    static SharedServers<ProxiedTopology> proxiedStandalone() {
        return new SharedServers<>(ProxiedTopology.class, "standalone", ProxiedTopology::standalone);
    }

    static SharedServers<ProxiedTopology> proxiedSentinel() {
        return new SharedServers<>(ProxiedTopology.class, "sentinel", ProxiedTopology::sentinel);
    }

    static SharedServers<ProxiedTopology> proxiedCluster() {
        return new SharedServers<>(ProxiedTopology.class, "cluster", ProxiedTopology::cluster);
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
