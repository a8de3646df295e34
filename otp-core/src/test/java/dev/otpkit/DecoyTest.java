package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.START;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecoyTest {
    private static final String OTHER = "+966507654321";

    private final ManagerFixture fixture = new ManagerFixture();
    private final LogRecorder log = new LogRecorder();

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    @Test
    void sendsNothingAndLooksSent() {
        OtpManager otp = fixture.builder().build();

        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy(PHONE));

        assertThat(fixture.sms.messages).isEmpty();
        assertThat(sent.recipient()).isEqualTo(new PhoneNumber(PHONE));
        assertThat(sent.channel()).isEqualTo("sms-one");
        assertThat(sent.confirmed()).isTrue();
        assertThat(sent.expiresAt()).isEqualTo(START.plus(Duration.ofMinutes(5)));
        assertThat(sent.resendAfter()).isEqualTo(START.plusSeconds(30));
        assertThat(sent.challengeId()).hasSameSizeAs(((SendResult.Sent) otp.send(OTHER)).challengeId());
        assertThat(sent.developmentCode()).isEmpty();
        assertThat(sent.toString().toLowerCase(Locale.ROOT)).doesNotContain("decoy");
    }

    @Test
    void isMarkedInTheRecordAndInTheEventAlone() {
        OtpManager otp = fixture.builder().build();
        otp.send(OTHER);
        fixture.store.records.clear();
        fixture.events.clear();
        log.clear();

        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy(PHONE));

        assertThat(sent.providerMessageId())
                .hasValueSatisfying(id -> assertThat(id).matches("id-\\d"));
        assertThat(fixture.states())
                .singleElement()
                .satisfies(state -> assertThat(state.challenges())
                        .extracting(Challenge::decoy)
                        .containsExactly(true));
        assertThat(fixture.events).singleElement().isInstanceOfSatisfying(OtpEvent.Sent.class, event -> {
            assertThat(event.decoy()).isTrue();
            assertThat(event.channel()).isEqualTo("sms-one");
            assertThat(event.providerMessageId()).as("no provider knows it").isEmpty();
            assertThat(event.channelDurations()).isEmpty();
        });
        assertThat(log.lines())
                .containsExactly("INFO sent no default code to +966•••••4567 [f1e33dfe] over sms-one:"
                        + " the request was a decoy");

        otp.send("+966501234568");
        assertThat(((OtpEvent.Sent) fixture.events.get(1)).decoy()).isFalse();
    }

    @Test
    void playsTheFailuresOfTheChannelsAndReportsNoneOfThem() {
        ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.fails(Kind.UNAVAILABLE);
        otp.send(OTHER);
        log.clear();
        fixture.events.clear();

        SendResult.Sent fellBack = (SendResult.Sent) otp.send(decoy(PHONE));

        assertThat(fellBack.channel()).isEqualTo("sms-two");
        assertThat(((OtpEvent.Sent) fixture.events.get(0)).failures()).isEmpty();
        assertThat(log.lines())
                .containsExactly("INFO sent no default code to +966•••••4567 [f1e33dfe] over sms-two:"
                        + " the request was a decoy");
        assertThat(fixture.sms.messages).hasSize(1);
        assertThat(second.messages).hasSize(1);
    }

    @Test
    void isUndeliveredLikeOthersAndThenNothingIsPending() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.fails(Kind.MISCONFIGURED);
        SendResult real = otp.send(OTHER);
        log.clear();
        fixture.events.clear();

        SendResult played = otp.send(decoy(PHONE));

        assertThat(played).isEqualTo(real).isInstanceOf(SendResult.Undelivered.class);
        assertThat(fixture.events).singleElement().isInstanceOfSatisfying(OtpEvent.Undelivered.class, event -> {
            assertThat(event.decoy()).isTrue();
            assertThat(event.failures()).isEmpty();
            assertThat(event.channelDurations()).isEmpty();
        });
        assertThat(log.lines())
                .containsExactly("INFO sent no default code to +966•••••4567 [f1e33dfe]:"
                        + " the request was a decoy, and failed as recent sends did");
        assertThat(reason(otp.verify(PHONE, "123456"))).isEqualTo(Reason.NO_PENDING_CODE);
        assertThat(otp.send(decoy(PHONE))).as("no cooldown").isInstanceOf(SendResult.Undelivered.class);
    }

    @Test
    void mayBeUncertainAndThenACodeIsPending() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.fails(Kind.UNCERTAIN);
        otp.send(OTHER);

        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy(PHONE));

        assertThat(sent.confirmed()).isFalse();
        assertThat(sent.providerMessageId()).isEmpty();
        assertThat(reason(otp.verify(PHONE, "123456"))).isEqualTo(Reason.WRONG_CODE);
    }

    @Test
    void aChannelThatItDoesNotReachInTimeIsNotLogged() {
        ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
        OtpManager otp = fixture.builder()
                .channel(second)
                .deliveryTimeout(Duration.ofMillis(100))
                .build();
        fixture.sms.does(message -> {
            ManagerFixture.pause(120);
            throw new DeliveryException(DeliveryFailure.of("sms-one", Kind.UNAVAILABLE, null, "slow"));
        });
        otp.send(OTHER);
        assertThat(log.lines()).anyMatch(line -> line.contains("sms-two is not tried"));
        log.clear();

        assertThat(otp.send(decoy(PHONE))).isInstanceOf(SendResult.Undelivered.class);

        assertThat(log.lines()).noneMatch(line -> line.contains("is not tried"));
    }

    @Test
    void playsNoRefusalThatIsDueToARecipient() {
        OtpManager otp = fixture.builder().build();
        for (Kind kind : List.of(Kind.RECIPIENT_REJECTED, Kind.OPTED_OUT)) {
            fixture.sms.fails(kind);
            assertThat(otp.send(OTHER)).isInstanceOf(SendResult.Undelivered.class);
        }

        assertThat(otp.send(decoy(PHONE)).isSent()).isTrue();
    }

    @Test
    @Timeout(60)
    void waitsAsLongAsARecentDelivery() {
        VirtualPace pace = new VirtualPace();
        ManagerFixture.Outbox slow = new ManagerFixture.Outbox("slow", "sms", true).does(message -> {
            pace.sleep(Duration.ofMinutes(3));
            return DeliveryReceipt.accepted();
        });
        OtpManager otp = fixture.bare()
                .deliveryTimeout(Duration.ofMinutes(10))
                .channel(slow, new RecentDeliveries(pace, new Random(1)))
                .build();
        otp.send(PHONE);
        assertThat(pace.now()).isEqualTo(Duration.ofMinutes(3));

        otp.send(decoy(OTHER));

        assertThat(pace.now()).isEqualTo(Duration.ofMinutes(6));
        assertThat(slow.messages).hasSize(1);
    }

    @Test
    void anInterruptEndsItsWaitLikeThatOfADelivery() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.does(message -> {
            ManagerFixture.pause(5);
            return DeliveryReceipt.of("id-1");
        });
        otp.send(OTHER);

        Thread.currentThread().interrupt();
        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy(PHONE));

        assertThat(Thread.interrupted()).as("the flag").isTrue();
        assertThat(sent.confirmed()).isFalse();
        assertThat(reason(otp.verify(PHONE, "123456"))).isEqualTo(Reason.WRONG_CODE);
    }

    @Test
    void noGuessIsRightNotEvenItsCode() {
        OtpManager otp = fixture.builder().developmentMode(true).build();
        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy(PHONE));
        String code = sent.developmentCode().orElseThrow();

        assertThat(reason(otp.verify(PHONE, code))).isEqualTo(Reason.WRONG_CODE);
        assertThat(reason(otp.verify(VerifyRequest.of(new PhoneNumber(PHONE), code))))
                .isEqualTo(Reason.WRONG_CODE);
        assertThat(otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), code)))
                .isEqualTo(new VisibleAnswer(Reason.WRONG_CODE, 2).result());
    }

    private record VisibleAnswer(Reason reason, int attemptsLeft) {
        VerifyResult result() {
            return new VerifyResult.Rejected(reason, OptionalInt.of(attemptsLeft), Optional.empty());
        }
    }

    @Test
    void noGuessIsRightUnderThePreviousSecret() {
        OtpSecret old = OtpSecret.random();
        OtpManager before = fixture.builder().secret(old).developmentMode(true).build();
        OtpManager after =
                fixture.builder().secret(OtpSecret.random().withPrevious(old)).build();
        SendResult.Sent sent = (SendResult.Sent) before.send(decoy(PHONE));
        String code = sent.developmentCode().orElseThrow();

        assertThat(reason(after.verify(PHONE, code))).isEqualTo(Reason.WRONG_CODE);
        assertThat(reason(after.verify(VerifyRequest.ofChallenge(sent.challengeId(), code))))
                .isEqualTo(Reason.WRONG_CODE);
    }

    @Test
    void noGuessIsRightForATestRecipient() {
        OtpManager otp = fixture.builder()
                .testRecipient(PHONE, "default", "424242", START.plusSeconds(3600))
                .build();

        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy(PHONE));

        assertThat(sent.channel()).isEqualTo("test");
        assertThat(reason(otp.verify(PHONE, "424242"))).isEqualTo(Reason.WRONG_CODE);
        fixture.clock.advance(Duration.ofMinutes(1));
        otp.send(PHONE);
        assertThat(otp.verify(PHONE, "424242").isVerified()).isTrue();
    }

    @Test
    void itsCodeAndMessageAreThereInDevelopmentModeAndTheLogSaysThatItIsNeverRight() {
        OtpManager otp = fixture.builder().developmentMode(true).build();
        log.clear();

        SendResult.Sent sent = (SendResult.Sent) otp.send(decoy(PHONE));

        String code = sent.developmentCode().orElseThrow();
        assertThat(sent.channel()).isEqualTo("development");
        assertThat(sent.developmentMessage().orElseThrow().text()).contains(code);
        assertThat(log.lines().get(0))
                .isEqualTo("INFO the default code for +966•••••4567 is " + code
                        + ", but it is that of a decoy and never right");
        assertThat(log.lines().get(1)).startsWith("DEBUG the default message for +966•••••4567: subject ");
        assertThat(log.loggersOf(code)).containsOnly("dev.otpkit.development");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRealSendAfterADecoyMakesANewCodeWithTheAttemptsLeftAndTheOtherWayRound(boolean decoyFirst) {
        OtpManager otp = fixture.builder().build();
        otp.send(decoyFirst ? decoy(PHONE) : OtpRequest.to(PHONE));
        long first = fixture.states().get(0).challenges().get(0).nonce().high();
        String firstCode = decoyFirst ? "000000" : fixture.sms.lastCode();
        otp.verify(PHONE, wrong(firstCode));
        OtpRequest next = decoyFirst ? OtpRequest.to(PHONE) : decoy(PHONE);
        assertThat(otp.send(next))
                .isEqualTo(new SendResult.Refused(
                        SendResult.Refused.Reason.RESEND_TOO_SOON, Optional.of(START.plusSeconds(30))));
        fixture.clock.advance(Duration.ofSeconds(30));

        assertThat(otp.send(next).isSent()).isTrue();

        assertThat(fixture.states()).hasSize(1);
        assertThat(fixture.states().get(0).sends()).hasSize(2);
        assertThat(fixture.states().get(0).challenges()).singleElement().satisfies(challenge -> {
            assertThat(challenge.nonce().high()).isNotEqualTo(first);
            assertThat(challenge.attemptsUsed()).isEqualTo(1);
            assertThat(challenge.decoy()).isEqualTo(!decoyFirst);
        });
        if (decoyFirst) {
            assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
        } else {
            assertThat(otp.verify(PHONE, firstCode))
                    .as("the code of before")
                    .isEqualTo(new VisibleAnswer(Reason.WRONG_CODE, 3).result());
        }
    }

    @Test
    void aDecoyAfterADecoyIsRepeatedLikeARealOne() {
        OtpManager otp = fixture.builder().build();
        otp.send(decoy(PHONE));
        fixture.clock.advance(Duration.ofSeconds(30));
        otp.send(decoy(PHONE));

        assertThat(fixture.states().get(0).challenges())
                .extracting(Challenge::sends)
                .containsExactly(2);
    }

    /** Every refusal and rejection, by way of the ones before it. */
    @Test
    void everyAnswerAfterItIsThatToARealOne() {
        List<Function<OtpManager, List<Object>>> scenarios = List.of(
                this::cooldownAndLimits, this::guessesUntilExhausted, this::expiry, this::cancelled, this::locked);
        for (Function<OtpManager, List<Object>> scenario : scenarios) {
            List<Object> real = answers(scenario, request -> request);
            List<Object> played = answers(scenario, OtpRequest::decoy);

            assertThat(played).isEqualTo(real).hasSizeGreaterThan(2);
        }
    }

    private UnaryOperator<OtpRequest> kind = request -> request;

    private List<Object> answers(Function<OtpManager, List<Object>> scenario, UnaryOperator<OtpRequest> kind) {
        fixture.store.records.clear();
        fixture.store.counters.clear();
        fixture.clock.set(START);
        this.kind = kind;
        return scenario.apply(fixture.builder()
                .clientSendLimit(RateLimit.of(20, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(100, Duration.ofHours(1)))
                .build());
    }

    private SendResult send(OtpManager otp, String address) {
        return otp.send(kind.apply(OtpRequest.to(address).clientAddress("203.0.113.9")));
    }

    private static Object visible(SendResult result) {
        return result instanceof SendResult.Sent sent
                ? List.of(
                        sent.recipient(),
                        sent.channel(),
                        sent.expiresAt(),
                        sent.resendAfter(),
                        sent.confirmed(),
                        sent.challengeId().length())
                : result;
    }

    private List<Object> cooldownAndLimits(OtpManager otp) {
        List<Object> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(visible(send(otp, PHONE)));
            answers.add(visible(send(otp, i + EMAIL)));
            fixture.clock.advance(Duration.ofSeconds(17));
        }
        return answers;
    }

    private List<Object> guessesUntilExhausted(OtpManager otp) {
        SendResult.Sent sent = (SendResult.Sent) send(otp, EMAIL);
        List<Object> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(otp.verify(EMAIL, guess()));
            answers.add(otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), guess())));
            answers.add(otp.verify(EMAIL, "12345"));
            answers.add(otp.verify(VerifyRequest.of(EMAIL, guess()).boundTo("session")));
        }
        return answers;
    }

    /** Returns a code that is neither that of a real send, in all likelihood, nor always the same. */
    private String guess() {
        return fixture.email.messages.isEmpty() ? "271828" : wrong(fixture.email.lastCode());
    }

    private List<Object> expiry(OtpManager otp) {
        List<Object> answers = new ArrayList<>();
        send(otp, EMAIL);
        fixture.clock.advance(Duration.ofMinutes(5).minusMillis(1));
        answers.add(otp.verify(EMAIL, guess()));
        fixture.clock.advance(Duration.ofMillis(1));
        answers.add(otp.verify(EMAIL, guess()));
        answers.add(visible(send(otp, EMAIL)));
        answers.add(otp.verify(EMAIL, guess()));
        return answers;
    }

    private List<Object> cancelled(OtpManager otp) {
        List<Object> answers = new ArrayList<>();
        send(otp, EMAIL);
        answers.add(otp.verify(EMAIL, guess()));
        otp.cancel(EMAIL, "default");
        answers.add(otp.verify(EMAIL, guess()));
        answers.add(visible(send(otp, EMAIL)));
        answers.add(otp.verify(EMAIL, guess()));
        return answers;
    }

    private List<Object> locked(OtpManager otp) {
        List<Object> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(visible(send(otp, EMAIL)));
            for (int guess = 0; guess < 5; guess++) {
                answers.add(otp.verify(EMAIL, guess()));
            }
            fixture.clock.advance(Duration.ofMinutes(6));
        }
        otp.unlock(EMAIL);
        answers.add(visible(send(otp, EMAIL)));
        return answers;
    }

    @Test
    void isRefusedBeforeAnythingIsCountedLikeARealOne() {
        OtpManager otp = fixture.bare()
                .channel(fixture.sms)
                .recipientFilter(recipient -> !recipient.address().equals(PHONE))
                .build();

        assertThat(otp.send(decoy(PHONE)))
                .isEqualTo(new SendResult.Refused(SendResult.Refused.Reason.NOT_ALLOWED, Optional.empty()));
        assertThat(otp.send(decoy(EMAIL)))
                .isEqualTo(new SendResult.Refused(SendResult.Refused.Reason.NO_CHANNEL, Optional.empty()));
        assertThat(otp.send(decoy("nobody")))
                .isEqualTo(new SendResult.Refused(SendResult.Refused.Reason.INVALID_RECIPIENT, Optional.empty()));
        assertThat(fixture.store.calls).hasValue(0);
    }

    @Test
    void itsMessageIsRenderedToo() {
        OtpManager otp = fixture.builder()
                .messages(context -> {
                    throw new IllegalStateException("no text");
                })
                .build();

        assertThatThrownBy(() -> otp.send(decoy(PHONE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no text");
        assertThat(reason(otp.verify(PHONE, "123456"))).isEqualTo(Reason.NO_PENDING_CODE);
    }

    @Test
    void takesTheSameRequestsToTheStore() {
        assertThat(requests(OtpRequest::decoy)).isEqualTo(requests(request -> request));
    }

    private List<Integer> requests(UnaryOperator<OtpRequest> kind) {
        fixture.store.records.clear();
        fixture.store.calls.set(0);
        OtpManager otp = fixture.builder().build();
        List<Integer> requests = new ArrayList<>();
        otp.send(kind.apply(OtpRequest.to(EMAIL)));
        requests.add(fixture.store.calls.getAndSet(0));
        otp.verify(EMAIL, guess());
        requests.add(fixture.store.calls.getAndSet(0));
        otp.send(kind.apply(OtpRequest.to(EMAIL)));
        requests.add(fixture.store.calls.getAndSet(0));
        fixture.clock.advance(Duration.ofMinutes(1));
        otp.send(kind.apply(OtpRequest.to(EMAIL)));
        requests.add(fixture.store.calls.getAndSet(0));
        return requests;
    }

    @Test
    void aRequestStaysADecoyWhateverElseIsSet() {
        OtpRequest request = OtpRequest.to(PHONE).decoy();
        Map<String, OtpRequest> changed = Map.of(
                "purpose", request.purpose("login"),
                "via", request.via("sms"),
                "locale", request.locale(Locale.FRENCH),
                "boundTo", request.boundTo("session"),
                "clientAddress", request.clientAddress("203.0.113.9"),
                "decoy", request.decoy());

        assertThat(changed)
                .allSatisfy((name, each) -> assertThat(each.isDecoy()).as(name).isTrue());
        assertThat(OtpRequest.to(PHONE).isDecoy()).isFalse();
        OtpRequest plain = OtpRequest.to(new PhoneNumber(PHONE))
                .purpose("login")
                .via("sms")
                .boundTo("session");
        assertThat(plain.decoy().purpose()).isEqualTo("login");
        assertThat(plain.decoy().via()).containsExactly("sms");
        assertThat(plain.decoy().binding()).isEqualTo("session");
        assertThat(plain.isDecoy()).isFalse();
        assertThat(plain.decoy().toString().toLowerCase(Locale.ROOT)).doesNotContain("decoy");
    }

    private static OtpRequest decoy(String address) {
        return OtpRequest.to(address).decoy();
    }

    private static Reason reason(VerifyResult result) {
        return ((VerifyResult.Rejected) result).reason();
    }
}
