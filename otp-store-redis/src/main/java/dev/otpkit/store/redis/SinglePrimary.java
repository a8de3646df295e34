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

/** One primary that serves all keys: a single server, or the primary that Sentinel names. */
final class SinglePrimary implements Primaries {
    private final String name;
    private final boolean bySentinel;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final @Nullable ManagedClient<RedisClient> client;

    private SinglePrimary(
            String name,
            boolean bySentinel,
            StatefulRedisConnection<byte[], byte[]> connection,
            @Nullable ManagedClient<RedisClient> client) {
        this.name = name;
        this.bySentinel = bySentinel;
        this.connection = connection;
        this.client = client;
    }

    static SinglePrimary of(StatefulRedisConnection<byte[], byte[]> connection, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        Node node = new Node(GivenConnection.DESCRIPTION, connection, false);
        return new SinglePrimary(
                ServerInfo.address(node, deadline).orElse(node.description()), false, connection, null);
    }

    /** Creates a client without connecting it. */
    static ManagedClient<RedisClient> client(RedisURI uri, ManagedClient.Settings settings, ManagedClient.Given given) {
        uri.setTimeout(settings.share());
        uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(settings.share()));
        boolean tls = uri.isSsl() || uri.getSentinels().stream().anyMatch(RedisURI::isSsl);
        return new ManagedClient<>(
                settings, given, tls, RedisClient::create, (client, deadline) -> connect(client, uri, deadline));
    }

    private static SinglePrimary connect(ManagedClient<RedisClient> client, RedisURI uri, Deadline deadline) {
        client.client().setOptions(client.configure(ClientOptions.builder()).build());
        StatefulRedisConnection<byte[], byte[]> connection = client.opened(
                client.client().connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture(), deadline);
        return new SinglePrimary(RedisUris.describe(uri), !uri.getSentinels().isEmpty(), connection, client);
    }

    @Override
    public Node forKey(byte[] key, Deadline deadline) {
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
        ManagedClient<RedisClient> mine = client;
        return mine != null && mine.lastAddress() instanceof InetSocketAddress address
                ? List.of(address.getHostString())
                : List.of();
    }

    /**
     * Looks the primary up again if the server turned out to be a replica. With Sentinel, also if the primary has lost
     * its replicas: there may be a new primary.
     */
    @Override
    public void failed(RedisException failure) {
        ManagedClient<RedisClient> mine = client;
        if (mine != null && (RedisErrors.isReadOnly(failure) || (bySentinel && RedisErrors.lacksReplicas(failure)))) {
            mine.reconnect(failure);
        }
    }

    @Override
    public @Nullable Throwable lastFailure() {
        ManagedClient<RedisClient> mine = client;
        return mine == null ? null : mine.lastFailure();
    }

    @Override
    public String toString() {
        ManagedClient<RedisClient> mine = client;
        if (mine != null && bySentinel && mine.lastAddress() instanceof InetSocketAddress address) {
            return RedisUris.hostAndPort(address.getHostString(), address.getPort()) + ", " + name;
        }
        return name;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // ManagedClient.close() waits for the end.
    public void close() {
        if (client != null) {
            connection.closeAsync();
        }
    }
}
