package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent.TrafficLimited;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Records every logger at its finest level through success and every failure, and searches for secrets. */
class NothingLeaksTest {
    private static final String SECRET = Base64.getEncoder()
            .encodeToString("an obviously fake secret of 40 bytes....".getBytes(StandardCharsets.US_ASCII));

    private final ManagerFixture fixture = new ManagerFixture();
    private final ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
    private final LogRecorder log = new LogRecorder();
    private final Set<String> codes = new HashSet<>();
    private final List<String> shown = new ArrayList<>();

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    @Test
    @Tag("promise-6")
    void noCodeCredentialOrFullAddressIsLoggedOrShown() {
        OtpManager otp = fixture.builder()
                .secret(OtpSecret.fromBase64(SECRET))
                .channel(second)
                .clientSendLimit(RateLimit.of(50, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(2, Duration.ofHours(1)))
                .listener(event -> shown.add(event.toString()))
                .listener(event -> {
                    throw new IllegalStateException("a listener's own text");
                })
                .testRecipient("+966501112223", "default", "424242", ManagerFixture.START.plusSeconds(1))
                .build();

        for (DeliveryFailure.Kind kind : DeliveryFailure.Kind.values()) {
            fixture.sms.does(message -> {
                throw new DeliveryException(
                        DeliveryFailure.of(
                                "sms-one",
                                kind,
                                message.code(),
                                message.text() + " to " + PHONE + " failed for 966501234567"),
                        new IllegalStateException(message.text()));
            });
            play(otp, kind.name());
        }
        fixture.sms.does(message -> {
            throw new IllegalStateException(message.toString() + message.text() + PHONE);
        });
        play(otp, "thrown");
        second.does(message -> {
            throw new AssertionError(message.code());
        });
        play(otp, "thrown twice");
        otp.send("+966501112223");
        otp.verify("+966501112223", "424242");
        fixture.clock.advance(Duration.ofSeconds(2));
        otp.send("+966501112223");
        playOverBudget();
        OtpManager broken = fixture.builder()
                .messages(context -> {
                    shown.add(context.toString());
                    codes.add(context.code());
                    throw new IllegalArgumentException("renderer");
                })
                .build();
        try {
            broken.send(EMAIL);
        } catch (IllegalArgumentException e) {
            shown.add(e.toString());
        }

        codes.add("424242");
        assertThat(codes).hasSizeGreaterThan(6);
        assertThat(log.lines())
                .hasSizeGreaterThan(60)
                .anyMatch(line -> line.startsWith("INFO"))
                .anyMatch(line -> line.startsWith("WARN"))
                .anyMatch(line -> line.startsWith("ERROR"));
        List<String> texts = new ArrayList<>(shown);
        texts.addAll(log.texts());
        assertThat(texts).anyMatch(text -> text.contains("+966•••••4567"));
        for (String text : texts) {
            // The digits of a measured duration can be those of a code by chance.
            assertThat(text.replaceAll("PT[0-9.]+S", "PT…S"))
                    .doesNotContain(codes)
                    .doesNotContain("501234567", "+96650123", EMAIL, "501112223", SECRET, "an obviously fake secret")
                    .doesNotContain("session-cookie", "203.0.113.9");
        }
    }

    /** Exceeds each budget for traffic. */
    private void playOverBudget() {
        fixture.sms.does(message -> DeliveryReceipt.accepted());
        Set<TrafficLimited.Budget> exceeded = EnumSet.noneOf(TrafficLimited.Budget.class);
        RateLimit one = RateLimit.of(1, Duration.ofDays(1));
        for (TrafficLimits.Builder limits : List.of(
                TrafficLimits.builder().inAll(one),
                TrafficLimits.builder().perCountry(one),
                TrafficLimits.builder().perPrefix(one),
                TrafficLimits.builder().perClient(one),
                TrafficLimits.builder().countriesPerClient(one),
                TrafficLimits.builder().conversion())) {
            show(limits.build());
            fixture.clock.advance(Duration.ofDays(25));
            OtpManager otp = fixture.builder()
                    .secret(OtpSecret.fromBase64(SECRET))
                    .trafficLimits(limits.build())
                    .listener(event -> {
                        shown.add(event.toString());
                        if (event instanceof TrafficLimited limited) {
                            exceeded.add(limited.budget());
                        }
                    })
                    .build();
            for (String number : List.of(PHONE, "+966501234568", "+971501234567", PHONE, PHONE, PHONE)) {
                show(otp.send(OtpRequest.to(number).clientAddress("203.0.113.9")));
                fixture.clock.advance(Duration.ofMinutes(1));
            }
        }
        fixture.sms.messages.forEach(this::remember);
        assertThat(exceeded).containsExactlyInAnyOrder(TrafficLimited.Budget.values());
    }

    private void play(OtpManager otp, String purpose) {
        OtpRequest request = OtpRequest.to("0501234567")
                .purpose(purpose)
                .locale(Locale.forLanguageTag("ar"))
                .boundTo("session-cookie")
                .clientAddress("203.0.113.9");
        show(request);
        SendResult result = otp.send(request);
        show(result);
        show(otp.send(request));
        String code = fixture.sms.lastCode();
        fixture.sms.messages.forEach(this::remember);
        second.messages.forEach(this::remember);
        for (String typed : List.of(
                ManagerFixture.wrong(code), ManagerFixture.wrong(code), ManagerFixture.wrong(code), "", code, code)) {
            VerifyRequest verify = VerifyRequest.of(PHONE, typed)
                    .purpose(purpose)
                    .boundTo("session-cookie")
                    .clientAddress("203.0.113.9");
            show(verify);
            show(otp.verify(verify));
            codes.add(ManagerFixture.wrong(code));
        }
        if (result instanceof SendResult.Sent sent) {
            show(otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), code).purpose(purpose)));
        }
        show(otp.send(OtpRequest.to(EMAIL).purpose(purpose)));
        fixture.email.messages.forEach(this::remember);
        show(otp.verify(EMAIL, fixture.email.lastCode()));
        show(otp.verify(VerifyRequest.of(EMAIL, fixture.email.lastCode()).purpose(purpose)));
        show(otp.send("nobody " + EMAIL));
        show(otp.status(PHONE, purpose));
        otp.cancel(PHONE, purpose);
        otp.unlock(PHONE);
        otp.optIn(PHONE, "sms");
        otp.forget(EMAIL);
        fixture.clock.advance(Duration.ofHours(25));
    }

    private void remember(OtpMessage message) {
        codes.add(message.code());
        shown.add(message.toString());
    }

    private void show(Object anything) {
        shown.add(anything.toString());
    }
}
