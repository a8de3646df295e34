package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.otpkit.SendResult.Refused.Reason;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtpManagerSendTest {
    private final ManagerFixture fixture = new ManagerFixture();
    private final ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
    private final ManagerFixture.Outbox whatsapp = new ManagerFixture.Outbox("chat", "whatsapp", true);

    @Test
    void sendsACodeThatCanBeVerified() {
        OtpManager otp = fixture.builder().build();

        SendResult.Sent sent = (SendResult.Sent) otp.send("0501234567");

        assertThat(sent.isSent()).isTrue();
        assertThat(sent.recipient()).isEqualTo(new PhoneNumber(PHONE));
        assertThat(sent.channel()).isEqualTo("sms-one");
        assertThat(sent.confirmed()).isTrue();
        assertThat(sent.providerMessageId()).contains("id-1");
        assertThat(sent.developmentCode()).isEmpty();
        assertThat(sent.expiresAt()).isEqualTo(START.plus(Duration.ofMinutes(5)));
        assertThat(sent.resendAfter()).isEqualTo(START.plusSeconds(30));
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void fillsTheMessageFromTheRequest() {
        OtpManager otp = fixture.builder().build();

        otp.send(OtpRequest.to(EMAIL).purpose("login").locale(Locale.forLanguageTag("ar")));

        OtpMessage message = fixture.email.messages.get(0);
        assertThat(message.recipient()).isEqualTo(new EmailAddress(EMAIL));
        assertThat(message.purpose()).isEqualTo("login");
        assertThat(message.locale()).isEqualTo(Locale.forLanguageTag("ar"));
        assertThat(message.validFor()).isEqualTo(Duration.ofMinutes(5));
        assertThat(message.code()).matches("\\d{6}");
        assertThat(message.text()).contains(message.code()).contains("Acme");
        assertThat(message.html()).isPresent();
    }

    @Test
    void needsOneRoundTripForAFreshRecipientAndOneToVerifyWhereTheSameNodeSent() {
        OtpManager otp = fixture.builder().build();

        otp.send(PHONE);
        assertThat(fixture.store.calls).hasValue(1);
        otp.verify(PHONE, fixture.sms.lastCode());
        assertThat(fixture.store.calls).hasValue(2);

        otp.send(EMAIL);
        assertThat(fixture.store.calls).hasValue(3);
        fixture.builder().build().verify(EMAIL, fixture.email.lastCode());
        assertThat(fixture.store.calls).as("on another node").hasValue(5);
    }

    @Test
    void everySpellingIsTheSameRecipient() {
        OtpManager otp = fixture.builder()
                .policy(OtpPolicy.builder()
                        .resendCooldown(Duration.ZERO)
                        .sendLimits(RateLimit.of(5, Duration.ofHours(1)))
                        .build())
                .build();
        for (String spelling : List.of(
                "0501234567", "٠٥٠١٢٣٤٥٦٧", "+966 50 123 4567", "00966501234567", "\u2066+966-50-123-4567\u2069")) {
            assertThat(otp.send(spelling).isSent()).as(spelling).isTrue();
        }
        assertThat(otp.send("966501234567")).isInstanceOf(SendResult.Refused.class);
        assertThat(fixture.sms.messages).extracting(OtpMessage::code).containsOnly(fixture.sms.lastCode());
        assertThat(otp.send("User@Example.COM").isSent()).isTrue();
        assertThat(otp.verify(EMAIL, fixture.email.lastCode()).isVerified()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "not an address", "0501234567x5", "a@b", "a@b.example,c@d.example"})
    void refusesWhatIsNoRecipientWithoutAStore(String address) {
        SendResult result = fixture.builder().build().send(address);

        assertThat(result).isEqualTo(new SendResult.Refused(Reason.INVALID_RECIPIENT, Optional.empty()));
        assertThat(fixture.store.calls).hasValue(0);
    }

    @Test
    void refusesWhomTheFilterRefuses() {
        OtpManager otp = fixture.builder()
                .recipientFilter(recipient ->
                        recipient instanceof PhoneNumber phone && phone.region().equals("SA") && phone.isMobile())
                .build();

        assertThat(otp.send("+8801719159900")).isEqualTo(new SendResult.Refused(Reason.NOT_ALLOWED, Optional.empty()));
        assertThat(otp.send("+966112345678")).isEqualTo(new SendResult.Refused(Reason.NOT_ALLOWED, Optional.empty()));
        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(fixture.store.calls).hasValue(1);
    }

    @Test
    void refusesWhomNoChannelReaches() {
        OtpManager otp = fixture.bare().channel(fixture.email).build();

        assertThat(otp.send(PHONE)).isEqualTo(new SendResult.Refused(Reason.NO_CHANNEL, Optional.empty()));
        assertThat(otp.send(OtpRequest.to(EMAIL).via("sms")))
                .isEqualTo(new SendResult.Refused(Reason.NO_CHANNEL, Optional.empty()));
    }

    @Test
    void viaRestrictsAndOrdersByMediumOrName() {
        OtpManager otp = fixture.builder()
                .channel(second)
                .channel(whatsapp)
                .policy(OtpPolicy.builder().resendCooldown(Duration.ZERO).build())
                .build();
        fixture.sms.fails(Kind.UNAVAILABLE);
        second.fails(Kind.UNAVAILABLE);
        whatsapp.fails(Kind.UNAVAILABLE);

        assertThat(tried(otp.send(PHONE))).containsExactly("sms-one", "sms-two", "chat");
        assertThat(tried(otp.send(OtpRequest.to(PHONE).via("whatsapp", "sms"))))
                .containsExactly("chat", "sms-one", "sms-two");
        assertThat(tried(otp.send(OtpRequest.to(PHONE).via("sms-two", "sms", "pigeon"))))
                .containsExactly("sms-two", "sms-one");
    }

    private static List<String> tried(SendResult result) {
        return ((SendResult.Undelivered) result)
                .failures().stream().map(DeliveryFailure::channel).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNAVAILABLE", "THROTTLED", "RECIPIENT_REJECTED", "MISCONFIGURED"})
    void fallsBackToTheNextChannelWithTheSameCode(Kind kind) {
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.fails(kind);

        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);

        assertThat(sent.channel()).isEqualTo("sms-two");
        assertThat(second.lastCode()).isEqualTo(fixture.sms.lastCode());
        assertThat(fixture.sms.messages).hasSize(1);
        assertThat(otp.verify(PHONE, second.lastCode()).isVerified()).isTrue();
    }

    @Test
    void stopsWhereThePersonSaidStop() {
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.fails(Kind.OPTED_OUT);

        SendResult result = otp.send(PHONE);

        assertThat(tried(result)).containsExactly("sms-one");
        assertThat(second.messages).isEmpty();
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isFalse();
    }

    @Test
    @Tag("promise-5")
    void stopsAtAnUncertainOutcomeAndKeepsTheCode() {
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.fails(Kind.UNCERTAIN);

        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);

        assertThat(sent.confirmed()).isFalse();
        assertThat(sent.channel()).isEqualTo("sms-one");
        assertThat(second.messages).isEmpty();
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    @Tag("promise-5")
    void aChannelThatThrowsAnythingElseIsUncertain() {
        OtpManager otp = fixture.builder().channel(second).build();
        for (Throwable thrown :
                List.of(new IllegalStateException("text with a secret"), new AssertionError(), new IOException())) {
            fixture.sms.does(message -> {
                throw sneaky(thrown);
            });
            SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
            assertThat(sent.confirmed()).isFalse();
            fixture.clock.advance(Duration.ofMinutes(10));
        }
        fixture.sms.does(message -> null);
        assertThat(((SendResult.Sent) otp.send(PHONE)).confirmed()).isFalse();
        assertThat(second.messages).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, StackOverflowError.class, NoClassDefFoundError.class})
    void throwsAnErrorOfTheJvmOnAndKeepsTheCode(Class<? extends Error> type) throws Exception {
        Error error = type.getConstructor(String.class).newInstance("from the JVM");
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.does(message -> {
            throw error;
        });

        try (LogRecorder log = new LogRecorder()) {
            assertThatThrownBy(() -> otp.send(PHONE)).isSameAs(error);
            assertThat(log.lines())
                    .singleElement(STRING)
                    .startsWith("ERROR channel sms-one broke while it delivered default code to +966•••••4567 [")
                    .contains("]: " + type.getName() + " at ");
        }

        assertThat(second.messages).as("it may have left").isEmpty();
        assertThat(fixture.events).as("nobody knows an outcome").isEmpty();
        assertThat(otp.send(PHONE))
                .isInstanceOfSatisfying(
                        SendResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.RESEND_TOO_SOON));
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void anInterruptedChannelIsUncertainAndTheFlagIsRestored() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.does(message -> {
            throw sneaky(new InterruptedException());
        });

        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(sent.confirmed()).isFalse();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void withdrawsTheChallengeItMadeWhenNoChannelDelivered() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.fails(Kind.UNAVAILABLE);

        SendResult.Undelivered undelivered = (SendResult.Undelivered) otp.send(PHONE);

        assertThat(undelivered.isSent()).isFalse();
        assertThat(undelivered.failures())
                .containsExactly(DeliveryFailure.of("sms-one", Kind.UNAVAILABLE, "42", "no luck"));
        assertThat(reason(otp.verify(PHONE, fixture.sms.lastCode())))
                .isEqualTo(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
    }

    @Test
    void anUndeliveredSendCountsButLeavesNoCooldown() {
        OtpManager otp = fixture.builder()
                .policy(OtpPolicy.builder()
                        .sendLimits(RateLimit.of(2, Duration.ofHours(1)))
                        .build())
                .build();
        fixture.sms.fails(Kind.UNAVAILABLE);

        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
        assertThat(otp.send(PHONE))
                .isEqualTo(new SendResult.Refused(Reason.RATE_LIMITED, Optional.of(START.plus(Duration.ofHours(1)))));
    }

    @Test
    void aRepeatedCodeSurvivesAnUndeliveredResend() {
        OtpManager otp = fixture.builder().build();
        otp.send(PHONE);
        String code = fixture.sms.lastCode();
        fixture.clock.advance(Duration.ofSeconds(30));
        fixture.sms.fails(Kind.UNAVAILABLE);

        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
        assertThat(otp.send(PHONE)).as("no cooldown is left").isInstanceOf(SendResult.Undelivered.class);
        assertThat(otp.verify(PHONE, code).isVerified()).isTrue();
    }

    @Test
    void aRendererThatThrowsIsLikeAnUndeliveredMessageAndIsRethrown() {
        IllegalArgumentException problem = new IllegalArgumentException("no such text");
        AtomicReference<String> code = new AtomicReference<>();
        OtpManager otp = fixture.builder()
                .messages(context -> {
                    code.set(context.code());
                    throw problem;
                })
                .build();

        assertThatThrownBy(() -> otp.send(PHONE)).isSameAs(problem);

        assertThat(fixture.sms.messages).isEmpty();
        assertThat(reason(otp.verify(PHONE, code.get()))).isEqualTo(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
        assertThatThrownBy(() -> otp.send(PHONE)).as("no cooldown is left").isSameAs(problem);
    }

    @Test
    void aRendererThatThrowsWhatItMayNotIsNoDifferent() {
        AtomicReference<String> code = new AtomicReference<>();
        OtpManager otp = fixture.builder()
                .messages(context -> {
                    code.set(context.code());
                    throw sneaky(new IOException("no template"));
                })
                .build();

        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(IOException.class);

        assertThat(reason(otp.verify(PHONE, code.get()))).isEqualTo(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
        assertThatThrownBy(() -> otp.send(PHONE)).as("no cooldown is left").isInstanceOf(IOException.class);
    }

    @Test
    void aRendererMustNotSwapCodeOrRecipient() {
        OtpManager swapped = fixture.builder()
                .messages(context -> new OtpMessage(
                        new PhoneNumber("+966501234568"),
                        context.code(),
                        context.purpose(),
                        context.locale(),
                        context.validFor(),
                        "",
                        context.code(),
                        Optional.empty()))
                .build();

        assertThatThrownBy(() -> swapped.send(PHONE)).isInstanceOf(IllegalStateException.class);
        assertThat(fixture.sms.messages).isEmpty();
    }

    @Test
    void hidesCodeAndAddressInWhatAProviderSays() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.does(message -> {
            throw new DeliveryException(DeliveryFailure.of(
                    "other name",
                    Kind.RECIPIENT_REJECTED,
                    message.code(),
                    message.code() + " for 966501234567\r\nX: y"));
        });

        SendResult.Undelivered undelivered = (SendResult.Undelivered) otp.send(PHONE);

        assertThat(undelivered.failures())
                .containsExactly(DeliveryFailure.of(
                        "sms-one", Kind.RECIPIENT_REJECTED, "••••••", "•••••• for +966•••••4567 X: y"));
    }

    @Test
    void hidesCodeAndAddressHoweverAProviderWritesThem() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.does(message -> {
            String spaced = message.code().replaceAll("(...)", "$1 ").strip();
            throw new DeliveryException(DeliveryFailure.of(
                    "sms-one", Kind.RECIPIENT_REJECTED, spaced, "<" + spaced + "> for 050 123-4567"));
        });

        SendResult.Undelivered undelivered = (SendResult.Undelivered) otp.send(PHONE);

        assertThat(undelivered.failures())
                .containsExactly(
                        DeliveryFailure.of("sms-one", Kind.RECIPIENT_REJECTED, "••••••", "<••••••> for +966•••••4567"));
    }

    @Test
    void hidesACodeThatALongAnswerWouldCutInTwo() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.does(message -> {
            throw new DeliveryException(DeliveryFailure.of(
                    "sms-one", Kind.RECIPIENT_REJECTED, null, "x".repeat(497) + message.code() + PHONE));
        });

        DeliveryFailure failure =
                ((SendResult.Undelivered) otp.send(PHONE)).failures().get(0);

        assertThat(failure.detail()).isEqualTo("x".repeat(497) + "•••…");
    }

    @Test
    void aProvidersIdIsOneLineOfBoundedLength() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.does(message -> DeliveryReceipt.of("id\r\nX: y" + "z".repeat(500)));

        assertThat(((SendResult.Sent) otp.send(PHONE)).providerMessageId()).contains("id X: y" + "z".repeat(193) + "…");
    }

    @Test
    void aChannelThatChangesItsNameSurprisesNoSend() {
        AtomicReference<String> name = new AtomicReference<>("fickle");
        OtpManager otp = fixture.bare()
                .channel(new DeliveryChannel() {
                    @Override
                    public String name() {
                        return name.get();
                    }

                    @Override
                    public String medium() {
                        return name.get();
                    }

                    @Override
                    public boolean supports(Recipient recipient) {
                        return true;
                    }

                    @Override
                    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                        throw new DeliveryException(DeliveryFailure.of("other", Kind.UNAVAILABLE, null, "away"));
                    }
                })
                .build();
        name.set("");

        assertThat(tried(otp.send(OtpRequest.to(PHONE).via("fickle")))).containsExactly("fickle");
    }

    @Test
    void tellsTheTimeLeftWhenAFallbackWasSlow() {
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.does(message -> {
            fixture.clock.advance(Duration.ofMillis(20_500));
            throw new DeliveryException(DeliveryFailure.of("sms-one", Kind.UNAVAILABLE, null, "slow"));
        });

        otp.send(PHONE);

        assertThat(second.messages.get(0).validFor()).isEqualTo(Duration.ofSeconds(280));
    }

    @Test
    void refusedSendsSpendNothing() {
        OtpManager otp = fixture.builder()
                .policy(OtpPolicy.builder()
                        .sendLimits(RateLimit.of(2, Duration.ofHours(1)))
                        .build())
                .clientSendLimit(RateLimit.of(2, Duration.ofHours(1)))
                .build();
        OtpRequest request = OtpRequest.to(PHONE).clientAddress("203.0.113.9");

        assertThat(otp.send(request).isSent()).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(otp.send(request))
                    .isEqualTo(new SendResult.Refused(Reason.RESEND_TOO_SOON, Optional.of(START.plusSeconds(30))));
        }
        fixture.clock.advance(Duration.ofSeconds(30));
        assertThat(otp.send(request).isSent()).isTrue();
    }

    @Test
    void limitsAClientOverAllRecipients() {
        OtpManager otp = fixture.builder()
                .clientSendLimit(RateLimit.of(3, Duration.ofMinutes(10)))
                .build();
        for (int i = 0; i < 3; i++) {
            assertThat(otp.send(OtpRequest.to("user" + i + "@example.com").clientAddress("2001:db8::" + i))
                            .isSent())
                    .isTrue();
        }

        SendResult.Refused refused =
                (SendResult.Refused) otp.send(OtpRequest.to("user9@example.com").clientAddress("2001:db8:0:0:ffff::9"));

        assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(otp.send(OtpRequest.to("user9@example.com").clientAddress("2001:db8:0:1::1"))
                        .isSent())
                .isTrue();
        assertThat(otp.send(OtpRequest.to("user8@example.com")).isSent()).isTrue();
        fixture.clock.set(refused.retryAfter().orElseThrow());
        assertThat(otp.send(OtpRequest.to("user7@example.com").clientAddress("2001:db8::7"))
                        .isSent())
                .isTrue();
    }

    private static VerifyResult.Rejected.Reason reason(VerifyResult result) {
        return ((VerifyResult.Rejected) result).reason();
    }

    @Test
    void holdsTheAddressesOfOneMailboxToOneLimit() {
        OtpManager limited = fixture.builder()
                .mailboxSendLimit(RateLimit.of(3, Duration.ofHours(1)))
                .build();
        for (String address : List.of("victim+1@gmail.com", "v.ictim@gmail.com", "victim@googlemail.com")) {
            assertThat(limited.send(address).isSent()).as(address).isTrue();
        }
        SendResult.Refused refused = (SendResult.Refused) limited.send("victim+4@gmail.com");
        assertThat(refused.reason()).isEqualTo(SendResult.Refused.Reason.RATE_LIMITED);
        assertThat(refused.retryAfter()).isPresent();

        assertThat(limited.send("other@gmail.com").isSent()).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(limited.send("victim+" + i + "@example.com").isSent())
                    .as("a domain of which nothing is known")
                    .isTrue();
        }
        fixture.clock.set(refused.retryAfter().orElseThrow());
        assertThat(limited.send("victim+4@gmail.com").isSent()).isTrue();
    }

    @Test
    void whatAMailboxLimitRefusesCountsForNobody() {
        OtpManager limited = fixture.builder()
                .clientSendLimit(RateLimit.of(2, Duration.ofHours(1)))
                .mailboxSendLimit(RateLimit.of(1, Duration.ofHours(1)))
                .build();
        OtpRequest request = OtpRequest.to("victim@gmail.com").clientAddress("203.0.113.9");
        assertThat(limited.send(request).isSent()).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(limited.send(OtpRequest.to("victim+" + i + "@gmail.com").clientAddress("203.0.113.9")))
                    .isInstanceOf(SendResult.Refused.class);
        }

        assertThat(limited.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"))
                        .isSent())
                .as("the client's second send")
                .isTrue();
    }

    @Test
    void aRefusalTellsNoMilliseconds() {
        fixture.clock.advance(Duration.ofMillis(123));
        OtpManager otp = fixture.builder().build();
        otp.send(PHONE);

        SendResult.Refused refused = (SendResult.Refused) otp.send(PHONE);

        assertThat(refused.retryAfter()).contains(ManagerFixture.START.plusSeconds(31));
        fixture.clock.set(refused.retryAfter().orElseThrow());
        assertThat(otp.send(PHONE).isSent()).isTrue();
    }

    @Test
    void aDeliveryExceptionFromAnotherProcessIsAFailureLikeAnyOther() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new DeliveryException(
                    DeliveryFailure.of("remote", DeliveryFailure.Kind.UNAVAILABLE, null, "away")));
        }
        fixture.sms.does(message -> {
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                throw (DeliveryException) in.readObject();
            } catch (IOException | ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(fixture.builder().build().send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
    }
}
