package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisOtpStoreBuilderTest {
    private static final String PASSWORD = "fake-password-4711";

    @Test
    void needsToKnowItsServer() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RedisOtpStore.builder().build())
                .withMessage("uri, cluster or connection must be set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "otp {", "otp:{", "otp:}", "otp\u00e9", "otp\n", "otp\u0007", "two words"})
    void refusesAPrefixThatIsNotPlain(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().prefix(prefix))
                .withMessage("prefix must be 1 to 64 printable ASCII characters without blanks and braces, but was \""
                        + prefix + "\"");
    }

    @Test
    void takesPrefixesOfUpTo64Characters() {
        RedisOtpStore.builder().prefix("!").prefix("~").prefix("a".repeat(64));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().prefix("a".repeat(65)))
                .withMessageStartingWith("prefix must be 1 to 64");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().prefix(null))
                .withMessage("prefix must not be null");
    }

    @Test
    void takesUpToTenReplicas() {
        RedisOtpStore.builder().replicas(0).replicas(1).replicas(10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().replicas(-1))
                .withMessage("replicas must be within [0, 10], but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().replicas(11))
                .withMessage("replicas must be within [0, 10], but was 11");
    }

    @Test
    void takesTimeOutsOfUpToAMinute() {
        RedisOtpStore.builder().timeout(Duration.ofNanos(1)).timeout(Duration.ofMinutes(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().timeout(Duration.ZERO))
                .withMessage("timeout must be within (PT0S, PT1M], but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().timeout(Duration.ofMillis(-1)))
                .withMessage("timeout must be within (PT0S, PT1M], but was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RedisOtpStore.builder().timeout(Duration.ofMinutes(1).plusNanos(1)))
                .withMessage("timeout must be within (PT0S, PT1M], but was PT1M0.000000001S");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().timeout(null))
                .withMessage("timeout must not be null");
    }

    @Test
    void takesConnectTimeOutsOfUpToAMinute() {
        RedisOtpStore.builder().connectTimeout(Duration.ofNanos(1)).connectTimeout(Duration.ofMinutes(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().connectTimeout(Duration.ZERO))
                .withMessage("connectTimeout must be within (PT0S, PT1M], but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().connectTimeout(Duration.ofMillis(-1)))
                .withMessage("connectTimeout must be within (PT0S, PT1M], but was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder()
                        .connectTimeout(Duration.ofMinutes(1).plusNanos(1)))
                .withMessage("connectTimeout must be within (PT0S, PT1M], but was PT1M0.000000001S");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().connectTimeout(null))
                .withMessage("connectTimeout must not be null");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "redis://127.0.0.1:6379")
    void namesWhatIsNull(String first) {
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().uri((String) null))
                .withMessage("uri must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().cluster((String[]) null))
                .withMessage("uris must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().cluster(first, null))
                .withMessage("uris must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().connection((StatefulRedisConnection<?, ?>) null))
                .withMessage("connection must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().connection((StatefulRedisClusterConnection<?, ?>) null))
                .withMessage("connection must not be null");
    }

    @Test
    void needsANodeOfTheCluster() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().cluster())
                .withMessage("uris must have at least one URI, but had none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "redis",
                "redis:",
                "redis://",
                "redis://:" + PASSWORD + "@",
                "redis://user:" + PASSWORD + "@:6379",
                "http://user:" + PASSWORD + "@127.0.0.1:6379",
                "redis://user:" + PASSWORD + " with a blank@127.0.0.1:6379",
                "redis://user:" + PASSWORD + "#@127.0.0.1:6379",
                "redis://user:" + PASSWORD + "%@127.0.0.1:6379",
                "redis://user:" + PASSWORD + "^|@127.0.0.1:6379",
                "redis://user:" + PASSWORD + "@127.0.0.1:70000",
                "redis://user:" + PASSWORD + "@127.0.0.1:-1",
                "redis://user:" + PASSWORD + "@127.0.0.1:port",
                "redis://user:" + PASSWORD + "?@127.0.0.1:6379",
                "redis://" + PASSWORD + "#@127.0.0.1:6379",
                "redis://" + PASSWORD + "?@127.0.0.1:6379",
                "redis-sentinel://" + PASSWORD + "#@127.0.0.1:26379?sentinelMasterId=mymaster",
                "redis://user:" + PASSWORD + "@host_with_underscore:70000",
                "redis-sentinel://" + PASSWORD + "@",
                "redis-sentinel://" + PASSWORD + "@127.0.0.1:26379",
                "redis-sentinel://" + PASSWORD + "@127.0.0.1:99999999/0#mymaster",
                "redis-socket://",
                "user:" + PASSWORD + "@127.0.0.1:6379",
                "redis://\u0000" + PASSWORD
            })
    void refusesWhatIsNoUriAndDoesNotRepeatIt(String uri) {
        refusedOrTaken("uri", () -> RedisOtpStore.builder().uri(uri), true);
        refusedOrTaken("uris", () -> RedisOtpStore.builder().cluster("redis://127.0.0.1:6379", uri), true);
    }

    @Test
    void meetsGarbageWithItsOwnException() {
        Random random = new Random(20260301);
        String[] parts = {
            "redis",
            "rediss",
            "redis-sentinel",
            "redis-socket",
            "://",
            ":",
            "@",
            "/",
            "#",
            "?",
            "&",
            "=",
            "%",
            "%4",
            "[",
            "]",
            "::1",
            ",",
            "127.0.0.1",
            "host",
            "6379",
            "999999",
            "-1",
            "0",
            "timeout",
            "1s",
            "database",
            "sentinelMasterId",
            " ",
            "\n",
            "\u0661",
            "\ud800",
            PASSWORD
        };
        for (int i = 0; i < 5_000; i++) {
            StringBuilder garbage = new StringBuilder(random.nextBoolean() ? "redis://u:" + PASSWORD + "@" : "");
            for (int length = random.nextInt(9); length > 0; length--) {
                garbage.append(parts[random.nextInt(parts.length)]);
            }
            String uri = garbage.toString();
            refusedOrTaken("uri", () -> RedisOtpStore.builder().uri(uri), false);
            refusedOrTaken("uris", () -> RedisOtpStore.builder().cluster(uri), false);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis-sentinel://" + PASSWORD + "@127.0.0.1:26379/0#mymaster",
                "redis-socket:///some/socket",
                "redis+socket://" + PASSWORD + "@/some/socket"
            })
    void connectsToAClusterByItsNodesOnly(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().cluster("redis://127.0.0.1:6379", uri))
                .withMessage("uris must name nodes of a Cluster, such as redis://host:6379, neither Sentinels nor"
                        + " sockets")
                .withNoCause();
    }

    @Test
    void namesTheHostOfEveryKindOfUri() {
        assertThat(Stream.of(
                                "redis://user:" + PASSWORD + "@redis.example",
                                "rediss://" + PASSWORD + "@127.0.0.1:6380/3",
                                "redis://:" + PASSWORD + "@[2001:db8::1]:6379",
                                "redis://with_underscore",
                                "redis-sentinel://user:" + PASSWORD + "@a.example,b.example:26380/0#mymaster",
                                "redis-sentinel://[2001:db8::1]:26379#mymaster")
                        .peek(uri -> RedisOtpStore.builder().uri(uri))
                        .map(RedisURI::create)
                        .map(RedisUris::describe))
                .containsExactly(
                        "redis.example:6379",
                        "127.0.0.1:6380",
                        "[2001:db8::1]:6379",
                        "with_underscore:6379",
                        "mymaster of Sentinel a.example:26379, b.example:26380",
                        "mymaster of Sentinel [2001:db8::1]:26379");
    }

    private static void refusedOrTaken(String argument, Runnable call, boolean surely) {
        Throwable thrown = catchThrowable(call::run);
        if (thrown == null && !surely) {
            return;
        }
        assertThat(thrown)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(argument + " must ")
                .hasNoCause();
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain(PASSWORD);
    }

    @Test
    void copiesAUriOfLettuceWithAllItsSettings() {
        RedisURI sentinel = RedisURI.create("rediss://watcher:fake-1@a.example:26379");
        RedisURI uri = RedisURI.builder(RedisURI.create("rediss://user:" + PASSWORD + "@unused"))
                .withSentinelMasterId("mymaster")
                .withSentinel(sentinel)
                .withDatabase(5)
                .withClientName("otp")
                .build();

        RedisURI copy = RedisUris.copy("uri", uri);

        assertThat(copy).isNotSameAs(uri).isEqualTo(uri);
        assertThat(copy.getDatabase()).isEqualTo(5);
        assertThat(copy.isSsl()).isTrue();
        assertThat(copy.isVerifyPeer()).isTrue();
        assertThat(copy.getClientName()).isEqualTo("otp");
        assertThat(copy.getSentinelMasterId()).isEqualTo("mymaster");
        assertThat(password(copy)).isEqualTo(PASSWORD);
        assertThat(copy.getSentinels()).singleElement().isNotSameAs(sentinel).satisfies(each -> {
            assertThat(each.getHost()).isEqualTo("a.example");
            assertThat(each.isSsl()).isTrue();
            assertThat(password(each)).isEqualTo("fake-1");
        });
    }

    private static String password(RedisURI uri) {
        return String.valueOf(uri.getCredentialsProvider()
                .resolveCredentials()
                .toFuture()
                .join()
                .getPassword());
    }

    @Test
    void refusesAUriOfLettuceThatNamesNoHost() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().uri(new RedisURI()))
                .withMessage("uri must name a host, such as redis://host:6379, but has none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder()
                        .uri(RedisURI.Builder.socket("/some/socket").build()))
                .withMessage("uri must name a host, such as redis://host:6379, not a socket");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder()
                        .cluster(List.of(RedisURI.create("redis-sentinel://127.0.0.1:26379/0#mymaster"))))
                .withMessageStartingWith("uris must name nodes of a Cluster");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().cluster(List.of()))
                .withMessage("uris must have at least one URI, but had none");
    }

    @Test
    void namesTheGivenPartThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().uri((RedisURI) null))
                .withMessage("uri must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().cluster((List<RedisURI>) null))
                .withMessage("uris must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().clientResources(null))
                .withMessage("resources must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisOtpStore.builder().tls(null))
                .withMessage("tls must not be null");
    }

    @Test
    void refusesASocket() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().uri("redis-socket:///some/socket"))
                .withMessage("uri must name a host, such as redis://host:6379, not a socket");
    }

    @Test
    void refusesAClusterThatIsHalfEncrypted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOtpStore.builder().cluster("redis://a.example", "rediss://b.example"))
                .withMessage("uris must be all redis:// or all rediss://, but were both");
    }
}
