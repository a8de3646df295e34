package dev.otpkit.store.redis;

import dev.otpkit.testkit.FaultyProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Servers that stores reach through the ports of a proxy alone, which can break all their connections. Servers,
 * Sentinel and tests reach each other past it: neither replication nor Sentinel's questions are affected, nor counted.
 */
final class ProxiedTopology implements Topology {
    private final Doors doors;
    private final Topology servers;
    private final Supplier<List<RedisServer>> primaries;
    private final Supplier<RedisOtpStore.Builder> builder;
    private final Runnable end;

    private ProxiedTopology(
            Doors doors,
            Topology servers,
            Supplier<List<RedisServer>> primaries,
            Supplier<RedisOtpStore.Builder> builder,
            Runnable end) {
        this.doors = doors;
        this.servers = servers;
        this.primaries = primaries;
        this.builder = builder;
        this.end = end;
    }

    static ProxiedTopology standalone() {
        Standalone servers = Standalone.start();
        Doors doors = new Doors();
        String uri = "redis://127.0.0.1:" + doors.to(servers.server().port());
        return new ProxiedTopology(
                doors, servers, servers::servers, () -> RedisOtpStore.builder().uri(uri), () -> {});
    }

    /** A Sentinel in front of the real one names the proxy's port for the primary that the real one names. */
    static ProxiedTopology sentinel() {
        SentinelPair servers = SentinelPair.startPatient();
        Doors doors = new Doors();
        ScriptedRedis sentinel =
                ScriptedRedis.sentinel(() -> doors.to(servers.primary().port()));
        String uri = "redis-sentinel://" + sentinel.hostAndPort() + "/0#" + SentinelPair.NAME;
        return new ProxiedTopology(
                doors,
                servers,
                () -> List.of(servers.primary()),
                () -> RedisOtpStore.builder().uri(uri),
                sentinel::close);
    }

    /** The nodes announce the proxy's ports. A replica would replicate through them, so there is none. */
    static ProxiedTopology cluster() {
        Doors doors = new Doors();
        RedisCluster servers = RedisCluster.startAnnouncing(doors::to);
        String[] uris = servers.servers().stream()
                .map(server -> "redis://127.0.0.1:" + doors.to(server.port()))
                .toArray(String[]::new);
        return new ProxiedTopology(
                doors, servers, servers::servers, () -> RedisOtpStore.builder().cluster(uris), () -> {});
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
        return doors.proxy();
    }

    @Override
    public void close() {
        end.run();
        doors.proxy().close();
        servers.close();
    }

    /** The ports of the proxy, by those of the servers to which they lead. */
    private static final class Doors {
        private final Map<Integer, Integer> doors = new ConcurrentHashMap<>();
        private FaultyProxy proxy;

        /** Returns the proxy's port in front of a server's, which is opened when it is first asked for. */
        synchronized int to(int port) {
            return doors.computeIfAbsent(port, this::open);
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
