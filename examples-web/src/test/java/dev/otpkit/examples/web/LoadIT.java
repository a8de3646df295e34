package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.examples.web.Visitor.Answer;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many visitors at once: no answer is a failure of the server, no code is accepted twice, and no recipient gets more
 * codes than the limits allow. One second with 20 visitors; in the profile "soak", one minute with 200. The clock of
 * the application runs fast, so that visitors reach the limits.
 */
@ExtendWith(SharedExample.class)
class LoadIT {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int VISITORS = SOAK ? 200 : 20;
    private static final int STEPS = SOAK ? 12 : 8;
    private static final Duration LENGTH = Duration.ofSeconds(SOAK ? 60 : 1);
    private static final Duration STEP = Duration.ofSeconds(31);
    /** Every fourth visitor uses one of these addresses, which thus run into the limits. */
    private static final int SHARED = SOAK ? 10 : 2;

    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final RunningExample example;

    LoadIT(RunningExample example) {
        this.example = example;
    }

    @Test
    void holdsUnderLoad() throws InterruptedException, ExecutionException {
        example.clock().advance(Duration.ofDays(2));
        example.listener().clear();
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(VISITORS);
        try {
            List<Future<?>> visits = new ArrayList<>();
            for (int i = 0; i < VISITORS; i++) {
                int number = i;
                visits.add(threads.submit(() -> {
                    for (int round = 0; System.nanoTime() - start < LENGTH.toNanos(); round++) {
                        visit(number, round);
                    }
                }));
            }
            for (int i = 0; i < STEPS; i++) {
                TimeUnit.NANOSECONDS.sleep(LENGTH.toNanos() / STEPS);
                example.clock().advance(STEP);
            }
            for (Future<?> visit : visits) {
                visit.get();
            }
        } finally {
            threads.shutdownNow();
        }
        check((System.nanoTime() - start) / 1e9);
    }

    private void check(double seconds) {
        List<OtpEvent.Sent> sent = example.listener().events(OtpEvent.Sent.class);
        List<OtpEvent.Verified> verified = example.listener().events(OtpEvent.Verified.class);
        if (SOAK) {
            System.out.printf(
                    Locale.ROOT,
                    "%d visitors, %.0f s, %d requests, %d codes sent, %d accepted: %s%n",
                    VISITORS,
                    seconds,
                    total("status "),
                    sent.size(),
                    verified.size(),
                    counts);
        }
        assertThat(counts.keySet()).noneMatch(key -> key.startsWith("status 5"));
        assertThat(total("status 2")).isPositive();
        assertThat(total("reason soon") + total("reason limited")).isPositive();
        assertThat(verified.size()).isGreaterThan(VISITORS / 2);
        assertThat(total("log-ins of one code: 1")).isEqualTo(verified.size());

        // Each of these addresses got one code.
        Map<String, Long> accepted = verified.stream()
                .collect(Collectors.groupingBy(event -> event.recipient().address(), Collectors.counting()));
        assertThat(accepted).allSatisfy((address, times) -> assertThat(times).isEqualTo(1));

        Map<String, List<Instant>> sends = sent.stream()
                .collect(Collectors.groupingBy(
                        event -> event.recipient().address(),
                        Collectors.mapping(OtpEvent.Sent::at, Collectors.toList())));
        assertThat(sends.keySet())
                .filteredOn(address -> address.startsWith("shared-"))
                .hasSize(SHARED);
        assertThat(sends).allSatisfy((address, moments) -> {
            for (RateLimit limit : OtpPolicy.defaults().sendLimits()) {
                assertThat(most(moments, limit.window())).isLessThanOrEqualTo(limit.max());
            }
        });
        if (SOAK) {
            assertThat(total("reason limited")).isPositive();
        }
    }

    /** Returns the greatest number of moments in a window of this length. */
    private static long most(List<Instant> moments, Duration window) {
        return moments.stream()
                .mapToLong(first -> moments.stream()
                        .filter(moment -> !moment.isBefore(first) && moment.isBefore(first.plus(window)))
                        .count())
                .max()
                .orElse(0);
    }

    private void visit(int number, int round) {
        Visitor visitor = new Visitor(client, example.address());
        if (number % 4 == 0) {
            share(visitor, "shared-" + number / 4 % SHARED + "@customer.example");
        } else {
            signUp(visitor, "own-" + number + "-" + round + "@customer.example");
        }
    }

    /** Signs up, first with a wrong code, and then twice at once with the right one. */
    private void signUp(Visitor visitor, String address) {
        count(visitor.get("/register"));
        Answer sent = count(visitor.submit("name", "Nora", "address", address));
        assertThat(sent.leadsTo("/register/code")).as(sent.toString()).isTrue();
        count(visitor.get("/register/code"));
        String code = example.lastCodeTo(address);
        String wrong = (code.startsWith("1") ? "2" : "1") + code.substring(1);
        assertThat(count(visitor.submit("code", wrong)).reason()).isEqualTo("wrong");
        int logIns = 0;
        for (Answer answer : visitor.submitTwice("code", code)) {
            if (count(answer).leadsTo("/account")) {
                logIns++;
            }
        }
        count("log-ins of one code: " + logIns);
        count(visitor.get("/account"));
    }

    /** Asks for codes to an address that others use too, and guesses. */
    private void share(Visitor visitor, String address) {
        count(visitor.get("/register"));
        Answer sent = count(visitor.submit("name", "Nora", "address", address));
        if (sent.leadsTo("/register/code")) {
            count(visitor.get("/register/code"));
            count(visitor.submit("resend", ""));
            count(visitor.submit("code", "not-it"));
        }
    }

    private Answer count(Answer answer) {
        count("status " + answer.status());
        if (!answer.reason().isEmpty()) {
            count("reason " + answer.reason());
        }
        return answer;
    }

    private void count(String outcome) {
        counts.computeIfAbsent(outcome, key -> new LongAdder()).increment();
    }

    private long total(String prefix) {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().startsWith(prefix))
                .mapToLong(count -> count.getValue().sum())
                .sum();
    }
}
