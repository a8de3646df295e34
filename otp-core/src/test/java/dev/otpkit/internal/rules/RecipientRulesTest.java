package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.Resend;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import dev.otpkit.internal.rules.Challenge.Trace;
import dev.otpkit.internal.rules.RecipientRules.Attempt;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.rules.RecipientState.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RecipientRulesTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final ChallengeTag LOGIN = new ChallengeTag(1, 11);
    private static final OtpPolicy DEFAULTS = OtpPolicy.defaults();
    private static final OtpPolicy NO_COOLDOWN =
            OtpPolicy.builder().resendCooldown(Duration.ZERO).build();
    private static final OtpPolicy NO_LIMIT = OtpPolicy.builder()
            .sendLimits(RateLimit.of(100, Duration.ofSeconds(1)))
            .build();

    private final RecipientRules rules = new RecipientRules(List.of(DEFAULTS), true);
    private long nonces;

    @Test
    void drawsANonceForANewChallengeAlone() {
        AtomicInteger drawn = new AtomicInteger();
        Supplier<Nonce> nonces = () -> new Nonce(drawn.incrementAndGet(), 0);
        RecipientState sent = ((Issue.Issued)
                        rules.issue(RecipientState.UNKNOWN, NOW, OtpPolicy.defaults(), LOGIN, false, nonces))
                .next();
        assertThat(drawn).hasValue(1);
        assertThat(rules.issue(sent, NOW + 1, OtpPolicy.defaults(), LOGIN, false, nonces))
                .isInstanceOf(Issue.Refused.class);
        assertThat(rules.issue(sent, NOW + MINUTE, OtpPolicy.defaults(), LOGIN, false, nonces))
                .isInstanceOf(Issue.Issued.class);
        assertThat(drawn).as("refused, then repeated").hasValue(1);
    }

    @Test
    void repeatsTheCodeWithinItsFirstExpiryAndMakesANewOneFromThenOn() {
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN);
        Issue.Issued second = issued(first.next(), NOW + 5 * MINUTE - 1, DEFAULTS, LOGIN);
        Issue.Issued third = issued(second.next(), NOW + 5 * MINUTE, NO_COOLDOWN, LOGIN);

        assertThat(second.challenge().nonce()).isEqualTo(first.challenge().nonce());
        assertThat(second.challenge().createdAt()).isEqualTo(NOW);
        assertThat(second.challenge().expiresAt()).isEqualTo(NOW + 10 * MINUTE - 1);
        assertThat(second.challenge().sends()).isEqualTo(2);
        assertThat(third.challenge().nonce()).isNotEqualTo(first.challenge().nonce());
        assertThat(third.next().challenges()).containsExactly(third.challenge());
    }

    @Test
    void rotatesWhenAskedTo() {
        OtpPolicy rotate = OtpPolicy.builder().resend(Resend.ROTATE).build();
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, rotate, LOGIN);
        Issue.Issued second = issued(first.next(), NOW + 30 * SECOND, rotate, LOGIN);

        assertThat(second.challenge().nonce()).isNotEqualTo(first.challenge().nonce());
        assertThat(second.challenge().sends()).isEqualTo(1);
    }

    @Test
    void aRotatedCodeInheritsTheAttemptsOfALiveOneOnly() {
        OtpPolicy rotate = OtpPolicy.builder().resend(Resend.ROTATE).build();
        RecipientState guessed = wrong(
                        issued(RecipientState.UNKNOWN, NOW, rotate, LOGIN).next(), NOW, rotate)
                .next();

        assertThat(issued(guessed, NOW + 30 * SECOND, rotate, LOGIN).challenge().attemptsUsed())
                .isEqualTo(1);
        assertThat(issued(guessed, NOW + 5 * MINUTE, rotate, LOGIN).challenge().attemptsUsed())
                .isZero();
    }

    @Test
    void namesTheLatestRetryAfterOfAllThatApplyAndTheGravestReason() {
        OtpPolicy policy = OtpPolicy.builder()
                .sendLimits(RateLimit.of(1, Duration.ofMinutes(10)))
                .failureLimit(RateLimit.of(1, Duration.ofMinutes(2)))
                .resendCooldown(Duration.ofMinutes(20))
                .expiry(Duration.ofHours(1))
                .build();
        RecipientState state =
                issued(RecipientState.UNKNOWN, NOW, policy, LOGIN).next();
        state = wrong(state, NOW, policy).next();

        assertThat(issue(state, NOW + MINUTE, policy, LOGIN))
                .isEqualTo(new Issue.Refused(
                        SendResult.Refused.Reason.LOCKED,
                        Instant.ofEpochMilli(NOW + 20 * MINUTE),
                        Optional.of(policy.failureLimit())));
        assertThat(issue(state, NOW + 2 * MINUTE, policy, LOGIN))
                .isEqualTo(new Issue.Refused(
                        SendResult.Refused.Reason.RATE_LIMITED,
                        Instant.ofEpochMilli(NOW + 20 * MINUTE),
                        Optional.of(policy.sendLimits().get(0))));
        assertThat(issue(state, NOW + 10 * MINUTE, policy, LOGIN))
                .isEqualTo(new Issue.Refused(
                        SendResult.Refused.Reason.RESEND_TOO_SOON,
                        Instant.ofEpochMilli(NOW + 20 * MINUTE),
                        Optional.empty()));
        assertThat(issue(state, NOW + 20 * MINUTE - 1, policy, LOGIN)).isInstanceOf(Issue.Refused.class);
        assertThat(issue(state, NOW + 20 * MINUTE, policy, LOGIN)).isInstanceOf(Issue.Issued.class);
    }

    @Test
    void namesTheLimitThatHoldsLongest() {
        RateLimit burst = RateLimit.of(1, Duration.ofMinutes(1));
        RateLimit day = RateLimit.of(1, Duration.ofDays(1));
        RateLimit hour = RateLimit.of(1, Duration.ofHours(1));
        OtpPolicy policy = OtpPolicy.builder().sendLimits(burst, day, hour).build();
        RecipientRules limited = new RecipientRules(List.of(policy));
        RecipientState state = ((Issue.Issued)
                        limited.issue(RecipientState.UNKNOWN, NOW, policy, LOGIN, false, () -> new Nonce(1, 1)))
                .next();

        assertThat(limited.issue(state, NOW + 1, policy, LOGIN, false, () -> new Nonce(2, 2)))
                .isEqualTo(new Issue.Refused(
                        SendResult.Refused.Reason.RATE_LIMITED,
                        Instant.ofEpochMilli(NOW + 24 * 60 * MINUTE),
                        Optional.of(day)));
    }

    @Test
    void noGuessAtADecoyIsRightAndEachCounts() {
        Issue.Issued decoy =
                (Issue.Issued) rules.issue(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN, true, () -> new Nonce(1, 1));
        assertThat(decoy.challenge().decoy()).isTrue();
        AtomicInteger compared = new AtomicInteger();

        RecipientState state = decoy.next();
        for (int left = 4; left >= 0; left--) {
            Attempt.Wrong wrong = (Attempt.Wrong) rules.attempt(
                    state, NOW + 1, DEFAULTS, LOGIN, challenge -> true, challenge -> compared.incrementAndGet() > 0);
            assertThat(wrong.attemptsLeft()).isEqualTo(left);
            state = wrong.next();
        }

        assertThat(compared).as("guesses that were compared like any other").hasValue(5);
        assertThat(rules.attempt(state, NOW + 1, DEFAULTS, LOGIN, challenge -> true, challenge -> true))
                .isEqualTo(rejected(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS));
    }

    @Test
    void aDecoyAndACodeThatWasSentNeverRepeatEachOther() {
        for (boolean first : new boolean[] {false, true}) {
            for (boolean second : new boolean[] {false, true}) {
                Issue.Issued one = (Issue.Issued)
                        rules.issue(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN, first, () -> new Nonce(1, 1));
                RecipientState guessed = wrong(one.next(), NOW, DEFAULTS).next();

                Issue.Issued two = (Issue.Issued)
                        rules.issue(guessed, NOW + 30 * SECOND, DEFAULTS, LOGIN, second, () -> new Nonce(2, 2));

                assertThat(two.challenge().nonce()).isEqualTo(first == second ? new Nonce(1, 1) : new Nonce(2, 2));
                assertThat(two.challenge().decoy()).isEqualTo(second);
                assertThat(two.challenge().attemptsUsed()).isEqualTo(1);
                assertThat(two.next().challenges()).hasSize(1);
            }
        }
    }

    @Test
    void keepsTheMarkAndTheTraceOfAChallengeAndTheStandingOfItsRecipient() {
        Trace trace = new Trace(null, "mail", List.of(7L));
        Challenge traced = new Challenge(LOGIN, new Nonce(1, 1), NOW, NOW + MINUTE, NOW, 0, 1, true, trace);
        Standing standing = new Standing(NOW, List.of("sms"));
        RecipientState state = new RecipientState(List.of(NOW), List.of(), List.of(traced), standing);
        ChallengeTag reset = new ChallengeTag(2, 22);

        Issue.Issued again =
                (Issue.Issued) rules.issue(state, NOW + 30 * SECOND, DEFAULTS, LOGIN, true, () -> new Nonce(2, 2));
        Issue.Issued another = issued(state, NOW + 1, DEFAULTS, reset);
        List<RecipientState> next = List.of(
                again.next(),
                wrong(state, NOW + 1, DEFAULTS).next(),
                another.next(),
                rules.undelivered(another.next(), NOW + 2, another),
                rules.undelivered(again.next(), NOW + 31 * SECOND, again),
                rules.verifiedElsewhere(state, NOW + 1, reset),
                rules.cancel(state, NOW + 1, reset.purpose()),
                rules.unlock(state, NOW + 1));

        assertThat(next).allSatisfy(each -> {
            assertThat(each.standing()).isEqualTo(standing);
            assertThat(each.challenges().stream()
                            .filter(challenge -> challenge.hasTag(LOGIN))
                            .toList())
                    .singleElement()
                    .satisfies(challenge -> {
                        assertThat(challenge.decoy()).isTrue();
                        assertThat(challenge.trace()).isEqualTo(trace);
                    });
        });
        assertThat(rules.cancel(state, NOW, LOGIN.purpose()).standing()).isEqualTo(standing);
        assertThat(rules.verifiedElsewhere(state, NOW, LOGIN).standing()).isEqualTo(standing);
        assertThat(another.challenge().trace()).as("of a new challenge").isEqualTo(Trace.NONE);
    }

    @Test
    void cooldownIsPerChallenge() {
        RecipientState state =
                issued(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN).next();

        assertThat(issue(state, NOW + 1, DEFAULTS, LOGIN)).isInstanceOf(Issue.Refused.class);
        assertThat(issue(state, NOW + 1, DEFAULTS, new ChallengeTag(1, 12))).isInstanceOf(Issue.Issued.class);
    }

    @Test
    void expiredAndExhaustedChallengesGiveWayFirstThenTheOldest() {
        OtpPolicy once = OtpPolicy.builder().maxAttempts(1).build();
        RecipientState state = RecipientState.UNKNOWN;
        for (int i = 0; i < 4; i++) {
            state = issued(state, NOW + i, DEFAULTS, new ChallengeTag(i, i)).next();
        }
        Attempt.Wrong exhausted = (Attempt.Wrong)
                rules.attempt(state, NOW + 10, once, new ChallengeTag(2, 2), challenge -> true, challenge -> false);

        assertThat(tags(issued(exhausted.next(), NOW + 20, DEFAULTS, new ChallengeTag(9, 9))
                        .next()))
                .containsExactly(0L, 1L, 3L, 9L);
        assertThat(tags(issued(state, NOW + 20, DEFAULTS, new ChallengeTag(9, 9))
                        .next()))
                .containsExactly(1L, 2L, 3L, 9L);

        RecipientState third = issued(
                        withdrawn(state, new ChallengeTag(3, 3)), NOW - 100 * MINUTE, NO_LIMIT, new ChallengeTag(3, 3))
                .next();
        assertThat(tags(issued(third, NOW + 20, DEFAULTS, new ChallengeTag(9, 9))
                        .next()))
                .containsExactly(0L, 1L, 2L, 9L);
    }

    @Test
    void countsAGuessBeforeItsAnswerAndExhaustsForEveryPolicy() {
        OtpPolicy twice = OtpPolicy.builder().maxAttempts(2).build();
        RecipientState state = issued(RecipientState.UNKNOWN, NOW, twice, LOGIN).next();
        Attempt.Wrong first = wrong(state, NOW, twice);
        Attempt.Wrong second = wrong(first.next(), NOW + 1, twice);

        assertThat(first.attemptsLeft()).isEqualTo(1);
        assertThat(second.attemptsLeft()).isZero();
        assertThat(second.next().failures()).containsExactly(NOW, NOW + 1);
        assertThat(rules.attempt(second.next(), NOW + 2, DEFAULTS, LOGIN, challenge -> true, challenge -> true))
                .isEqualTo(rejected(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS));
    }

    @Test
    void attemptsLeftTellsOfTheFailureBudgetToo() {
        OtpPolicy policy = OtpPolicy.builder()
                .failureLimit(RateLimit.of(3, Duration.ofHours(1)))
                .build();
        RecipientState state =
                issued(RecipientState.UNKNOWN, NOW, policy, LOGIN).next();

        Attempt.Wrong first = wrong(state, NOW, policy);
        assertThat(first.attemptsLeft()).isEqualTo(2);
        RecipientState later =
                issued(first.next(), NOW + 60 * MINUTE - 1, policy, LOGIN).next();
        assertThat(wrong(later, NOW + 60 * MINUTE - 1, policy).attemptsLeft()).isEqualTo(1);
        assertThat(wrong(later, NOW + 60 * MINUTE, policy).attemptsLeft())
                .as("once the first failure has aged")
                .isEqualTo(2);
    }

    @Test
    void locksUntilTheOldestFailureHasAged() {
        OtpPolicy policy = OtpPolicy.builder()
                .failureLimit(RateLimit.of(2, Duration.ofMinutes(1)))
                .build();
        RecipientState state =
                issued(RecipientState.UNKNOWN, NOW, policy, LOGIN).next();
        state = wrong(state, NOW, policy).next();
        state = wrong(state, NOW + 10 * SECOND, policy).next();

        assertThat(rules.attempt(state, NOW + MINUTE - 1, policy, LOGIN, challenge -> true, challenge -> true))
                .extracting(attempt -> ((Attempt.Rejected) attempt).retryAfter())
                .isEqualTo(Optional.of(Instant.ofEpochMilli(NOW + MINUTE)));
        assertThat(rules.attempt(state, NOW + MINUTE, policy, LOGIN, challenge -> true, challenge -> true))
                .isInstanceOf(Attempt.Right.class);
    }

    @Test
    void successForgetsTheChallengeAndAllFailures() {
        RecipientState state = wrong(
                        issued(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN).next(), NOW, DEFAULTS)
                .next();
        Attempt.Right right =
                (Attempt.Right) rules.attempt(state, NOW, DEFAULTS, LOGIN, challenge -> true, challenge -> true);

        assertThat(right.next())
                .isEqualTo(new RecipientState(List.of(NOW), List.of(), List.of(), new Standing(NOW, List.of())));
        assertThat(rules.attempt(right.next(), NOW, DEFAULTS, LOGIN, challenge -> true, challenge -> true))
                .isEqualTo(rejected(VerifyResult.Rejected.Reason.NO_PENDING_CODE));
    }

    @Test
    void aCodeIsValidUntilExactlyItsExpiry() {
        RecipientState state =
                issued(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN).next();

        assertThat(rules.attempt(state, NOW + 5 * MINUTE - 1, DEFAULTS, LOGIN, challenge -> true, challenge -> true))
                .isInstanceOf(Attempt.Right.class);
        assertThat(rules.attempt(state, NOW + 5 * MINUTE, DEFAULTS, LOGIN, challenge -> true, challenge -> true))
                .isEqualTo(rejected(VerifyResult.Rejected.Reason.EXPIRED));
    }

    @Test
    void anUndeliveredChallengeIsWithdrawnUnlessALaterSendRepeatedIt() {
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN);
        assertThat(rules.undelivered(first.next(), NOW + 1, first))
                .isEqualTo(new RecipientState(List.of(NOW), List.of(), List.of()));

        Issue.Issued second = issued(first.next(), NOW + 30 * SECOND, DEFAULTS, LOGIN);
        assertThat(rules.undelivered(second.next(), NOW + 31 * SECOND, first)).isEqualTo(second.next());
    }

    @Test
    void anUndeliveredRepeatLeavesTheChallengeAsItWas() {
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN);
        Issue.Issued second = issued(first.next(), NOW + 4 * MINUTE, DEFAULTS, LOGIN);
        RecipientState guessed =
                wrong(second.next(), NOW + 4 * MINUTE + 1, DEFAULTS).next();

        RecipientState state = rules.undelivered(guessed, NOW + 4 * MINUTE + 2, second);

        assertThat(state.challenges())
                .as("the old expiry and time of sending, and the guess in between")
                .containsExactly(first.challenge().attemptsUsed(1));
        assertThat(state.sends()).containsExactly(NOW, NOW + 4 * MINUTE);
        assertThat(state.failures()).hasSize(1);
        assertThat(issue(state, NOW + 4 * MINUTE + 3, DEFAULTS, LOGIN)).isInstanceOf(Issue.Issued.class);
    }

    @Test
    void anUndeliveredNewCodePutsTheOldOneBackWithTheGreaterCountOfAttempts() {
        OtpPolicy rotate = OtpPolicy.builder().resend(Resend.ROTATE).build();
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, rotate, LOGIN);
        RecipientState guessed = first.next();
        for (int i = 0; i < 3; i++) {
            guessed = wrong(guessed, NOW + i, rotate).next();
        }
        Issue.Issued second = issued(guessed, NOW + MINUTE, rotate, LOGIN);

        assertThat(rules.undelivered(second.next(), NOW + MINUTE, second).challenges())
                .containsExactly(first.challenge().attemptsUsed(3));
        RecipientState guessedAgain = wrong(second.next(), NOW + MINUTE, rotate).next();
        assertThat(rules.undelivered(guessedAgain, NOW + MINUTE, second).challenges())
                .containsExactly(first.challenge().attemptsUsed(4));
        RecipientState exhausted = wrong(guessedAgain, NOW + MINUTE, rotate).next();
        assertThat(rules.undelivered(exhausted, NOW + MINUTE, second).challenges())
                .containsExactly(first.challenge().attemptsUsed(Challenge.EXHAUSTED));
    }

    @Test
    void anUndeliveredNewCodePutsAnExhaustedOneBackAsExhausted() {
        OtpPolicy once = OtpPolicy.builder().maxAttempts(1).build();
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, once, LOGIN);
        Issue.Issued second = issued(wrong(first.next(), NOW, once).next(), NOW + MINUTE, once, LOGIN);
        assertThat(second.challenge().attemptsUsed()).isZero();

        RecipientState state = rules.undelivered(second.next(), NOW + MINUTE, second);

        assertThat(rules.attempt(state, NOW + MINUTE, once, LOGIN, challenge -> true, challenge -> true))
                .isEqualTo(rejected(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS));
    }

    @Test
    void anUndeliveredNewCodeBringsNothingBackThatWasUsedCancelledOrReplacedInTheMeantime() {
        OtpPolicy rotate = OtpPolicy.builder()
                .resend(Resend.ROTATE)
                .resendCooldown(Duration.ZERO)
                .build();
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, rotate, LOGIN);
        Issue.Issued second = issued(first.next(), NOW + 1, rotate, LOGIN);
        Attempt.Right used = (Attempt.Right)
                rules.attempt(second.next(), NOW + 2, rotate, LOGIN, challenge -> true, challenge -> true);
        RecipientState cancelled = rules.cancel(second.next(), NOW + 2, LOGIN.purpose());
        RecipientState replaced = issued(second.next(), NOW + 2, rotate, LOGIN).next();

        for (RecipientState state : List.of(used.next(), cancelled, replaced)) {
            assertThat(rules.undelivered(state, NOW + 3, second)).isEqualTo(state);
        }
    }

    @Test
    void aSendThatFailedAfterTheFirstOneFailedLeavesNoCooldown() {
        OtpPolicy policy = NO_COOLDOWN;
        Issue.Issued first = issued(RecipientState.UNKNOWN, NOW, policy, LOGIN);
        Issue.Issued second = issued(first.next(), NOW + 1, policy, LOGIN);
        RecipientState state = rules.undelivered(second.next(), NOW + 2, second);
        state = rules.undelivered(state, NOW + 3, first);

        assertThat(state.challenges()).isEmpty();
        assertThat(issue(state, NOW + 4, DEFAULTS, LOGIN)).isInstanceOf(Issue.Issued.class);
    }

    @Test
    void aChallengeThatWasPushedOutStaysOut() {
        RecipientState state = RecipientState.UNKNOWN;
        for (int i = 0; i < 4; i++) {
            state = issued(state, NOW + i, DEFAULTS, new ChallengeTag(i, i)).next();
        }
        Issue.Issued fifth = issued(state, NOW + 20, DEFAULTS, new ChallengeTag(9, 9));

        assertThat(tags(rules.undelivered(fifth.next(), NOW + 21, fifth))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void undeliveredKnowsNothingOfOtherChallenges() {
        Issue.Issued login = issued(RecipientState.UNKNOWN, NOW, DEFAULTS, LOGIN);
        Issue.Issued reset = issued(login.next(), NOW, DEFAULTS, new ChallengeTag(2, 22));

        assertThat(rules.undelivered(reset.next(), NOW, reset).challenges()).containsExactly(login.challenge());
    }

    @Test
    void aTimeInTheFutureCountsNowAndUntilItsOwnWindowIsOver() {
        OtpPolicy policy = OtpPolicy.builder()
                .sendLimits(RateLimit.of(1, Duration.ofMinutes(10)))
                .build();
        RecipientState state =
                issued(RecipientState.UNKNOWN, NOW, policy, LOGIN).next();
        long behind = NOW - 60 * MINUTE;

        assertThat(issue(state, behind, policy, LOGIN))
                .isEqualTo(new Issue.Refused(
                        SendResult.Refused.Reason.RATE_LIMITED,
                        Instant.ofEpochMilli(NOW + 10 * MINUTE),
                        Optional.of(policy.sendLimits().get(0))));
        assertThat(issue(state, NOW + 10 * MINUTE, policy, LOGIN)).isInstanceOf(Issue.Issued.class);
        assertThat(rules.lifetime(state, behind))
                .as("kept no longer than if it had happened now, but as long as its code may live")
                .isEqualTo(Duration.ofHours(24).plusMinutes(1));
        assertThat(rules.attempt(state, behind, policy, LOGIN, challenge -> true, challenge -> true))
                .isInstanceOf(Attempt.Right.class);
    }

    @Test
    void remembersWhatAnyPolicyNeeds() {
        OtpPolicy narrow = OtpPolicy.builder()
                .sendLimits(RateLimit.of(2, Duration.ofSeconds(10)))
                .failureLimit(RateLimit.of(2, Duration.ofSeconds(10)))
                .build();
        OtpPolicy wide = OtpPolicy.builder()
                .sendLimits(RateLimit.of(5, Duration.ofHours(1)))
                .failureLimit(RateLimit.of(5, Duration.ofHours(1)))
                .build();
        RecipientRules both = new RecipientRules(List.of(narrow, wide));
        RecipientState state = RecipientState.UNKNOWN;
        for (int i = 0; i < 5; i++) {
            Nonce nonce = new Nonce(i, i);
            Issue.Issued issued = (Issue.Issued)
                    both.issue(state, NOW + i * MINUTE, narrow, new ChallengeTag(i, i), false, () -> nonce);
            state = issued.next();
        }

        assertThat(both.issue(state, NOW + 5 * MINUTE, wide, LOGIN, false, () -> new Nonce(9, 9)))
                .isEqualTo(new Issue.Refused(
                        SendResult.Refused.Reason.RATE_LIMITED,
                        Instant.ofEpochMilli(NOW + 60 * MINUTE),
                        Optional.of(wide.sendLimits().get(0))));
        assertThat(both.issue(state, NOW + 5 * MINUTE, narrow, LOGIN, false, () -> new Nonce(9, 9)))
                .isInstanceOf(Issue.Issued.class);
        assertThat(both.lifetime(state, NOW + 4 * MINUTE)).isEqualTo(Duration.ofMinutes(61));
    }

    @Test
    void forgetsWhatNoPolicyNeeds() {
        RecipientState state = new RecipientState(
                List.of(NOW - 24 * 60 * MINUTE, NOW - 24 * 60 * MINUTE + 1),
                List.of(NOW - 60 * MINUTE, NOW - 60 * MINUTE + 1),
                List.of());

        RecipientState next = rules.cancel(state, NOW, 5);

        assertThat(next.sends()).containsExactly(NOW - 24 * 60 * MINUTE + 1);
        assertThat(next.failures()).containsExactly(NOW - 60 * MINUTE + 1);
    }

    @Test
    void keepsNoMoreEventsThanTheGreatestLimitCounts() {
        List<Long> many = new ArrayList<>();
        for (long i = 0; i < 30; i++) {
            many.add(NOW - 30 + i);
        }
        RecipientState next = rules.unlock(new RecipientState(many, many, List.of()), NOW);

        assertThat(next.sends()).isEqualTo(many.subList(20, 30));
        assertThat(next.failures()).isEmpty();
    }

    @Test
    void cancelWithdrawsEveryChallengeOfThePurposeAndNoOther() {
        RecipientState state = RecipientState.UNKNOWN;
        state = issued(state, NOW, DEFAULTS, new ChallengeTag(1, 11)).next();
        state = issued(state, NOW, DEFAULTS, new ChallengeTag(1, 12)).next();
        state = issued(state, NOW, DEFAULTS, new ChallengeTag(2, 11)).next();

        assertThat(tags(rules.cancel(state, NOW, 1))).containsExactly(2L);
        assertThat(rules.cancel(state, NOW, 1).sends()).hasSize(3);
    }

    @Test
    void livesAMinuteLongerThanAnythingNeedsIt() {
        OtpPolicy policy = OtpPolicy.builder()
                .expiry(Duration.ofHours(2))
                .sendLimits(RateLimit.of(1, Duration.ofMinutes(1)))
                .failureLimit(RateLimit.of(9, Duration.ofHours(3)))
                .build();
        RecipientRules its = new RecipientRules(List.of(policy));
        RecipientState sent = ((Issue.Issued)
                        its.issue(RecipientState.UNKNOWN, NOW, policy, LOGIN, false, () -> new Nonce(1, 1)))
                .next();
        RecipientState failed = wrong(sent, NOW + MINUTE, policy).next();

        assertThat(its.lifetime(sent, NOW)).isEqualTo(Duration.ofMinutes(121));
        assertThat(its.lifetime(new RecipientState(List.of(NOW), List.of(), List.of()), NOW))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(its.lifetime(failed, NOW + 2 * MINUTE)).isEqualTo(Duration.ofHours(3));
        assertThat(its.lifetime(RecipientState.UNKNOWN, NOW)).isEqualTo(Duration.ofMinutes(1));
    }

    private static Attempt rejected(VerifyResult.Rejected.Reason reason) {
        return new Attempt.Rejected(reason, Optional.empty());
    }

    private RecipientState withdrawn(RecipientState state, ChallengeTag tag) {
        return rules.cancel(state, NOW, tag.purpose());
    }

    private static List<Long> tags(RecipientState state) {
        return state.challenges().stream()
                .map(challenge -> challenge.tag().purpose())
                .toList();
    }

    private Issue issue(RecipientState state, long now, OtpPolicy policy, ChallengeTag tag) {
        return rules.issue(state, now, policy, tag, false, () -> new Nonce(nonces++, 0));
    }

    private Issue.Issued issued(RecipientState state, long now, OtpPolicy policy, ChallengeTag tag) {
        return (Issue.Issued) issue(state, now, policy, tag);
    }

    private Attempt.Wrong wrong(RecipientState state, long now, OtpPolicy policy) {
        return (Attempt.Wrong) rules.attempt(state, now, policy, LOGIN, challenge -> true, challenge -> false);
    }
}
