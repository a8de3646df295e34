package dev.otpkit;

import static dev.otpkit.Bed.PHONE;
import static dev.otpkit.Bed.START;
import static dev.otpkit.Bed.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OtpManagerEventsTest {
    private static final Recipient RECIPIENT = new PhoneNumber(PHONE);

    private final Bed bed = new Bed();
    private final Bed.Outbox second = new Bed.Outbox("sms-two", "sms", true);

    @Test
    void tellsOfEverySend() {
        OtpManager otp = bed.builder().channel(second).build();
        bed.sms.fails(Kind.THROTTLED);
        DeliveryFailure failure = DeliveryFailure.of("sms-one", Kind.THROTTLED, "42", "no luck");

        otp.send(PHONE);
        otp.send(PHONE);
        otp.send("nobody");
        second.fails(Kind.MISCONFIGURED);
        otp.send(OtpRequest.to(PHONE).purpose("reset"));
        second.fails(Kind.UNCERTAIN);
        otp.send(OtpRequest.to(PHONE).purpose("third").via("sms-two"));

        assertThat(bed.events)
                .containsExactly(
                        new OtpEvent.Sent(
                                START, RECIPIENT, "default", "sms-two", true, Optional.of("id-1"), List.of(failure)),
                        new OtpEvent.Refused(
                                START,
                                Optional.of(RECIPIENT),
                                "default",
                                SendResult.Refused.Reason.RESEND_TOO_SOON,
                                Optional.of(START.plusSeconds(30))),
                        new OtpEvent.Refused(
                                START,
                                Optional.empty(),
                                "default",
                                SendResult.Refused.Reason.INVALID_RECIPIENT,
                                Optional.empty()),
                        new OtpEvent.Undelivered(
                                START,
                                RECIPIENT,
                                "reset",
                                List.of(failure, DeliveryFailure.of("sms-two", Kind.MISCONFIGURED, "42", "no luck"))),
                        new OtpEvent.Sent(
                                START,
                                RECIPIENT,
                                "third",
                                "sms-two",
                                false,
                                Optional.empty(),
                                List.of(DeliveryFailure.of("sms-two", Kind.UNCERTAIN, "42", "no luck"))));
    }

    @Test
    void tellsOfEveryVerification() {
        OtpManager otp = bed.builder().build();
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        bed.events.clear();

        otp.verify(PHONE, wrong(bed.sms.lastCode()));
        otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), ""));
        otp.verify(VerifyRequest.ofChallenge("forged", "123456"));
        otp.verify(PHONE, bed.sms.lastCode());

        assertThat(bed.events)
                .containsExactly(
                        rejected(Optional.of(RECIPIENT), VerifyResult.Rejected.Reason.WRONG_CODE, OptionalInt.of(4)),
                        rejected(
                                Optional.of(RECIPIENT),
                                VerifyResult.Rejected.Reason.MALFORMED_CODE,
                                OptionalInt.empty()),
                        rejected(Optional.empty(), VerifyResult.Rejected.Reason.INVALID_CHALLENGE, OptionalInt.empty()),
                        new OtpEvent.Verified(START, RECIPIENT, "default"));
    }

    private static OtpEvent rejected(
            Optional<Recipient> recipient, VerifyResult.Rejected.Reason reason, OptionalInt left) {
        return new OtpEvent.Rejected(START, recipient, "default", reason, left, Optional.empty());
    }

    @Test
    void aListenerThatThrowsChangesNothing() {
        OtpManager otp = bed.bare()
                .channel(bed.sms)
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .listener(event -> {
                    throw new AssertionError("listener");
                })
                .listener(bed.events::add)
                .build();

        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(otp.verify(PHONE, bed.sms.lastCode()).isVerified()).isTrue();
        assertThat(bed.events).as("heard by the listeners before and after it").hasSize(4);
    }
}
