package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpGenerator;
import dev.otpkit.spi.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The values that a call resolves once, and the requests for which it has to do so again. */
class ResolveOnceTest {
    private final ManagerFixture fixture = new ManagerFixture();

    @Test
    void derivesTheCodeOncePerSendHoweverManyChannelsFail() {
        AtomicInteger calls = new AtomicInteger();
        OtpGenerator counting = (policy, random) -> {
            calls.incrementAndGet();
            return CodeDeriver.uniform().generate(policy, random);
        };
        ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
        ManagerFixture.Outbox third = new ManagerFixture.Outbox("sms-three", "sms", true);
        fixture.sms.fails(DeliveryFailure.Kind.UNAVAILABLE);
        second.fails(DeliveryFailure.Kind.RECIPIENT_REJECTED);
        OtpManager otp = fixture.builder()
                .channel(second)
                .channel(third)
                .generator(counting)
                .build();
        calls.set(0);

        assertThat(otp.send(PHONE).isSent()).isTrue();

        assertThat(third.messages).hasSize(1);
        assertThat(calls).hasValue(1);
        assertThat(third.lastCode()).isEqualTo(fixture.sms.lastCode()).isEqualTo(second.lastCode());
    }

    @Test
    void handsTheVerifiersARequestWhoseTargetIsResolved() {
        List<VerifyRequest> seen = new ArrayList<>();
        OtpManager otp = watched(seen, request -> request);
        otp.send(PHONE);

        otp.verify(VerifyRequest.of("0501234567", wrong(fixture.sms.lastCode())).clientAddress("203.0.113.9"));

        VerifyTarget target = seen.get(0).target().orElseThrow();
        assertThat(target.recipient()).contains(new PhoneNumber(PHONE));
        assertThat(seen.get(0).boundTo("x").clientAddress("y").target()).containsSame(target);
        assertThat(seen.get(0).purpose("login").target()).isEmpty();
        VerifyTargets resolver = (VerifyTargets) target.resolver();
        assertThat(resolver.of(seen.get(0))).isSameAs(target);
    }

    @Test
    void doesNotTrustATargetThatAnotherManagerResolved() {
        List<VerifyRequest> seen = new ArrayList<>();
        OtpManager other = watched(seen, request -> request);
        other.verify(VerifyRequest.of("0501234567", "123456"));
        OtpManager otp =
                fixture.builder().defaultRegion("TZ").secret(OtpSecret.random()).build();
        fixture.events.clear();

        otp.verify(seen.get(0));

        // 0501234567 is no number of Tanzania.
        assertThat(fixture.events).singleElement().isInstanceOfSatisfying(OtpEvent.Rejected.class, event -> {
            assertThat(event.reason()).isEqualTo(VerifyResult.Rejected.Reason.INVALID_RECIPIENT);
            assertThat(event.recipient()).isEmpty();
        });
    }

    @Test
    void resolvesARequestThatAVerifierPutInThePlaceOfAnother() {
        OtpManager otp = watched(new ArrayList<>(), request -> VerifyRequest.of(EMAIL, fixture.email.lastCode()));
        otp.send(EMAIL);

        VerifyResult result = otp.verify(PHONE, "123456");

        assertThat(result.isVerified()).isTrue();
        assertThat(((VerifyResult.Verified) result).recipient()).isEqualTo(Recipient.email(EMAIL));
    }

    @Test
    void namesTheRecipientOfTheCallersRequestInTheEventOfAReplacedOne() {
        OtpManager otp = watched(new ArrayList<>(), request -> VerifyRequest.of(EMAIL, "123456"));

        otp.verify(PHONE, "123456");

        assertThat(fixture.events)
                .singleElement()
                .isInstanceOfSatisfying(
                        OtpEvent.Rejected.class,
                        event -> assertThat(event.recipient()).contains(new PhoneNumber(PHONE)));
    }

    @Test
    void resolvesAChallengeAgainForAnotherPurpose() {
        OtpManager otp = watched(new ArrayList<>(), request -> request.purpose("login"));
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);

        VerifyResult result = otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), fixture.sms.lastCode()));

        assertThat(((VerifyResult.Rejected) result).reason()).isEqualTo(VerifyResult.Rejected.Reason.INVALID_CHALLENGE);
    }

    private interface Replacement {
        VerifyRequest of(VerifyRequest request);
    }

    private OtpManager watched(List<VerifyRequest> seen, Replacement replacement) {
        return fixture.builder()
                .verifier(next -> (Verifier) request -> {
                    seen.add(request);
                    return next.verify(replacement.of(request));
                })
                .build();
    }
}
