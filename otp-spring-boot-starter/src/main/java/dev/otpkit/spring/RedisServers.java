package dev.otpkit.spring;

import dev.otpkit.store.redis.RedisOtpStore;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;
import org.springframework.boot.ssl.SslBundle;

/**
 * The application's Redis, as Spring Boot knows it.
 *
 * @param uris one server or the Sentinels, as one URI; or the nodes of a Cluster
 * @param cluster true for a Cluster
 * @param tls the options of TLS from an SSL bundle; null for those of this Java
 */
record RedisServers(
        List<RedisURI> uris, boolean cluster, @Nullable SslOptions tls) {
    /** Makes the servers known when the store is created, and not before: they may be unusable and unused. */
    @FunctionalInterface
    interface Source {
        void applyTo(RedisOtpStore.Builder builder);
    }

    static final String URL = "spring.data.redis.url";

    /**
     * Returns the servers in the order in which Spring Data prefers them: Sentinel, Cluster, one server.
     *
     * @param url the property {@link #URL}, which alone says that an address in it asks for TLS
     * @throws OtpSettingException for a primary with listed replicas, since the list does not say which is which
     */
    static RedisServers of(DataRedisConnectionDetails details, @Nullable String url) {
        SslBundle bundle = details.getSslBundle();
        SslOptions tls = bundle == null ? null : options(bundle);
        boolean encrypted = bundle != null || (url != null && url.startsWith("rediss://"));
        DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
        if (sentinel != null) {
            return new RedisServers(List.of(uri(details, sentinel, encrypted)), false, tls);
        }
        DataRedisConnectionDetails.Cluster cluster = details.getCluster();
        if (cluster != null) {
            List<RedisURI> nodes = cluster.getNodes().stream()
                    .map(node -> authenticated(node, details.getUsername(), details.getPassword())
                            .withSsl(encrypted)
                            .build())
                    .toList();
            return new RedisServers(nodes, true, tls);
        }
        if (details.getMasterReplica() != null) {
            throw new OtpSettingException(
                    "otpkit.store=redis cannot use spring.data.redis.masterreplica.*, which does not say which node is"
                            + " the primary",
                    "Set otpkit.redis.uri to the primary, or use Sentinel or a Cluster.");
        }
        DataRedisConnectionDetails.Standalone standalone = details.getStandalone();
        if (standalone == null) {
            throw new OtpSettingException(
                    "otpkit.store is redis, but the DataRedisConnectionDetails of the application name no server",
                    "Set spring.data.redis.host or otpkit.redis.uri.");
        }
        RedisURI uri = authenticated(
                        new Node(standalone.getHost(), standalone.getPort()),
                        details.getUsername(),
                        details.getPassword())
                .withDatabase(standalone.getDatabase())
                .withSsl(encrypted)
                .build();
        return new RedisServers(List.of(uri), false, tls);
    }

    private static RedisURI uri(
            DataRedisConnectionDetails details, DataRedisConnectionDetails.Sentinel sentinel, boolean encrypted) {
        RedisURI.Builder primary = authenticated(RedisURI.builder(), details.getUsername(), details.getPassword())
                .withSentinelMasterId(sentinel.getMaster())
                .withDatabase(sentinel.getDatabase())
                .withSsl(encrypted);
        for (Node node : sentinel.getNodes()) {
            primary.withSentinel(authenticated(node, sentinel.getUsername(), sentinel.getPassword())
                    .withSsl(encrypted)
                    .build());
        }
        return primary.build();
    }

    private static RedisURI.Builder authenticated(Node node, @Nullable String username, @Nullable String password) {
        return authenticated(RedisURI.builder().withHost(node.host()).withPort(node.port()), username, password);
    }

    private static RedisURI.Builder authenticated(
            RedisURI.Builder builder, @Nullable String username, @Nullable String password) {
        if (password == null || password.isEmpty()) {
            return builder;
        }
        return username == null || username.isEmpty()
                ? builder.withPassword((CharSequence) password)
                : builder.withAuthentication(username, (CharSequence) password);
    }

    private static SslOptions options(SslBundle bundle) {
        SslOptions.Builder options = SslOptions.builder()
                .keyManager(bundle.getManagers().getKeyManagerFactory())
                .trustManager(bundle.getManagers().getTrustManagerFactory());
        String[] ciphers = bundle.getOptions().getCiphers();
        if (ciphers != null) {
            options.cipherSuites(ciphers);
        }
        String[] protocols = bundle.getOptions().getEnabledProtocols();
        if (protocols != null) {
            options.protocols(protocols);
        }
        return options.build();
    }

    void applyTo(RedisOtpStore.Builder builder) {
        if (cluster) {
            builder.cluster(uris);
        } else {
            builder.uri(uris.get(0));
        }
        if (tls != null) {
            builder.tls(tls);
        }
    }
}
