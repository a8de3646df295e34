package dev.otpkit.spring;

import static dev.otpkit.spring.ChannelFixture.explanation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.store.redis.RedisOtpStore;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OtpRedisAutoConfigurationTest {
    private static final String PASSWORD = "p@ss/#?%";

    @TempDir
    private static Path folder;

    private static RedisProcess server;

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SslAutoConfiguration.class, DataRedisAutoConfiguration.class, OtpRedisAutoConfiguration.class))
            // Far longer than a busy machine needs.
            .withPropertyValues("otpkit.store=redis", "otpkit.redis.timeout=30s");
    private final ApplicationContextRunner connected = contexts.withPropertyValues(
            "spring.data.redis.host=127.0.0.1",
            "spring.data.redis.port=" + server.port(),
            "spring.data.redis.username=default",
            "spring.data.redis.password=" + PASSWORD);

    @BeforeAll
    static void startServer() throws Exception {
        server = RedisProcess.start(folder, "--requirepass", PASSWORD);
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Test
    void makesNoStoreUnlessRedisIsSelected() {
        connected
                .withPropertyValues("otpkit.store=caffeine")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpStore.class));
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(DataRedisAutoConfiguration.class, OtpRedisAutoConfiguration.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpStore.class));
    }

    @Test
    void keepsRecordsInTheRedisOfSpringData() {
        connected
                .withPropertyValues("spring.data.redis.database=3", "otpkit.redis.prefix=acme:")
                .run(context -> {
                    RedisOtpStore store = context.getBean(RedisOtpStore.class);
                    assertServes(store, "first");

                    assertThat(server.<Long>ask(PASSWORD, 3, commands -> commands.dbsize()))
                            .isOne();
                    assertThat(server.<String>ask(PASSWORD, 3, commands -> commands.randomkey()))
                            .isEqualTo("acme:{first}");
                    assertThat(store.toString())
                            .contains("127.0.0.1:" + server.port(), "prefix=acme:", "replicas=0")
                            .doesNotContain(PASSWORD);
                    assertThat(context.getBean(OtpRedisProperties.class).toString())
                            .doesNotContain("acme");
                    context.getSourceApplicationContext().close();
                    assertThatExceptionOfType(OtpStoreException.class)
                            .isThrownBy(() -> store.get("first"))
                            .withMessageContaining("closed");
                });
    }

    @Test
    void needsNoSpringDataForAUri() {
        contexts.withClassLoader(new FilteredClassLoader("org.springframework.data", "org.springframework.boot.data"))
                .withPropertyValues(
                        "otpkit.redis.uri=redis://default:p%40ss%2F%23%3F%25@127.0.0.1:" + server.port(),
                        "otpkit.redis.lazy=false")
                .run(context -> assertServes(context.getBean(RedisOtpStore.class), "second"));
    }

    @Test
    void prefersItsOwnUriToTheServersOfSpringData() {
        contexts.withPropertyValues(
                        "spring.data.redis.masterreplica.nodes=a.example:6379",
                        "otpkit.redis.uri=redis://b.example:6379")
                .run(context -> assertThat(context.getBean(RedisOtpStore.class).toString())
                        .contains("b.example:6379"));
    }

    @Test
    void takesNodesOfACluster() {
        contexts.withPropertyValues("otpkit.redis.uris=redis://a.example:6379,redis://b.example:6380")
                .run(context -> assertThat(context.getBean(RedisOtpStore.class).toString())
                        .contains("a.example:6379, b.example:6380"));
        contexts.withPropertyValues("spring.data.redis.cluster.nodes=a.example:6379,b.example:6380")
                .run(context -> assertThat(context.getBean(RedisOtpStore.class).toString())
                        .contains("a.example:6379, b.example:6380"));
    }

    @Test
    void startsWhileRedisIsAwayUnlessItIsToConnectAtTheStart() throws Exception {
        ApplicationContextRunner away =
                contexts.withPropertyValues("spring.data.redis.port=" + RedisProcess.freePort());
        away.run(context -> assertThatExceptionOfType(OtpStoreException.class)
                .isThrownBy(() -> context.getBean(RedisOtpStore.class).get("key")));
        away.withPropertyValues("otpkit.redis.lazy=false")
                .run(context -> assertThat(context).getFailure().rootCause().isNotNull());
    }

    @Test
    void limitsCallsAndTheFirstConnection() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ApplicationContextRunner slow = contexts.withPropertyValues(
                    "spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + silent.getLocalPort());
            slow.withPropertyValues("otpkit.redis.timeout=200ms", "otpkit.redis.connect-timeout=30s")
                    .run(context -> {
                        long start = System.nanoTime();
                        assertThatExceptionOfType(OtpStoreException.class)
                                .isThrownBy(() ->
                                        context.getBean(RedisOtpStore.class).get("key"));
                        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
                    });
            slow.withPropertyValues("otpkit.redis.lazy=false", "otpkit.redis.connect-timeout=300ms")
                    .run(context -> assertThat(context).getFailure().hasMessageContaining("within 0.3 s"));
        }
    }

    @Test
    void waitsForReplicas() {
        connected
                .withPropertyValues("otpkit.redis.replicas=1")
                .run(context -> assertThat(context.getBean(RedisOtpStore.class).toString())
                        .contains("replicas=1"));
    }

    @Test
    void usesTheClientResourcesOfTheApplicationAndLeavesThemRunning() throws Exception {
        AtomicInteger channels = new AtomicInteger();
        ClientResources resources = DefaultClientResources.builder()
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        channels.incrementAndGet();
                    }
                })
                .build();
        try {
            connected
                    .withBean(ClientResources.class, () -> resources, definition -> definition.setDestroyMethodName(""))
                    .run(context -> assertServes(context.getBean(RedisOtpStore.class), "fourth"));
            assertThat(channels).hasPositiveValue();
            assertThat(resources.eventExecutorGroup().isShuttingDown()).isFalse();
        } finally {
            resources.shutdown(0, 1, TimeUnit.SECONDS).get();
        }
    }

    @Test
    void connectsWithTheSslBundleOfTheApplication() throws Exception {
        TestCertificate.create(folder);
        int port = RedisProcess.freePort();
        RedisProcess encrypted;
        try {
            encrypted = RedisProcess.start(
                    folder,
                    "--tls-port",
                    Integer.toString(port),
                    "--tls-cert-file",
                    folder.resolve("certificate.pem").toString(),
                    "--tls-key-file",
                    folder.resolve("key.pem").toString(),
                    "--tls-auth-clients",
                    "no");
        } catch (IllegalStateException e) {
            assumeTrue(
                    !e.getMessage().contains("tls-port") && !e.getMessage().contains("TLS support"),
                    "this redis-server was built without TLS");
            throw e;
        }
        try (encrypted) {
            ApplicationContextRunner overTls = contexts.withPropertyValues(
                    "spring.data.redis.host=localhost",
                    "spring.data.redis.port=" + port,
                    "spring.data.redis.ssl.enabled=true");
            overTls.withPropertyValues(
                            "spring.data.redis.ssl.bundle=redis",
                            "spring.ssl.bundle.pem.redis.truststore.certificate=file:"
                                    + folder.resolve("certificate.pem"),
                            "spring.ssl.bundle.pem.redis.options.enabled-protocols=TLSv1.2")
                    .run(context -> assertServes(context.getBean(RedisOtpStore.class), "fifth"));
            overTls.run(context -> assertThatExceptionOfType(OtpStoreException.class)
                    .isThrownBy(() -> context.getBean(RedisOtpStore.class).get("key"))
                    .withMessageContaining("certificate"));
        }
    }

    @Test
    void leavesTheStoreToABeanOfTheApplication() {
        contexts.withBean("own", OtpStore.class, CaffeineOtpStore::create)
                .run(context ->
                        assertThat(context).hasSingleBean(OtpStore.class).hasBean("own"));
        contexts.withClassLoader(new FilteredClassLoader("dev.otpkit.store.redis"))
                .withBean("own", OtpStore.class, CaffeineOtpStore::create)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void namesTheDependencyToAdd() {
        contexts.withClassLoader(new FilteredClassLoader("dev.otpkit.store.redis", "io.lettuce"))
                .run(context -> {
                    assertThat(explanation(context).getDescription())
                            .isEqualTo("otpkit.store=redis is set, but dev.otpkit:otp-store-redis is not on the class"
                                    + " path.");
                    assertThat(explanation(context).getAction())
                            .isEqualTo("Add the dependency dev.otpkit:otp-store-redis, or remove otpkit.store=redis.");
                });
        contexts.withClassLoader(new FilteredClassLoader("org.springframework.data", "org.springframework.boot.data"))
                .run(context -> assertThat(explanation(context).getDescription())
                        .isEqualTo("otpkit.redis.uri or otpkit.redis.uris must be set, or"
                                + " org.springframework.boot:spring-boot-starter-data-redis be on the class path,"
                                + " since otpkit.store is redis."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.redis.uri=http://user:SECRET@host | otpkit.redis.uri must be a URI such as",
                "otpkit.redis.uris=redis-sentinel://a/0#m | otpkit.redis.uris must name nodes of a Cluster",
                "otpkit.redis.prefix={ | otpkit.redis.prefix must be 1 to 64 printable ASCII characters",
                "otpkit.redis.timeout=2m | otpkit.redis.timeout must be within (PT0S, PT1M], but was PT2M",
                "otpkit.redis.connect-timeout=0 | otpkit.redis.connect-timeout must be within (PT0S, PT1M], but was",
                "otpkit.redis.replicas=11 | otpkit.redis.replicas must be within [0, 10], but was 11",
                "spring.data.redis.masterreplica.nodes=a:1 | otpkit.store=redis cannot use"
                        + " spring.data.redis.masterreplica.*"
            })
    void namesThePropertyThatIsOutOfRange(String set, String description) {
        contexts.withPropertyValues(set)
                .run(context -> assertThat(explanation(context).getDescription())
                        .startsWith(description)
                        .doesNotContain("SECRET"));
    }

    @Test
    void refusesOneServerAndAClusterTogether() {
        contexts.withPropertyValues("otpkit.redis.uri=redis://a", "otpkit.redis.uris=redis://b")
                .run(context -> assertThat(explanation(context).getDescription())
                        .isEqualTo("otpkit.redis.uri and otpkit.redis.uris must not be set together."));
    }

    private static void assertServes(OtpStore store, String key) {
        StoredRecord record = StoredRecord.of(new byte[] {1, 2, 3});
        assertThat(store.compareAndExchange(key, null, record, Duration.ofSeconds(30)))
                .isNull();
        assertThat(store.get(key)).isEqualTo(record);
    }
}
