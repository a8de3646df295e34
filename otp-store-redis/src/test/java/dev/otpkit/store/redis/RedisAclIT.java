package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.RateLimit;
import dev.otpkit.VerifyRequest;
import dev.otpkit.spi.StoredRecord;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs a store as the user that docs/production.md defines; the test reads its lines from the page. */
class RedisAclIT {
    private static final Path PAGE = Path.of("..", "docs", "production.md");
    private static final String ADDRESS = "someone@example.com";

    private static RedisServer server;
    private static RedisServer replica;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(server.port()));
        RedisServer.await(
                "a replica in step",
                () -> replica.commands().info("replication").contains("master_link_status:up"));
    }

    @AfterAll
    static void stop() {
        replica.close();
        server.close();
    }

    @Test
    void theUserOfThePageMayDoAllThatAStoreDoes() throws IOException {
        define(server, rules());

        useEverything(() -> builder(server).replicas(1));

        assertThat(denied(server)).isEmpty();
    }

    @Test
    void theUserOfThePageMayDoNothingElse() throws IOException {
        define(server, rules());
        try (RedisOtpStore store = builder(server).prefix("other:").build()) {
            assertThatExceptionOfType(OtpStoreException.class)
                    .isThrownBy(() -> store.get("key"))
                    .withMessageContaining("NOPERM")
                    .withMessageContaining("permit its user the commands and keys");
        }
        assertThat(Stream.of("KEYS *", "FLUSHALL", "CONFIG SET maxmemory 0", "ACL LIST", "MONITOR", "HSET otp:{a} b c")
                        .filter(command -> !isDenied(command)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+getex", "+evalsha", "+eval", "+get", "+set", "+del", "+incrby", "+wait"})
    void aStoreNeedsEachCommandThatChangesSomething(String command) throws IOException {
        List<String> rules = rules();
        assertThat(rules).contains(command);
        define(server, rules.stream().filter(rule -> !rule.equals(command)).toList());

        assertThatExceptionOfType(OtpStoreException.class)
                .isThrownBy(() -> useEverything(() -> builder(server).replicas(1)))
                .withMessageContaining(server.hostAndPort())
                .withMessageMatching("(?s).*(NOPERM|can't run this command|has no permissions).*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+info", "+client|info", "+config|get"})
    void aStoreDoesNotMissWhatItAsksAtItsStart(String command) throws IOException {
        List<String> rules = rules();
        assertThat(rules).contains(command);
        define(server, rules.stream().filter(rule -> !rule.equals(command)).toList());

        useEverything(() -> builder(server).replicas(1));
    }

    @Test
    void inAClusterTheUserNeedsTheSecondLineToo() throws IOException {
        try (RedisCluster cluster = RedisCluster.start()) {
            List<String> rules =
                    Stream.concat(rules().stream(), clusterRules().stream()).toList();
            cluster.servers().forEach(each -> define(each, rules));
            String[] uris = cluster.servers().stream()
                    .limit(2)
                    .map(each -> "redis://otp:not-a-secret@" + each.hostAndPort())
                    .toArray(String[]::new);

            useEverything(() -> RedisOtpStore.builder().cluster(uris).replicas(1));
            try (RedisOtpStore store =
                    RedisOtpStore.builder().cluster(uris).replicas(1).build()) {
                String key = "otp:{moving}";
                RedisServer from = cluster.primaryOf(key);
                RedisServer to = cluster.primaries().stream()
                        .filter(each -> each != from)
                        .findFirst()
                        .orElseThrow();
                cluster.migrate(
                        SlotHash.getSlot(key),
                        from,
                        to,
                        () -> assertThat(store.increment("moving", 1, Duration.ofMinutes(1)))
                                .isEqualTo(1));
                assertThat(store.increment("moving", 1, Duration.ofMinutes(1))).isEqualTo(2);
            }

            assertThat(cluster.servers().stream().flatMap(each -> denied(each).stream()))
                    .isEmpty();
        }
    }

    /** Sends, guesses, verifies, withdraws and counts, with an empty script cache and with a filled one. */
    private static void useEverything(Supplier<RedisOtpStore.Builder> builder) {
        for (int round = 0; round < 2; round++) {
            if (round == 0) {
                server.commands().scriptFlush();
            }
            try (ManagerNodes nodes = new ManagerNodes(builder.get())) {
                OtpManager otp = nodes.node()
                        .secret(OtpSecret.random())
                        .clientSendLimit(RateLimit.of(100, Duration.ofHours(1)))
                        .build();
                for (int sends = 0; sends < 2; sends++) {
                    assertThat(otp.send(OtpRequest.to(ADDRESS).clientAddress("203.0.113.9"))
                                    .isSent())
                            .isTrue();
                    assertThat(otp.verify(VerifyRequest.of(
                                            ADDRESS, nodes.email().lastCode()))
                                    .isVerified())
                            .isTrue();
                }
                otp.cancel(ADDRESS, "default");
            }
            try (RedisOtpStore store = builder.get().build()) {
                StoredRecord record = StoredRecord.of(new byte[] {1});
                store.compareAndExchange("removed", null, record, Duration.ofMinutes(1));
                store.compareAndExchange("removed", record, null, Duration.ofMinutes(1));
                assertThat(store.get("removed")).isNull();
            }
        }
    }

    private static RedisOtpStore.Builder builder(RedisServer server) {
        return RedisOtpStore.builder().uri("redis://otp:not-a-secret@" + server.hostAndPort());
    }

    private static boolean isDenied(String request) {
        List<String> words = Arrays.asList(request.split(" ", -1));
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
        words.subList(1, words.size()).forEach(arguments::add);
        try (RedisClient client = RedisClient.create("redis://otp:not-a-secret@" + server.hostAndPort())) {
            client.connect()
                    .sync()
                    .dispatch(CommandType.valueOf(words.get(0)), new StatusOutput<>(StringCodec.UTF8), arguments);
            return false;
        } catch (RedisCommandExecutionException e) {
            return e.getMessage().startsWith("NOPERM");
        }
    }

    private static void define(RedisServer server, List<String> rules) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8)
                .add("SETUSER")
                .add("otp")
                .add("reset")
                .add("on")
                .add(">not-a-secret");
        rules.forEach(arguments::add);
        server.commands().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
        server.commands().aclLogReset();
    }

    /**
     * Returns the refused commands of the user, except CLIENT SETINFO, which only sends Lettuce's name; 6.2 logs
     * "client".
     */
    private static List<String> denied(RedisServer server) {
        return server.commands().aclLog().stream()
                .map(entry -> String.valueOf(entry.get("object")))
                .filter(object -> !List.of("client|setinfo", "client").contains(object))
                .toList();
    }

    /** Returns the rules after the password in the page's line "user otp on >...", and those for the start. */
    private static List<String> rules() throws IOException {
        String line = Files.readAllLines(PAGE).stream()
                .filter(each -> each.startsWith("user otp on >"))
                .findFirst()
                .orElseThrow();
        return Stream.concat(
                        Arrays.stream(line.split(" ", -1)).skip(4),
                        rulesBelow("# for the checks at the start, in the same line:").stream())
                .toList();
    }

    private static List<String> clusterRules() throws IOException {
        return rulesBelow("# in a Cluster, in the same line:");
    }

    private static List<String> rulesBelow(String comment) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int at = lines.indexOf(comment);
        assertThat(at).as(comment).isNotNegative();
        return List.of(lines.get(at + 1).substring("#   ".length()).split(" ", -1));
    }
}
