package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OtpManagerBuilderTest {
    private final ManagerFixture fixture = new ManagerFixture();

    @Test
    void needsAStoreAChannelAndForASharedStoreASecret() {
        assertThatIllegalStateException()
                .isThrownBy(() -> OtpManager.builder().channel(fixture.sms).build())
                .withMessage("store must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> fixture.bare().build())
                .withMessage("channel must be set at least once, unless developmentMode is on");
        assertThatIllegalStateException()
                .isThrownBy(() -> OtpManager.builder()
                        .store(fixture.store)
                        .channel(fixture.sms)
                        .build())
                .withMessageContaining("secret must be set")
                .withMessageContaining(ManagerFixture.MapStore.class.getName());
    }

    @Test
    void makesItsOwnSecretForAStoreThatNoOtherProcessSees() {
        ManagerFixture.MapStore own = new ManagerFixture.MapStore() {
            @Override
            public boolean isShared() {
                return false;
            }
        };
        OtpManager otp = OtpManager.builder().store(own).channel(fixture.sms).build();

        otp.send(PHONE);

        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
        assertThat(fixture.sms.messages.get(0).text()).contains("OTP");
    }

    @Test
    void refusesTwoChannelsOfOneNameAndNamesThatCanNotBeLogged() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.builder().channel(new ManagerFixture.Outbox("mail", "sms", true)))
                .withMessage("name of channel must be unique in a manager, but there are two of mail");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.builder().channel(new ManagerFixture.Outbox("a\nb", "sms", true)))
                .withMessageStartingWith("name of channel must have no control characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.builder().channel(new ManagerFixture.Outbox("a", " ", true)))
                .withMessageStartingWith("medium of channel must have 1 to 64 characters");
    }

    @Test
    void refusesNamesThatCouldCarryLinesOrMarks() {
        for (String bad : new String[] {"", " ", "a\r\nBcc: b", "a\u202Eb", "a\u2028b", "x".repeat(65)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> fixture.builder().appName(bad));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> fixture.builder().namespace(bad));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> fixture.builder().policy(bad, OtpPolicy.defaults()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OtpRequest.to(PHONE).purpose(bad));
        }
        assertThatCode(() -> fixture.builder()
                        .appName("\"100 %\" & <Söhne> \\ بنك $1")
                        .build())
                .doesNotThrowAnyException();
    }

    @Test
    void namesTheArgumentThatIsNull() {
        OtpManager otp = fixture.builder().build();
        Map<String, ThrowingCallable> calls = Map.of(
                "recipient must", () -> otp.cancel((Recipient) null, "login"),
                "recipient must not", () -> otp.unlock((Recipient) null),
                "address must", () -> otp.cancel((String) null, "login"),
                "via must", () -> OtpRequest.to(PHONE).via((String[]) null),
                "via must not", () -> OtpRequest.to(PHONE).via("sms", null),
                "sendLimits must", () -> OtpPolicy.builder().sendLimits((RateLimit[]) null),
                "providerMessageId must", () -> DeliveryReceipt.of(null),
                "providerCode must", () -> new DeliveryFailure("a", DeliveryFailure.Kind.UNCERTAIN, null, "b"),
                "components of an event must", () -> new OtpEvent.Verified(START, null, "login", Duration.ZERO));

        calls.forEach((message, call) -> assertThatThrownBy(call)
                .isInstanceOf(NullPointerException.class)
                .hasMessageStartingWith(message));
    }

    @Test
    void refusesAnUnknownRegion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.builder().defaultRegion("XX"))
                .withMessage("defaultRegion must be an ISO 3166 country code such as SA, TZ or BD, but was XX");
        assertThat(fixture.builder()
                        .defaultRegion("tz")
                        .build()
                        .send("0694230173")
                        .isSent())
                .isTrue();
    }

    @Test
    void refusesAGeneratorThatIsNoFunctionOfWhatItDraws() {
        AtomicInteger counter = new AtomicInteger(100_000);
        assertRefused((policy, random) -> String.valueOf(counter.getAndIncrement()), "same code of the same numbers");
        assertRefused((policy, random) -> "123456", "of the numbers it is given");
        assertRefused((policy, random) -> String.valueOf(random.nextInt(10)), "6 characters");
        assertRefused((policy, random) -> "abc" + random.nextInt(100, 1000), "alphabet");
        assertRefused((policy, random) -> null, "null");
    }

    private void assertRefused(OtpGenerator generator, String why) {
        assertThatIllegalStateException()
                .isThrownBy(() -> fixture.builder().generator(generator).build())
                .withMessageStartingWith("generator must")
                .withMessageContaining(why);
    }

    @Test
    void triesTheGeneratorOnEveryPolicy() {
        OtpGenerator sixOnly = (policy, random) -> String.format(Locale.ROOT, "%06d", random.nextInt(1_000_000));

        assertThatCode(() -> fixture.builder().generator(sixOnly).build()).doesNotThrowAnyException();
        assertThatIllegalStateException()
                .isThrownBy(() -> fixture.builder()
                        .generator(sixOnly)
                        .policy("password-reset", OtpPolicy.builder().length(8).build())
                        .build());
    }

    @Test
    void aTestRecipientHasAFixedCodeAndNothingIsDeliveredToIt() {
        OtpManager otp = fixture.builder()
                .testRecipient("0501234567", "login", "424242", START.plus(Duration.ofDays(90)))
                .build();
        OtpRequest request = OtpRequest.to(PHONE).purpose("login");

        assertThat(otp.verify(VerifyRequest.of(PHONE, "424242").purpose("login"))
                        .isVerified())
                .as("send comes first")
                .isFalse();
        SendResult.Sent sent = (SendResult.Sent) otp.send(request);
        assertThat(sent.channel()).isEqualTo("test");
        assertThat(sent.developmentCode()).isEmpty();
        assertThat(otp.send(request)).as("limits are as for everyone").isInstanceOf(SendResult.Refused.class);
        assertThat(otp.verify(VerifyRequest.of(PHONE, "424241").purpose("login"))
                        .isVerified())
                .isFalse();
        assertThat(otp.verify(VerifyRequest.of(PHONE, "424242").purpose("login"))
                        .isVerified())
                .isTrue();
        assertThat(fixture.sms.messages).isEmpty();

        otp.send(PHONE);
        assertThat(fixture.sms.messages).as("another purpose").hasSize(1);
    }

    @Test
    void aTestRecipientIsLikeAnyOtherOnceItsTimeIsOver() {
        Instant until = START.plus(Duration.ofDays(1));
        OtpManager otp = fixture.builder()
                .testRecipient(new PhoneNumber(PHONE), "default", "424242", until)
                .build();
        fixture.clock.set(until.minusMillis(1));
        assertThat(((SendResult.Sent) otp.send(PHONE)).channel()).isEqualTo("test");
        assertThat(otp.verify(PHONE, "424242").isVerified()).isTrue();
        fixture.clock.set(until);

        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(otp.verify(PHONE, "424242").isVerified()).isFalse();
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void refusesATestRecipientThatCanNotWork() {
        assertThatIllegalStateException()
                .isThrownBy(() -> fixture.builder()
                        .testRecipient(PHONE, "login", "4242", START)
                        .build())
                .withMessageContaining("+966•••••4567")
                .withMessageContaining("must fit")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("4242,"));
        assertThatIllegalStateException()
                .isThrownBy(() -> fixture.builder()
                        .testRecipient(
                                PHONE,
                                "login",
                                "424242",
                                START.plus(Duration.ofDays(90)).plusMillis(1))
                        .build())
                .withMessageContaining("at most 90 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.builder()
                        .testRecipient("nobody", "login", "424242", START)
                        .build());
    }

    @Test
    void developmentModeReturnsTheCodeAndSendsNothing() {
        OtpManager otp = fixture.builder().developmentMode(true).build();

        SendResult.Sent sent = (SendResult.Sent) otp.send(OtpRequest.to(PHONE).via("whatsapp"));

        assertThat(sent.channel()).isEqualTo("development");
        assertThat(fixture.sms.messages).isEmpty();
        assertThat(otp.verify(PHONE, sent.developmentCode().orElseThrow()).isVerified())
                .isTrue();
        assertThat(fixture.bare()
                        .developmentMode(true)
                        .build()
                        .send("user@example.com")
                        .isSent())
                .as("needs no channel")
                .isTrue();
    }
}
