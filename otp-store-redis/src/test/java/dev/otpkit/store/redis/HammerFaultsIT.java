package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.store.redis.HammerReport.Fault;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Three JVMs load the same recipients while servers die, restart, and hand slots over: one server once, and with the
 * system property {@code soak} for a minute each.
 */
class HammerFaultsIT {

    @Test
    void keepsItsPromisesWhileAServerIsKilledAndStartedAgain() {
        try (RedisServer server = RedisServer.start("--appendfsync", "always");
                Hammer hammer = Hammer.startForFaults(0, List.of(server.uri()))) {
            hammer.awaitSuccesses(20, Hammer::anyKey);
            List<Fault> faults = new ArrayList<>();
            long end = end();
            do {
                Hammer.sleep(Duration.ofSeconds(1));
                server.kill();
                faults.add(new Fault("kill -9 and restart", server.killedAt(), Hammer::anyKey));
                Hammer.sleep(Duration.ofMillis(500));
                server.restart();
                hammer.awaitSuccesses(20, Hammer::anyKey);
            } while (System.nanoTime() < end);
            HammerReport report = hammer.stop();

            judge("a server killed and restarted", report, faults, List.of(server));
            report.assertEachCodeAcceptedOnce();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void keepsItsPromisesWhileAPrimaryOfAClusterDiesAndASlotMigrates() {
        try (RedisCluster cluster = RedisCluster.start();
                Hammer hammer = Hammer.startForFaults(0, List.of(cluster.uris()))) {
            hammer.awaitSuccesses(20, Hammer::anyKey);
            List<Fault> faults = new ArrayList<>();
            long end = end();
            do {
                Hammer.sleep(Duration.ofSeconds(1));
                faults.add(migrateBusySlot(cluster, hammer));
                RedisServer primary = cluster.primaries().get(0);
                Predicate<String> served = Hammer.keysOf(primary);
                cluster.killPrimary(primary);
                faults.add(new Fault("kill -9 of a primary", primary.killedAt(), served));
                hammer.awaitSuccesses(5, served);
                cluster.bringBack(primary);
            } while (System.nanoTime() < end);
            HammerReport report = hammer.stop();

            judge("a Cluster's primary killed, a slot migrated", report, faults, cluster.servers());
        }
    }

    private static Fault migrateBusySlot(RedisCluster cluster, Hammer hammer) {
        String key = hammer.busiestKey();
        RedisServer from = cluster.primaryOf(Hammer.name(key));
        RedisServer to = cluster.primaries().stream()
                .filter(server -> server != from)
                .findFirst()
                .orElseThrow();
        long since = System.currentTimeMillis();
        cluster.migrate(
                SlotHash.getSlot(Hammer.name(key)),
                from,
                to,
                () -> hammer.awaitSuccesses(2, key::equals),
                () -> hammer.awaitSuccesses(2, key::equals));
        hammer.awaitSuccesses(2, key::equals);
        return new Fault("migration of a slot", since, key::equals);
    }

    private static void judge(String title, HammerReport report, List<Fault> faults, List<RedisServer> servers) {
        report.print(title);
        report.printReturns(faults);
        report.assertSound();
        HammerReport.assertEveryKeyExpires(servers);
        assertThat(report.calls()).isGreaterThan(Hammer.SOAK ? 1000 : 200);
    }

    private static long end() {
        return System.nanoTime() + Duration.ofSeconds(Hammer.SOAK ? 60 : 0).toNanos();
    }
}
