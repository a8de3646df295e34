package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtpListenerTest {
    private final ManagerFixture fixture = new ManagerFixture();

    @Test
    void isCalledOnTheCallingThreadOneAfterTheOtherBeforeTheAnswerIsReturned() {
        List<String> calls = new ArrayList<>();
        OtpManager otp = fixture.builder()
                .listener(
                        event -> calls.add("first on " + Thread.currentThread().getName()))
                .listener(
                        event -> calls.add("second on " + Thread.currentThread().getName()))
                .build();
        String thread = Thread.currentThread().getName();

        otp.send(PHONE);
        calls.add("sent");
        otp.verify(PHONE, fixture.sms.lastCode());
        calls.add("verified");

        assertThat(calls)
                .containsExactly(
                        "first on " + thread,
                        "second on " + thread,
                        "sent",
                        "first on " + thread,
                        "second on " + thread,
                        "verified");
    }

    @Test
    void isCalledAfterTheMessageHasLeftAndTheCodeIsUsedUp() {
        List<Integer> messages = new ArrayList<>();
        List<Boolean> accepted = new ArrayList<>();
        OtpManager inside = fixture.builder().build();
        OtpManager otp = fixture.builder()
                .listener(event -> {
                    messages.add(fixture.sms.messages.size());
                    if (event instanceof OtpEvent.Verified) {
                        accepted.add(
                                inside.verify(PHONE, fixture.sms.lastCode()).isVerified());
                    }
                })
                .build();

        otp.send(PHONE);

        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
        assertThat(messages).containsExactly(1, 1);
        assertThat(accepted).containsExactly(false);
    }
}
