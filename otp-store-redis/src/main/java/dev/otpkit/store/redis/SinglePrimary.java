package dev.otpkit.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One primary that serves all keys: a server of its own, or whichever Sentinel names. */
final class SinglePrimary implements Primaries {
    private final String name;
    private final boolean bySentinel;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final @Nullable ManagedClient<RedisClient> own;

    private SinglePrimary(
            String name,
            boolean bySentinel,
            StatefulRedisConnection<byte[], byte[]> connection,
            @Nullable ManagedClient<RedisClient> own) {
        this.name = name;
        this.bySentinel = bySentinel;
        this.connection = connection;
        this.own = own;
    }

    static SinglePrimary of(StatefulRedisConnection<byte[], byte[]> connection, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        Node node = new Node("a connection that was handed in", connection, false);
        return new SinglePrimary(
                ServerInfo.address(node, deadline).orElse(node.description()), false, connection, null);
    }

    /** Returns a client that is not connected yet. */
    static ManagedClient<RedisClient> client(RedisURI uri, ManagedClient.Settings settings) {
        uri.setTimeout(settings.share());
        uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(settings.share()));
        boolean tls = uri.isSsl() || uri.getSentinels().stream().anyMatch(RedisURI::isSsl);
        return new ManagedClient<>(settings, tls, RedisClient::create, (own, deadline) -> connect(own, uri, deadline));
    }

    private static SinglePrimary connect(ManagedClient<RedisClient> own, RedisURI uri, Deadline deadline) {
        own.client().setOptions(own.configure(ClientOptions.builder()).build());
        StatefulRedisConnection<byte[], byte[]> connection = own.opened(
                own.client().connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture(), deadline);
        return new SinglePrimary(RedisUris.describe(uri), !uri.getSentinels().isEmpty(), connection, own);
    }

    @Override
    public Node of(byte[] key, Deadline deadline) {
        return new Node(toString(), connection, false);
    }

    @Override
    public String describe(byte[] key) {
        return toString();
    }

    @Override
    public @Nullable Node redirected(Node from, String error, Deadline deadline) {
        return null;
    }

    @Override
    public List<Node> all(Deadline deadline) {
        return List.of(new Node(toString(), connection, false));
    }

    @Override
    public List<String> hosts() {
        ManagedClient<RedisClient> mine = own;
        return mine != null && mine.lastAddress() instanceof InetSocketAddress address
                ? List.of(address.getHostString())
                : List.of();
    }

    /**
     * Looks the primary up again where there is a replica now, and, if Sentinels know better, where a primary has lost
     * its replicas: they may have another one.
     */
    @Override
    public void doubt(RedisException failure) {
        ManagedClient<RedisClient> mine = own;
        if (mine != null && (RedisErrors.isReadOnly(failure) || (bySentinel && RedisErrors.lacksReplicas(failure)))) {
            mine.reconnect(failure);
        }
    }

    @Override
    public @Nullable Throwable lastFailure() {
        ManagedClient<RedisClient> mine = own;
        return mine == null ? null : mine.lastFailure();
    }

    @Override
    public String toString() {
        ManagedClient<RedisClient> mine = own;
        if (mine != null && bySentinel && mine.lastAddress() instanceof InetSocketAddress address) {
            return RedisUris.hostAndPort(address.getHostString(), address.getPort()) + ", " + name;
        }
        return name;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Its end is waited for where the client is closed.
    public void close() {
        if (own != null) {
            connection.closeAsync();
        }
    }
}
