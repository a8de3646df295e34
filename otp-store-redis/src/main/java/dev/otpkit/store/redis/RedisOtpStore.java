package dev.otpkit.store.redis;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in Redis 6.2 or later, or Valkey, that any number of processes share. It uses Lettuce, and connects to one
 * server, to Sentinels, or to a Cluster.
 *
 * <pre>{@code
 * RedisOtpStore.create("redis://127.0.0.1:6379/0")
 * RedisOtpStore.create("rediss://user:password@redis.example:6380")                          // TLS
 * RedisOtpStore.create("rediss-sentinel://a.example:26379,b.example:26379/0#mymaster")
 * RedisOtpStore.createCluster("rediss://a.example:6380", "rediss://b.example:6380")
 * }</pre>
 *
 * <p><b>Atomicity.</b> Each exchange and each addition is one script on one key, sent as EVALSHA, and as EVAL to a
 * server that does not know the script yet. The script also sets the lifetime, in milliseconds, so that no key is
 * without one.
 *
 * <p><b>Keys</b> are {@code otp:{...}} for records and {@code otp:{...}:c} for counters: the prefix, and a keyed hash
 * in braces. Neither keys nor values contain an address or a code.
 *
 * <p><b>Failures.</b> Each call ends within {@link Builder#timeout} (2 s by default). If Redis cannot carry out a
 * request, or not in time, the call throws an {@link OtpStoreException} that names the host and the remedy, without
 * credentials; the change may or may not have happened. While there is no connection, calls fail at once. A store that
 * made its own connection lets at most 10 000 requests wait for a reply. It reconnects by itself, within about a second
 * after Redis is back, asks Sentinel or the Cluster for the current primary, and closes a connection on which nothing
 * has arrived for a quarter longer than the time-out although a reply is due. The first connection is made in
 * {@link Builder#build}, within {@link Builder#connectTimeout} (10 s by default), or, if the store is
 * {@linkplain Builder#lazy lazy}, in the first call.
 *
 * <p><b>A given connection</b> follows the options of its client, which the store does not change. See
 * {@link Builder#connection(StatefulRedisConnection)} for the options that it needs.
 *
 * <p><b>Nothing is sent twice</b> by a store that made its own connection. A {@linkplain #of(StatefulRedisConnection)
 * given} one follows its client, and by default Lettuce sends requests without a reply again after a reconnect. An
 * exchange that is sent twice finds its own update in place of the expected record, and reports a loss: the manager
 * then decides again, so that a correct code can be refused because the first of the two used it, but no code can be
 * accepted twice. A counter that is sent twice counts twice: the limit of a client is reached slightly early, or, if
 * the permit of a failed send is released twice, slightly late.
 *
 * <p><b>Data that Redis may lose.</b> Replication is asynchronous. If a primary dies, the changes that its replicas do
 * not have yet are lost: then a code that was just sent is unknown, an attempt that was just made is not counted, and
 * <i>a code that was just used can be used again</i>. {@link Builder#replicas} closes that gap. A server that restarts
 * from an older snapshot or log loses as much, and so does eviction: keep {@code maxmemory-policy noeviction} and
 * {@code appendonly yes}. At its start the store logs a warning if the server reports that it evicts or has no
 * persistence.
 *
 * <p><b>Full memory.</b> With {@code noeviction} a server with full memory refuses every SET and INCRBY, including
 * those on records and counters that it holds. So this store cannot keep the promise of {@code OtpStoreFullException},
 * and throws a plain {@link OtpStoreException}: nothing is sent, and no code is accepted, since no attempt can be
 * counted. Reads, removals and reads of counters still work.
 *
 * <p><b>Permissions.</b> The user of the server needs the commands GETEX, EVALSHA and EVAL, in scripts GET, SET, DEL
 * and INCRBY, and WAIT if replicas are to confirm, on all keys with the prefix; in a Cluster also CLUSTER NODES and
 * ASKING. INFO, CLIENT INFO and CONFIG GET are sent once at the start, and are optional.
 *
 * <p>Thread-safe. All calls share one connection per primary.
 */
public final class RedisOtpStore implements OtpStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisOtpStore.class);
    private static final int MAX_REDIRECTS = 5;

    private final Primaries primaries;
    private final String prefix;
    private final int replicas;
    private final Duration timeout;
    private volatile boolean closed;

    private RedisOtpStore(Primaries primaries, String prefix, int replicas, Duration timeout) {
        this.primaries = primaries;
        this.prefix = prefix;
        this.replicas = replicas;
        this.timeout = timeout;
    }

    /**
     * Returns a store on one server, or on the primary that Sentinels name. All other settings have their defaults.
     *
     * @param uri see {@link Builder#uri}
     * @return a connected store, to be closed
     * @throws OtpStoreException if there is no connection within 10 seconds, see {@link Builder#connectTimeout}
     */
    public static RedisOtpStore create(String uri) {
        return builder().uri(uri).build();
    }

    /**
     * Returns a store on a Cluster. All other settings have their defaults.
     *
     * @param uris see {@link Builder#cluster}
     * @return a connected store, to be closed
     * @throws OtpStoreException if there is no connection within 10 seconds, see {@link Builder#connectTimeout}
     */
    public static RedisOtpStore createCluster(String... uris) {
        return builder().cluster(uris).build();
    }

    /**
     * Returns a store on an application's own connection. All other settings have their defaults.
     *
     * @param connection see {@link Builder#connection(StatefulRedisConnection)}
     * @return a store; closing it does not close the connection
     */
    public static RedisOtpStore of(StatefulRedisConnection<?, ?> connection) {
        return builder().connection(connection).build();
    }

    /**
     * Returns a store on an application's own connection to a Cluster. All other settings have their defaults.
     *
     * @param connection see {@link Builder#connection(StatefulRedisClusterConnection)}
     * @return a store; closing it does not close the connection
     */
    public static RedisOtpStore of(StatefulRedisClusterConnection<?, ?> connection) {
        return builder().connection(connection).build();
    }

    /**
     * Returns a builder with the defaults. It needs one of {@code uri}, {@code cluster} and {@code connection}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public @Nullable StoredRecord get(String key) {
        byte[] name = name(key);
        Deadline deadline = Deadline.in(timeout);
        // GETEX, since a client may be configured to send GET to a replica, which may be behind.
        return recordOf(call(
                name,
                deadline,
                node -> node.read(
                        new Command<>(
                                CommandType.GETEX,
                                new ValueOutput<>(ByteArrayCodec.INSTANCE),
                                new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(name)),
                        deadline)));
    }

    @Override
    public @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
        byte[] lifetime = update == null ? ascii("0") : milliseconds(ttl);
        byte[] name = name(key);
        List<byte[]> arguments = List.of(marked(expected), marked(update), lifetime);
        Deadline deadline = Deadline.in(timeout);
        return recordOf(call(
                name,
                deadline,
                node -> node.evaluate(Script.COMPARE_AND_EXCHANGE, name, arguments, replicas, deadline)));
    }

    @Override
    public long increment(String counter, long delta, Duration ttl) {
        byte[] name = counterName(counter);
        List<byte[]> arguments = List.of(ascii(Long.toString(delta)), milliseconds(ttl));
        Deadline deadline = Deadline.in(timeout);
        Long sum = call(name, deadline, node -> node.evaluate(Script.INCREMENT, name, arguments, replicas, deadline));
        if (sum == null) {
            throw new OtpStoreException(
                    "Redis at " + primaries.describe(name) + ": the reply for a counter is no number");
        }
        return sum;
    }

    /**
     * Closes the connections that this store made. A given one stays open. Later calls throw an
     * {@link OtpStoreException}.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            primaries.close();
        }
    }

    /** Returns hosts, prefix and replicas, without credentials. */
    @Override
    public String toString() {
        return "RedisOtpStore[" + primaries + ", prefix=" + prefix + ", replicas=" + replicas + "]";
    }

    private <T> @Nullable T call(byte[] key, Deadline deadline, Function<Node, @Nullable T> request) {
        if (closed) {
            throw new OtpStoreException(OnDemandPrimaries.CLOSED);
        }
        String where = null;
        try {
            Node node = primaries.forKey(key, deadline);
            where = node.description();
            for (int redirects = 0; ; redirects++) {
                try {
                    return request.apply(node);
                } catch (RedisCommandExecutionException e) {
                    Node next = redirects == MAX_REDIRECTS
                            ? null
                            : primaries.redirected(node, String.valueOf(e.getMessage()), deadline);
                    if (next == null) {
                        throw e;
                    }
                    node = next;
                    where = node.description();
                }
            }
        } catch (RedisException e) {
            primaries.failed(e);
            throw RedisErrors.of(where == null ? primaries.describe(key) : where, e, primaries.lastFailure(), timeout);
        } catch (LinkageError e) {
            throw new OtpStoreException(ClientVersions.present().explain(e), e);
        }
    }

    private byte[] name(String key) {
        return ascii(prefix + '{' + key + '}');
    }

    /** Returns a key that no record has, with any prefix: neither prefixes nor names contain braces. */
    private byte[] counterName(String counter) {
        return ascii(prefix + '{' + counter + "}:c");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] milliseconds(Duration ttl) {
        return ascii(Long.toString(ttl.plusNanos(999_999).toMillis()));
    }

    private static @Nullable StoredRecord recordOf(byte @Nullable [] bytes) {
        return bytes == null ? null : StoredRecord.of(bytes);
    }

    /** Returns a record after an equals sign, or no bytes for none, as the script expects. */
    private static byte[] marked(@Nullable StoredRecord record) {
        if (record == null) {
            return new byte[0];
        }
        byte[] bytes = record.bytes();
        byte[] result = new byte[bytes.length + 1];
        result[0] = '=';
        System.arraycopy(bytes, 0, result, 1, bytes.length);
        return result;
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
        private static final int MAX_REPLICAS = 10;

        /** The configured nodes, the nodes that these name, and the node of the connection. */
        private static final int STEPS_OF_A_CLUSTER = 3;

        private static final Pattern PREFIX = Pattern.compile("[!-z|~]{1,64}");

        private @Nullable Supplier<Connector> source;
        private @Nullable StatefulConnection<?, ?> given;
        private List<RedisURI> uris = List.of();
        private String where = "";
        private String prefix = "otp:";
        private int replicas;
        private Duration timeout = Duration.ofSeconds(2);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private boolean lazy;
        private @Nullable ClientResources resources;
        private @Nullable SslOptions tls;

        private Builder() {}

        /**
         * Makes the store connect to one server, or to the primary that Sentinels name. Replaces earlier servers and
         * connections.
         *
         * @param uri a <a href="https://redis.github.io/lettuce/user-guide/connecting-redis/">Redis URI</a> of Lettuce:
         *     {@code redis://}, {@code rediss://} (TLS, with a certificate that names the host),
         *     {@code redis-sentinel://} or {@code rediss-sentinel://} (TLS to Sentinels and servers). A time-out in the
         *     URI is ignored, and the password of a Sentinel URI is that of the servers, not of the Sentinels. Without
         *     TLS the password and all records cross the network in clear text; the store logs a warning at its start
         *     if there is a password and the server is not on this machine
         * @return this builder
         */
        public Builder uri(String uri) {
            return server(RedisUris.parse("uri", uri));
        }

        /**
         * Makes the store connect to one server, or to the primary that Sentinels name, as {@link #uri(String)} does.
         * For settings that a text cannot have, such as the passwords of Sentinels.
         *
         * @param uri with a host or with Sentinels; copied, and its time-out is ignored
         * @return this builder
         */
        public Builder uri(RedisURI uri) {
            return server(RedisUris.copy("uri", uri));
        }

        private Builder server(RedisURI uri) {
            if (uri.getSocket() != null
                    || (uri.getHost() == null && uri.getSentinels().isEmpty())) {
                throw new IllegalArgumentException("uri must name a host, such as redis://host:6379, not a socket");
            }
            where = RedisUris.describe(uri);
            given = null;
            uris = List.of(uri);
            source = () -> SinglePrimary.client(uri, settings(uri.getSentinels().size() + 1), given());
            return this;
        }

        /**
         * Makes the store connect to a Cluster. Replaces earlier servers and connections.
         *
         * @param uris one or more of its nodes, {@code redis://} or {@code rediss://}; these name the others. Without
         *     TLS the password and all records cross the network in clear text; the store logs a warning at its start
         *     if there is a password and a node is not on this machine
         * @return this builder
         */
        public Builder cluster(String... uris) {
            Objects.requireNonNull(uris, "uris must not be null");
            return nodes(
                    Arrays.stream(uris).map(uri -> RedisUris.parse("uris", uri)).toList());
        }

        /**
         * Makes the store connect to a Cluster, as {@link #cluster(String...)} does.
         *
         * @param uris one or more of its nodes, each with a host, all with TLS or all without; copied, and their
         *     time-outs are ignored
         * @return this builder
         */
        public Builder cluster(List<RedisURI> uris) {
            Objects.requireNonNull(uris, "uris must not be null");
            return nodes(uris.stream().map(uri -> RedisUris.copy("uris", uri)).toList());
        }

        private Builder nodes(List<RedisURI> parsed) {
            if (parsed.isEmpty()) {
                throw new IllegalArgumentException("uris must have at least one URI, but had none");
            }
            if (parsed.stream().anyMatch(uri -> uri.getHost() == null)) {
                throw new IllegalArgumentException(
                        "uris must name nodes of a Cluster, such as redis://host:6379, neither Sentinels nor sockets");
            }
            if (parsed.stream().map(RedisURI::isSsl).distinct().count() > 1) {
                throw new IllegalArgumentException("uris must be all redis:// or all rediss://, but were both");
            }
            where = String.join(", ", parsed.stream().map(RedisUris::describe).toList());
            given = null;
            this.uris = parsed;
            source = () -> ClusterPrimaries.client(parsed, settings(STEPS_OF_A_CLUSTER), given());
            return this;
        }

        /**
         * Makes the store use an application's own connection. Replaces earlier servers and connections. The connection
         * may have any codec, and may also serve other purposes, except transactions, blocking commands, and
         * {@code setAutoFlushCommands(false)}. While it is not connected, calls fail at once.
         *
         * <p>Its client decides on reconnects and on requests that are sent again. By Lettuce's defaults the delay
         * between two attempts grows to 30 seconds, so that the store is back that much later than Redis; requests
         * without a reply are sent again; any number of requests is queued; and a host that vanishes without closing
         * its connections is noticed only when TCP gives up, after about a quarter of an hour, during which each call
         * runs into its time-out. To behave like a store that makes its own connection, the client needs
         *
         * <ul>
         *   <li>{@code ClientResources.Builder.reconnectDelay(Delay.constant(Duration.ofSeconds(1)))}, or another delay
         *       that stays as short: the store is back within about a second after Redis;
         *   <li>{@code ClientOptions.Builder.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)}: nothing is
         *       sent twice. Use {@code client.getOptions().mutate()}, since a new builder resets all other options;
         *   <li>{@code ClientOptions.Builder.requestQueueSize}: the number of requests that may wait for a reply;
         *   <li>{@code SocketOptions.Builder.tcpUserTimeout}, which has an effect with Netty's native transport only:
         *       the time after which a connection to a vanished host is closed.
         * </ul>
         *
         * <p>{@code TimeoutOptions} are not needed: the store ends its calls itself. Shorter ones end them earlier.
         *
         * @param connection to a primary; never closed by the store
         * @return this builder
         */
        public Builder connection(StatefulRedisConnection<?, ?> connection) {
            given = Objects.requireNonNull(connection, "connection must not be null");
            uris = List.of();
            where = GivenConnection.DESCRIPTION;
            source = () -> new GivenConnection(where, () -> SinglePrimary.of(inBytes(connection), timeout));
            return this;
        }

        /**
         * Makes the store use an application's own connection to a Cluster. Replaces earlier servers and connections.
         * The store uses that connection's connections to the nodes; the rules of
         * {@link #connection(StatefulRedisConnection)} apply to them. Its client must refresh its topology
         * periodically: a redirection that the store receives does not trigger a refresh.
         *
         * @param connection to a Cluster; never closed by the store
         * @return this builder
         */
        public Builder connection(StatefulRedisClusterConnection<?, ?> connection) {
            given = Objects.requireNonNull(connection, "connection must not be null");
            uris = List.of();
            where = GivenConnection.DESCRIPTION;
            source = () -> new GivenConnection(where, () -> ClusterPrimaries.of(inBytes(connection)));
            return this;
        }

        /**
         * Makes a store that makes its own connection use the threads and the settings of an application's Lettuce; by
         * default it has four threads of its own. Shared are the threads, the timer, the resolution of names and
         * addresses, the recorder of latencies, and a customizer of Netty. Not shared are the delay between attempts to
         * reconnect, the event bus, and tracing, whose spans could contain records.
         *
         * @param resources never shut down by the store; must not be shut down before the store is closed
         * @return this builder
         */
        public Builder clientResources(ClientResources resources) {
            this.resources = Objects.requireNonNull(resources, "resources must not be null");
            return this;
        }

        /**
         * Sets the trusted certificates, a client's certificate, the protocols and the ciphers of TLS, for a store that
         * makes its own connection; by default those of this Java. Has no effect on servers that are reached without
         * TLS. The server's certificate must still name the host.
         *
         * @param tls the options of Lettuce
         * @return this builder
         */
        public Builder tls(SslOptions tls) {
            this.tls = Objects.requireNonNull(tls, "tls must not be null");
            return this;
        }

        /**
         * Sets the prefix of each key; {@code otp:} by default. Stores with different prefixes share no data.
         *
         * @param prefix 1 to 64 printable ASCII characters, without blanks and braces
         * @return this builder
         */
        public Builder prefix(String prefix) {
            Objects.requireNonNull(prefix, "prefix must not be null");
            if (!PREFIX.matcher(prefix).matches()) {
                throw new IllegalArgumentException(
                        "prefix must be 1 to 64 printable ASCII characters without blanks and braces, but was \""
                                + prefix + "\"");
            }
            this.prefix = prefix;
            return this;
        }

        /**
         * Sets the number of replicas that must confirm each change; 0 by default, which waits for none. With one or
         * more, each change is followed by WAIT on the same connection, for three quarters of the time that the call
         * has left; if fewer confirm, or the connection breaks before, the call throws {@link OtpStoreException}, and
         * nothing is sent or accepted, although the change has happened on the primary.
         *
         * <p>Then a failover loses no used code and no attempt, provided that one of the replicas that confirmed
         * becomes the primary. If all replicas must confirm, every possible new primary has the change, but one
         * unreachable replica stops all sends and verifications; with fewer it is likely: Sentinel and Cluster prefer
         * the replica that has received most. WAIT reports that a replica has received a change, not that it is on its
         * disk. A primary that restarts as primary, from a log or snapshot that is behind, is no failover, and WAIT
         * does not help: see {@code appendfsync always}. While a connection waits for replicas, requests of other
         * threads on it wait too.
         *
         * <p>A given connection must not send a WAIT again after a reconnect, since on the new connection it does not
         * cover the change. Its client needs {@code DisconnectedBehavior.REJECT_COMMANDS}, or no auto-reconnect. With
         * Lettuce before 7.7 it also needs {@code replayFilter(command -> command.getType() == CommandType.WAIT)};
         * before 6.7, no auto-reconnect.
         *
         * @param replicas 0 to 10
         * @return this builder
         */
        public Builder replicas(int replicas) {
            if (replicas < 0 || replicas > MAX_REPLICAS) {
                throw new IllegalArgumentException(
                        "replicas must be within [0, " + MAX_REPLICAS + "], but was " + replicas);
            }
            this.replicas = replicas;
            return this;
        }

        /**
         * Sets the time limit of a call; 2 seconds by default. It also applies while a {@linkplain #lazy lazy} store
         * has no connection yet. {@link #connectTimeout} limits the time of the start.
         *
         * @param timeout more than zero, at most a minute
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = checked("timeout", timeout);
            return this;
        }

        /**
         * Sets the time limit of the first connection; 10 seconds by default. It covers name resolution, TCP, TLS,
         * authentication, and the requests to Sentinels or the Cluster; each of the servers that are asked one after
         * the other has an equal share of it, so that an unresponsive one leaves time for the others. The time starts
         * after the client's classes are loaded, which itself takes seconds of CPU time, and is not limited. Then
         * {@link #build} asks the server about its configuration, within {@link #timeout}.
         *
         * <p>Later connections are limited by {@code timeout}. The setting does not apply to a given connection.
         *
         * @param connectTimeout more than zero, at most a minute
         * @return this builder
         */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = checked("connectTimeout", connectTimeout);
            return this;
        }

        private static Duration checked(String name, Duration value) {
            Objects.requireNonNull(value, name + " must not be null");
            if (value.isNegative() || value.isZero() || value.compareTo(MAX_TIMEOUT) > 0) {
                throw new IllegalArgumentException(
                        name + " must be within (PT0S, " + MAX_TIMEOUT + "], but was " + value);
            }
            return value;
        }

        /**
         * Sets whether the store connects in the first call instead of in {@link #build}; false by default. So an
         * application can start while Redis is unavailable. {@code build()} still loads the client's classes, but does
         * no input or output, and a wrong address or password is not noticed before the first call.
         *
         * <p>While there is no connection, a call starts an attempt to connect, or joins the running one, and waits for
         * it within its own {@link #timeout}; if that is not enough, it throws {@link OtpStoreException}. The attempt
         * continues without it, for at most {@link #connectTimeout}. There is one attempt at a time for all threads.
         * Calls within a quarter of a second after a failed attempt, and calls during an attempt that has already
         * lasted longer than {@code timeout}, fail at once. So calls succeed within about a second after Redis is
         * available, or after the end of an attempt that was stuck.
         *
         * <p>The warnings of {@code build()} are logged after the first connection instead. If the server is older than
         * 6.2, each call throws an {@code OtpStoreException} that says so. A given connection, too, is asked about its
         * server in the first call. After the first connection there is no difference.
         *
         * @param lazy true to connect in the first call
         * @return this builder
         */
        public Builder lazy(boolean lazy) {
            this.lazy = lazy;
            return this;
        }

        /**
         * Loads the client's classes and connects. A {@linkplain #lazy lazy} store does not connect yet, and one with a
         * given connection does neither. Logs a warning if a server may lose acknowledged changes, or if a password
         * crosses a network in clear text.
         *
         * @return a store, to be closed
         * @throws OtpStoreException if there is no connection within {@link #connectTimeout}; all resources are
         *     released then. The message reports whether a server accepted a TCP connection, the time for loading the
         *     classes, and whether this process was stalled meanwhile for lack of CPU
         * @throws IllegalStateException if no server is set; if it is older than 6.2, unless the store is lazy; if
         *     Lettuce and Netty on the class path are incompatible; or if replicas are to confirm over a given
         *     connection that sends requests again after a reconnect
         */
        public RedisOtpStore build() {
            Supplier<Connector> chosen = source;
            if (chosen == null) {
                throw new IllegalStateException("uri, cluster or connection must be set");
            }
            StatefulConnection<?, ?> connection = given;
            if (replicas > 0 && connection != null) {
                ClientVersions.present().requireNoWaitAgain(connection.getOptions());
            }
            List<RedisURI> targets = uris;
            Duration callTimeout = timeout;
            Connector connector;
            try {
                connector = chosen.get();
            } catch (RedisException | LinkageError e) {
                throw notConnected(e, callTimeout);
            }
            OnDemandPrimaries primaries = new OnDemandPrimaries(
                    connector, connected -> checkServers(connected, targets, callTimeout), callTimeout);
            boolean built = lazy;
            try {
                if (!lazy) {
                    primaries.connect();
                    built = true;
                }
            } catch (RedisException | LinkageError e) {
                throw notConnected(e, connectTimeout);
            } finally {
                if (!built) {
                    connector.closeInBackground();
                }
            }
            return new RedisOtpStore(primaries, prefix, replicas, timeout);
        }

        /** @param steps the number of servers that are asked one after the other until there is a connection */
        private ManagedClient.Settings settings(int steps) {
            return new ManagedClient.Settings(where, timeout, connectTimeout, steps, lazy);
        }

        private ManagedClient.Given given() {
            return new ManagedClient.Given(resources, tls);
        }

        /** Logs a warning if data can be lost, or a password overheard. */
        private static void checkServers(Primaries primaries, List<RedisURI> uris, Duration timeout) {
            if (ClearText.crossesANetwork(uris, primaries.hosts())) {
                LOG.warn(
                        "Redis at {} is reached without TLS: the password and all records cross the network in clear"
                                + " text; use rediss:// or rediss-sentinel://",
                        primaries);
            }
            Deadline deadline = Deadline.in(timeout);
            try {
                primaries.all(deadline).forEach(node -> ServerInfo.check(node, deadline, LOG));
            } catch (RedisException e) {
                LOG.debug("The configuration of Redis is unknown: {}", e.toString());
            }
        }

        private RuntimeException notConnected(Throwable failure, Duration limit) {
            Optional<LinkageError> mismatch = ClientVersions.mismatch(failure);
            if (mismatch.isPresent()) {
                String message = ClientVersions.present().explain(mismatch.get());
                return new IllegalStateException(message, failure);
            }
            return RedisErrors.of(where, (RedisException) failure, null, limit);
        }

        /** Returns the connection itself: commands bring their own codec, so that of the connection is not used. */
        @SuppressWarnings("unchecked")
        private static StatefulRedisConnection<byte[], byte[]> inBytes(StatefulRedisConnection<?, ?> connection) {
            return (StatefulRedisConnection<byte[], byte[]>) connection;
        }

        @SuppressWarnings("unchecked")
        private static StatefulRedisClusterConnection<byte[], byte[]> inBytes(
                StatefulRedisClusterConnection<?, ?> connection) {
            return (StatefulRedisClusterConnection<byte[], byte[]>) connection;
        }
    }
}
