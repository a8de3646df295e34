package dev.otpkit.store.redis;

import io.lettuce.core.MigrateArgs;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Three primaries, each with a replica or each alone. */
final class RedisCluster implements Topology {
    private static final int PRIMARIES = 3;
    private static final int SLOTS = 16_384;

    private final List<RedisServer> servers = new ArrayList<>();
    private final int replicas;

    /** @param announced returns the port that a server with this port announces to other servers and clients */
    private RedisCluster(int replicas, IntUnaryOperator announced) {
        this.replicas = replicas;
        for (int i = 0; i < PRIMARIES + replicas; i++) {
            servers.add(RedisServer.start(port -> List.of(
                    "--cluster-enabled",
                    "yes",
                    "--cluster-node-timeout",
                    "1500",
                    "--cluster-replica-validity-factor",
                    "0",
                    "--cluster-announce-port",
                    Integer.toString(announced.applyAsInt(port)),
                    "--cluster-announce-bus-port",
                    Integer.toString(port + 10_000))));
        }
        for (int i = 0; i < PRIMARIES; i++) {
            int from = SLOTS * i / PRIMARIES;
            int to = SLOTS * (i + 1) / PRIMARIES;
            servers.get(i).commands().clusterAddSlots(IntStream.range(from, to).toArray());
            servers.get(i).commands().clusterSetConfigEpoch(i + 1);
        }
        for (RedisServer server : servers.subList(1, servers.size())) {
            server.commands().clusterMeet("127.0.0.1", servers.get(0).port());
        }
        RedisServer.await(
                "nodes that know each other",
                () -> servers.stream()
                        .allMatch(server ->
                                server.commands().clusterNodes().lines().count() == servers.size()
                                        && !server.commands().clusterNodes().contains("handshake")));
        for (int i = 0; i < replicas; i++) {
            String primary = servers.get(i).commands().clusterMyId();
            servers.get(PRIMARIES + i).commands().clusterReplicate(primary);
        }
        awaitHealth();
    }

    static RedisCluster start() {
        return new RedisCluster(PRIMARIES, port -> port);
    }

    /** Starts three primaries without replicas, which announce other ports than their own. */
    static RedisCluster startAnnouncing(IntUnaryOperator announced) {
        return new RedisCluster(0, announced);
    }

    @Override
    public RedisOtpStore.Builder builder() {
        return RedisOtpStore.builder().cluster(uris());
    }

    String[] uris() {
        return servers.stream().limit(2).map(RedisServer::uri).toArray(String[]::new);
    }

    @Override
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    List<RedisServer> primaries() {
        return servers.stream()
                .filter(RedisServer::isRunning)
                .filter(server -> line(server, server).contains("master"))
                .toList();
    }

    /** Returns the primary that itself reports to serve the slot of a key. */
    RedisServer primaryOf(String key) {
        int slot = SlotHash.getSlot(key);
        return primaries().stream()
                .filter(server -> sees(server, slot, server))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no primary serves slot " + slot));
    }

    private static boolean sees(RedisServer asked, int slot, RedisServer owner) {
        return asked.commands().clusterSlots().stream()
                .map(List.class::cast)
                .anyMatch(range -> (Long) range.get(0) <= slot
                        && slot <= (Long) range.get(1)
                        && ((List<?>) range.get(2)).get(1).equals((long) owner.port()));
    }

    RedisServer replicaOf(RedisServer primary) {
        String id = primary.commands().clusterMyId();
        List<String> replicas = primary.commands()
                .clusterNodes()
                .lines()
                .filter(line -> line.contains("slave " + id))
                .toList();
        return servers.stream()
                .filter(server -> replicas.stream().anyMatch(line -> line.contains(":" + server.port() + "@")))
                .findFirst()
                .orElseThrow();
    }

    /** Kills this primary, thaws its replica, and waits until the replica is the primary. */
    void killPrimary(RedisServer primary) {
        RedisServer heir = replicaOf(primary);
        primary.kill();
        heir.thaw();
        RedisServer.await(
                "a new primary",
                () -> primaries().size() == PRIMARIES
                        && servers.stream()
                                .filter(RedisServer::isRunning)
                                .allMatch(server ->
                                        server.commands().clusterInfo().contains("cluster_state:ok")));
    }

    void bringBack(RedisServer killed) {
        killed.restart();
        awaitHealth();
    }

    /** Moves a slot, with its keys, to another primary, in steps, and runs an action between them. */
    void migrate(int slot, RedisServer from, RedisServer to, Runnable meanwhile) {
        migrate(slot, from, to, meanwhile, () -> {});
    }

    /** Moves a slot, and runs an action before the keys move, and another one before the slot moves. */
    void migrate(int slot, RedisServer from, RedisServer to, Runnable beforeKeys, Runnable beforeSlot) {
        String fromId = from.commands().clusterMyId();
        String toId = to.commands().clusterMyId();
        to.commands().clusterSetSlotImporting(slot, fromId);
        from.commands().clusterSetSlotMigrating(slot, toId);
        beforeKeys.run();
        List<String> keys = from.commands().clusterGetKeysInSlot(slot, 100);
        while (!keys.isEmpty()) {
            from.commands().migrate("127.0.0.1", to.port(), 0, 5000, MigrateArgs.Builder.keys(keys));
            keys = from.commands().clusterGetKeysInSlot(slot, 100);
        }
        beforeSlot.run();
        to.commands().clusterSetSlotNode(slot, toId);
        from.commands().clusterSetSlotNode(slot, toId);
        RedisServer.await(
                "primaries that agree whose slot it is",
                () -> primaries().stream().allMatch(server -> sees(server, slot, to)));
    }

    private void awaitHealth() {
        RedisServer.await(
                "a healthy Cluster",
                () -> servers.stream().allMatch(server -> {
                    String info = server.commands().clusterInfo();
                    String nodes = server.commands().clusterNodes();
                    return info.contains("cluster_state:ok")
                            && !nodes.contains("fail")
                            && !nodes.contains("handshake")
                            && nodes.lines()
                                            .filter(line -> line.contains("slave"))
                                            .count()
                                    == replicas;
                }));
        RedisServer.await(
                "replicas in step",
                () -> servers.stream()
                                .map(server -> server.commands().info("replication"))
                                .filter(info -> info.contains("master_link_status:up"))
                                .count()
                        == replicas);
    }

    private static String line(RedisServer asked, RedisServer about) {
        return asked.commands()
                .clusterNodes()
                .lines()
                .filter(line -> line.contains("myself") == (asked == about) && line.contains(":" + about.port() + "@"))
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
