package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The metrics of the running application count by outcome, and hold nothing about a person. */
@ExtendWith(SharedExample.class)
class MetricsIT {
    private static final Pattern LABELS =
            Pattern.compile("\\w+\\{((error|otpkit_[a-z]+)=\"([a-z_]{1,20}|[A-Z]{2})\",?)+} ");

    private final RunningExample example;

    MetricsIT(RunningExample example) {
        this.example = example;
    }

    @Test
    void countByOutcomeAndHoldNothingPersonal() {
        Visitor visitor = new Visitor(HttpClient.newHttpClient(), example.address());
        String before = visitor.get("/actuator/prometheus").page();
        visitor.get("/register");
        visitor.submit("name", "Nora", "address", "metrics@customer.example");
        visitor.get("/register/code");
        assertThat(visitor.submit("resend", "").reason()).isEqualTo("soon");
        String code = example.lastCodeTo("metrics@customer.example");
        String wrong = (code.startsWith("1") ? "2" : "1") + code.substring(1);
        assertThat(visitor.submit("code", wrong).reason()).isEqualTo("wrong");
        example.clock().advance(Duration.ofMinutes(11));
        assertThat(visitor.submit("code", code).reason()).isEqualTo("expired");
        assertThat(visitor.submit("resend", "").leadsTo("/register/code")).isTrue();
        visitor.get("/register/code");
        String next = example.lastCodeTo("metrics@customer.example");
        assertThat(visitor.submit("code", next).leadsTo("/account")).isTrue();

        String after = visitor.get("/actuator/prometheus").page();

        assertThat(added(before, after, "otpkit_send_seconds_count", "sent")).isEqualTo(2);
        assertThat(added(before, after, "otpkit_send_seconds_count", "resend_too_soon"))
                .isEqualTo(1);
        assertThat(added(before, after, "otpkit_deliver_seconds_count", "sent")).isEqualTo(2);
        assertThat(added(before, after, "otpkit_verify_seconds_count", "wrong_code"))
                .isEqualTo(1);
        assertThat(added(before, after, "otpkit_verify_seconds_count", "expired"))
                .isEqualTo(1);
        assertThat(added(before, after, "otpkit_verify_seconds_count", "verified"))
                .isEqualTo(1);
        // Without the values: one of them may hold the digits of a code by chance.
        String names = after.lines()
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.joining("\n"));
        assertThat(names).doesNotContain("customer.example", "m\u2022", code, next, "127.0.0.1", "localhost", "Nora");
        // Words and countries alone: no number, code, address or challenge id has this form.
        assertThat(after.lines().filter(line -> line.startsWith("otpkit_")))
                .allMatch(line -> LABELS.matcher(line).lookingAt());
    }

    private static double added(String before, String after, String name, String outcome) {
        return count(after, name, outcome) - count(before, name, outcome);
    }

    private static double count(String metrics, String name, String outcome) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") && line.contains("otpkit_outcome=\"" + outcome + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
