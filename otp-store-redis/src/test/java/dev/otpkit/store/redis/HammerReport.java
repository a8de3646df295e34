package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.store.redis.HammerNode.Line;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The results of all nodes, counted and checked. */
final class HammerReport {
    /** The tolerance for a thread that waits for its turn. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Challenge> challenges = new HashMap<>();
    private final List<List<Line>> successes = new ArrayList<>();
    private final List<String> crimes = new ArrayList<>();
    private long calls;
    private long failures;
    private long longestCall;
    private long longestStoreCall;

    private HammerReport() {}

    /** A challenge, identified by its code. */
    private static final class Challenge {
        private final String purpose;
        private long expiresAt;
        private int comparisons;
        private int successes;

        Challenge(String purpose) {
            this.purpose = purpose;
        }
    }

    static HammerReport of(List<Path> results) throws IOException {
        HammerReport report = new HammerReport();
        // All sends first: one node can verify what another has sent.
        for (Path each : results) {
            try (Stream<String> lines = Files.lines(each)) {
                lines.map(Line::parse)
                        .filter(line -> line.outcome().equals(Line.SENT))
                        .forEach(report::issued);
            }
        }
        for (Path each : results) {
            List<Line> successes = new ArrayList<>();
            try (Stream<String> lines = Files.lines(each)) {
                lines.map(Line::parse).forEach(line -> report.count(line, successes));
            }
            report.successes.add(successes);
        }
        return report;
    }

    private void issued(Line line) {
        Challenge challenge = challenges.computeIfAbsent(line.code(), code -> new Challenge(line.purpose()));
        challenge.expiresAt = Math.max(challenge.expiresAt, line.expiresAt());
    }

    private void count(Line line, List<Line> successesOfNode) {
        if (line.kind() == Line.Kind.STORE) {
            longestStoreCall = Math.max(longestStoreCall, line.ended());
            return;
        }
        calls++;
        failures += line.isFailure() ? 1 : 0;
        longestCall = Math.max(longestCall, line.ended() - line.began());
        counts.merge(line.kind() + " " + line.outcome(), 1L, Long::sum);
        Challenge challenge = challenges.get(line.code());
        if (line.outcome().equals("WRONG_CODE")) {
            challenge.comparisons++;
        } else if (line.isVerified()) {
            successesOfNode.add(line);
            if (line.kind() == Line.Kind.WRONG || challenge == null) {
                crime("accepted, but never issued: " + line);
            } else {
                challenge.comparisons++;
                challenge.successes++;
                if (line.began() >= challenge.expiresAt) {
                    crime("accepted after " + challenge.expiresAt + ": " + line);
                }
            }
        }
    }

    /** Records the first few violations: a broken store has thousands. */
    private void crime(String crime) {
        if (crimes.size() < 10) {
            crimes.add(crime);
        }
    }

    long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    long calls() {
        return calls;
    }

    long failures() {
        return failures;
    }

    /** Returns the number of challenges of a purpose for which a correct code was typed. */
    long met(String purpose) {
        return challenges.values().stream()
                .filter(challenge -> challenge.purpose.equals(purpose) && challenge.successes > 0)
                .count();
    }

    /** Returns the number of challenges whose attempts were used up. */
    long exhausted() {
        return challenges.values().stream()
                .filter(challenge -> challenge.comparisons == HammerNode.MAX_ATTEMPTS)
                .count();
    }

    private int mostComparisons() {
        return challenges.values().stream()
                .mapToInt(challenge -> challenge.comparisons)
                .max()
                .orElse(0);
    }

    /** Returns the number of codes that were accepted more than once. */
    long acceptedTwice() {
        return challenges.values().stream()
                .filter(challenge -> challenge.successes > 1)
                .count();
    }

    /** Asserts that no unknown or expired code was accepted, and that each call of the store ended in time. */
    void assertSound() {
        assertThat(crimes).isEmpty();
        assertThat(Duration.ofMillis(longestStoreCall)).isLessThan(HammerNode.TIMEOUT.plus(MARGIN));
    }

    void assertEachCodeAcceptedOnce() {
        assertThat(acceptedTwice()).as("codes accepted twice").isZero();
        assertThat(mostComparisons()).as("comparisons per challenge").isLessThanOrEqualTo(HammerNode.MAX_ATTEMPTS);
    }

    /** A fault at a time, in milliseconds, that affects some of the store's keys. */
    record Fault(String name, long since, Predicate<String> keys) {}

    /** Prints for each fault and node the milliseconds until calls with the affected keys succeeded again. */
    void printReturns(List<Fault> faults) {
        for (Fault fault : faults) {
            List<Long> returns =
                    successes.stream().map(lines -> returned(lines, fault)).toList();
            System.out.println("    " + fault.name() + ": successes again on the nodes after " + returns + " ms");
        }
    }

    private static long returned(List<Line> successes, Fault fault) {
        return successes.stream()
                        .filter(line ->
                                line.began() >= fault.since() && fault.keys().test(line.key()))
                        .mapToLong(Line::ended)
                        .min()
                        .orElseThrow(() -> new AssertionError("a node had no success after: " + fault.name()))
                - fault.since();
    }

    static void assertEveryKeyExpires(List<RedisServer> servers) {
        Map<String, Long> lifetimes = new HashMap<>();
        for (RedisServer server : servers) {
            RedisCommands<String, String> commands = server.commands();
            if (commands.info("cluster").contains("cluster_enabled:1")) {
                // Otherwise a replica does not return its keys.
                commands.readOnly();
            }
            ScanIterator.scan(commands, ScanArgs.Builder.matches("otp:*"))
                    .forEachRemaining(key -> lifetimes.put(server.hostAndPort() + " " + key, commands.pttl(key)));
        }
        assertThat(lifetimes)
                .isNotEmpty()
                .allSatisfy((key, millis) -> assertThat(millis).as(key).isNotEqualTo(-1));
    }

    void print(String title) {
        StringBuilder text = new StringBuilder("hammer, " + title + ": " + calls + " calls by " + successes.size()
                + " processes, " + challenges.size() + " challenges, " + exhausted() + " of them exhausted, "
                + acceptedTwice() + " accepted twice; at most "
                + mostComparisons()
                + " comparisons per challenge; longest call of the store " + longestStoreCall
                + " ms, of the manager " + longestCall + " ms");
        counts.forEach(
                (what, count) -> text.append("\n    ").append(what).append(": ").append(count));
        System.out.println(text);
    }
}
