package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.Resend;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.internal.rules.Challenge.Trace;
import dev.otpkit.internal.rules.RecipientRules.Attempt;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.rules.RecipientState.Standing;
import dev.otpkit.internal.state.StateCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules on what is known of messages: channels that failed, opt-outs, and the message that carried the code. */
class DeliveryRulesTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long MINUTE = 60_000;
    private static final ChallengeTag LOGIN = new ChallengeTag(1, 11);
    private static final OtpPolicy DEFAULTS = OtpPolicy.defaults();
    private static final OtpPolicy ROTATE =
            OtpPolicy.builder().resend(Resend.ROTATE).build();
    private static final SentMessage MESSAGE = new SentMessage("sms-one", "SM1");

    private final RecipientRules rules = new RecipientRules(List.of(DEFAULTS));
    private long nonces;

    @Test
    void remembersTheChannelThatFailedLast() {
        Issue.Issued sent = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, false);

        RecipientState one = rules.didNotArrive(sent.next(), NOW, DeliveryRulesTest::any, "sms-one");
        RecipientState two = rules.didNotArrive(one, NOW, DeliveryRulesTest::any, "sms-two");

        assertThat(trace(one)).isEqualTo(Trace.NONE.withFailedChannel("sms-one"));
        assertThat(trace(two)).isEqualTo(Trace.NONE.withFailedChannel("sms-two"));
        assertThat(rules.didNotArrive(two, NOW, DeliveryRulesTest::any, "sms-two"))
                .isSameAs(two);
        assertThat(without(two)).isEqualTo(without(sent.next()));
    }

    @Test
    void changesNothingForAChallengeThatIsAnotherADecoyOrExpired() {
        Issue.Issued sent = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, false);
        RecipientState decoy =
                issued(RecipientState.UNKNOWN, NOW, DEFAULTS, true).next();
        long expiry = sent.challenge().expiresAt();

        assertThat(rules.didNotArrive(sent.next(), NOW, challenge -> false, "x"))
                .isSameAs(sent.next());
        assertThat(rules.didNotArrive(sent.next(), expiry, DeliveryRulesTest::any, "x"))
                .isSameAs(sent.next());
        assertThat(rules.didNotArrive(sent.next(), expiry - 1, DeliveryRulesTest::any, "x"))
                .isNotEqualTo(sent.next());
        assertThat(rules.didNotArrive(decoy, NOW, DeliveryRulesTest::any, "x")).isSameAs(decoy);
        assertThat(rules.isReported(sent.next(), expiry - 1, DeliveryRulesTest::any))
                .isTrue();
        assertThat(rules.isReported(sent.next(), expiry, DeliveryRulesTest::any))
                .isFalse();
        assertThat(rules.isReported(decoy, NOW, DeliveryRulesTest::any)).isFalse();
        assertThat(rules.isReported(RecipientState.UNKNOWN, NOW, DeliveryRulesTest::any))
                .isFalse();
    }

    @Test
    void keepsTheFailedChannelForTheSameCodeAndForTheOneThatReplacesIt() {
        for (OtpPolicy policy : List.of(DEFAULTS, ROTATE)) {
            RecipientState failed = rules.didNotArrive(
                    issued(RecipientState.UNKNOWN, NOW, policy, false).next(), NOW, DeliveryRulesTest::any, "sms-one");

            Issue.Issued again = issued(failed, NOW + MINUTE, policy, false);
            assertThat(again.challenge().trace().failedChannel()).isEqualTo("sms-one");
            assertThat(issued(again.next(), NOW + 2 * MINUTE, policy, true)
                            .challenge()
                            .trace()
                            .failedChannel())
                    .as("a decoy begins with the same channel")
                    .isEqualTo("sms-one");
            assertThat(issued(again.next(), NOW + 60 * MINUTE, policy, false)
                            .challenge()
                            .trace())
                    .as("after expiry")
                    .isEqualTo(Trace.NONE);
        }
    }

    @Test
    void aWithdrawnSendKeepsTheChannelThatWasReportedInTheMeantime() {
        for (OtpPolicy policy : List.of(DEFAULTS, ROTATE)) {
            RecipientState first =
                    issued(RecipientState.UNKNOWN, NOW, policy, false).next();
            RecipientState known = rules.accepted(first, NOW, first.challenges().get(0), MESSAGE);
            Issue.Issued again = issued(known, NOW + MINUTE, policy, false);
            RecipientState failed = rules.didNotArrive(again.next(), NOW + MINUTE, DeliveryRulesTest::any, "sms-one");

            RecipientState back = rules.undelivered(failed, NOW + MINUTE, again);

            assertThat(trace(back)).isEqualTo(new Trace(MESSAGE, "sms-one", List.of()));
            assertThat(back.challenges().get(0).nonce())
                    .isEqualTo(first.challenges().get(0).nonce());
        }
    }

    @Test
    void remembersTheMessageOfTheLastSendAlone() {
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, false);
        RecipientState known = rules.accepted(first.next(), NOW, first.challenge(), MESSAGE);
        assertThat(trace(known)).isEqualTo(Trace.NONE.withMessage(MESSAGE));
        assertThat(without(known)).isEqualTo(without(first.next()));

        Issue.Issued second = issued(known, NOW + MINUTE, DEFAULTS, false);
        assertThat(second.challenge().trace())
                .as("sent again, over a channel not known yet")
                .isEqualTo(Trace.NONE);
        assertThat(rules.accepted(second.next(), NOW, first.challenge(), MESSAGE))
                .as("the first send, late")
                .isSameAs(second.next());

        RecipientState used = ((Attempt.Right)
                        rules.attempt(known, NOW, DEFAULTS, LOGIN, DeliveryRulesTest::any, DeliveryRulesTest::any))
                .next();
        assertThat(rules.accepted(used, NOW, first.challenge(), MESSAGE))
                .as("used in the meantime")
                .isSameAs(used);
    }

    @Test
    void namesTheChallengeThatWasUsed() {
        Issue.Issued sent = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, false);
        RecipientState known = rules.accepted(sent.next(), NOW, sent.challenge(), MESSAGE);

        Attempt.Right right = (Attempt.Right)
                rules.attempt(known, NOW, DEFAULTS, LOGIN, DeliveryRulesTest::any, DeliveryRulesTest::any);

        assertThat(right.used().trace().message()).isEqualTo(MESSAGE);
    }

    @Test
    void isOptedOutOnlyIfEveryMediumIs() {
        RecipientState state = rules.optOut(RecipientState.UNKNOWN, NOW, "sms");

        assertThat(rules.isOptedOut(state, List.of("sms"))).isTrue();
        assertThat(rules.isOptedOut(state, List.of("sms", "sms"))).isTrue();
        assertThat(rules.isOptedOut(state, List.of("sms", "email"))).isFalse();
        assertThat(rules.isOptedOut(state, List.of("SMS"))).isFalse();
        assertThat(rules.isOptedOut(state, List.of())).as("a test recipient").isFalse();
        assertThat(rules.isOptedOut(RecipientState.UNKNOWN, List.of("sms"))).isFalse();
        RecipientState both = rules.optOut(state, NOW, "email");
        assertThat(rules.isOptedOut(both, List.of("sms", "email"))).isTrue();
        assertThat(rules.isOptedOut(rules.optIn(both, NOW, "sms"), List.of("sms", "email")))
                .isFalse();
        assertThat(rules.optIn(rules.optIn(both, NOW, "sms"), NOW, "email")).isEqualTo(RecipientState.UNKNOWN);
        assertThat(rules.optOut(both, NOW, "sms")).isSameAs(both);
        assertThat(rules.optIn(both, NOW, "whatsapp")).isSameAs(both);
    }

    @Test
    void keepsAnOptOutThroughEveryRuleAndFor400DaysAfterEach() {
        RecipientState state = rules.optOut(RecipientState.UNKNOWN, NOW, "sms");
        Issue.Issued sent = issued(state, NOW, DEFAULTS, false);
        List<RecipientState> next = new ArrayList<>(List.of(
                state,
                sent.next(),
                rules.undelivered(sent.next(), NOW, sent),
                rules.cancel(sent.next(), NOW, LOGIN.purpose()),
                rules.unlock(sent.next(), NOW),
                rules.verifiedElsewhere(sent.next(), NOW, LOGIN),
                rules.didNotArrive(sent.next(), NOW, DeliveryRulesTest::any, "sms-one"),
                rules.accepted(sent.next(), NOW, sent.challenge(), MESSAGE)));
        next.add(((Attempt.Right) rules.attempt(
                        sent.next(), NOW, DEFAULTS, LOGIN, DeliveryRulesTest::any, DeliveryRulesTest::any))
                .next());
        next.add(((Attempt.Wrong)
                        rules.attempt(sent.next(), NOW, DEFAULTS, LOGIN, DeliveryRulesTest::any, challenge -> false))
                .next());

        assertThat(next).allSatisfy(each -> {
            assertThat(each.standing().optedOut()).containsExactly("sms");
            assertThat(rules.lifetime(each, NOW)).isEqualTo(Duration.ofDays(400).plusMinutes(1));
        });
    }

    @Test
    void aRecordThatWasKeptForAnOptOutHasALifetimeAfterIt() {
        Issue.Issued sent = issued(rules.optOut(RecipientState.UNKNOWN, NOW, "sms"), NOW, DEFAULTS, false);
        long later = NOW + Duration.ofDays(300).toMillis();

        RecipientState in = rules.optIn(sent.next(), later, "sms");

        assertThat(in.sends()).isEmpty();
        assertThat(rules.lifetime(in, later)).isPositive();
    }

    @Test
    void remembersTheLatestFifteenMedia() {
        RecipientState state = RecipientState.UNKNOWN;
        for (int i = 0; i < 20; i++) {
            state = rules.optOut(state, NOW, "medium-" + i);
        }
        assertThat(state.standing().optedOut())
                .hasSize(Standing.MAX_OPTED_OUT)
                .startsWith("medium-5")
                .endsWith("medium-19");
    }

    @Test
    void aRecordThatWouldBeTooLongLosesMessagesFirstAndThenTheOldestOptOuts() {
        String name = "\u0645".repeat(64);
        List<Long> events = IntStream.range(0, 100).mapToObj(i -> NOW).toList();
        List<Challenge> challenges = IntStream.range(0, 4)
                .mapToObj(i -> new Challenge(new ChallengeTag(1, i), new Nonce(1, i), NOW, NOW, NOW, 1, 1)
                        .traced(new Trace(new SentMessage(name, name), name, List.of(1L, 2L))))
                .toList();
        Standing little = new Standing(NOW, List.of("sms", "whatsapp"));
        Standing much = new Standing(
                NOW,
                IntStream.range(0, 15)
                        .mapToObj(i -> name.substring(2) + (10 + i))
                        .toList());

        RecipientState kept = written(new RecipientState(events, events, challenges, little));
        assertThat(kept.standing()).isEqualTo(little);
        assertThat(kept.challenges()).extracting(Challenge::trace).containsOnly(Trace.NONE);
        assertThat(kept.sends()).hasSize(100);

        RecipientState least = written(new RecipientState(events, events, challenges, much));
        assertThat(least.standing().verifiedAt()).isEqualTo(NOW);
        assertThat(least.standing().optedOut())
                .hasSizeBetween(3, 14)
                .isEqualTo(
                        much.optedOut().subList(15 - least.standing().optedOut().size(), 15));
        assertThat(least.challenges()).hasSize(4);

        RecipientState small = new RecipientState(events.subList(0, 5), List.of(), challenges.subList(0, 1), little);
        assertThat(written(small)).isEqualTo(small);
    }

    private static RecipientState written(RecipientState state) {
        assertThat(StateCodec.encode(state).bytes()).hasSizeLessThanOrEqualTo(StateCodec.MAX_BYTES);
        return StateCodec.decode(StateCodec.encode(state));
    }

    private static boolean any(Challenge challenge) {
        return true;
    }

    private Issue.Issued issued(RecipientState state, long now, OtpPolicy policy, boolean decoy) {
        return (Issue.Issued) rules.issue(state, now, policy, LOGIN, decoy, () -> new Nonce(++nonces, 0));
    }

    private static Trace trace(RecipientState state) {
        assertThat(state.challenges()).hasSize(1);
        return state.challenges().get(0).trace();
    }

    private static RecipientState without(RecipientState state) {
        return new RecipientState(
                state.sends(),
                state.failures(),
                state.challenges().stream().map(each -> each.traced(Trace.NONE)).toList(),
                state.standing());
    }
}
