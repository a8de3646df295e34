package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The way from {@code spring.data.redis.*} to the URIs of Lettuce, without a server. */
class RedisServersTest {
    @Test
    void mapsOneServer() {
        RedisServers servers = of(
                "spring.data.redis.host=redis.example",
                "spring.data.redis.port=6400",
                "spring.data.redis.database=7",
                "spring.data.redis.username=otp",
                "spring.data.redis.password=p@ss#/?%");

        assertThat(servers.cluster()).isFalse();
        assertThat(servers.tls()).isNull();
        assertThat(servers.uris()).singleElement().satisfies(uri -> {
            assertThat(uri.getHost()).isEqualTo("redis.example");
            assertThat(uri.getPort()).isEqualTo(6400);
            assertThat(uri.getDatabase()).isEqualTo(7);
            assertThat(uri.isSsl()).isFalse();
            assertThat(login(uri)).isEqualTo("otp p@ss#/?%");
        });
    }

    @Test
    void mapsAUrl() {
        RedisServers servers = of("spring.data.redis.url=rediss://otp:fake@redis.example:6400/2");

        assertThat(servers.uris()).singleElement().satisfies(uri -> {
            assertThat(uri.getHost()).isEqualTo("redis.example");
            assertThat(uri.getDatabase()).isEqualTo(2);
            assertThat(uri.isSsl()).isTrue();
            assertThat(uri.isVerifyPeer()).isTrue();
            assertThat(login(uri)).isEqualTo("otp fake");
        });
    }

    @Test
    void mapsAPasswordWithoutAUser() {
        assertThat(login(of("spring.data.redis.password=fake").uris().get(0))).isEqualTo("null fake");
        assertThat(login(of("spring.data.redis.host=localhost").uris().get(0))).isEqualTo("null null");
    }

    @Test
    void mapsSentinelsWithTheirOwnPassword() {
        RedisServers servers = of(
                "spring.data.redis.sentinel.master=mymaster",
                "spring.data.redis.sentinel.nodes=a.example:26379,b.example:26380",
                "spring.data.redis.sentinel.username=watcher",
                "spring.data.redis.sentinel.password=fake-1",
                "spring.data.redis.username=otp",
                "spring.data.redis.password=fake-2",
                "spring.data.redis.database=4",
                "spring.data.redis.ssl.enabled=true");

        assertThat(servers.cluster()).isFalse();
        assertThat(servers.tls()).isNotNull();
        RedisURI uri = servers.uris().get(0);
        assertThat(uri.getHost()).isNull();
        assertThat(uri.getSentinelMasterId()).isEqualTo("mymaster");
        assertThat(uri.getDatabase()).isEqualTo(4);
        assertThat(uri.isSsl()).isTrue();
        assertThat(login(uri)).isEqualTo("otp fake-2");
        assertThat(uri.getSentinels())
                .extracting(each -> each.getHost() + ":" + each.getPort() + " " + each.isSsl() + " " + login(each))
                .containsExactly("a.example:26379 true watcher fake-1", "b.example:26380 true watcher fake-1");
    }

    @Test
    void mapsTheNodesOfACluster() {
        RedisServers servers =
                of("spring.data.redis.cluster.nodes=a.example:6379,b.example:6380", "spring.data.redis.password=fake");

        assertThat(servers.cluster()).isTrue();
        assertThat(servers.uris())
                .extracting(uri -> uri.getHost() + ":" + uri.getPort() + " " + login(uri))
                .containsExactly("a.example:6379 null fake", "b.example:6380 null fake");
    }

    @Test
    void refusesAPrimaryWithListedReplicas() {
        DataRedisConnectionDetails listed = new DataRedisConnectionDetails() {
            @Override
            public MasterReplica getMasterReplica() {
                return () -> List.of(new Node("a.example", 6379), new Node("b.example", 6379));
            }
        };

        assertThatExceptionOfType(OtpSettingException.class)
                .isThrownBy(() -> RedisServers.of(listed, null))
                .withMessageContaining("spring.data.redis.masterreplica.*");
    }

    @Test
    void refusesDetailsWithoutAServer() {
        assertThatExceptionOfType(OtpSettingException.class)
                .isThrownBy(() -> RedisServers.of(new DataRedisConnectionDetails() {}, null))
                .withMessageContaining("name no server");
    }

    /** A bean that names other servers changes nothing about it: without TLS, its password would be sent in clear. */
    @Test
    void takesTlsFromTheUrlAsSpringDataDoes() {
        DataRedisConnectionDetails details = new DataRedisConnectionDetails() {
            @Override
            public Standalone getStandalone() {
                return Standalone.of("other.example", 6400);
            }
        };
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class))
                .withBean(DataRedisConnectionDetails.class, () -> details)
                .withPropertyValues("spring.data.redis.url=rediss://redis.example")
                .run(context -> {
                    LettuceConnectionFactory springs = context.getBean(LettuceConnectionFactory.class);
                    assertThat(springs.getHostName()).isEqualTo("other.example");
                    assertThat(springs.isUseSsl()).isTrue();
                    RedisURI ours = RedisServers.of(
                                    details, context.getEnvironment().getProperty(RedisServers.URL))
                            .uris()
                            .get(0);
                    assertThat(ours.getHost()).isEqualTo(springs.getHostName());
                    assertThat(ours.isSsl()).isEqualTo(springs.isUseSsl());
                });
    }

    private static RedisServers of(String... properties) {
        AtomicReference<RedisServers> servers = new AtomicReference<>();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class))
                .withPropertyValues(properties)
                .run(context -> servers.set(RedisServers.of(
                        context.getBean(DataRedisConnectionDetails.class),
                        context.getEnvironment().getProperty(RedisServers.URL))));
        return servers.get();
    }

    private static String login(RedisURI uri) {
        RedisCredentials credentials =
                uri.getCredentialsProvider().resolveCredentials().toFuture().join();
        char[] password = credentials == null ? null : credentials.getPassword();
        return (credentials == null ? null : credentials.getUsername()) + " "
                + (password == null ? null : String.valueOf(Arrays.copyOf(password, password.length)));
    }
}
