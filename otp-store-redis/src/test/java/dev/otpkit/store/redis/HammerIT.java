package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three JVMs load the same recipients for a minute, without faults. Runs with the system property {@code soak}. */
@EnabledIfSystemProperty(named = "soak", matches = "true")
class HammerIT {
    @RegisterExtension
    static final SharedServers<Standalone> STANDALONE = SharedServers.standalone();

    @RegisterExtension
    static final SharedServers<SentinelPair> SENTINEL = SharedServers.sentinel();

    @RegisterExtension
    static final SharedServers<RedisCluster> CLUSTER = SharedServers.cluster();

    private static final Duration TIME = Duration.ofSeconds(60);

    @Test
    void keepsEveryPromiseBetweenProcessesOnOneServer() {
        hammer("one server", STANDALONE.get(), List.of(STANDALONE.get().server().uri()));
    }

    @Test
    void keepsEveryPromiseBetweenProcessesWithSentinel() {
        hammer("Sentinel", SENTINEL.get(), List.of(SENTINEL.get().uri()));
    }

    @Test
    void keepsEveryPromiseBetweenProcessesOnACluster() {
        hammer("Cluster", CLUSTER.get(), List.of(CLUSTER.get().uris()));
    }

    private static void hammer(String title, Topology servers, List<String> uris) {
        try (Hammer hammer = Hammer.start(uris)) {
            Hammer.sleep(TIME);
            HammerReport report = hammer.stop();

            report.print(title);
            report.assertSound();
            report.assertEachCodeAcceptedOnce();
            HammerReport.assertEveryKeyExpires(servers.servers());
            // Without these, a run without any call would pass too.
            long seconds = TIME.toSeconds();
            assertThat(report.calls()).isGreaterThan(200 * seconds);
            assertThat(report.met(HammerNode.ROTATE)).isGreaterThan(10 * seconds);
            assertThat(report.met(HammerNode.REUSE)).isGreaterThan(10 * seconds);
            assertThat(report.exhausted()).isGreaterThan(5 * seconds);
            assertThat(report.count("RIGHT EXPIRED")).isGreaterThan(seconds);
            // The store is not the cause if the machine stalls for two seconds.
            assertThat(report.failures()).isLessThan(report.calls() / 100);
        }
    }
}
