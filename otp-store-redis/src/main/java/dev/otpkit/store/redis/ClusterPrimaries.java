package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.internal.HostAndPort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The primaries of a Cluster, each with the slots that it serves. Requests go to the primary's own connection, not
 * through that of the Cluster: what is sent together must stay together, and that one sends again by itself.
 */
final class ClusterPrimaries implements Primaries {
    private static final long REFRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final StatefulRedisClusterConnection<byte[], byte[]> cluster;
    private final @Nullable ManagedClient<RedisClusterClient> own;
    private final AtomicLong lastRefresh = new AtomicLong(System.nanoTime());

    private ClusterPrimaries(
            StatefulRedisClusterConnection<byte[], byte[]> cluster, @Nullable ManagedClient<RedisClusterClient> own) {
        this.cluster = cluster;
        this.own = own;
    }

    static ClusterPrimaries of(StatefulRedisClusterConnection<byte[], byte[]> cluster) {
        return new ClusterPrimaries(cluster, null);
    }

    /** Returns a client that is not connected yet. */
    static ManagedClient<RedisClusterClient> client(List<RedisURI> uris, ManagedClient.Settings settings) {
        uris.forEach(uri -> uri.setTimeout(settings.share()));
        return new ManagedClient<>(
                settings,
                uris.stream().anyMatch(RedisURI::isSsl),
                resources -> RedisClusterClient.create(resources, uris),
                ClusterPrimaries::connect);
    }

    private static ClusterPrimaries connect(ManagedClient<RedisClusterClient> own, Deadline deadline) {
        own.client().setOptions(own.configure(ClusterClientOptions.builder()).build());
        own.await(own.client().refreshPartitionsAsync().toCompletableFuture(), deadline);
        return new ClusterPrimaries(own.opened(own.client().connectAsync(ByteArrayCodec.INSTANCE), deadline), own);
    }

    @Override
    public Node of(byte[] key, Deadline deadline) {
        int slot = SlotHash.getSlot(key);
        RedisClusterNode primary = cluster.getPartitions().getPartitionBySlot(slot);
        if (primary == null) {
            throw new RedisException("no primary serves slot " + slot);
        }
        return node(primary.getUri().getHost(), primary.getUri().getPort(), false, deadline);
    }

    @Override
    public String describe(byte[] key) {
        RedisClusterNode primary = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
        return primary == null ? toString() : RedisUris.hostAndPort(primary.getUri());
    }

    /** Follows "MOVED slot host:port" and "ASK slot host:port". */
    @Override
    public @Nullable Node redirected(Node from, String error, Deadline deadline) {
        boolean moved = error.startsWith("MOVED ");
        if (!moved && !error.startsWith("ASK ")) {
            return null;
        }
        if (moved) {
            refresh();
        }
        HostAndPort address = target(error, from.description());
        return node(address.getHostText(), address.getPort(), !moved, deadline);
    }

    /** Returns where "MOVED slot host:port" leads; a missing host is that of the one who answered. */
    static HostAndPort target(String error, String answered) {
        String target = error.substring(error.lastIndexOf(' ') + 1);
        boolean portOnly = target.lastIndexOf(':') == 0;
        return HostAndPort.parseCompat(portOnly ? answered.substring(0, answered.lastIndexOf(':')) + target : target);
    }

    @Override
    public List<Node> all(Deadline deadline) {
        return cluster.getPartitions().stream()
                .filter(each -> each.is(RedisClusterNode.NodeFlag.UPSTREAM))
                .map(each -> node(each.getUri().getHost(), each.getUri().getPort(), false, deadline))
                .toList();
    }

    @Override
    public List<String> hosts() {
        return cluster.getPartitions().stream()
                .filter(each -> each.is(RedisClusterNode.NodeFlag.UPSTREAM))
                .map(each -> each.getUri().getHost())
                .toList();
    }

    private Node node(String host, int port, boolean asking, Deadline deadline) {
        return new Node(
                RedisUris.hostAndPort(host, port),
                ManagedClient.connected(cluster.getConnectionAsync(host, port), deadline),
                asking);
    }

    @Override
    public void doubt(RedisException failure) {
        refresh();
    }

    /** Asks the Cluster who serves what, at most once a second. A given connection has a client that does so itself. */
    private void refresh() {
        ManagedClient<RedisClusterClient> mine = own;
        long last = lastRefresh.get();
        long now = System.nanoTime();
        if (mine != null && now - last > REFRESH_NANOS && lastRefresh.compareAndSet(last, now)) {
            mine.client().refreshPartitionsAsync();
        }
    }

    /** Returns null: with several nodes it would have to be known whose. */
    @Override
    public @Nullable Throwable lastFailure() {
        return null;
    }

    @Override
    public String toString() {
        return cluster.getPartitions().stream()
                .filter(each -> each.is(RedisClusterNode.NodeFlag.UPSTREAM))
                .map(each -> RedisUris.hostAndPort(each.getUri()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Its end is waited for where the client is closed.
    public void close() {
        if (own != null) {
            cluster.closeAsync();
        }
    }
}
