package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Fresh JVMs with half a CPU: each runs for 50 ms, and is stopped for 50 ms, alternately. */
class HammerStartIT {
    private static final int STARTS = 20;
    private static final String WITHIN_THE_TIME_FOR_CLASSES = "PT3S";

    @Test
    void startsOnHalfACpuOrSaysThatItIsShortOfIt() {
        try (RedisServer server = RedisServer.start();
                TcpProxy nobody = TcpProxy.toUnresponsiveServer()) {
            // Loading the classes takes longer than this limit, which does not cover it.
            CompletableFuture<String> started = CompletableFuture.supplyAsync(
                    () -> start(List.of(server.uri(), "primary", WITHIN_THE_TIME_FOR_CLASSES)), FailureFixture::start);
            String refused = start(List.of(nobody.uri(), "primary", "PT1S"));

            assertThat(started.join()).startsWith(StartProgram.STARTED + " after");
            assertThat(refused)
                    .startsWith("Redis at " + nobody.hostAndPort() + ": handshake not completed with ")
                    .contains("; this process lacked CPU: it was stalled for ")
                    .contains("; check that it runs");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void startsTwentyTimesOfTwenty() {
        try (RedisServer server = RedisServer.start()) {
            assertStarts(STARTS, List.of(server.uri(), "primary"));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void startsWithSentinelAndOnACluster() {
        try (RedisServer server = RedisServer.start();
                RedisServer sentinel = RedisServer.startSentinel(
                        List.of("sentinel monitor mymaster 127.0.0.1 " + server.port() + " 1"));
                RedisServer node = RedisServer.start("--cluster-enabled", "yes")) {
            node.commands().clusterAddSlots(IntStream.range(0, 16_384).toArray());
            assertStarts(STARTS / 4, List.of("redis-sentinel://" + sentinel.hostAndPort() + "#mymaster", "primary"));
            assertStarts(STARTS / 4, List.of(node.uri(), "cluster"));
        }
    }

    private static void assertStarts(int times, List<String> arguments) {
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            outcomes.add(start(arguments));
            System.out.print(arguments.get(0) + ", start " + (i + 1) + ": " + outcomes.get(i));
        }
        assertThat(outcomes)
                .hasSize(times)
                .allSatisfy(outcome -> assertThat(outcome).startsWith(StartProgram.STARTED + " after"));
    }

    /** Returns the output of a JVM with half a CPU. */
    private static String start(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StartProgram.class.getName()));
        command.addAll(arguments);
        try {
            Process node = new ProcessBuilder(command).redirectErrorStream(true).start();
            // It ends by itself when there is no process left to stop.
            Process brake = new ProcessBuilder(
                            "sh",
                            "-c",
                            "while kill -STOP \"$0\"; do sleep 0.05; kill -CONT \"$0\" || exit; sleep 0.05; done",
                            Long.toString(node.pid()))
                    .redirectErrorStream(true)
                    .start();
            try {
                return new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                brake.destroy();
                node.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
