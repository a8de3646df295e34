package dev.otpkit.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.LogRecorder;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.OtpExtension;
import dev.otpkit.testkit.RecordingChannel;
import dev.otpkit.testkit.RecordingListener;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OtpExtension.class)
class SignInTest {
    private SignIn application;

    @BeforeEach
    void start(OtpManager otp) {
        application = new SignIn(otp, Runnable::run);
    }

    @Test
    void letsInWithTheCodeThatWasSent(RecordingChannel channel) {
        application.sendCode("someone@example.com");

        String code = channel.lastCodeTo("someone@example.com");
        assertThat(application.signIn("someone@example.com", code)).isEqualTo("Welcome.");
    }

    @Test
    void letsNobodyInWithAWrongCode(RecordingChannel channel) {
        application.sendCode("someone@example.com");

        assertThat(application.signIn("someone@example.com", channel.wrongCode()))
                .isEqualTo("This code is wrong or no longer valid.");
    }

    @Test
    void letsNobodyInAfterFiveMinutes(RecordingChannel channel, MutableClock clock) {
        application.sendCode("someone@example.com");

        clock.advance(Duration.ofMinutes(5));

        assertThat(application.signIn("someone@example.com", channel.lastCode()))
                .isEqualTo("This code is wrong or no longer valid.");
    }

    @Test
    void asksForPatienceWhileTheStoreIsUnavailable(RecordingChannel channel, FaultyStore store) {
        application.sendCode("someone@example.com");

        store.failWith(FaultyStore.Fault.UNAVAILABLE);
        assertThat(application.signIn("someone@example.com", channel.lastCode()))
                .isEqualTo("Please try again later.");

        store.recover();
        assertThat(application.signIn("someone@example.com", channel.lastCode()))
                .isEqualTo("Welcome.");
    }

    @Test
    void saysSoWhenNoCodeCouldBeSent(RecordingChannel channel) {
        channel.failNext(DeliveryFailure.Kind.UNAVAILABLE);

        assertThat(application.sendCode("someone@example.com")).isEqualTo("We could not send a code.");
    }

    @Test
    void sendsInTheBackground(OtpManager otp, RecordingChannel channel) {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        SignIn application = new SignIn(otp, executor);

        application.sendCodeInBackground("someone@example.com");

        OtpMessage message = channel.await(Duration.ofSeconds(10));
        assertThat(application.signIn("someone@example.com", message.code())).isEqualTo("Welcome.");
        executor.shutdown();
    }

    @Test
    void leavesATraceForOperators(RecordingChannel channel, RecordingListener listener) {
        application.sendCode("someone@example.com");
        application.signIn("someone@example.com", channel.wrongCode());

        assertThat(listener.events()).hasSize(2);
        assertThat(listener.events(OtpEvent.Rejected.class))
                .allSatisfy(event -> assertThat(event.purpose()).isEqualTo("login"));
    }

    @Test
    void logsNoCode(RecordingChannel channel) {
        try (LogRecorder log = LogRecorder.start()) {
            application.sendCode("someone@example.com");
            application.signIn("someone@example.com", channel.wrongCode());

            assertThat(log.texts())
                    .anyMatch(text -> text.contains("WRONG_CODE"))
                    .noneMatch(text -> text.contains(channel.lastCode()));
        }
    }
}
