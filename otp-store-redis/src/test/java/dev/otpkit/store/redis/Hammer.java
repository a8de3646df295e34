package dev.otpkit.store.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three JVMs that send and verify for the same recipients at once, until they are stopped, and a server through which
 * they agree.
 */
final class Hammer implements AutoCloseable {
    static final int NODES = 3;

    /** True to run for minutes, at full speed. */
    static final boolean SOAK = Boolean.getBoolean("soak");

    private final RedisServer observer = RedisServer.start("--appendonly", "no", "--save", "");
    private final Path folder;
    private final List<Process> nodes = new ArrayList<>();

    private Hammer(int replicas, boolean reuse, int kept, List<String> uris) throws IOException {
        folder = Files.createTempDirectory("otpkit-hammer-");
        for (int i = 0; i < NODES; i++) {
            HammerNode.Settings settings =
                    new HammerNode.Settings(i, results(i), observer.uri(), replicas, reuse, kept, uris);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dhammer-pause=" + (SOAK ? 0 : 15),
                    "-cp",
                    System.getProperty("java.class.path"),
                    HammerNode.class.getName()));
            command.addAll(settings.arguments());
            nodes.add(new ProcessBuilder(command)
                    .redirectError(folder.resolve("errors" + i).toFile())
                    .start());
        }
    }

    /** Starts with codes that are sent again for one of two purposes. */
    static Hammer start(List<String> uris) {
        return start(0, true, 0, uris);
    }

    /**
     * Starts for a run with faults: without codes that are sent again, since a resend with an unknown outcome may
     * prolong the life of a code unnoticed, and with many recipients that try used codes again.
     */
    static Hammer startForFaults(int replicas, List<String> uris) {
        return start(replicas, false, 300, uris);
    }

    private static Hammer start(int replicas, boolean reuse, int kept, List<String> uris) {
        try {
            Hammer hammer = new Hammer(replicas, reuse, kept, uris);
            try {
                hammer.go();
                return hammer;
            } catch (IOException | IllegalStateException e) {
                hammer.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void go() throws IOException {
        for (Process node : nodes) {
            if (node.getInputStream().read() == -1) {
                throw new IllegalStateException("a node did not start: " + errors());
            }
        }
        for (Process node : nodes) {
            node.getOutputStream().write('\n');
            node.getOutputStream().flush();
        }
    }

    /** Returns the key under which a node counts its successes, per key of the store. */
    static String successes(int node) {
        return "successes" + node;
    }

    /** Returns the name in Redis of a key of the store. */
    static String name(String key) {
        return "otp:{" + key + "}";
    }

    /** Returns the store's keys that this server holds at the moment. */
    static Predicate<String> keysOf(RedisServer server) {
        Set<String> names = Set.copyOf(server.commands().keys("otp:*"));
        return key -> names.contains(name(key));
    }

    static boolean anyKey(String key) {
        return true;
    }

    static void sleep(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until each node has had this number of additional successes with some of the store's keys. */
    void awaitSuccesses(int more, Predicate<String> keys) {
        List<Long> before = countSuccesses(keys);
        RedisServer.await("successes on each node", () -> {
            List<Long> now = countSuccesses(keys);
            return IntStream.range(0, NODES).allMatch(i -> now.get(i) >= before.get(i) + more);
        });
    }

    private List<Long> countSuccesses(Predicate<String> keys) {
        return IntStream.range(0, NODES)
                .mapToObj(i -> observer.commands().hgetall(successes(i)).entrySet().stream()
                        .filter(each -> keys.test(each.getKey()))
                        .mapToLong(each -> Long.parseLong(each.getValue()))
                        .sum())
                .toList();
    }

    /** Returns the key of the store with the most successes. */
    String busiestKey() {
        Map<String, Long> successes = new HashMap<>();
        for (int i = 0; i < NODES; i++) {
            observer.commands()
                    .hgetall(successes(i))
                    .forEach((key, count) -> successes.merge(key, Long.valueOf(count), Long::sum));
        }
        return Collections.max(successes.entrySet(), Map.Entry.comparingByValue())
                .getKey();
    }

    /** Stops the nodes, and reads their results. */
    HammerReport stop() {
        try {
            for (Process node : nodes) {
                node.getOutputStream().close();
            }
            for (Process node : nodes) {
                if (!node.waitFor(RedisServer.PATIENCE.toSeconds(), TimeUnit.SECONDS) || node.exitValue() != 0) {
                    throw new AssertionError("a node did not end well: " + errors());
                }
            }
            return HammerReport.of(
                    IntStream.range(0, NODES).mapToObj(this::results).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path results(int node) {
        return folder.resolve("results" + node);
    }

    private String errors() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < NODES; i++) {
            all.append(Files.readString(folder.resolve("errors" + i)));
        }
        return all.toString();
    }

    @Override
    public void close() {
        nodes.forEach(Process::destroyForcibly);
        observer.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
