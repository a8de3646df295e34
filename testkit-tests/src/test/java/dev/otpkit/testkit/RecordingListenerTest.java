package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.event.OtpEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecordingListenerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Recipient MAILBOX = new EmailAddress("someone@example.com");

    private final RecordingListener listener = RecordingListener.create();

    @Test
    void keepsEventsInOrderAndByKind() {
        OtpEvent.Verified first = verified("first");
        OtpEvent.Sent sent = new OtpEvent.Sent(
                NOW, MAILBOX, "login", false, "smtp", true, Optional.empty(), List.of(), Duration.ZERO, Map.of());
        OtpEvent.Verified second = verified("second");

        listener.on(first);
        listener.on(sent);
        listener.on(second);

        assertThat(listener.events()).containsExactly(first, sent, second);
        assertThat(listener.events(OtpEvent.Verified.class)).containsExactly(first, second);
        assertThat(listener.events(OtpEvent.Rejected.class)).isEmpty();
        assertThat(listener.await(OtpEvent.Verified.class, Duration.ZERO)).isEqualTo(second);
        listener.clear();
        assertThat(listener.events()).isEmpty();
    }

    @Test
    void waitsForAnEventOfAnotherThread() throws Exception {
        CompletableFuture<OtpEvent.Verified> awaited = new CompletableFuture<>();
        Thread waiting =
                new Thread(() -> awaited.complete(listener.await(OtpEvent.Verified.class, Duration.ofMinutes(10))));
        waiting.setDaemon(true);
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        listener.on(new OtpEvent.Undelivered(NOW, MAILBOX, "login", false, List.of(), Duration.ZERO, Map.of()));
        listener.on(verified("login"));

        assertThat(awaited.get(30, TimeUnit.SECONDS)).isEqualTo(verified("login"));
    }

    @Test
    void saysWhichEventsCameInstead() {
        listener.on(verified("login"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> listener.await(OtpEvent.Sent.class, Duration.ofMillis(1)))
                .withMessageStartingWith("no event Sent within PT0.001S, only [Verified[")
                .withMessageNotContaining("someone@");
    }

    @Test
    void losesNoEventOfSeveralThreads() throws Exception {
        try (Race race = new Race(8)) {
            race.run(thread -> (Callable<Void>) () -> {
                for (int i = 0; i < 1000; i++) {
                    listener.on(verified("login"));
                }
                return null;
            });
        }
        assertThat(listener.events()).hasSize(8000);
    }

    private static OtpEvent.Verified verified(String purpose) {
        return new OtpEvent.Verified(NOW, MAILBOX, purpose, Duration.ZERO);
    }
}
