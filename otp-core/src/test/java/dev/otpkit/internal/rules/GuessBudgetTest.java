package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.internal.rules.RecipientRules.Attempt;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The number of guesses at one recipient that are answered under the default policy, if send and verify are called as
 * often as possible and no guess is right. The security model states these figures.
 */
class GuessBudgetTest {
    private static final OtpPolicy DEFAULTS = OtpPolicy.defaults();
    private static final long START = 1_700_000_000_000L;
    private static final long STEP = Duration.ofSeconds(30).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Test
    void answersTenGuessesAnHourAndFiftyADayOnAverage() {
        Attacker attacker = new Attacker();
        for (long now = START; now < START + 4 * DAY; now += STEP) {
            attacker.sendAndGuessAll(now);
        }

        assertThat(attacker.guesses).hasSize(4 * 50);
        assertThat(attacker.mostWithin(HOUR)).isEqualTo(10);
    }

    /** Two codes are kept until they are about to expire, so that those of the next day fall into the same 24 hours. */
    @Test
    void answersSixtyGuessesInTheWorstDay() {
        Attacker attacker = new Attacker();
        attacker.send(START, 0);
        attacker.send(START, 1);
        for (long now = START + DEFAULTS.expiry().toMillis() - STEP; now < START + 2 * DAY; now += STEP) {
            attacker.sendAndGuessAll(now);
        }

        assertThat(attacker.mostWithin(DAY)).isEqualTo(60);
        assertThat(attacker.mostWithin(HOUR)).isEqualTo(10);
    }

    @Test
    void answersNoMoreWhateverIsTried() {
        int most = 0;
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            Attacker attacker = new Attacker();
            for (long now = START; now < START + 2 * DAY; now += 1 + random.nextInt(240_000)) {
                int session = random.nextInt(1 + seed % 5);
                if (random.nextInt(3) == 0) {
                    attacker.send(now, session);
                }
                for (int i = random.nextInt(12); i > 0; i--) {
                    attacker.guess(now, session);
                }
            }
            assertThat(attacker.mostWithin(HOUR)).as("seed %d", seed).isLessThanOrEqualTo(10);
            most = Math.max(most, attacker.mostWithin(DAY));
        }
        assertThat(most).isBetween(30, 60);
    }

    private static final class Attacker {
        private static final int SESSIONS = 2;

        private final RecipientRules rules = new RecipientRules(List.of(DEFAULTS));
        private final List<Long> guesses = new ArrayList<>();
        private RecipientState state = RecipientState.UNKNOWN;
        private long nonces;

        /** Saves sends while the recipient is locked, when a code could not be guessed at. */
        void sendAndGuessAll(long now) {
            for (int session = 0; session < SESSIONS; session++) {
                if (!guess(now, session) && !isLocked(now)) {
                    send(now, session);
                }
                while (guess(now, session)) {}
            }
        }

        private boolean isLocked(long now) {
            return state.failures().stream()
                            .filter(failure -> now < failure + HOUR)
                            .count()
                    >= DEFAULTS.failureLimit().max();
        }

        void send(long now, int session) {
            if (rules.issue(state, now, DEFAULTS, new ChallengeTag(1, session), false, () -> new Nonce(nonces++, 0))
                    instanceof Issue.Issued issued) {
                state = issued.next();
            }
        }

        boolean guess(long now, int session) {
            if (rules.attempt(state, now, DEFAULTS, new ChallengeTag(1, session), asked -> true, right -> false)
                    instanceof Attempt.Wrong wrong) {
                state = wrong.next();
                guesses.add(now);
                return true;
            }
            return false;
        }

        int mostWithin(long window) {
            int most = 0;
            int from = 0;
            for (int to = 0; to < guesses.size(); to++) {
                while (guesses.get(to) - guesses.get(from) >= window) {
                    from++;
                }
                most = Math.max(most, to - from + 1);
            }
            return most;
        }
    }
}
