package dev.otpkit.store.redis;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A primary, a replica, and a Sentinel that watches over them. */
final class SentinelPair implements Topology {
    static final String NAME = "mymaster";

    private final RedisServer first = RedisServer.start();
    private final RedisServer second;
    private final RedisServer sentinel;

    private SentinelPair() {
        second = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(first.port()));
        sentinel = RedisServer.startSentinel(List.of(
                "sentinel monitor " + NAME + " 127.0.0.1 " + first.port() + " 1",
                "sentinel down-after-milliseconds " + NAME + " 1000",
                "sentinel failover-timeout " + NAME + " 3000"));
        awaitReplication();
        // Sentinel finds replicas by asking the primary every ten seconds, and at its start.
        RedisServer.await(
                "a replica that Sentinel knows",
                () -> sentinelSays("num-slaves").equals("1"));
    }

    static SentinelPair start() {
        return new SentinelPair();
    }

    @Override
    public RedisOtpStore.Builder builder() {
        return RedisOtpStore.builder().uri(uri());
    }

    String uri() {
        return "redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#" + NAME;
    }

    @Override
    public List<RedisServer> servers() {
        return List.of(first, second);
    }

    RedisServer sentinel() {
        return sentinel;
    }

    RedisServer primary() {
        return sentinelSays("port").equals(Integer.toString(first.port())) ? first : second;
    }

    RedisServer replica() {
        return primary() == first ? second : first;
    }

    /** Kills the primary, thaws the replica, and waits until that has taken its place. Returns the killed one. */
    RedisServer killPrimary() {
        RedisServer killed = primary();
        RedisServer heir = replica();
        killed.kill();
        heir.thaw();
        RedisServer.await("a new primary", () -> primary() == heir && role(heir).equals("master"));
        return killed;
    }

    void bringBack(RedisServer killed) {
        rejoin(killed);
        // Sentinel asks replicas every ten seconds.
        RedisServer.await(
                "a replica that Sentinel knows to be in step",
                () -> sentinelReplica().getOrDefault("master-link-status", "").equals("ok"));
    }

    /** Brings the killed one back as a replica in step, that Sentinel takes for alive, but has not asked yet. */
    void rejoin(RedisServer killed) {
        killed.restart("--replicaof", "127.0.0.1", Integer.toString(primary().port()));
        awaitReplication();
        RedisServer.await(
                "a replica that Sentinel takes for one",
                () -> sentinelReplica().getOrDefault("flags", "").equals("slave"));
    }

    private void awaitReplication() {
        RedisServer.await(
                "a replica in step",
                () -> servers().stream()
                        .map(server -> server.commands().info("replication"))
                        .anyMatch(info -> info.contains("master_link_status:up")));
    }

    private static String role(RedisServer server) {
        return server.commands()
                .info("replication")
                .lines()
                .filter(line -> line.startsWith("role:"))
                .map(line -> line.substring(5))
                .findFirst()
                .orElse("");
    }

    private String sentinelSays(String fact) {
        return sentinel.sentinel().master(NAME).getOrDefault(fact, "");
    }

    private Map<String, String> sentinelReplica() {
        Predicate<Map<String, String>> known = replica ->
                servers().stream().anyMatch(server -> replica.get("port").equals(Integer.toString(server.port())));
        return sentinel.sentinel().replicas(NAME).stream()
                .filter(known)
                .findFirst()
                .orElse(Map.of());
    }

    @Override
    public void close() {
        sentinel.close();
        second.close();
        first.close();
    }
}
