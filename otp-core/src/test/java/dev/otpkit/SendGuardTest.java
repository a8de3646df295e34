package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.SendResult.Refused.Reason;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.SendContext;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.spi.SendGuard.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendGuardTest {
    private static final Recipient RECIPIENT = new PhoneNumber(PHONE);
    private static final String PROOF = "fake-captcha-token";

    private final ManagerFixture fixture = new ManagerFixture();
    private final List<SendContext> asked = new ArrayList<>();

    private OtpManager guarded(Decision decision) {
        return guarded(fixture.builder(), decision);
    }

    private OtpManager guarded(OtpManager.Builder builder, Decision decision) {
        return builder.sendGuard(send -> {
                    asked.add(send);
                    return decision;
                })
                .build();
    }

    @Test
    void isAskedOnceWithTheFactsOfTheRequest() {
        OtpManager otp = guarded(Decision.ALLOW);
        OtpRequest request = OtpRequest.to("0501234567")
                .purpose("login")
                .locale(Locale.FRENCH)
                .boundTo("session")
                .clientAddress("203.0.113.9")
                .proof(PROOF);

        assertThat(otp.send(request).isSent()).isTrue();

        assertThat(asked)
                .containsExactly(new SendContext(
                        RECIPIENT, "login", Locale.FRENCH, Optional.of("203.0.113.9"), Optional.of(PROOF), false, 0));
    }

    @Test
    void knowsAResendAndTheRecentSends() {
        OtpManager otp = guarded(Decision.ALLOW);
        otp.send(PHONE);
        fixture.clock.advance(Duration.ofSeconds(30));
        otp.send(PHONE);
        otp.send(OtpRequest.to(PHONE).purpose("login"));
        fixture.clock.advance(Duration.ofMinutes(5));
        otp.send(PHONE);
        fixture.clock.advance(Duration.ofDays(1));
        otp.send(PHONE);

        assertThat(asked).extracting(SendContext::resend).containsExactly(false, true, false, false, false);
        assertThat(asked).extracting(SendContext::recentSends).containsExactly(0, 1, 2, 3, 0);
        assertThat(asked.get(0).clientAddress()).isEmpty();
        assertThat(asked.get(0).proof()).isEmpty();
    }

    @Test
    void aCodeWithoutAttemptsLeftIsNotPending() {
        OtpManager otp = guarded(Decision.ALLOW);
        otp.send(PHONE);
        String code = fixture.sms.lastCode();
        for (int i = 0; i < 5; i++) {
            otp.verify(PHONE, wrong(code));
        }
        otp.send(PHONE);

        assertThat(asked).extracting(SendContext::resend).containsExactly(false, false);
    }

    /** A guard whose answer depended on the mark would give it away. */
    @Test
    void cannotDistinguishADecoy() {
        OtpManager otp = guarded(fixture.builder().developmentMode(true), Decision.ALLOW);
        String other = "+966501234568";
        for (int i = 0; i < 3; i++) {
            otp.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"));
            otp.send(OtpRequest.to(other).clientAddress("203.0.113.9").decoy());
            fixture.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(asked).hasSize(6);
        for (int i = 0; i < 6; i += 2) {
            SendContext real = asked.get(i);
            assertThat(asked.get(i + 1))
                    .isEqualTo(new SendContext(
                            new PhoneNumber(other),
                            real.purpose(),
                            real.locale(),
                            real.clientAddress(),
                            real.proof(),
                            real.resend(),
                            real.recentSends()));
        }
    }

    @ParameterizedTest
    @Tag("promise-11")
    @CsvSource({"REFUSE, NOT_ALLOWED", "PROOF_REQUIRED, PROOF_REQUIRED"})
    void aRefusalChangesNothing(Decision decision, Reason reason) {
        OtpManager otp = guarded(fixture.builder().clientSendLimit(RateLimit.of(1, Duration.ofHours(1))), decision);

        for (int i = 0; i < 3; i++) {
            assertThat(otp.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9")))
                    .isEqualTo(new SendResult.Refused(reason, Optional.empty()));
        }

        assertThat(asked)
                .hasSize(3)
                .allSatisfy(send -> assertThat(send.recentSends()).isZero());
        assertThat(fixture.store.records).isEmpty();
        assertThat(fixture.store.counters).as("the client's permit is released").isEmpty();
        assertThat(fixture.sms.messages).isEmpty();
        assertThat(fixture.events).hasSize(3).first().satisfies(event -> {
            OtpEvent.Refused refused = (OtpEvent.Refused) event;
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.recipient()).contains(RECIPIENT);
            assertThat(refused.limit()).isEmpty();
        });
    }

    @Test
    void aRefusalLeavesAPendingCodeAsItWas() {
        fixture.builder().build().send(PHONE);
        fixture.clock.advance(Duration.ofMinutes(4));
        guarded(Decision.REFUSE).send(PHONE);
        fixture.clock.advance(Duration.ofMinutes(1));

        assertThat(fixture.builder().build().verify(PHONE, fixture.sms.lastCode()))
                .as("a resend would have prolonged the code")
                .isEqualTo(new VerifyResult.Rejected(
                        VerifyResult.Rejected.Reason.EXPIRED, OptionalInt.empty(), Optional.empty()));
    }

    @Test
    void sendsOnceTheProofIsThere() {
        SendGuard captcha =
                send -> send.proof().filter(PROOF::equals).isPresent() ? Decision.ALLOW : Decision.PROOF_REQUIRED;
        OtpManager otp = fixture.builder().sendGuard(captcha).build();

        assertThat(otp.send(PHONE)).isEqualTo(new SendResult.Refused(Reason.PROOF_REQUIRED, Optional.empty()));
        assertThat(otp.send(OtpRequest.to(PHONE).proof("forged")).isSent()).isFalse();
        assertThat(otp.send(OtpRequest.to(PHONE).proof(PROOF)).isSent()).isTrue();
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void isNotAskedIfSomethingElseRefuses() {
        OtpManager otp = guarded(
                fixture.bare()
                        .channel(fixture.sms)
                        .recipientFilter(Recipients.countries("SA"))
                        .clientSendLimit(RateLimit.of(2, Duration.ofHours(1)))
                        .policy(OtpPolicy.builder()
                                .sendLimits(RateLimit.of(2, Duration.ofDays(1)))
                                .failureLimit(RateLimit.of(1, Duration.ofHours(1)))
                                .build()),
                Decision.ALLOW);
        OtpRequest request = OtpRequest.to(PHONE).clientAddress("203.0.113.9");
        otp.send(request);
        asked.clear();

        assertThat(reason(otp.send("nobody"))).isEqualTo(Reason.INVALID_RECIPIENT);
        assertThat(reason(otp.send("+8801719159900"))).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(reason(otp.send(EMAIL))).isEqualTo(Reason.NO_CHANNEL);
        assertThat(otp.send(request))
                .isEqualTo(new SendResult.Refused(
                        Reason.RESEND_TOO_SOON, Optional.of(ManagerFixture.START.plusSeconds(30))));
        assertThat(asked).isEmpty();
        fixture.clock.advance(Duration.ofSeconds(30));
        otp.send(request);
        asked.clear();
        assertThat(reason(otp.send(request))).as("the client's limit").isEqualTo(Reason.RATE_LIMITED);
        assertThat(reason(otp.send(PHONE))).as("the recipient's limit").isEqualTo(Reason.RATE_LIMITED);
        otp.verify(PHONE, wrong(fixture.sms.lastCode()));
        assertThat(reason(otp.send(PHONE))).isEqualTo(Reason.LOCKED);
        assertThat(asked).isEmpty();
        assertThat(fixture.events)
                .filteredOn(event -> event instanceof OtpEvent.Refused refused && refused.reason() == Reason.LOCKED)
                .singleElement()
                .extracting(event -> ((OtpEvent.Refused) event).limit())
                .isEqualTo(Optional.of(
                        new OtpEvent.Limit(OtpEvent.Limit.Scope.RECIPIENT, RateLimit.of(1, Duration.ofHours(1)))));
    }

    @Test
    void isAskedForTestRecipientsAndInDevelopmentMode() {
        OtpManager otp = guarded(
                fixture.builder()
                        .developmentMode(true)
                        .testRecipient(PHONE, "review", "424242", ManagerFixture.START.plusSeconds(60)),
                Decision.PROOF_REQUIRED);

        assertThat(reason(otp.send(PHONE))).isEqualTo(Reason.PROOF_REQUIRED);
        assertThat(reason(otp.send(OtpRequest.to(PHONE).purpose("review")))).isEqualTo(Reason.PROOF_REQUIRED);
        assertThat(asked).extracting(SendContext::purpose).containsExactly("default", "review");
    }

    @Test
    @Tag("promise-11")
    void oneThatThrowsRefuses() {
        try (LogRecorder log = new LogRecorder()) {
            OtpManager otp = fixture.builder()
                    .clientSendLimit(RateLimit.of(1, Duration.ofHours(1)))
                    .sendGuard(send -> {
                        throw new IllegalStateException(send.recipient().address() + send.proof());
                    })
                    .build();

            SendResult result =
                    otp.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9").proof(PROOF));

            assertThat(result).isEqualTo(new SendResult.Refused(Reason.NOT_ALLOWED, Optional.empty()));
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0))
                    .startsWith("ERROR the send guard threw for default code to +966•••••4567 [f1e33dfe]:"
                            + " java.lang.IllegalStateException at dev.otpkit.SendGuardTest.");
            assertThat(log.lines().get(1))
                    .isEqualTo("WARN refused to send default code to +966•••••4567 [f1e33dfe]: NOT_ALLOWED");
            assertThat(log.texts()).noneMatch(text -> text.contains(PHONE) || text.contains(PROOF));
            assertThat(fixture.events).singleElement().isInstanceOf(OtpEvent.Refused.class);
            assertThat(fixture.store.records).isEmpty();
            assertThat(fixture.store.counters).isEmpty();
        }
    }

    @Test
    void oneThatDecidesNothingRefuses() {
        assertThat(reason(guarded(null).send(PHONE))).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void anErrorOfTheJvmReachesTheCaller() {
        OtpManager otp = fixture.builder()
                .clientSendLimit(RateLimit.of(1, Duration.ofHours(1)))
                .sendGuard(send -> {
                    throw new OutOfMemoryError("not really");
                })
                .build();

        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> otp.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9")));
        assertThat(fixture.store.records).isEmpty();
        assertThat(fixture.store.counters).isEmpty();
    }

    /** The record changes between the look at it and the exchange, so that the rules decide again. */
    @Test
    void isAskedOnceAlsoAfterAConflict() {
        OtpManager other = fixture.builder().build();
        AtomicBoolean first = new AtomicBoolean(true);
        OtpManager otp = fixture.builder()
                .sendGuard(send -> {
                    asked.add(send);
                    other.send(OtpRequest.to(PHONE).purpose("other"));
                    return first.getAndSet(false) ? Decision.ALLOW : Decision.REFUSE;
                })
                .build();

        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(asked).hasSize(1);
        assertThat(fixture.states()).singleElement().satisfies(state -> {
            assertThat(state.sends()).hasSize(2);
            assertThat(state.challenges()).hasSize(2);
        });
    }

    @Test
    void theRulesHaveTheLastWord() {
        OtpManager other = fixture.builder().build();
        OtpManager otp = fixture.builder()
                .sendGuard(send -> {
                    other.send(PHONE);
                    return Decision.ALLOW;
                })
                .build();

        assertThat(reason(otp.send(PHONE))).isEqualTo(Reason.RESEND_TOO_SOON);
        assertThat(fixture.sms.messages).hasSize(1);
    }

    @Test
    void costsOneRequestMoreToTheStore() {
        OtpManager plain = fixture.builder().build();
        plain.send(PHONE);
        assertThat(fixture.store.calls).as("to a new recipient").hasValue(1);
        fixture.clock.advance(Duration.ofMinutes(1));
        plain.send(PHONE);
        assertThat(fixture.store.calls).as("and again").hasValue(2);

        OtpManager otp = guarded(Decision.ALLOW);
        fixture.store.calls.set(0);
        otp.send(EMAIL);
        assertThat(fixture.store.calls).as("to a new recipient, with a guard").hasValue(2);
        fixture.clock.advance(Duration.ofMinutes(1));
        otp.send(EMAIL);
        assertThat(fixture.store.calls).as("and again, with a guard").hasValue(4);
        otp.send(EMAIL);
        assertThat(fixture.store.calls).as("and too soon, with a guard").hasValue(5);
    }

    @Test
    void aGuardMustNotBeNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> fixture.builder().sendGuard(null))
                .withMessage("sendGuard must not be null");
    }

    private static Reason reason(SendResult result) {
        assertThat(result).isInstanceOf(SendResult.Refused.class);
        return ((SendResult.Refused) result).reason();
    }
}
