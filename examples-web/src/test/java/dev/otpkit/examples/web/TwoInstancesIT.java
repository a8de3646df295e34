package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.examples.web.Visitor.Answer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances of the application on one Redis serve one visitor by turns. */
class TwoInstancesIT {
    private static RedisServer redis;
    private static RunningExample first;
    private static RunningExample second;

    private final Visitor visitor = new Visitor(HttpClient.newHttpClient(), first.address());

    @BeforeAll
    static void startBoth() throws IOException, InterruptedException {
        redis = RedisServer.start();
        first = instance();
        second = instance();
    }

    private static RunningExample instance() {
        return RunningExample.start(
                "--spring.profiles.active=redis",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redis.port());
    }

    @AfterAll
    static void stopBoth() throws InterruptedException {
        first.close();
        second.close();
        redis.close();
    }

    @Test
    void serveOneVisitorByTurns() {
        String address = "turns@customer.example";
        on(first).get("/register");
        assertThat(on(second).submit("name", "Nora", "address", address).leadsTo("/register/code"))
                .isTrue();
        on(first).get("/register/code");
        String code = second.lastCodeTo(address);
        assertThat(on(first).submit("code", wrong(code)).reason()).isEqualTo("wrong");
        assertThat(on(second).submit("code", code).leadsTo("/account")).isTrue();
        assertThat(on(first).get("/account").page()).contains("Nora");
        assertThat(on(second).get("/account").page()).contains("Nora");

        on(first).submit("logout", "");
        assertThat(on(second).get("/account").status()).isEqualTo(302);
        first.clock().advance(Duration.ofMinutes(1));
        second.clock().advance(Duration.ofMinutes(1));
        on(second).get("/login");
        Answer sent = on(first).submit("address", address);
        on(second).follow(sent);
        on(second).submit("code", first.lastCodeTo(address));
        assertThat(on(first).get("/account").page()).contains("Nora");
    }

    @Test
    void acceptACodeOnlyOnce() {
        String address = "once@customer.example";
        on(first).get("/register");
        on(first).submit("name", "Nora", "address", address);
        on(first).get("/register/code");
        String code = first.lastCodeTo(address);
        assertThat(on(second).submit("code", code).leadsTo("/account")).isTrue();
        // The form of before, by the other instance.
        assertThat(on(first).submit("code", code).leadsTo("/account")).isFalse();
        assertThat(verified(second, address)).isEqualTo(1);
        assertThat(verified(first, address)).isZero();
    }

    private static long verified(RunningExample instance, String address) {
        return instance.listener().events(OtpEvent.Verified.class).stream()
                .filter(event -> event.recipient().address().equals(address))
                .count();
    }

    private static String wrong(String code) {
        return (code.startsWith("1") ? "2" : "1") + code.substring(1);
    }

    private Visitor on(RunningExample instance) {
        return visitor.on(instance.address());
    }
}
