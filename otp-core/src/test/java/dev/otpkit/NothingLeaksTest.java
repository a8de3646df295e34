package dev.otpkit;

import static dev.otpkit.Bed.EMAIL;
import static dev.otpkit.Bed.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Captures every logger at its finest through success and every failure, and looks for what must not be there. */
class NothingLeaksTest {
    private static final String SECRET = Base64.getEncoder()
            .encodeToString("an obviously fake secret of 40 bytes....".getBytes(StandardCharsets.US_ASCII));

    private final Bed bed = new Bed();
    private final Bed.Outbox second = new Bed.Outbox("sms-two", "sms", true);
    private final Captured captured = new Captured();
    private final Set<String> codes = new HashSet<>();
    private final List<String> shown = new ArrayList<>();
    private Appender<ILoggingEvent> console;

    private static final class Captured extends AppenderBase<ILoggingEvent> {
        final List<ILoggingEvent> events = Collections.synchronizedList(new ArrayList<>());

        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    }

    @BeforeEach
    void captureEverything() {
        console = root().getAppender("STDOUT");
        root().detachAppender(console);
        logger("dev.otpkit").setLevel(Level.TRACE);
        root().setLevel(Level.TRACE);
        captured.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        captured.start();
        root().addAppender(captured);
    }

    @AfterEach
    void restore() {
        root().detachAppender(captured);
        root().addAppender(console);
        root().setLevel(Level.WARN);
        logger("dev.otpkit").setLevel(Level.OFF);
    }

    private static Logger root() {
        return logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    @Test
    void noCodeCredentialOrFullAddressIsLoggedOrShown() {
        OtpManager otp = bed.builder()
                .secret(OtpSecret.fromBase64(SECRET))
                .channel(second)
                .clientSendLimit(RateLimit.of(50, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(2, Duration.ofHours(1)))
                .listener(event -> shown.add(event.toString()))
                .listener(event -> {
                    throw new IllegalStateException("a listener's own text");
                })
                .testRecipient("+966501112223", "default", "424242", Bed.START.plusSeconds(1))
                .build();

        for (DeliveryFailure.Kind kind : DeliveryFailure.Kind.values()) {
            bed.sms.does(message -> {
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
        bed.sms.does(message -> {
            throw new IllegalStateException(message.toString() + message.text() + PHONE);
        });
        play(otp, "thrown");
        second.does(message -> {
            throw new AssertionError(message.code());
        });
        play(otp, "thrown twice");
        otp.send("+966501112223");
        otp.verify("+966501112223", "424242");
        bed.clock.advance(Duration.ofSeconds(2));
        otp.send("+966501112223");
        OtpManager broken = bed.builder()
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
        assertThat(captured.events).hasSizeGreaterThan(60);
        assertThat(captured.events).extracting(ILoggingEvent::getLevel).contains(Level.INFO, Level.WARN, Level.ERROR);
        List<String> texts = new ArrayList<>(shown);
        for (ILoggingEvent event : captured.events) {
            texts.add(event.getLoggerName() + " " + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        assertThat(texts).anyMatch(text -> text.contains("+966•••••4567"));
        for (String text : texts) {
            assertThat(text)
                    .doesNotContain(codes)
                    .doesNotContain("501234567", EMAIL, "501112223", SECRET, "an obviously fake secret")
                    .doesNotContain("session-cookie", "203.0.113.9");
        }
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
        String code = bed.sms.lastCode();
        bed.sms.messages.forEach(this::remember);
        second.messages.forEach(this::remember);
        for (String typed : List.of(Bed.wrong(code), Bed.wrong(code), Bed.wrong(code), "", code, code)) {
            VerifyRequest verify = VerifyRequest.of(PHONE, typed)
                    .purpose(purpose)
                    .boundTo("session-cookie")
                    .clientAddress("203.0.113.9");
            show(verify);
            show(otp.verify(verify));
            codes.add(Bed.wrong(code));
        }
        if (result instanceof SendResult.Sent sent) {
            show(otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), code).purpose(purpose)));
        }
        show(otp.send(OtpRequest.to(EMAIL).purpose(purpose)));
        bed.email.messages.forEach(this::remember);
        show(otp.verify(EMAIL, bed.email.lastCode()));
        show(otp.verify(VerifyRequest.of(EMAIL, bed.email.lastCode()).purpose(purpose)));
        show(otp.send("nobody " + EMAIL));
        otp.cancel(PHONE, purpose);
        otp.unlock(PHONE);
        bed.clock.advance(Duration.ofHours(25));
    }

    private void remember(OtpMessage message) {
        codes.add(message.code());
        shown.add(message.toString());
    }

    private void show(Object anything) {
        shown.add(anything.toString());
    }

    @Test
    void developmentModeLogsTheCodeInOnePlaceAlone() {
        OtpManager otp = bed.builder().developmentMode(true).build();

        String code = ((SendResult.Sent) otp.send(PHONE)).developmentCode().orElseThrow();
        otp.verify(PHONE, code);

        assertThat(captured.events)
                .filteredOn(event -> event.getFormattedMessage().contains(code))
                .singleElement()
                .extracting(ILoggingEvent::getLoggerName)
                .isEqualTo("dev.otpkit.development");
        assertThat(captured.events)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains("development mode: codes are logged and returned, and nothing is sent");
        assertThat(bed.events.toString()).doesNotContain(code);
    }

    @Test
    void warnsOfCodesThatLiveLongerThanTheStandardsAdvise() {
        bed.builder().build();
        assertThat(captured.events)
                .noneMatch(event -> event.getFormattedMessage().contains("NIST"));

        bed.builder()
                .policy(
                        "mail",
                        OtpPolicy.builder().expiry(Duration.ofMinutes(6)).build())
                .policy(
                        "once",
                        OtpPolicy.builder()
                                .expiry(Duration.ofMinutes(10))
                                .resend(Resend.ROTATE)
                                .build())
                .build();

        assertThat(captured.events)
                .filteredOn(event -> event.getFormattedMessage().contains("NIST"))
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("the policy of purpose mail: a code can live PT12M, over the PT10M of NIST SP 800-63B-4"
                        + " and ASVS 6.5.5");
    }
}
