package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks docs/production.md on the settings of a server, and on one that is killed and restarts as the primary that it
 * was.
 */
class RedisPersistenceIT {
    private static final String ADDRESS = "someone@example.com";

    @Test
    void aProcessThatIsKilledForgetsNoUsedCodeIfThereIsALog() {
        try (RedisServer server = RedisServer.start();
                ManagerNodes nodes = new ManagerNodes(RedisOtpStore.builder().uri(server.uri()))) {
            OtpManager otp = nodes.node().secret(OtpSecret.random()).build();
            otp.send("pending@example.com");
            String pending = nodes.email().lastCode();
            otp.send(ADDRESS);
            String used = nodes.email().lastCode();
            assertThat(otp.verify(ADDRESS, used).isVerified()).isTrue();

            killAndStart(server, otp);

            assertThat(otp.verify(ADDRESS, used).isVerified()).isFalse();
            assertThat(otp.verify("pending@example.com", pending).isVerified()).isTrue();
        }
    }

    @Test
    void fromAnOlderFileAUsedCodeIsAcceptedAgain() {
        try (RedisServer server = RedisServer.start("--appendonly", "no", "--save", "3600 1");
                ManagerNodes nodes = new ManagerNodes(RedisOtpStore.builder().uri(server.uri()))) {
            OtpManager otp = nodes.node().secret(OtpSecret.random()).build();
            otp.send(ADDRESS);
            server.commands().save();
            String code = nodes.email().lastCode();
            assertThat(otp.verify(ADDRESS, code).isVerified()).isTrue();

            killAndStart(server, otp);

            assertThat(otp.verify(ADDRESS, code).isVerified()).isTrue();
            assertThat(otp.verify(ADDRESS, code).isVerified()).isFalse();
        }
    }

    @Test
    void theSettingsOfThePageNeedAReplicaAndEvictNothing() throws IOException {
        try (RedisServer server = RedisServer.start(settings());
                ManagerNodes nodes = new ManagerNodes(RedisOtpStore.builder().uri(server.uri()))) {
            OtpManager otp = nodes.node().secret(OtpSecret.random()).build();

            assertThatExceptionOfType(OtpStoreException.class)
                    .isThrownBy(() -> otp.send(ADDRESS))
                    .withMessageContaining("NOREPLICAS")
                    .withMessageContaining("min-replicas-to-write");
            try (RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(server.port()))) {
                RedisServer.await(
                        "a replica in step",
                        () -> replica.commands().info("replication").contains("master_link_status:up"));
                RedisServer.await(
                        "a replica that is fresh",
                        () -> server.commands().info("replication").contains("min_slaves_good_slaves:1"));

                assertThat(otp.send(ADDRESS).isSent()).isTrue();
                assertThat(otp.verify(ADDRESS, nodes.email().lastCode()).isVerified())
                        .isTrue();
            }
            assertThat(lines())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(line -> assertThat(
                                    line.get(0).equals("maxmemory")
                                            ? "1gb"
                                            : server.commands()
                                                    .configGet(line.get(0))
                                                    .get(line.get(0)))
                            .isEqualTo(line.get(1)))
                    .contains(List.of("maxmemory-policy", "noeviction"));
        }
    }

    private static String[] settings() throws IOException {
        return lines().stream()
                .flatMap(line -> Stream.of("--" + line.get(0), line.get(1)))
                .toArray(String[]::new);
    }

    /** Returns name and value of each line of the page's redis.conf. */
    private static List<List<String>> lines() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "production.md"));
        Matcher block =
                Pattern.compile("(?ms)^```text\\R# redis\\.conf\\R(.*?)^```$").matcher(page);
        assertThat(block.find()).isTrue();
        return block.group(1).lines().map(line -> List.of(line.split(" ", -1))).toList();
    }

    private static void killAndStart(RedisServer server, OtpManager otp) {
        server.kill();
        server.restart();
        RedisServer.await(
                "a manager that is connected again",
                () -> StoreCall.succeeds(() -> otp.cancel("other@example.com", "other")));
    }
}
