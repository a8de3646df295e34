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
 * The primaries of a Cluster, each with its slots. Requests use the connection to the primary itself, not the one to
 * the Cluster, which follows redirections for each command of a batch separately, and sends a WAIT to any node.
 */
final class ClusterPrimaries implements Primaries {
    private static final long REFRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final StatefulRedisClusterConnection<byte[], byte[]> cluster;
    private final @Nullable ManagedClient<RedisClusterClient> client;
    private final AtomicLong lastRefresh = new AtomicLong(System.nanoTime());

    private ClusterPrimaries(
            StatefulRedisClusterConnection<byte[], byte[]> cluster,
            @Nullable ManagedClient<RedisClusterClient> client) {
        this.cluster = cluster;
        this.client = client;
    }

    static ClusterPrimaries of(StatefulRedisClusterConnection<byte[], byte[]> cluster) {
        return new ClusterPrimaries(cluster, null);
    }

    /** Creates a client without connecting it. */
    static ManagedClient<RedisClusterClient> client(
            List<RedisURI> uris, ManagedClient.Settings settings, ManagedClient.Given given) {
        uris.forEach(uri -> uri.setTimeout(settings.share()));
        return new ManagedClient<>(
                settings,
                given,
                uris.stream().anyMatch(RedisURI::isSsl),
                resources -> RedisClusterClient.create(resources, uris),
                ClusterPrimaries::connect);
    }

    private static ClusterPrimaries connect(ManagedClient<RedisClusterClient> client, Deadline deadline) {
        client.client()
                .setOptions(client.configure(ClusterClientOptions.builder()).build());
        client.await(client.client().refreshPartitionsAsync().toCompletableFuture(), deadline);
        return new ClusterPrimaries(
                client.opened(client.client().connectAsync(ByteArrayCodec.INSTANCE), deadline), client);
    }

    @Override
    public Node forKey(byte[] key, Deadline deadline) {
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

    /** Returns the target of "MOVED slot host:port"; if the host is missing, it is that of the respondent. */
    static HostAndPort target(String error, String respondent) {
        String target = error.substring(error.lastIndexOf(' ') + 1);
        boolean portOnly = target.lastIndexOf(':') == 0;
        return HostAndPort.parseCompat(
                portOnly ? respondent.substring(0, respondent.lastIndexOf(':')) + target : target);
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
    public void failed(RedisException failure) {
        refresh();
    }

    /** Refreshes the topology, at most once a second. The client of a given connection does so itself. */
    private void refresh() {
        ManagedClient<RedisClusterClient> mine = client;
        long last = lastRefresh.get();
        long now = System.nanoTime();
        if (mine != null && now - last > REFRESH_NANOS && lastRefresh.compareAndSet(last, now)) {
            mine.client().refreshPartitionsAsync();
        }
    }

    /** Returns null: a failure could not be assigned to one of several nodes. */
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
    @SuppressWarnings("FutureReturnValueIgnored") // ManagedClient.close() waits for the end.
    public void close() {
        if (client != null) {
            cluster.closeAsync();
        }
    }
}
