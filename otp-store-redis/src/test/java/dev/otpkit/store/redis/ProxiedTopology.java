package dev.otpkit.store.redis;

import dev.otpkit.testkit.FaultyProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Servers that stores reach only through the ports of a proxy, which can break all their connections. Servers, Sentinel
 * and tests connect to each other directly: neither replication nor Sentinel's requests are affected or counted.
 */
final class ProxiedTopology implements Topology {
    private final ProxyPorts ports;
    private final Topology servers;
    private final Supplier<List<RedisServer>> primaries;
    private final Supplier<RedisOtpStore.Builder> builder;
    private final Runnable end;

    private ProxiedTopology(
            ProxyPorts ports,
            Topology servers,
            Supplier<List<RedisServer>> primaries,
            Supplier<RedisOtpStore.Builder> builder,
            Runnable end) {
        this.ports = ports;
        this.servers = servers;
        this.primaries = primaries;
        this.builder = builder;
        this.end = end;
    }

    static ProxiedTopology standalone() {
        Standalone servers = Standalone.start();
        ProxyPorts ports = new ProxyPorts();
        String uri = "redis://127.0.0.1:" + ports.to(servers.server().port());
        return new ProxiedTopology(
                ports, servers, servers::servers, () -> RedisOtpStore.builder().uri(uri), () -> {});
    }

    /** A Sentinel in front of the real one names the proxy's port for the primary that the real one names. */
    static ProxiedTopology sentinel() {
        SentinelPair servers = SentinelPair.startPatient();
        ProxyPorts ports = new ProxyPorts();
        ScriptedRedis sentinel =
                ScriptedRedis.sentinel(() -> ports.to(servers.primary().port()));
        String uri = "redis-sentinel://" + sentinel.hostAndPort() + "/0#" + SentinelPair.NAME;
        return new ProxiedTopology(
                ports,
                servers,
                () -> List.of(servers.primary()),
                () -> RedisOtpStore.builder().uri(uri),
                sentinel::close);
    }

    /** Nodes that announce the proxy's ports. A replica would replicate through them, so there is none. */
    static ProxiedTopology cluster() {
        ProxyPorts ports = new ProxyPorts();
        RedisCluster servers = RedisCluster.startAnnouncing(ports::to);
        String[] uris = servers.servers().stream()
                .map(server -> "redis://127.0.0.1:" + ports.to(server.port()))
                .toArray(String[]::new);
        return new ProxiedTopology(
                ports, servers, servers::servers, () -> RedisOtpStore.builder().cluster(uris), () -> {});
    }

    @Override
    public RedisOtpStore.Builder builder() {
        return builder.get();
    }

    @Override
    public List<RedisServer> servers() {
        return servers.servers();
    }

    List<RedisServer> primaries() {
        return primaries.get();
    }

    FaultyProxy proxy() {
        return ports.proxy();
    }

    @Override
    public void close() {
        end.run();
        ports.proxy().close();
        servers.close();
    }

    /** The ports of the proxy, by those of their servers. */
    private static final class ProxyPorts {
        private final Map<Integer, Integer> ports = new ConcurrentHashMap<>();
        private FaultyProxy proxy;

        /** Returns the proxy's port for the port of a server, opened on first use. */
        synchronized int to(int port) {
            return ports.computeIfAbsent(port, this::open);
        }

        private int open(int port) {
            InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            if (proxy != null) {
                return proxy.alsoTo(server).getPort();
            }
            proxy = FaultyProxy.to(server);
            return proxy.address().getPort();
        }

        synchronized FaultyProxy proxy() {
            return proxy;
        }
    }
}
