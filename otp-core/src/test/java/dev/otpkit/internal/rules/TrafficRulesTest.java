package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.Resend;
import dev.otpkit.internal.rules.RecipientRules.Attempt;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The rules that the budgets for traffic need: the memory of a success, and of the clients of a challenge. */
class TrafficRulesTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final ChallengeTag LOGIN = new ChallengeTag(1, 11);
    private static final ChallengeTag RESET = new ChallengeTag(2, 22);
    private static final OtpPolicy REUSE =
            OtpPolicy.builder().resendCooldown(Duration.ZERO).build();
    private static final OtpPolicy ROTATE =
            REUSE.toBuilder().resend(Resend.ROTATE).build();

    private final RecipientRules remembering = new RecipientRules(List.of(REUSE), true);
    private final RecipientRules forgetful = new RecipientRules(List.of(REUSE));
    private long nonces;

    @Test
    void aSuccessIsRememberedFor90Days() {
        RecipientState state = verified(remembering, NOW);

        assertThat(state.standing().verifiedAt()).isEqualTo(NOW);
        assertThat(remembering.hasSucceeded(RecipientState.UNKNOWN, NOW)).isFalse();
        assertThat(remembering.hasSucceeded(state, NOW + 90 * DAY - 1)).isTrue();
        assertThat(remembering.hasSucceeded(state, NOW + 90 * DAY)).isFalse();
        assertThat(remembering.lifetime(state, NOW))
                .isEqualTo(Duration.ofDays(90).plus(PolicyLimits.MARGIN));
        assertThat(remembering.lifetime(state, NOW + 60 * DAY))
                .isEqualTo(Duration.ofDays(30).plus(PolicyLimits.MARGIN));
    }

    @Test
    void eachTransitionKeepsASuccessAsLongAsItCounts() {
        RecipientState state = verified(remembering, NOW);
        RecipientState sent = issued(remembering, state, NOW + 89 * DAY, REUSE).next();

        assertThat(sent.standing().verifiedAt()).isEqualTo(NOW);
        assertThat(remembering.unlock(sent, NOW + 90 * DAY - 1).standing().verifiedAt())
                .isEqualTo(NOW);
        assertThat(remembering.unlock(sent, NOW + 90 * DAY).standing()).isEqualTo(RecipientState.Standing.NONE);
        assertThat(remembering.cancel(state, NOW + 100 * DAY, 1).isUnknown())
                .as("a record that no rule needs")
                .isTrue();
    }

    @Test
    void aSuccessInTheFutureCountsAsNow() {
        RecipientState ahead = verified(remembering, NOW + DAY);

        assertThat(remembering.hasSucceeded(ahead, NOW)).isTrue();
        assertThat(remembering.lifetime(ahead, NOW))
                .isEqualTo(Duration.ofDays(90).plus(PolicyLimits.MARGIN));
    }

    @Test
    void rulesThatRememberNoSuccessForgetIt() {
        assertThat(verified(forgetful, NOW).standing()).isEqualTo(RecipientState.Standing.NONE);
        RecipientState state = verified(remembering, NOW);
        assertThat(forgetful.hasSucceeded(state, NOW)).isFalse();
        assertThat(forgetful.unlock(state, NOW).standing()).isEqualTo(RecipientState.Standing.NONE);
    }

    @Test
    void aRightCodeNamesTheChallengeThatItUsesUp() {
        Issue.Issued issued = requested(RecipientState.UNKNOWN, NOW, REUSE, 7);

        Attempt.Right right = (Attempt.Right)
                remembering.attempt(issued.next(), NOW, REUSE, LOGIN, challenge -> true, challenge -> true);

        assertThat(right.used()).isEqualTo(issued.challenge());
        assertThat(right.used().trace().clients()).containsExactly(7L);
    }

    @Test
    void aChallengeRemembersTheClientsOfItsSends() {
        Issue.Issued first = requested(RecipientState.UNKNOWN, NOW, REUSE, 7);
        Issue.Issued second = requested(first.next(), NOW + 1, REUSE, 8);
        Issue.Issued third = requested(second.next(), NOW + 2, REUSE, 7);

        assertThat(third.challenge().trace().clients()).containsExactly(7L, 8L, 7L);
        assertThat(third.next().challenges()).containsExactly(third.challenge());
        assertThat(third.next().sends()).containsExactly(NOW, NOW + 1, NOW + 2);
        assertThat(third.challenge().nonce()).isEqualTo(first.challenge().nonce());
    }

    @Test
    void aCodeThatReplacesALiveOneInheritsItsClients() {
        Issue.Issued first = requested(RecipientState.UNKNOWN, NOW, ROTATE, 7);
        Issue.Issued second = requested(first.next(), NOW + 1, ROTATE, 8);

        assertThat(second.challenge().nonce()).isNotEqualTo(first.challenge().nonce());
        assertThat(second.challenge().trace().clients()).containsExactly(7L, 8L);
        Issue.Issued afterExpiry = requested(second.next(), NOW + 1 + DAY, ROTATE, 9);
        assertThat(afterExpiry.challenge().trace().clients()).containsExactly(9L);
    }

    @Test
    void aRealCodeInheritsNoClientOfADecoy() {
        Issue.Issued decoy = RecipientRules.requestedBy(
                (Issue.Issued) remembering.issue(RecipientState.UNKNOWN, NOW, REUSE, LOGIN, true, this::nonce), 7, NOW);
        Issue.Issued real = requested(decoy.next(), NOW + 1, REUSE, 8);

        assertThat(real.challenge().trace().clients()).containsExactly(8L);
    }

    @Test
    void otherChallengesStayAsTheyAre() {
        Issue.Issued other =
                (Issue.Issued) remembering.issue(RecipientState.UNKNOWN, NOW, REUSE, RESET, false, this::nonce);

        Issue.Issued issued = requested(other.next(), NOW + 1, REUSE, 7);

        assertThat(issued.next().challenges()).containsExactly(other.challenge(), issued.challenge());
    }

    @Test
    void ofTooManyClientsTheOldestAreLeftOut() {
        Issue.Issued last = requested(RecipientState.UNKNOWN, NOW, ROTATE, 1);
        for (int i = 2; i <= 20; i++) {
            last = requested(
                    new RecipientState(List.of(), List.of(), last.next().challenges()), NOW + i, ROTATE, i);
        }

        assertThat(last.challenge().trace().clients())
                .containsExactlyElementsOf(LongStream.rangeClosed(5, 20).boxed().toList());
    }

    private Issue.Issued requested(RecipientState state, long now, OtpPolicy policy, long client) {
        return RecipientRules.requestedBy(issued(remembering, state, now, policy), client, now);
    }

    private Issue.Issued issued(RecipientRules rules, RecipientState state, long now, OtpPolicy policy) {
        return (Issue.Issued) rules.issue(state, now, policy, LOGIN, false, this::nonce);
    }

    private RecipientState verified(RecipientRules rules, long now) {
        RecipientState sent = issued(rules, RecipientState.UNKNOWN, now, REUSE).next();
        return ((Attempt.Right) rules.attempt(sent, now, REUSE, LOGIN, challenge -> true, challenge -> true)).next();
    }

    private Nonce nonce() {
        return new Nonce(++nonces, 0);
    }
}
