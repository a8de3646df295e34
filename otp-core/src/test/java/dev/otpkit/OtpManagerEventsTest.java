package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.START;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.Limit.Scope;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OtpManagerEventsTest {
    private static final Recipient RECIPIENT = new PhoneNumber(PHONE);

    private static final Duration ANY = Duration.ZERO;

    private final ManagerFixture fixture = new ManagerFixture();
    private final ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);

    @Test
    void tellsOfEverySend() {
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.fails(Kind.THROTTLED);
        DeliveryFailure failure = DeliveryFailure.of("sms-one", Kind.THROTTLED, "42", "no luck");

        otp.send(PHONE);
        otp.send(PHONE);
        otp.send("nobody");
        second.fails(Kind.MISCONFIGURED);
        otp.send(OtpRequest.to(PHONE).purpose("reset"));
        second.fails(Kind.UNCERTAIN);
        otp.send(OtpRequest.to(PHONE).purpose("third").via("sms-two"));

        assertThat(fixture.events)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("duration", "channelDurations")
                .containsExactly(
                        new OtpEvent.Sent(
                                START,
                                RECIPIENT,
                                "default",
                                false,
                                "sms-two",
                                true,
                                Optional.of("id-1"),
                                List.of(failure),
                                ANY,
                                Map.of()),
                        new OtpEvent.Refused(
                                START,
                                Optional.of(RECIPIENT),
                                "default",
                                SendResult.Refused.Reason.RESEND_TOO_SOON,
                                Optional.of(START.plusSeconds(30)),
                                Optional.empty(),
                                ANY),
                        new OtpEvent.Refused(
                                START,
                                Optional.empty(),
                                "default",
                                SendResult.Refused.Reason.INVALID_RECIPIENT,
                                Optional.empty(),
                                Optional.empty(),
                                ANY),
                        new OtpEvent.Undelivered(
                                START,
                                RECIPIENT,
                                "reset",
                                false,
                                List.of(failure, DeliveryFailure.of("sms-two", Kind.MISCONFIGURED, "42", "no luck")),
                                ANY,
                                Map.of()),
                        new OtpEvent.Sent(
                                START,
                                RECIPIENT,
                                "third",
                                false,
                                "sms-two",
                                false,
                                Optional.empty(),
                                List.of(DeliveryFailure.of("sms-two", Kind.UNCERTAIN, "42", "no luck")),
                                ANY,
                                Map.of()));
        assertThat(((OtpEvent.Sent) fixture.events.get(0)).channelDurations().keySet())
                .containsExactly("sms-one", "sms-two");
        assertThat(((OtpEvent.Undelivered) fixture.events.get(3))
                        .channelDurations()
                        .keySet())
                .containsExactly("sms-one", "sms-two");
    }

    @Test
    void tellsOfEveryVerification() {
        OtpManager otp = fixture.builder().build();
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        fixture.events.clear();

        otp.verify(PHONE, wrong(fixture.sms.lastCode()));
        otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), ""));
        otp.verify(VerifyRequest.ofChallenge("forged", "123456"));
        otp.verify(PHONE, fixture.sms.lastCode());

        assertThat(fixture.events)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("duration")
                .containsExactly(
                        rejected(Optional.of(RECIPIENT), VerifyResult.Rejected.Reason.WRONG_CODE, OptionalInt.of(4)),
                        rejected(
                                Optional.of(RECIPIENT),
                                VerifyResult.Rejected.Reason.MALFORMED_CODE,
                                OptionalInt.empty()),
                        rejected(Optional.empty(), VerifyResult.Rejected.Reason.INVALID_CHALLENGE, OptionalInt.empty()),
                        new OtpEvent.Verified(START, RECIPIENT, "default", ANY));
    }

    private static OtpEvent rejected(
            Optional<Recipient> recipient, VerifyResult.Rejected.Reason reason, OptionalInt left) {
        return new OtpEvent.Rejected(
                START, recipient, "default", reason, left, Optional.empty(), Optional.empty(), ANY);
    }

    @Test
    void saysWhichLimitRefusesASend() {
        RateLimit client = RateLimit.of(2, Duration.ofHours(1));
        RateLimit mailbox = RateLimit.of(1, Duration.ofDays(1));
        RateLimit day = RateLimit.of(1, Duration.ofDays(1));
        OtpManager otp = fixture.builder()
                .clientSendLimit(client)
                .mailboxSendLimit(mailbox)
                .policy(OtpPolicy.defaults().toBuilder().sendLimits(day).build())
                .build();
        otp.send("user@gmail.com");
        otp.send("user+1@gmail.com");
        OtpRequest request = OtpRequest.to(PHONE).clientAddress("203.0.113.9");
        otp.send(request);
        otp.send(request);
        otp.send(OtpRequest.to("other@example.com").clientAddress("203.0.113.9"));
        otp.send(OtpRequest.to("third@example.com").clientAddress("203.0.113.9"));

        assertThat(refusals())
                .extracting(event -> event.limit().orElseThrow())
                .containsExactly(
                        new OtpEvent.Limit(Scope.MAILBOX, mailbox),
                        new OtpEvent.Limit(Scope.RECIPIENT, day),
                        new OtpEvent.Limit(Scope.CLIENT, client));
    }

    @Test
    void saysWhichLimitRejectsAVerificationAndLocksARecipient() {
        RateLimit failures = RateLimit.of(1, Duration.ofHours(2));
        RateLimit client = RateLimit.of(1, Duration.ofHours(1));
        OtpManager otp = fixture.builder()
                .clientFailureLimit(client)
                .policy(OtpPolicy.defaults().toBuilder().failureLimit(failures).build())
                .build();
        otp.send(PHONE);
        String wrong = wrong(fixture.sms.lastCode());
        otp.send("other@example.com");
        otp.verify(VerifyRequest.of(PHONE, wrong).clientAddress("203.0.113.9"));
        fixture.events.clear();

        otp.verify(VerifyRequest.of(PHONE, wrong).clientAddress("203.0.113.9"));
        otp.verify(VerifyRequest.of("other@example.com", wrong(fixture.email.lastCode()))
                .clientAddress("203.0.113.9"));
        otp.send(PHONE);

        assertThat(fixture.events.stream()
                        .filter(OtpEvent.Rejected.class::isInstance)
                        .map(OtpEvent.Rejected.class::cast))
                .extracting(event -> event.reason() + " " + event.limit().orElseThrow())
                .containsExactly(
                        "LOCKED " + new OtpEvent.Limit(Scope.RECIPIENT, failures),
                        "RATE_LIMITED " + new OtpEvent.Limit(Scope.CLIENT, client));
        assertThat(refusals())
                .extracting(event -> event.reason() + " " + event.limit().orElseThrow())
                .containsExactly("LOCKED " + new OtpEvent.Limit(Scope.RECIPIENT, failures));
    }

    @Test
    void claimsNoLimitOfAClientWhereAVerifierOfTheApplicationRefuses() {
        OtpManager otp = fixture.builder()
                .verifier(chain -> request -> new VerifyResult.Rejected(
                        VerifyResult.Rejected.Reason.RATE_LIMITED, OptionalInt.empty(), Optional.empty()))
                .build();

        otp.verify(VerifyRequest.of(PHONE, "123456").clientAddress("203.0.113.9"));

        assertThat(((OtpEvent.Rejected) fixture.events.get(0)).limit()).isEmpty();
    }

    private List<OtpEvent.Refused> refusals() {
        return fixture.events.stream()
                .filter(OtpEvent.Refused.class::isInstance)
                .map(OtpEvent.Refused.class::cast)
                .toList();
    }

    @Test
    void measuresTheStoreAndEachChannelApart() {
        ManagerFixture.MapStore slow = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                ManagerFixture.pause(20);
                return super.compareAndExchange(key, expected, update, ttl);
            }
        };
        OtpManager otp = fixture.builder().store(slow).channel(second).build();
        fixture.sms.does(message -> {
            ManagerFixture.pause(40);
            throw new DeliveryException(DeliveryFailure.of("sms-one", Kind.UNAVAILABLE, null, "away"));
        });
        second.does(message -> {
            ManagerFixture.pause(60);
            return DeliveryReceipt.accepted();
        });

        otp.send(PHONE);
        otp.verify(PHONE, wrong(second.lastCode()));
        otp.verify(PHONE, second.lastCode());
        otp.cancel(PHONE, "default");
        otp.unlock(PHONE);

        OtpEvent.Sent sent = (OtpEvent.Sent) fixture.events.get(0);
        Duration one = sent.channelDurations().get("sms-one");
        Duration two = sent.channelDurations().get("sms-two");
        assertThat(one).isGreaterThanOrEqualTo(Duration.ofMillis(40));
        assertThat(two).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        assertThat(sent.duration()).isGreaterThanOrEqualTo(one.plus(two).plusMillis(20));
        assertThat(sent.channelDurations()).isUnmodifiable();
        assertThat(((OtpEvent.Rejected) fixture.events.get(1)).duration())
                .isGreaterThanOrEqualTo(Duration.ofMillis(20));
        assertThat(((OtpEvent.Verified) fixture.events.get(2)).duration())
                .isGreaterThanOrEqualTo(Duration.ofMillis(20));
        assertThat(((OtpEvent.Cancelled) fixture.events.get(3)).duration()).isPositive();
        assertThat(((OtpEvent.Unlocked) fixture.events.get(4)).duration()).isPositive();
    }

    @Test
    void tellsOfCancelAndUnlock() {
        OtpManager otp = fixture.builder().build();

        otp.cancel(PHONE, "login");
        otp.unlock(PHONE);

        assertThat(fixture.events)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("duration")
                .containsExactly(
                        new OtpEvent.Cancelled(START, RECIPIENT, "login", ANY),
                        new OtpEvent.Unlocked(START, RECIPIENT, ANY));
    }

    @Test
    void publishesEachStatusThatIsReadAndEachRecipientThatIsForgotten() {
        OtpManager otp = fixture.builder().build();

        otp.status(PHONE, "login");
        otp.forget(PHONE);

        assertThat(fixture.events)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("duration")
                .containsExactly(
                        new OtpEvent.StatusRead(START, RECIPIENT, "login", ANY),
                        new OtpEvent.Forgotten(START, RECIPIENT, ANY));
        assertThat(((OtpEvent.StatusRead) fixture.events.get(0)).duration()).isPositive();
        assertThat(((OtpEvent.Forgotten) fixture.events.get(1)).duration()).isPositive();
    }

    @Test
    void publishesTheReportOfAProvider() {
        OtpManager otp = fixture.builder().build();

        otp.report(DeliveryReport.delivered("sms-one", "id-1"));

        assertThat(fixture.events)
                .containsExactly(new OtpEvent.DeliveryReported(
                        START,
                        Optional.empty(),
                        Optional.empty(),
                        "sms-one",
                        "id-1",
                        DeliveryReport.Status.DELIVERED,
                        Optional.empty()));
        assertThatThrownBy(() -> otp.report(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("report must not be null");
    }

    @Test
    void aListenerThatThrowsChangesNothing() {
        OtpManager otp = fixture.bare()
                .channel(fixture.sms)
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .listener(event -> {
                    throw new AssertionError("listener");
                })
                .listener(fixture.events::add)
                .build();

        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
        assertThat(fixture.events)
                .as("heard by the listeners before and after it")
                .hasSize(4);
    }
}
