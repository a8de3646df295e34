package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.ManagerFixture.Outbox;
import dev.otpkit.SendResult.Refused;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.internal.rules.PolicyLimits;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.DeliveryReport.Status;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeliveryReportsTest {
    private static final Recipient RECIPIENT = new PhoneNumber(PHONE);
    private static final String ID = "SM1";
    private static final Duration COOLDOWN = Duration.ofSeconds(30);

    private final ManagerFixture fixture = new ManagerFixture();
    private final Outbox whatsapp = new Outbox("whatsapp-one", "whatsapp", true);
    private final Outbox sms = fixture.sms;
    private final Outbox smsTwo = new Outbox("sms-two", "sms", true);
    private final OtpManager otp = builder().build();

    private OtpManager.Builder builder() {
        return fixture.bare().channel(whatsapp).channel(sms).channel(smsTwo).channel(fixture.email);
    }

    @Test
    void publishesTheRecipientAndThePurposeOfAMessageWhoseChallengeItNames() {
        SendResult.Sent sent = sent(otp.send(OtpRequest.to(PHONE).purpose("login")));
        fixture.events.clear();
        DeliveryFailure failure = DeliveryFailure.of("whatsapp-one", Kind.UNAVAILABLE, "30003", "no network");

        otp.report(DeliveryReport.failed(Status.UNDELIVERED, ID, failure).forChallenge(sent.challengeId()));
        otp.report(DeliveryReport.delivered("sms-one", ID).forChallenge(sent.challengeId()));

        assertThat(fixture.events)
                .containsExactly(
                        new OtpEvent.DeliveryReported(
                                START,
                                Optional.of(RECIPIENT),
                                Optional.of("login"),
                                "whatsapp-one",
                                ID,
                                Status.UNDELIVERED,
                                Optional.of(failure)),
                        new OtpEvent.DeliveryReported(
                                START,
                                Optional.of(RECIPIENT),
                                Optional.of("login"),
                                "sms-one",
                                ID,
                                Status.DELIVERED,
                                Optional.empty()));
        assertThat(fixture.events.toString()).doesNotContain(sent.challengeId());
    }

    @Test
    void aReportWithoutAChallengeIdOfThisManagerChangesNothingAndAsksTheStoreNothing() {
        otp.send(PHONE);
        String foreign = sent(new ManagerFixture()
                        .builder()
                        .secret(OtpSecret.random())
                        .build()
                        .send(PHONE))
                .challengeId();
        fixture.events.clear();
        List<Object> before = List.copyOf(fixture.states());
        int calls = fixture.store.calls.get();

        for (String id : List.of("", "forged", foreign, foreign.substring(1), "A".repeat(100_000), "no id \n")) {
            otp.report(undelivered("whatsapp-one").forChallenge(id));
            otp.report(optedOut("whatsapp-one").forChallenge(id));
        }
        otp.report(undelivered("whatsapp-one"));
        otp.report(optedOut("whatsapp-one"));

        assertThat(fixture.events)
                .hasSize(14)
                .allSatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(OtpEvent.DeliveryReported.class, reported -> {
                            assertThat(reported.recipient()).isEmpty();
                            assertThat(reported.purpose()).isEmpty();
                        }));
        assertThat(fixture.states()).isEqualTo(before);
        assertThat(fixture.store.calls).hasValue(calls);
        assertThatNullPointerException().isThrownBy(() -> otp.report(null)).withMessage("report must not be null");
    }

    @Test
    void theNextSendBeginsAfterTheChannelWhoseMessageDidNotArrive() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        otp.report(undelivered("whatsapp-one").forChallenge(challenge));
        assertThat(nextChannel()).isEqualTo("sms-one");

        otp.report(undelivered("sms-one").forChallenge(challenge));
        assertThat(nextChannel()).isEqualTo("sms-two");

        otp.report(undelivered("sms-two").forChallenge(challenge));
        assertThat(nextChannel()).as("from the last one to the first").isEqualTo("whatsapp-one");
        assertThat(whatsapp.messages).hasSize(2);
    }

    @Test
    void theChannelThatFailedIsTriedLast() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        otp.report(undelivered("whatsapp-one").forChallenge(challenge));
        sms.fails(Kind.UNAVAILABLE);
        smsTwo.fails(Kind.THROTTLED);

        assertThat(nextChannel()).isEqualTo("whatsapp-one");
        assertThat(sms.messages).hasSize(1);
        assertThat(smsTwo.messages).hasSize(1);
    }

    @Test
    void aRequestStillRestrictsAndOrdersTheChannels() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        otp.report(undelivered("sms-one").forChallenge(challenge));

        assertThat(nextChannel("sms")).isEqualTo("sms-two");
        assertThat(nextChannel("sms-one")).isEqualTo("sms-one");
        assertThat(nextChannel("whatsapp")).isEqualTo("whatsapp-one");
        assertThat(nextChannel("sms-two", "sms-one", "whatsapp")).isEqualTo("whatsapp-one");
    }

    @Test
    void reportsMayBeRepeatedLateAndInAnyOrder() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        for (int i = 0; i < 3; i++) {
            otp.report(undelivered("whatsapp-one").forChallenge(challenge));
            otp.report(DeliveryReport.delivered("whatsapp-one", ID).forChallenge(challenge));
        }
        assertThat(nextChannel()).isEqualTo("sms-one");

        otp.report(DeliveryReport.delivered("sms-one", "SM2").forChallenge(challenge));
        otp.report(undelivered("whatsapp-one").forChallenge(challenge));
        assertThat(nextChannel()).as("the one that is not known to fail").isEqualTo("sms-one");
    }

    @Test
    void aCodeThatReplacesALiveOneAvoidsTheSameChannel() {
        OtpManager rotating = builder()
                .policy(OtpPolicy.builder().resend(Resend.ROTATE).build())
                .build();
        String challenge = sent(rotating.send(PHONE)).challengeId();
        rotating.report(undelivered("whatsapp-one").forChallenge(challenge));
        fixture.clock.advance(COOLDOWN);
        SendResult.Sent second = sent(rotating.send(PHONE));
        assertThat(second.channel()).isEqualTo("sms-one");

        rotating.report(undelivered("sms-one").forChallenge(challenge));
        fixture.clock.advance(COOLDOWN);

        assertThat(sent(rotating.send(PHONE)).channel())
                .as("a report on a code that was replaced")
                .isEqualTo("sms-one");
    }

    @Test
    void aReportChangesNothingOnceItsCodeCannotBeVerified() {
        String verified = sent(otp.send(PHONE)).challengeId();
        assertThat(otp.verify(PHONE, whatsapp.lastCode()).isVerified()).isTrue();
        assertChangesNothing(verified);

        String cancelled = sent(otp.send(PHONE)).challengeId();
        otp.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);
        assertChangesNothing(cancelled);

        SendResult.Sent expired = sent(otp.send(PHONE));
        fixture.clock.set(expired.expiresAt());
        assertChangesNothing(expired.challengeId());
        fixture.clock.set(expired.expiresAt().minusMillis(1));
        otp.report(undelivered("whatsapp-one").forChallenge(expired.challengeId()));
        assertThat(sent(otp.send(PHONE)).channel()).isEqualTo("sms-one");
    }

    private void assertChangesNothing(String challenge) {
        List<Object> before = List.copyOf(fixture.states());
        otp.report(undelivered("whatsapp-one").forChallenge(challenge));
        otp.report(optedOut("whatsapp-one").forChallenge(challenge));
        assertThat(fixture.states()).isEqualTo(before);
    }

    @Test
    void aReportOfAChannelThatThisManagerDoesNotHaveIsOnlyPublished() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        List<Object> before = List.copyOf(fixture.states());
        int calls = fixture.store.calls.get();

        otp.report(undelivered("another").forChallenge(challenge));
        otp.report(optedOut("another").forChallenge(challenge));

        assertThat(fixture.states()).isEqualTo(before);
        assertThat(fixture.store.calls).hasValue(calls);
        assertThat(fixture.events.get(2))
                .isInstanceOfSatisfying(
                        OtpEvent.DeliveryReported.class,
                        reported -> assertThat(reported.recipient()).contains(RECIPIENT));
    }

    @Test
    void aReportNeitherExtendsNorWithdrawsACode() {
        SendResult.Sent sent = sent(otp.send(PHONE));
        otp.verify(PHONE, ManagerFixture.wrong(whatsapp.lastCode()));

        otp.report(optedOut("whatsapp-one").forChallenge(sent.challengeId()));
        otp.report(undelivered("sms-one").forChallenge(sent.challengeId()));

        assertThat(fixture.states().get(0).challenges().get(0).attemptsUsed()).isEqualTo(1);
        fixture.clock.set(sent.expiresAt());
        assertThat(otp.verify(PHONE, whatsapp.lastCode()))
                .isInstanceOfSatisfying(
                        VerifyResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(VerifyResult.Rejected.Reason.EXPIRED));
        fixture.clock.set(sent.expiresAt().minusMillis(1));
        assertThat(otp.verify(PHONE, whatsapp.lastCode()).isVerified()).isTrue();
    }

    @Test
    void anOptOutThatIsReportedRefusesFurtherSendsOverItsMedium() {
        String challenge = sent(otp.send(OtpRequest.to(PHONE).via("sms"))).challengeId();
        otp.report(optedOut("sms-one").forChallenge(challenge));
        fixture.clock.advance(COOLDOWN);
        List<Object> before = List.copyOf(fixture.states());

        assertThat(otp.send(OtpRequest.to(PHONE).via("sms")))
                .isEqualTo(new Refused(Refused.Reason.OPTED_OUT, Optional.empty()));
        assertThat(otp.send(OtpRequest.to(PHONE).via("sms-two").purpose("another")))
                .isEqualTo(new Refused(Refused.Reason.OPTED_OUT, Optional.empty()));

        assertThat(fixture.states()).as("nothing counted").isEqualTo(before);
        assertThat(sms.messages).hasSize(1);
        assertThat(smsTwo.messages).isEmpty();
        assertThat(sent(otp.send(PHONE)).channel()).as("another medium").isEqualTo("whatsapp-one");
    }

    @Test
    void aSendLeavesOutTheMediumThatWasOptedOutOf() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        otp.report(optedOut("whatsapp-one").forChallenge(challenge));
        sms.fails(Kind.UNAVAILABLE);
        smsTwo.fails(Kind.UNAVAILABLE);
        fixture.clock.advance(COOLDOWN);

        assertThat(otp.send(PHONE))
                .isInstanceOfSatisfying(
                        SendResult.Undelivered.class,
                        undelivered -> assertThat(undelivered.failures())
                                .extracting(DeliveryFailure::channel)
                                .containsExactly("sms-one", "sms-two"));
        assertThat(whatsapp.messages).hasSize(1);
    }

    @Test
    void anOptOutAtSendTimeEndsTheSendAndIsRemembered() {
        whatsapp.fails(Kind.OPTED_OUT);

        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
        assertThat(sms.messages).as("no other channel either").isEmpty();

        assertThat(otp.send(OtpRequest.to(PHONE).via("whatsapp")))
                .isEqualTo(new Refused(Refused.Reason.OPTED_OUT, Optional.empty()));
        assertThat(sent(otp.send(PHONE)).channel()).isEqualTo("sms-one");
        assertThat(whatsapp.messages).hasSize(1);
    }

    @Test
    void anOptOutIsOfOneRecipient() {
        whatsapp.fails(Kind.OPTED_OUT);
        otp.send(PHONE);
        whatsapp.does(message -> DeliveryReceipt.accepted());

        assertThat(sent(otp.send("+966501234568")).channel()).isEqualTo("whatsapp-one");
    }

    @Test
    void anOptOutTakesNoPermitOfAClient() {
        OtpManager limited =
                builder().clientSendLimit(RateLimit.of(2, Duration.ofHours(1))).build();
        OtpRequest request = OtpRequest.to(PHONE).via("whatsapp").clientAddress("203.0.113.9");
        whatsapp.fails(Kind.OPTED_OUT);
        limited.send(request);

        for (int i = 0; i < 5; i++) {
            assertThat(limited.send(request)).isEqualTo(new Refused(Refused.Reason.OPTED_OUT, Optional.empty()));
        }

        assertThat(limited.send(request.via("sms")).isSent()).isTrue();
    }

    @Test
    void aDecoyNeitherOptsOutNorIsReported() {
        OtpRequest decoy = OtpRequest.to(PHONE).decoy();
        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy);
        List<Object> before = List.copyOf(fixture.states());
        otp.report(undelivered("whatsapp-one").forChallenge(sent.challengeId()));
        otp.report(optedOut("whatsapp-one").forChallenge(sent.challengeId()));
        assertThat(fixture.states()).isEqualTo(before);
    }

    @Test
    void optInAllowsTheMediumAgain() {
        whatsapp.fails(Kind.OPTED_OUT);
        otp.send(PHONE);
        whatsapp.does(message -> DeliveryReceipt.accepted());
        fixture.events.clear();

        otp.optIn("0501234567", "sms");
        assertThat(otp.send(OtpRequest.to(PHONE).via("whatsapp")).isSent()).isFalse();
        otp.optIn(RECIPIENT, "whatsapp");

        assertThat(otp.send(OtpRequest.to(PHONE).via("whatsapp")).isSent()).isTrue();
        assertThat(fixture.events.get(2)).isInstanceOfSatisfying(OtpEvent.OptedIn.class, optedIn -> {
            assertThat(optedIn.recipient()).isEqualTo(RECIPIENT);
            assertThat(optedIn.medium()).isEqualTo("whatsapp");
            assertThat(optedIn.duration()).isPositive();
        });
    }

    @Test
    void optInChecksItsArguments() {
        assertThatExceptionOfType(InvalidRecipientException.class).isThrownBy(() -> otp.optIn("x", "sms"));
        assertThatIllegalArgumentException().isThrownBy(() -> otp.optIn(PHONE, " "));
        assertThatIllegalArgumentException().isThrownBy(() -> otp.optIn(PHONE, "s".repeat(65)));
        assertThatNullPointerException().isThrownBy(() -> otp.optIn((Recipient) null, "sms"));
        assertThat(fixture.store.calls).hasValue(0);
    }

    @Test
    void anOptOutSurvivesAYearAndEveryOtherCall() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        otp.report(optedOut("whatsapp-one").forChallenge(challenge));

        otp.verify(PHONE, ManagerFixture.wrong(whatsapp.lastCode()));
        otp.unlock(PHONE);
        otp.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);
        fixture.clock.advance(Duration.ofDays(399));

        assertThat(otp.send(OtpRequest.to(PHONE).via("whatsapp")).isSent()).isFalse();
        assertThat(otp.send(OtpRequest.to(PHONE).via("sms")).isSent()).isTrue();
        assertThat(otp.verify(PHONE, sms.lastCode()).isVerified()).isTrue();
        assertThat(otp.send(OtpRequest.to(PHONE).via("whatsapp")).isSent()).isFalse();
    }

    @Test
    void aRecordWithAnOptOutIsKeptFor400Days() {
        List<Duration> lifetimes = new ArrayList<>();
        OtpStore store = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                lifetimes.add(update == null ? Duration.ZERO : ttl);
                return super.compareAndExchange(key, expected, update, ttl);
            }
        };
        OtpManager here = builder().store(store).build();
        whatsapp.fails(Kind.OPTED_OUT);

        here.send(PHONE);
        here.unlock(PHONE);
        here.send(OtpRequest.to(PHONE).via("sms"));
        here.optIn(PHONE, "whatsapp");

        Duration lifetime = Duration.ofDays(400).plus(PolicyLimits.MARGIN);
        assertThat(lifetimes.subList(2, 4)).as("the opt-out, and the next send").containsExactly(lifetime, lifetime);
        assertThat(lifetimes.get(4)).as("after optIn").isLessThan(Duration.ofDays(2));
    }

    @Test
    void aReportThatTheStoreCannotKeepIsPublishedAndThrown() {
        ManagerFixture.MapStore broken = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord get(String key) {
                throw new OtpStoreException("away");
            }

            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                throw new OtpStoreException("away");
            }
        };
        String challenge = sent(otp.send(PHONE)).challengeId();
        OtpManager here = builder().store(broken).build();
        fixture.events.clear();

        assertThatExceptionOfType(OtpStoreException.class)
                .isThrownBy(() -> here.report(undelivered("whatsapp-one").forChallenge(challenge)));
        here.report(DeliveryReport.delivered("whatsapp-one", ID).forChallenge(challenge));
        assertThatExceptionOfType(OtpStoreException.class).isThrownBy(() -> here.optIn(PHONE, "sms"));

        assertThat(fixture.events.get(0)).isInstanceOf(OtpEvent.DeliveryReported.class);
        assertThat(fixture.events.get(1)).isInstanceOfSatisfying(OtpEvent.StoreFailed.class, failed -> {
            assertThat(failed.operation()).isEqualTo(OtpEvent.StoreFailed.Operation.REPORT);
            assertThat(failed.recipient()).contains(RECIPIENT);
            assertThat(failed.thrown()).isTrue();
        });
        assertThat(fixture.events.get(2)).isInstanceOf(OtpEvent.DeliveryReported.class);
        assertThat(fixture.events.get(3))
                .isInstanceOfSatisfying(
                        OtpEvent.StoreFailed.class,
                        failed -> assertThat(failed.operation()).isEqualTo(OtpEvent.StoreFailed.Operation.OPT_IN));
        assertThat(fixture.events).hasSize(4);
    }

    @Test
    void aStoreThatCannotKeepAnOptOutDoesNotChangeTheResultOfTheSend() {
        int[] exchanges = {0};
        OtpStore failing = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                if (++exchanges[0] > 2) {
                    throw new OtpStoreException("away");
                }
                return super.compareAndExchange(key, expected, update, ttl);
            }
        };
        whatsapp.fails(Kind.OPTED_OUT);

        assertThat(builder().store(failing).build().send(PHONE)).isInstanceOf(SendResult.Undelivered.class);

        assertThat(exchanges[0]).isEqualTo(3);
        assertThat(fixture.events.get(0))
                .isInstanceOfSatisfying(
                        OtpEvent.StoreFailed.class,
                        failed -> assertThat(failed.thrown()).isFalse());
    }

    /** The table of docs/delivery-reports.md. */
    @Test
    void asksTheStoreNoMoreThanThePageSays() {
        assertThat(fixture.calls(() -> otp.send(PHONE))).as("a send").isEqualTo(1);
        String challenge =
                sent(otp.send(OtpRequest.to(PHONE).purpose("another"))).challengeId();
        assertThat(fixture.calls(() ->
                        otp.report(DeliveryReport.delivered("whatsapp-one", ID).forChallenge(challenge))))
                .as("a message that arrived")
                .isZero();
        assertThat(fixture.calls(() -> otp.report(undelivered("whatsapp-one").forChallenge(challenge))))
                .as("a message that did not, on the node that sent it")
                .isEqualTo(1);
        assertThat(fixture.calls(() -> otp.report(undelivered("whatsapp-one").forChallenge(challenge))))
                .as("the same again")
                .isEqualTo(1);
        OtpManager another = builder().build();
        assertThat(fixture.calls(() -> another.report(optedOut("whatsapp-one").forChallenge(challenge))))
                .as("another one, on another node")
                .isEqualTo(2);
        assertThat(fixture.calls(
                        () -> builder().build().send(OtpRequest.to(PHONE).via("whatsapp"))))
                .as("a send that is refused, on another node: the exchange that fails returns the record")
                .isEqualTo(1);
        assertThat(fixture.calls(() -> builder().build().optIn(PHONE, "whatsapp")))
                .as("optIn on another node")
                .isEqualTo(2);
        fixture.clock.advance(COOLDOWN);
        whatsapp.fails(Kind.OPTED_OUT);
        OtpManager fresh = builder().build();
        assertThat(fixture.calls(() -> fresh.send("+966501234569")))
                .as("a send that meets an opt-out: issued, taken back, remembered")
                .isEqualTo(3);
    }

    @Test
    void aMessageNamesItsChallenge() throws DeliveryException {
        SendResult.Sent sent = sent(otp.send(PHONE));
        OtpMessage message = whatsapp.messages.get(0);

        assertThat(message.challengeId()).isPresent();
        assertThat(message.challengeId()).isNotEqualTo(Optional.of(sent.challengeId()));
        otp.report(
                undelivered("whatsapp-one").forChallenge(message.challengeId().orElseThrow()));
        assertThat(nextChannel()).isEqualTo("sms-one");
    }

    @Test
    void aReportFindsItsRecipientUnderThePreviousSecret() {
        OtpSecret old = OtpSecret.of(new byte[32]);
        String challenge = sent(otp.send(PHONE)).challengeId();
        OtpManager rotated =
                builder().secret(OtpSecret.random().withPrevious(old)).build();
        fixture.events.clear();

        rotated.report(undelivered("whatsapp-one").forChallenge(challenge));

        assertThat(fixture.events.get(0))
                .isInstanceOfSatisfying(
                        OtpEvent.DeliveryReported.class,
                        reported -> assertThat(reported.recipient()).contains(RECIPIENT));
        assertThat(nextChannel()).as("where the old secret still sends").isEqualTo("sms-one");
    }

    @Test
    void anOptOutThatIsReportedUnderThePreviousSecretRefusesSendsUnderTheCurrentOne() {
        String challenge = sent(otp.send(PHONE)).challengeId();
        OtpManager rotated = builder()
                .secret(OtpSecret.random().withPrevious(OtpSecret.of(new byte[32])))
                .build();

        rotated.report(optedOut("whatsapp-one").forChallenge(challenge));

        assertThat(rotated.send(OtpRequest.to(PHONE).via("whatsapp")))
                .isEqualTo(new SendResult.Refused(SendResult.Refused.Reason.OPTED_OUT, Optional.empty()));
        assertThat(rotated.status(PHONE, "default").optedOut()).containsExactly("whatsapp");
    }

    private String nextChannel(String... via) {
        fixture.clock.advance(COOLDOWN);
        OtpRequest request = OtpRequest.to(PHONE);
        return sent(otp.send(via.length == 0 ? request : request.via(via))).channel();
    }

    private static DeliveryReport undelivered(String channel) {
        return DeliveryReport.failed(
                Status.UNDELIVERED, ID, DeliveryFailure.of(channel, Kind.RECIPIENT_REJECTED, "30005", "unknown"));
    }

    private static DeliveryReport optedOut(String channel) {
        return DeliveryReport.failed(
                Status.FAILED, ID, DeliveryFailure.of(channel, Kind.OPTED_OUT, "21610", "stopped"));
    }

    private static SendResult.Sent sent(SendResult result) {
        assertThat(result).isInstanceOf(SendResult.Sent.class);
        return (SendResult.Sent) result;
    }
}
