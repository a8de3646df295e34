package dev.otpkit.store.redis;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A primary, a replica, and a Sentinel that monitors them. */
final class SentinelPair implements Topology {
    static final String NAME = "mymaster";

    private final RedisServer first = RedisServer.start();
    private final RedisServer second;
    private final RedisServer sentinel;

    private SentinelPair(int downAfterMillis) {
        second = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(first.port()));
        awaitReplication();
        // Sentinel finds replicas by asking the primary at its start, and then every ten seconds.
        sentinel = RedisServer.startSentinel(List.of(
                "sentinel monitor " + NAME + " 127.0.0.1 " + first.port() + " 1",
                "sentinel down-after-milliseconds " + NAME + " " + downAfterMillis,
                "sentinel failover-timeout " + NAME + " 3000"));
        RedisServer.await(
                "a replica that Sentinel knows",
                () -> sentinelSays("num-slaves").equals("1"));
    }

    static SentinelPair start() {
        // Sentinel asks a primary once a second, and a new one for the first time after a second.
        return new SentinelPair(1500);
    }

    /** Starts a pair whose primary stays the primary, also on a machine that lacks CPU. */
    static SentinelPair startPatient() {
        return new SentinelPair(600_000);
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

    RedisServer primary() {
        return sentinelSays("port").equals(Integer.toString(first.port())) ? first : second;
    }

    RedisServer replica() {
        return other(primary());
    }

    private RedisServer other(RedisServer server) {
        return server == first ? second : first;
    }

    /** Returns the number of times that Sentinel has named another primary. */
    long failovers() {
        return sentinel.log()
                .lines()
                .filter(line -> line.contains("+switch-master"))
                .count();
    }

    /** Returns whether the replica has finished its copy and follows the primary. */
    boolean isInStep() {
        return replica().commands().info("replication").contains("master_link_status:up");
    }

    /** Makes a copy of the primary take minutes. */
    void fillAndSlowDownCopies() {
        primary()
                .commands()
                .mset(IntStream.range(0, 1000)
                        .boxed()
                        .collect(Collectors.toMap(i -> "filling" + i, i -> "x".repeat(50_000))));
        primary().commands().configSet("rdb-key-save-delay", "100000");
    }

    void awaitCopying(RedisServer replica) {
        RedisServer.await(
                "a replica that copies",
                () -> replica.commands().info("replication").contains("master_sync_in_progress:1"));
    }

    /** Returns the end of the logs of the Sentinel and both servers. */
    String logs() {
        return Stream.of(sentinel, first, second)
                .map(server -> server.hostAndPort() + "\n" + tail(server.log()))
                .collect(Collectors.joining("\n"));
    }

    private static String tail(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    /** Kills the primary, thaws the replica, and waits until it is the primary. Returns the killed server. */
    RedisServer killPrimary() {
        RedisServer killed = primary();
        RedisServer heir = other(killed);
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

    /** Restarts the killed server as a replica in step, which Sentinel considers alive, but has not asked yet. */
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
