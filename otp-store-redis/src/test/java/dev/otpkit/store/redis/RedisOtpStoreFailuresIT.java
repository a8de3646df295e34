package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpStoreException;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Error replies of a server that cannot carry out a request. */
class RedisOtpStoreFailuresIT {
    private static final String CREDENTIALS = "redis://:" + FailureFixture.PASSWORD + "@";

    private static final String PHONE = "+966501234567";

    private final RedisServer server = RedisServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private RedisOtpStore store() {
        return FailureFixture.builder(server.uri()).build();
    }

    @Test
    void tellsThatMemoryIsFullAndStillReads() {
        try (RedisOtpStore store = store()) {
            FailureFixture.write(store);
            ManagerFixture fixture = new ManagerFixture(store);
            String code = fixture.send(PHONE);
            server.commands().configSet("maxmemory", "1");

            assertThat(List.of(
                            FailureFixture.ofWriting(store, server.hostAndPort()),
                            FailureFixture.ofCounting(store, server.hostAndPort())))
                    .allSatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("OOM")
                            .hasMessageContaining("raise maxmemory")
                            .hasMessageContaining("noeviction"));
            assertThat(store.get(FailureFixture.KEPT)).isEqualTo(FailureFixture.record(""));
            fixture.failsClosed(PHONE, code);

            server.commands().configSet("maxmemory", "0");
            assertThat(fixture.verify(PHONE, code).isVerified()).isTrue();
        }
    }

    @Test
    void tellsThatTheServerIsAReplica() {
        server.commands().replicaof("127.0.0.1", RedisServer.freePort());
        try (RedisOtpStore store = store()) {
            assertThat(List.of(
                            FailureFixture.ofWriting(store, server.hostAndPort()),
                            FailureFixture.ofCounting(store, server.hostAndPort()),
                            FailureFixture.of(server.hostAndPort(), () -> store.get(FailureFixture.KEY))))
                    .allSatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("READONLY")
                            .hasMessageContaining("name its primary, or Sentinels or a Cluster"));

            server.commands().replicaofNoOne();
            RedisServer.await("a primary", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
        }
    }

    @Test
    void tellsThatThereAreTooFewReplicasToWrite() {
        server.commands().configSet("min-replicas-to-write", "1");
        try (RedisOtpStore store = store()) {
            assertThat(List.of(
                            FailureFixture.ofWriting(store, server.hostAndPort()),
                            FailureFixture.ofCounting(store, server.hostAndPort())))
                    .allSatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("NOREPLICAS")
                            .hasMessageContaining("fewer replicas than its min-replicas-to-write"));
        }
    }

    @Test
    void tellsThatTheServerCanNotWriteToItsDisk() throws IOException {
        Path inTheWay = Path.of(server.commands().configGet("dir").get("dir"), "dump.rdb");
        Files.createDirectories(inTheWay.resolve("full"));
        server.commands().configSet("save", "3600 1");
        try (RedisOtpStore store = store()) {
            FailureFixture.write(store);
            server.commands().bgsave();
            RedisServer.await(
                    "a save that failed",
                    () -> server.commands().info("persistence").contains("rdb_last_bgsave_status:err"));

            assertThat(List.of(
                            FailureFixture.ofWriting(store, server.hostAndPort()),
                            FailureFixture.ofCounting(store, server.hostAndPort())))
                    .allSatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("MISCONF")
                            .hasMessageContaining("cannot write to its disk"));
        }
    }

    @Test
    void tellsThatAKeyBelongsToSomethingElse() {
        server.commands().lpush("otp:{" + FailureFixture.KEY + "}", "foreign");
        server.commands().lpush("otp:{" + FailureFixture.KEY + "-counter}:c", "foreign");
        try (RedisOtpStore store = store()) {
            assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown ->
                            assertThat(thrown).hasMessageContaining("WRONGTYPE").hasMessageContaining("set a prefix"));
        }
    }

    @Test
    void tellsThatACounterHoldsNoNumber() {
        server.commands().set("otp:{" + FailureFixture.KEY + "-counter}:c", "foreign");
        try (RedisOtpStore store = store()) {
            assertThat(FailureFixture.ofCounting(store, server.hostAndPort()))
                    .hasMessageContaining("attempt to perform arithmetic")
                    .hasMessageContaining("set a prefix");
            server.commands().set("otp:{" + FailureFixture.KEY + "-counter}:c", "0.5");
            assertThat(FailureFixture.ofCounting(store, server.hostAndPort()))
                    .hasMessageContaining("not an integer")
                    .hasMessageContaining("set a prefix");
        }
    }

    @Test
    void tellsThatTheServerIsReadingItsData() {
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, 300).forEach(i -> many.put("key" + i, "x".repeat(50_000)));
        try (RedisServer slow = RedisServer.start("--appendonly", "no", "--rdbcompression", "no")) {
            slow.commands().mset(many);
            slow.commands().save();
            try (RedisOtpStore store = FailureFixture.builder(slow.uri()).build()) {
                slow.kill();
                slow.restart("--key-load-delay", "5000");
                RedisServer.await(
                        "a store that reports LOADING",
                        () -> StoreCall.messageOf(() -> store.get(FailureFixture.KEY))
                                .contains("LOADING"));
                assertThat(FailureFixture.of(slow.hostAndPort(), () -> store.get(FailureFixture.KEY)))
                        .hasMessageContaining("it is loading its data after a start: wait");
                RedisServer.await("the end of it", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
            }
        }
    }

    @Test
    void tellsThatThePasswordIsWrong() {
        server.commands().configSet("requirepass", "another");
        for (String user : List.of("default", "nobody")) {
            // On a busy machine, the client may see the end of its connection before the reply, and nothing else.
            assertThat(Stream.generate(() ->
                                    FailureFixture.ofBuilding(server.hostAndPort(), FailureFixture.builder(uri(user))))
                            .limit(3)
                            .map(Throwable::getMessage))
                    .allMatch(text -> (text.contains("WRONGPASS") && text.contains("check user name and password"))
                            || text.contains("Connection closed prematurely"))
                    .anyMatch(text -> text.contains("WRONGPASS"));
        }
        assertThat(connections()).isOne();
    }

    @Test
    void tellsThatThePasswordIsMissing() {
        server.commands().configSet("requirepass", FailureFixture.PASSWORD);
        assertThat(FailureFixture.ofBuilding(server.hostAndPort(), FailureFixture.builder(server.uri())))
                .hasMessageContaining("NOAUTH")
                .hasMessageContaining("check user name and password");
        assertThat(connections()).isOne();
    }

    @Test
    void tellsThatThereIsNoSuchDatabase() {
        assertThat(FailureFixture.ofBuilding(
                        server.hostAndPort(),
                        FailureFixture.builder(
                                "redis://:" + FailureFixture.PASSWORD + "@" + server.hostAndPort() + "/99")))
                .hasMessageContaining("DB index is out of range");
        assertThat(connections()).isOne();
    }

    @Test
    void tellsWhatIsWrongWithAClustersNodes() {
        try (RedisServer node = RedisServer.start("--cluster-enabled", "yes", "--requirepass", "another")) {
            assertThat(FailureFixture.ofBuilding(
                            node.hostAndPort(),
                            RedisOtpStore.builder()
                                    .cluster(CREDENTIALS + node.hostAndPort())
                                    .timeout(FailureFixture.TIMEOUT)))
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageContaining("check user name and password");
        }
        assertThat(FailureFixture.ofBuilding(
                        server.hostAndPort(),
                        RedisOtpStore.builder().cluster(server.uri()).timeout(FailureFixture.TIMEOUT)))
                .hasMessageContaining("cluster support disabled")
                .hasMessageContaining("connect to it as a single server");
        assertThat(connections()).isOne();
    }

    @Test
    void tellsThatTheUserLacksRights() {
        server.commands()
                .aclSetuser(
                        "user",
                        AclSetuserArgs.Builder.on()
                                .addPassword(FailureFixture.PASSWORD)
                                .keyPattern("*")
                                .addCommand(CommandType.HELLO)
                                .addCommand(CommandType.PING));
        try (RedisOtpStore store = FailureFixture.builder(uri("user")).build()) {
            assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown ->
                            assertThat(thrown).hasMessageContaining("NOPERM").hasMessageContaining("Javadoc"));
        }
    }

    @Test
    void needsNoOtherRightsThanItsJavadocLists() {
        AclSetuserArgs rights =
                AclSetuserArgs.Builder.on().addPassword(FailureFixture.PASSWORD).keyPattern("otp:*");
        for (CommandType command : List.of(
                CommandType.GETEX,
                CommandType.EVALSHA,
                CommandType.EVAL,
                CommandType.GET,
                CommandType.SET,
                CommandType.DEL,
                CommandType.INCRBY)) {
            rights = rights.addCommand(command);
        }
        server.commands().aclSetuser("user", rights);
        try (RedisOtpStore store = FailureFixture.builder(uri("user")).build()) {
            FailureFixture.write(store);
            FailureFixture.write(store);
            assertThat(store.get(FailureFixture.KEPT)).isEqualTo(FailureFixture.record(""));
            store.compareAndExchange(FailureFixture.KEPT, FailureFixture.record(""), null, FailureFixture.TTL);
            assertThat(store.get(FailureFixture.KEPT)).isNull();
            assertThat(store.increment("counter", 1, FailureFixture.TTL)).isOne();
            assertThat(store.increment("counter", 2, FailureFixture.TTL)).isEqualTo(3);
        }
    }

    @Test
    void tellsThatThePasswordWasChangedWhileItRan() {
        server.commands().configSet("requirepass", FailureFixture.PASSWORD);
        try (RedisOtpStore store = FailureFixture.builder(uri("default")).build()) {
            FailureFixture.write(store);
            server.commands().configSet("requirepass", "another");
            FailureFixture.write(store);
            server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());

            RedisServer.await(
                    "an attempt to connect again",
                    () -> StoreCall.messageOf(() -> store.get(FailureFixture.KEY))
                            .contains("WRONGPASS"));
            assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("not connected, WRONGPASS")
                            .hasMessageContaining("check user name and password"));

            server.commands().configSet("requirepass", FailureFixture.PASSWORD);
            RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
        }
    }

    @Test
    void tellsThatTheServerTakesNoMoreClients() {
        server.commands().configSet("maxclients", "1");
        assertThat(FailureFixture.ofBuilding(server.hostAndPort(), FailureFixture.builder(server.uri())))
                .hasMessageContaining("max number of clients")
                .hasMessageContaining("raise its maxclients");
        assertThat(connections()).isOne();
    }

    /** Such a server repeats the arguments of an unknown command, and those of AUTH contain the password. */
    @Test
    void repeatsNoPasswordWhereTheServerDoes() {
        try (RedisServer odd = RedisServer.start(
                "--requirepass",
                FailureFixture.PASSWORD,
                "--rename-command",
                "HELLO",
                "",
                "--rename-command",
                "AUTH",
                "")) {
            assertThat(FailureFixture.ofBuilding(
                            odd.hostAndPort(), FailureFixture.builder(CREDENTIALS + odd.hostAndPort())))
                    .hasMessageContaining("unknown command")
                    .hasNoCause();
            // On a busy machine, the client of a Cluster may see the end of its connection before the reply.
            assertThat(Stream.generate(() -> FailureFixture.ofBuilding(
                                    odd.hostAndPort(),
                                    RedisOtpStore.builder()
                                            .cluster(CREDENTIALS + odd.hostAndPort())
                                            .timeout(FailureFixture.TIMEOUT)))
                            .limit(3))
                    .anySatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("unknown command")
                            .hasNoCause());
        }
    }

    @Test
    void tellsThatCommandsHaveOtherNames() {
        try (RedisServer odd = RedisServer.start(
                "--rename-command", "EVALSHA", "", "--rename-command", "GETEX", "", "--rename-command", "INFO", "")) {
            try (RedisOtpStore store = FailureFixture.builder(odd.uri()).build()) {
                assertThat(FailureFixture.ofEachCall(store, odd.hostAndPort()))
                        .allSatisfy(thrown -> assertThat(thrown)
                                .hasMessageContaining("unknown command")
                                .hasMessageContaining("WAIT not renamed"));
            }
        }
    }

    @Test
    void tellsThatNobodyListens() {
        String address = "127.0.0.1:" + RedisServer.freePort();
        assertThat(FailureFixture.ofBuilding(address, FailureFixture.builder("redis://" + address)))
                .hasMessageContaining("refused")
                .hasMessageContaining("check that it runs, its address");
        assertThat(FailureFixture.ofBuilding(
                        address,
                        RedisOtpStore.builder().cluster("redis://" + address).timeout(FailureFixture.TIMEOUT)))
                .hasMessageContaining("check that it runs");
    }

    @Test
    void tellsThatSomeoneListensWhoNeverAnswers() {
        try (TcpProxy nobody = TcpProxy.toUnresponsiveServer()) {
            Stream.of(
                            FailureFixture.builder(nobody.uri()),
                            RedisOtpStore.builder().cluster(nobody.uri()),
                            FailureFixture.builder("rediss://" + nobody.hostAndPort()),
                            FailureFixture.builder("redis-sentinel://" + nobody.hostAndPort() + "#mymaster"))
                    .map(builder -> CompletableFuture.supplyAsync(
                            () -> FailureFixture.ofBuilding(nobody.hostAndPort(), builder), FailureFixture::start))
                    .toList()
                    .forEach(thrown -> assertThat(thrown.join())
                            .hasMessageContaining("handshake not completed with " + nobody.hostAndPort()
                                    + ", which accepted a TCP connection, within ")
                            .hasMessageContaining(" s for loading the client")
                            .hasMessageContaining("; check that it runs, its address, TLS, its load"));
        }
    }

    /** Like a firewall that drops packets: no connection is accepted, and none refused. */
    @Test
    void tellsThatAServerCannotBeReached() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<SocketChannel> fillers = new ArrayList<>();
            try {
                for (int i = 0; i < 8; i++) {
                    SocketChannel filler = SocketChannel.open();
                    fillers.add(filler);
                    filler.configureBlocking(false);
                    filler.connect(full.getLocalSocketAddress());
                }
                String address = "127.0.0.1:" + full.getLocalPort();
                Stream.of(
                                FailureFixture.builder("redis://" + address),
                                RedisOtpStore.builder().cluster("redis://" + address),
                                FailureFixture.builder("redis-sentinel://" + address + "#mymaster"))
                        .map(builder -> CompletableFuture.supplyAsync(
                                () -> FailureFixture.ofBuilding(address, builder), FailureFixture::start))
                        .toList()
                        .forEach(thrown -> assertThat(thrown.join())
                                .hasMessageContaining("no TCP connection to " + address + " within ")
                                .hasMessageContaining("; check that it runs"));
            } finally {
                for (SocketChannel filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    @Test
    void tellsThatThePortSpeaksNoTls() {
        OtpStoreException thrown = FailureFixture.ofBuilding(
                server.hostAndPort(), FailureFixture.builder("rediss://" + server.hostAndPort()));
        assertThat(thrown).hasMessageContaining("check that it runs, its address, TLS");
    }

    @Test
    void tellsThatSentinelsAreDeadOrKnowNoSuchPrimary() {
        String first = "127.0.0.1:" + RedisServer.freePort();
        String second = "127.0.0.1:" + RedisServer.freePort();
        assertThat(FailureFixture.ofBuilding(
                        first, FailureFixture.builder("redis-sentinel://" + first + "," + second + "#mymaster")))
                .hasMessageContaining(second)
                .hasMessageContaining("mymaster")
                .hasMessageContaining("check that it runs");
        try (RedisServer sentinel = RedisServer.startSentinel(List.of())) {
            assertThat(FailureFixture.ofBuilding(
                            sentinel.hostAndPort(),
                            FailureFixture.builder("redis-sentinel://" + sentinel.hostAndPort() + "#nobody")))
                    .hasMessageContaining("nobody of Sentinel")
                    .hasMessageContaining("check the name of the primary");
        }
    }

    private String uri(String user) {
        return "redis://" + user + ":" + FailureFixture.PASSWORD + "@" + server.hostAndPort();
    }

    /** Returns the number of connections of the server, including that of the test. */
    private long connections() {
        return server.commands().clientList().lines().count();
    }
}
