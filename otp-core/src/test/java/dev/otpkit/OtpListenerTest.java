package dev.otpkit;

import static dev.otpkit.Bed.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtpListenerTest {
    private final Bed bed = new Bed();

    @Test
    void isCalledOnTheCallingThreadOneAfterTheOtherBeforeTheAnswerIsReturned() {
        List<String> calls = new ArrayList<>();
        OtpManager otp = bed.builder()
                .listener(
                        event -> calls.add("first on " + Thread.currentThread().getName()))
                .listener(
                        event -> calls.add("second on " + Thread.currentThread().getName()))
                .build();
        String thread = Thread.currentThread().getName();

        otp.send(PHONE);
        calls.add("sent");
        otp.verify(PHONE, bed.sms.lastCode());
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
        OtpManager inside = bed.builder().build();
        OtpManager otp = bed.builder()
                .listener(event -> {
                    messages.add(bed.sms.messages.size());
                    if (event instanceof OtpEvent.Verified) {
                        accepted.add(inside.verify(PHONE, bed.sms.lastCode()).isVerified());
                    }
                })
                .build();

        otp.send(PHONE);

        assertThat(otp.verify(PHONE, bed.sms.lastCode()).isVerified()).isTrue();
        assertThat(messages).containsExactly(1, 1);
        assertThat(accepted).containsExactly(false);
    }
}
