package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.DeliveryFailure;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OtpManagerDetailsTest {
    private final ManagerFixture fixture = new ManagerFixture();
    private final OtpManager otp = fixture.builder().build();

    @Test
    @Tag("promise-4")
    void aCodeWorksWithTheDetailsItWasSentWithAlone() {
        SendResult.Sent sent = (SendResult.Sent)
                otp.send(OtpRequest.to(PHONE).detail("amount", "100.00 SAR").detail("payee", "Shop"));
        String code = fixture.sms.lastCode();
        VerifyRequest typed = VerifyRequest.of(PHONE, code);
        VerifyRequest challenge = VerifyRequest.ofChallenge(sent.challengeId(), code);

        for (VerifyRequest way : List.of(typed, challenge)) {
            for (VerifyRequest changed : List.of(
                    way,
                    way.detail("amount", "100.00 SAR"),
                    way.detail("payee", "Shop"),
                    way.detail("amount", "900.00 SAR").detail("payee", "Shop"),
                    way.detail("amount", "100.00 SAR").detail("payee", "shop"),
                    way.detail("amount", "Shop").detail("payee", "100.00 SAR"),
                    way.detail("amount", "100.00 SAR").detail("payee", "Shop").detail("iban", "SA03"),
                    way.detail("amount", "100.00 SAR").detail("payee", "Shop").boundTo(""),
                    way.boundTo("amount"))) {
                assertThat(otp.verify(changed)).as("%s", changed).isEqualTo(nothingPending());
            }
        }

        assertThat(otp.verify(challenge.detail("payee", "Shop").detail("amount", "100.00 SAR"))
                        .isVerified())
                .isTrue();
        assertThat(otp.verify(typed.detail("payee", "Shop").detail("amount", "100.00 SAR")))
                .isEqualTo(nothingPending());
    }

    @Test
    void otherDetailsCostNoAttempt() {
        otp.send(OtpRequest.to(PHONE).detail("amount", "100"));
        String code = fixture.sms.lastCode();
        for (int i = 0; i < 20; i++) {
            assertThat(otp.verify(VerifyRequest.of(PHONE, code).detail("amount", "" + i)))
                    .isEqualTo(nothingPending());
        }

        assertThat(otp.verify(
                        VerifyRequest.of(PHONE, ManagerFixture.wrong(code)).detail("amount", "100")))
                .isInstanceOfSatisfying(VerifyResult.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(Reason.WRONG_CODE);
                    assertThat(rejected.attemptsLeft()).hasValue(4);
                });
        assertThat(otp.verify(VerifyRequest.of(PHONE, code).detail("amount", "100"))
                        .isVerified())
                .isTrue();
    }

    @Test
    void aCodeWithoutDetailsWorksWithNone() {
        otp.send(PHONE);
        String code = fixture.sms.lastCode();

        assertThat(otp.verify(VerifyRequest.of(PHONE, code).detail("amount", "100")))
                .isEqualTo(nothingPending());
        assertThat(otp.verify(PHONE, code).isVerified()).isTrue();
    }

    @Test
    void otherDetailsAreAnotherChallengeWithItsOwnCodeAndCooldown() {
        otp.send(OtpRequest.to(PHONE).detail("amount", "100"));
        String first = fixture.sms.lastCode();
        assertThat(otp.send(OtpRequest.to(PHONE).detail("amount", "100")).isSent())
                .as("within the cooldown")
                .isFalse();

        assertThat(otp.send(OtpRequest.to(PHONE).detail("amount", "200")).isSent())
                .isTrue();
        String second = fixture.sms.lastCode();

        assertThat(fixture.states())
                .singleElement()
                .satisfies(state -> assertThat(state.challenges()).hasSize(2));
        assertThat(second).isNotEqualTo(first);
        assertThat(otp.verify(VerifyRequest.of(PHONE, first).detail("amount", "200"))
                        .isVerified())
                .isFalse();
        assertThat(otp.verify(VerifyRequest.of(PHONE, first).detail("amount", "100"))
                        .isVerified())
                .isTrue();
        assertThat(otp.verify(VerifyRequest.of(PHONE, second).detail("amount", "200"))
                        .isVerified())
                .isTrue();
    }

    @Test
    void aResendWithTheSameDetailsRepeatsTheCode() {
        otp.send(OtpRequest.to(PHONE).detail("amount", "100").detail("payee", "Shop"));
        fixture.clock.advance(Duration.ofSeconds(30));
        otp.send(OtpRequest.to(PHONE).detail("payee", "Shop").detail("amount", "100"));

        assertThat(fixture.sms.messages).hasSize(2);
        assertThat(fixture.sms.messages.get(0).code())
                .isEqualTo(fixture.sms.messages.get(1).code());
    }

    @Test
    void cancelWithdrawsTheCodesOfAllDetails() {
        otp.send(OtpRequest.to(PHONE).detail("amount", "100"));
        String code = fixture.sms.lastCode();

        otp.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);

        assertThat(otp.verify(VerifyRequest.of(PHONE, code).detail("amount", "100")))
                .isEqualTo(nothingPending());
    }

    @Test
    void detailsHoldUnderThePreviousSecretToo() {
        OtpSecret old = OtpSecret.random();
        OtpSecret young = OtpSecret.random();
        OtpManager before = fixture.builder().secret(old).build();
        OtpManager swapped = fixture.builder().secret(young.withPrevious(old)).build();
        SendResult.Sent sent =
                (SendResult.Sent) before.send(OtpRequest.to(PHONE).detail("amount", "100"));
        String code = fixture.sms.lastCode();

        for (VerifyRequest way :
                List.of(VerifyRequest.of(PHONE, code), VerifyRequest.ofChallenge(sent.challengeId(), code))) {
            assertThat(swapped.verify(way)).isEqualTo(nothingPending());
            assertThat(swapped.verify(way.detail("amount", "900"))).isEqualTo(nothingPending());
        }
        assertThat(swapped.verify(VerifyRequest.of(PHONE, code).detail("amount", "100"))
                        .isVerified())
                .isTrue();
    }

    @Test
    void aTestRecipientNeedsTheDetailsToo() {
        OtpManager withReviewer = fixture.builder()
                .testRecipient(PHONE, "pay", "314159", ManagerFixture.START.plus(Duration.ofDays(1)))
                .build();
        withReviewer.send(OtpRequest.to(PHONE).purpose("pay").detail("amount", "100"));
        VerifyRequest fixed = VerifyRequest.of(PHONE, "314159").purpose("pay");

        assertThat(withReviewer.verify(fixed)).isEqualTo(nothingPending());
        assertThat(withReviewer.verify(fixed.detail("amount", "100")).isVerified())
                .isTrue();
    }

    @Test
    void aVerifierOfTheApplicationSeesTheDetails() {
        List<Map<String, String>> seen = new ArrayList<>();
        OtpManager audited = fixture.builder()
                .verifier(next -> request -> {
                    seen.add(request.details());
                    return next.verify(request);
                })
                .build();
        audited.send(OtpRequest.to(PHONE).detail("amount", "100"));

        assertThat(audited.verify(
                                VerifyRequest.of(PHONE, fixture.sms.lastCode()).detail("amount", "100"))
                        .isVerified())
                .isTrue();
        assertThat(seen).containsExactly(Map.of("amount", "100"));
    }

    @Test
    void theRendererReceivesTheDetails() {
        List<Map<String, String>> seen = new ArrayList<>();
        OtpManager rendering = fixture.builder()
                .messages(context -> {
                    seen.add(context.details());
                    return MessageCatalog.create().render(context);
                })
                .build();

        rendering.send(OtpRequest.to(PHONE).detail("payee", "Shop").detail("amount", "100"));
        rendering.send(OtpRequest.to(EMAIL));

        assertThat(seen).containsExactly(Map.of("amount", "100", "payee", "Shop"), Map.of());
    }

    @Test
    void aTextThatShowsADetailWhichTheRequestLacksSendsNothing() {
        OtpManager paying = fixture.builder().messages(payments()).build();

        for (OtpRequest lacking : List.of(
                OtpRequest.to(PHONE).purpose("pay"),
                OtpRequest.to(PHONE).purpose("pay").detail("payee", "Shop"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> paying.send(lacking))
                    .withMessage("otp.properties: pay.sms.text has {amount}, but the request has no such detail");
        }

        assertThat(fixture.sms.messages).isEmpty();
        assertThat(fixture.states()).singleElement().satisfies(state -> {
            assertThat(state.challenges()).as("withdrawn").isEmpty();
            assertThat(state.sends()).as("counted").hasSize(2);
        });
        assertThat(fixture.events).isEmpty();
        assertThat(paying.send(OtpRequest.to(PHONE).purpose("pay").detail("amount", "100 SAR"))
                        .isSent())
                .as("at once, since there is no cooldown")
                .isTrue();
        assertThat(fixture.sms.messages.get(0).text()).isEqualTo("100 SAR: " + fixture.sms.lastCode());
        assertThat(paying.send(OtpRequest.to(PHONE).purpose("login")).isSent())
                .as("a purpose whose texts show none")
                .isTrue();
    }

    @Test
    void aDetailThatOnlyTheSecondChannelShowsIsMissedBeforeThatChannelSends() {
        ManagerFixture.Outbox push = new ManagerFixture.Outbox("push", "push", true);
        OtpManager paying = fixture.bare()
                .channel(fixture.sms.fails(DeliveryFailure.Kind.UNAVAILABLE))
                .channel(push)
                .messages(context -> context.medium().equals("sms")
                        ? MessageCatalog.create().render(context)
                        : payments().render(context))
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> paying.send(OtpRequest.to(PHONE).purpose("pay")))
                .withMessageContaining("{amount}");

        assertThat(push.messages).isEmpty();
        assertThat(fixture.states()).flatExtracting(RecipientState::challenges).isEmpty();
    }

    @Test
    @Tag("promise-6")
    void noValueIsLoggedOrShownOrStored() {
        String amount = "4711.42 XTS";
        String payee = "Payee of the test";
        List<Object> shown = new ArrayList<>();
        List<String> texts;
        try (LogRecorder log = new LogRecorder()) {
            OtpRequest request = OtpRequest.to(PHONE).detail("amount", amount).detail("payee", payee);
            shown.add(request);
            shown.add(otp.send(request));
            VerifyRequest right = VerifyRequest.of(PHONE, fixture.sms.lastCode())
                    .detail("amount", amount)
                    .detail("payee", payee);
            shown.add(right);
            shown.add(otp.verify(right.detail("payee", payee + "!")));
            shown.add(otp.verify(right));
            shown.add(otp.verify(right));
            shown.add(fixture.sms.messages.get(0));
            texts = log.texts();
        }
        shown.addAll(fixture.events);
        shown.addAll(texts);
        fixture.store.records.forEach((key, record) -> {
            shown.add(key);
            shown.add(new String(record.bytes(), StandardCharsets.ISO_8859_1));
        });

        assertThat(texts).isNotEmpty();
        assertThat(shown)
                .extracting(Object::toString)
                .noneMatch(text -> text.contains("4711.42") || text.contains("Payee of the test"));
    }

    @Test
    void theHintAtAnotherPendingCodeNamesDetails() {
        otp.send(OtpRequest.to(PHONE).detail("amount", "100"));
        try (LogRecorder log = new LogRecorder()) {
            otp.verify(PHONE, fixture.sms.lastCode());

            assertThat(log.lines()).anyMatch(line -> line.contains("one for another purpose, binding or details is"));
        }
    }

    /** Returns a catalogue whose short text for the purpose pay shows an amount. */
    private static MessageCatalog payments() {
        byte[] bundle = "pay.sms.text={amount}: {code}\n".getBytes(StandardCharsets.UTF_8);
        ClassLoader loader = new ClassLoader(null) {
            @Override
            public InputStream getResourceAsStream(String name) {
                return name.equals("otp.properties") ? new ByteArrayInputStream(bundle) : null;
            }
        };
        return MessageCatalog.builder().bundle("otp", loader).build();
    }

    private static VerifyResult nothingPending() {
        return new VerifyResult.Rejected(Reason.NO_PENDING_CODE, OptionalInt.empty(), Optional.empty());
    }
}
