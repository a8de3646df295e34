package dev.otpkit.examples.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import dev.otpkit.testkit.RecordingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final String PHONE = "+966501234567";

    private final RecordingChannel sms = RecordingChannel.sms();

    @Test
    void countsOutcomes() {
        EventCounts counts = new EventCounts();
        OtpManager otp = OtpManager.builder()
                .store(CaffeineOtpStore.create())
                .channel(sms)
                .listener(counts)
                .build();

        sms.failNext(Kind.UNAVAILABLE);
        otp.send(PHONE);
        otp.send(PHONE);
        otp.send(PHONE);
        otp.verify(PHONE, sms.wrongCode());
        otp.verify(PHONE, sms.lastCode());

        assertThat(counts.of("undelivered")).isEqualTo(1);
        assertThat(counts.of("failed " + sms.name() + " UNAVAILABLE")).isEqualTo(1);
        assertThat(counts.of("sent " + sms.name())).isEqualTo(1);
        assertThat(counts.of("refused RESEND_TOO_SOON")).isEqualTo(1);
        assertThat(counts.of("rejected WRONG_CODE")).isEqualTo(1);
        assertThat(counts.of("verified")).isEqualTo(1);
    }

    @Test
    void callsASlowListenerOnAnotherThreadAndInOrder() {
        RecordingListener slow = RecordingListener.create();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            OtpManager otp = OtpManager.builder()
                    .store(CaffeineOtpStore.create())
                    .channel(sms)
                    .listener(new InBackground(
                            event -> {
                                if (event instanceof OtpEvent.Sent) {
                                    throw new IllegalStateException("no database");
                                }
                                slow.on(event);
                            },
                            executor))
                    .build();

            otp.send(PHONE);
            otp.verify(PHONE, sms.lastCode());
            otp.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);

            slow.await(OtpEvent.Cancelled.class, Duration.ofSeconds(10));
            assertThat(slow.events())
                    .extracting(event -> event.getClass().getSimpleName())
                    .containsExactly("Verified", "Cancelled");
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void thePageHasARowForEachEvent() throws Exception {
        String page = Files.readString(Path.of("../docs/events.md"));

        assertThat(Arrays.stream(OtpEvent.class.getPermittedSubclasses()).map(Class::getSimpleName))
                .allSatisfy(kind -> assertThat(page).contains("\n| `" + kind + "` |"));
    }
}
