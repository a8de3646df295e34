package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.Resend;
import dev.otpkit.VerifyResult;
import dev.otpkit.internal.rules.RecipientRules.Attempt;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecoyRulesTest {
    private static final long NOW = Instant.parse("2026-01-01T09:00:00Z").toEpochMilli();
    private static final long SECOND = 1_000;
    private static final ChallengeTag LOGIN = new ChallengeTag(1, 1);

    private final OtpPolicy policy = OtpPolicy.defaults();
    private final RecipientRules rules = new RecipientRules(List.of(policy));
    private int nonces;

    @Test
    void noGuessIsRight() {
        RecipientState state = issued(RecipientState.UNKNOWN, NOW, true).next();

        for (int left = 4; left >= 0; left--) {
            Attempt.Wrong wrong = (Attempt.Wrong) guess(state, NOW, true);
            assertThat(wrong.attemptsLeft()).isEqualTo(left);
            state = wrong.next();
        }

        assertThat(guess(state, NOW, true))
                .isInstanceOfSatisfying(
                        Attempt.Rejected.class,
                        rejected -> assertThat(rejected.reason())
                                .isEqualTo(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS));
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void neitherRepeatsTheCodeOfTheOther(boolean first, boolean second) {
        Issue.Issued one = issued(RecipientState.UNKNOWN, NOW, first);
        RecipientState guessed = ((Attempt.Wrong) guess(one.next(), NOW, false)).next();
        assertThat(issue(guessed, NOW + 30 * SECOND - 1, second))
                .as("the cooldown of the one before")
                .isInstanceOf(Issue.Refused.class);

        Issue.Issued other = issued(guessed, NOW + 30 * SECOND, second);

        assertThat(other.challenge().nonce()).isNotEqualTo(one.challenge().nonce());
        assertThat(other.challenge().attemptsUsed()).isEqualTo(1);
        assertThat(other.challenge().decoy()).isEqualTo(second);
        assertThat(other.challenge().sends()).isEqualTo(1);
        assertThat(other.next().challenges()).hasSize(1);
        assertThat(other.next().sends()).hasSize(2);
        assertThat(guess(other.next(), NOW + 30 * SECOND, true) instanceof Attempt.Right)
                .isEqualTo(!second);
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void oneThatIsUndeliveredRestoresTheOther(boolean first, boolean second) {
        Issue.Issued one = issued(RecipientState.UNKNOWN, NOW, first);
        Issue.Issued other = issued(one.next(), NOW + 30 * SECOND, second);

        RecipientState restored = rules.undelivered(other.next(), NOW + 31 * SECOND, other);

        assertThat(restored.challenges()).containsExactly(one.challenge());
        assertThat(guess(restored, NOW + 31 * SECOND, true) instanceof Attempt.Right)
                .isEqualTo(!first);
    }

    /** The same random calls, for decoys and for real challenges whose code no one guesses. */
    @ParameterizedTest
    @EnumSource
    void aStateOfDecoysDiffersInTheirMarkAlone(Resend resend) {
        OtpPolicy its = OtpPolicy.builder()
                .resend(resend)
                .resendCooldown(Duration.ofSeconds(20))
                .build();
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RecipientState real = RecipientState.UNKNOWN;
            RecipientState decoys = RecipientState.UNKNOWN;
            long now = NOW;
            for (int step = 0; step < 100; step++) {
                now += random.nextInt(60_000);
                ChallengeTag tag = new ChallengeTag(random.nextInt(2), random.nextInt(3));
                Nonce nonce = new Nonce(step, seed);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        Issue ofReal = rules.issue(real, now, its, tag, false, () -> nonce);
                        Issue ofDecoy = rules.issue(decoys, now, its, tag, true, () -> nonce);
                        assertThat(ofDecoy.getClass()).isEqualTo(ofReal.getClass());
                        if (ofReal instanceof Issue.Issued issued) {
                            real = issued.next();
                            decoys = ((Issue.Issued) ofDecoy).next();
                            if (random.nextInt(8) == 0) {
                                real = rules.undelivered(real, now, issued);
                                decoys = rules.undelivered(decoys, now, (Issue.Issued) ofDecoy);
                            }
                        } else {
                            assertThat(ofDecoy).isEqualTo(ofReal);
                        }
                    }
                    case 1 -> {
                        real = rules.cancel(real, now, 1);
                        decoys = rules.cancel(decoys, now, 1);
                    }
                    default -> {
                        Attempt atReal = rules.attempt(real, now, its, tag, each -> true, each -> false);
                        Attempt atDecoy = rules.attempt(decoys, now, its, tag, each -> true, each -> true);
                        if (atReal instanceof Attempt.Wrong wrong) {
                            assertThat(((Attempt.Wrong) atDecoy).attemptsLeft()).isEqualTo(wrong.attemptsLeft());
                            real = wrong.next();
                            decoys = ((Attempt.Wrong) atDecoy).next();
                        } else {
                            assertThat(atDecoy).isEqualTo(atReal);
                        }
                    }
                }
                assertThat(withoutMark(decoys))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(real);
            }
        }
    }

    private static RecipientState withoutMark(RecipientState state) {
        List<Challenge> challenges = new ArrayList<>();
        for (Challenge each : state.challenges()) {
            assertThat(each.decoy()).isTrue();
            challenges.add(new Challenge(
                    each.tag(),
                    each.nonce(),
                    each.createdAt(),
                    each.expiresAt(),
                    each.lastSentAt(),
                    each.attemptsUsed(),
                    each.sends(),
                    false,
                    each.trace()));
        }
        return new RecipientState(state.sends(), state.failures(), challenges, state.standing());
    }

    private Issue issue(RecipientState state, long now, boolean decoy) {
        return rules.issue(state, now, policy, LOGIN, decoy, () -> new Nonce(nonces++, 0));
    }

    private Issue.Issued issued(RecipientState state, long now, boolean decoy) {
        return (Issue.Issued) issue(state, now, decoy);
    }

    private Attempt guess(RecipientState state, long now, boolean right) {
        return rules.attempt(state, now, policy, LOGIN, challenge -> true, challenge -> right);
    }
}
