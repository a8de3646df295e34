package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/production.md says of a server's settings, and of one that is killed and starts again as the primary it was. */
class RedisPersistenceIT {
    private static final String ADDRESS = "someone@example.com";

    @Test
    void withEveryWriteOnDiskAUsedCodeStaysUsed() {
        try (RedisServer server = RedisServer.start("--appendfsync", "always");
                Nodes nodes = new Nodes(RedisOtpStore.builder().uri(server.uri()))) {
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
                Nodes nodes = new Nodes(RedisOtpStore.builder().uri(server.uri()))) {
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
                Nodes nodes = new Nodes(RedisOtpStore.builder().uri(server.uri()))) {
            OtpManager otp = nodes.node().secret(OtpSecret.random()).build();

            assertThatExceptionOfType(OtpStoreException.class)
                    .isThrownBy(() -> otp.send(ADDRESS))
                    .withMessageContaining("NOREPLICAS")
                    .withMessageContaining("min-replicas-to-write");
            try (RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(server.port()))) {
                RedisServer.await(
                        "a replica in step",
                        () -> server.commands().info("replication").contains("state=online,"));
                RedisServer.await(
                        "a replica that is fresh",
                        () -> server.commands().info("replication").contains("min_slaves_good_slaves:1"));

                assertThat(otp.send(ADDRESS).isSent()).isTrue();
                assertThat(otp.verify(ADDRESS, nodes.email().lastCode()).isVerified())
                        .isTrue();
                assertThat(replica.isRunning()).isTrue();
            }
            assertThat(server.commands().configGet("maxmemory-policy")).containsEntry("maxmemory-policy", "noeviction");
        }
    }

    /** Returns the lines of the page's redis.conf as options. */
    private static String[] settings() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "production.md"));
        Matcher block =
                Pattern.compile("(?ms)^```text\\R# redis\\.conf\\R(.*?)^```$").matcher(page);
        assertThat(block.find()).isTrue();
        return block.group(1)
                .lines()
                .flatMap(line -> Stream.of(("--" + line).split(" ", -1)))
                .toArray(String[]::new);
    }

    private static void killAndStart(RedisServer server, OtpManager otp) {
        server.kill();
        server.restart();
        RedisServer.await("a manager that is connected again", () -> {
            try {
                otp.cancel("other@example.com", "other");
                return true;
            } catch (OtpStoreException e) {
                return false;
            }
        });
    }
}
