package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A link of a stranger to the pages of the log-in, whose parameters anyone may choose. */
@ExtendWith(SharedExample.class)
class LogInLinkIT {
    private final RunningExample example;

    LogInLinkIT(RunningExample example) {
        this.example = example;
    }

    @Test
    void asksForNoWaitThatNoCodeHas() {
        Visitor visitor = new Visitor(HttpClient.newHttpClient(), example.address());
        visitor.get("/login");
        assertThat(visitor.submit("address", "link@customer.example").location())
                .startsWith("/login/code?");

        assertThat(visitor.get("/login/code?wait=2147483647").page()).doesNotContain("id=\"countdown\"");
        assertThat(visitor.get("/login/code?wait=30").page()).contains("data-seconds=\"30\"");
    }
}
