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
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares a status with the answers of the other rules, in random sequences. */
class PurposeStatusTest {
    private static final int SEQUENCES = 600;
    private static final int STEPS = 40;
    private static final long NOW = 1_700_000_000_000L;
    private static final ChallengeTag LOGIN = new ChallengeTag(1, 11);

    @Test
    void saysWhatSendAndVerifyThenAnswer() {
        Map<String, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < SEQUENCES; seed++) {
            Game game = new Game(seed, seen);
            for (int step = 0; step < STEPS; step++) {
                game.step();
                game.check("sequence " + seed + ", step " + step);
            }
        }
        assertThat(seen)
                .containsOnlyKeys("allowed", "cooling", "limited", "locked", "nothing pending", "pending")
                .allSatisfy((kind, times) -> assertThat(times).isGreaterThan(SEQUENCES));
    }

    /** One sequence. */
    private static final class Game {
        private static final int PURPOSES = 2;
        private static final int BINDINGS = 2;

        private final Random random;
        private final Map<String, Integer> seen;
        private final List<OtpPolicy> policies = new ArrayList<>();
        private final RecipientRules rules;
        private RecipientState state = RecipientState.UNKNOWN;
        private long now = NOW;
        private long nonces;

        Game(int seed, Map<String, Integer> seen) {
            this.seen = seen;
            random = new Random(seed);
            IntStream.range(0, PURPOSES).forEach(purpose -> policies.add(policy()));
            rules = new RecipientRules(policies);
        }

        /** The cooldown may be longer than the expiry: it ends with the code. */
        private OtpPolicy policy() {
            return OtpPolicy.builder()
                    .length(8)
                    .maxAttempts(1 + random.nextInt(5))
                    .expiry(Duration.ofSeconds(pick(5, 30, 120)))
                    .resend(random.nextBoolean() ? Resend.REUSE : Resend.ROTATE)
                    .resendCooldown(Duration.ofSeconds(pick(0, 10, 60)))
                    .sendLimits(
                            RateLimit.of(1 + random.nextInt(6), Duration.ofSeconds(pick(20, 100))),
                            RateLimit.of(2 + random.nextInt(9), Duration.ofSeconds(pick(200, 900))))
                    .failureLimit(RateLimit.of(1 + random.nextInt(8), Duration.ofSeconds(pick(60, 600))))
                    .build();
        }

        private long pick(long... values) {
            return values[random.nextInt(values.length)];
        }

        private static ChallengeTag tag(int purpose, int binding) {
            return new ChallengeTag(purpose, 10L * purpose + binding);
        }

        void step() {
            int purpose = random.nextInt(PURPOSES);
            ChallengeTag tag = tag(purpose, random.nextInt(BINDINGS));
            int dice = random.nextInt(100);
            if (dice < 40) {
                Issue issue = issue(state, now, purpose, tag, random.nextBoolean());
                if (issue instanceof Issue.Issued issued) {
                    state = random.nextInt(10) == 0 ? rules.undelivered(issued.next(), now, issued) : issued.next();
                }
            } else if (dice < 70) {
                boolean right = random.nextInt(8) == 0;
                Attempt attempt = attempt(state, purpose, tag, right);
                if (attempt instanceof Attempt.Wrong wrong) {
                    state = wrong.next();
                } else if (attempt instanceof Attempt.Right accepted) {
                    state = accepted.next();
                }
            } else if (dice < 72) {
                state = rules.cancel(state, now, tag.purpose());
            } else {
                // A step back, too, as on a node with a clock that is behind.
                now += pick(1, 10, 1_000, 4_999, 5_000, 9_999, 10_000, 20_000, 60_000, -3_000);
            }
        }

        void check(String where) {
            for (int purpose = 0; purpose < PURPOSES; purpose++) {
                PurposeStatus status = rules.status(state, now, policies.get(purpose), purpose);
                assertThat(status.now()).as(where).isEqualTo(now);
                checkLock(where, purpose, status);
                checkPending(where, purpose, status);
                checkCooldown(where, purpose, status);
                checkSends(where, purpose, status);
            }
        }

        private void checkLock(String where, int purpose, PurposeStatus status) {
            Optional<Attempt.Rejected> rejection =
                    rules.rejection(state, now, policies.get(purpose), tag(purpose, 99), challenge -> true);
            boolean locked = status.unlockedAt() > now;
            assertThat(rejection.orElseThrow())
                    .as(where)
                    .isEqualTo(
                            locked
                                    ? new Attempt.Rejected(
                                            VerifyResult.Rejected.Reason.LOCKED,
                                            Optional.of(Instant.ofEpochMilli(status.unlockedAt())))
                                    : new Attempt.Rejected(
                                            VerifyResult.Rejected.Reason.NO_PENDING_CODE, Optional.empty()));
            if (locked) {
                count("locked");
            }
        }

        private void checkPending(String where, int purpose, PurposeStatus status) {
            assertThat(status.isPending()).as(where).isEqualTo(isComparable(now, purpose));
            if (!status.isPending()) {
                assertThat(status.attemptsLeft()).as(where).isZero();
                count("nothing pending");
                return;
            }
            count("pending");
            assertThat(isComparable(status.expiresAt() - 1, purpose)).as(where).isTrue();
            assertThat(isComparable(status.expiresAt(), purpose)).as(where).isFalse();
            Attempt attempt = attempt(state, purpose, lastSent(purpose).tag(), false);
            assertThat(status.attemptsLeft())
                    .as(where)
                    .isEqualTo(attempt instanceof Attempt.Wrong wrong ? wrong.attemptsLeft() + 1 : 0);
        }

        private void checkCooldown(String where, int purpose, PurposeStatus status) {
            RecipientState cooldownAlone = new RecipientState(List.of(), List.of(), state.challenges());
            for (int binding = 0; binding < BINDINGS; binding++) {
                assertThat(issue(cooldownAlone, status.cooledAt(), purpose, tag(purpose, binding), false))
                        .as(where)
                        .isInstanceOf(Issue.Issued.class);
            }
            if (status.cooledAt() > now) {
                assertThat(issuedToEach(cooldownAlone, status.cooledAt() - 1, purpose))
                        .as(where)
                        .contains(SendResult.Refused.Reason.RESEND_TOO_SOON.name());
            }
        }

        private void checkSends(String where, int purpose, PurposeStatus status) {
            assertThat(status.nextSendAt()).as(where).isGreaterThanOrEqualTo(now);
            assertThat(issuedToEach(state, status.nextSendAt(), purpose))
                    .as(where)
                    .containsOnly("issued");
            if (status.nextSendAt() == now) {
                count("allowed");
            } else {
                assertThat(issuedToEach(state, status.nextSendAt() - 1, purpose))
                        .as(where)
                        .isNotEqualTo(List.of("issued", "issued", "issued"));
                count(status.nextSendAt() == status.cooledAt() ? "cooling" : "limited");
            }
            int sends = 0;
            RecipientState next = rules.unlock(state, now);
            while (issue(next, now, purpose, tag(purpose, 100 + sends), false) instanceof Issue.Issued issued) {
                next = issued.next();
                sends++;
            }
            assertThat(status.sendsLeft()).as(where).isEqualTo(sends);
        }

        /** Returns the answer to a send with each binding, and with one that was not used before. */
        private List<String> issuedToEach(RecipientState from, long at, int purpose) {
            return IntStream.rangeClosed(0, BINDINGS)
                    .mapToObj(binding ->
                            issue(from, at, purpose, tag(purpose, binding), false) instanceof Issue.Refused refused
                                    ? refused.reason().name()
                                    : "issued")
                    .toList();
        }

        /** Returns true if a guess would be compared if there were no lock. */
        private boolean isComparable(long at, int purpose) {
            RecipientState unlocked = rules.unlock(state, at);
            return IntStream.range(0, BINDINGS)
                    .anyMatch(binding -> rules.rejection(
                                    unlocked, at, policies.get(purpose), tag(purpose, binding), challenge -> true)
                            .isEmpty());
        }

        private Challenge lastSent(int purpose) {
            Challenge last = null;
            for (Challenge each : state.challenges()) {
                boolean comparable = rules.rejection(
                                rules.unlock(state, now), now, policies.get(purpose), each.tag(), challenge -> true)
                        .isEmpty();
                if (each.tag().purpose() == purpose
                        && comparable
                        && (last == null || last.lastSentAt() <= each.lastSentAt())) {
                    last = each;
                }
            }
            return last;
        }

        private Issue issue(RecipientState from, long at, int purpose, ChallengeTag tag, boolean decoy) {
            return rules.issue(from, at, policies.get(purpose), tag, decoy, () -> new Nonce(nonces++, 7));
        }

        private Attempt attempt(RecipientState from, int purpose, ChallengeTag tag, boolean right) {
            return rules.attempt(from, now, policies.get(purpose), tag, challenge -> true, challenge -> right);
        }

        private void count(String kind) {
            seen.merge(kind, 1, Integer::sum);
        }
    }

    @Test
    void aDecoyHasTheStatusOfACodeThatWasSent() {
        OtpPolicy policy = OtpPolicy.defaults();
        RecipientRules rules = new RecipientRules(List.of(policy));
        List<PurposeStatus> statuses = new ArrayList<>();
        for (boolean decoy : new boolean[] {false, true}) {
            RecipientState sent = ((Issue.Issued)
                            rules.issue(RecipientState.UNKNOWN, NOW, policy, LOGIN, decoy, () -> new Nonce(1, 1)))
                    .next();
            RecipientState guessed = ((Attempt.Wrong)
                            rules.attempt(sent, NOW + 1, policy, LOGIN, challenge -> true, challenge -> false))
                    .next();
            statuses.add(rules.status(guessed, NOW + 2, policy, LOGIN.purpose()));
        }

        assertThat(statuses.get(1)).isEqualTo(statuses.get(0));
        assertThat(statuses.get(0).attemptsLeft()).isEqualTo(4);
    }

    @Test
    void knowsNothingOfAnotherPurposeButItsSendsAndFailures() {
        OtpPolicy policy = OtpPolicy.builder()
                .sendLimits(RateLimit.of(3, Duration.ofHours(1)))
                .failureLimit(RateLimit.of(2, Duration.ofHours(1)))
                .build();
        RecipientRules rules = new RecipientRules(List.of(policy));
        Challenge login = new Challenge(LOGIN, new Nonce(1, 1), NOW, NOW + 300_000, NOW, 1, 1);
        RecipientState state =
                new RecipientState(List.of(NOW), List.of(NOW), List.of(login), new Standing(NOW, List.of("sms")));

        assertThat(rules.status(state, NOW + 1, policy, 2))
                .isEqualTo(new PurposeStatus(NOW + 1, NOW + 1, 0, 2, NOW + 1, NOW + 1, NOW + 1, List.of("sms")));
        assertThat(rules.status(state, NOW + 1, policy, LOGIN.purpose()))
                .isEqualTo(new PurposeStatus(
                        NOW + 1, NOW + 300_000, 1, 2, NOW + 30_000, NOW + 1, NOW + 30_000, List.of("sms")));
    }

    @Test
    void ofTwoRecordsSendsHaveTheFirstAndVerificationsBoth() {
        PurposeStatus idle = new PurposeStatus(NOW, NOW, 0, 5, NOW, NOW, NOW, List.of("sms"));
        PurposeStatus pending =
                new PurposeStatus(NOW, NOW + 300, 3, 4, NOW + 30, NOW, NOW + 30, List.of("email", "sms"));
        PurposeStatus locked = new PurposeStatus(NOW, NOW + 200, 0, 2, NOW, NOW + 900, NOW + 900, List.of());

        assertThat(idle.and(pending)).isEqualTo(new PurposeStatus(NOW, NOW + 300, 3, 5, NOW, NOW, NOW, List.of("sms")));
        assertThat(pending.and(idle)).isEqualTo(pending);
        assertThat(idle.and(locked))
                .isEqualTo(new PurposeStatus(NOW, NOW + 200, 0, 5, NOW, NOW + 900, NOW, List.of("sms")));
        assertThat(locked.and(idle))
                .isEqualTo(new PurposeStatus(NOW, NOW + 200, 0, 2, NOW, NOW + 900, NOW + 900, List.of()));
        assertThat(locked.and(pending))
                .as("a guess is compared under the other secret")
                .isEqualTo(new PurposeStatus(NOW, NOW + 300, 3, 2, NOW, NOW, NOW + 900, List.of()));
        assertThat(pending.and(locked))
                .isEqualTo(new PurposeStatus(NOW, NOW + 300, 3, 4, NOW + 30, NOW, NOW + 30, List.of("email", "sms")));
    }

    @Test
    void aTraceChangesNothing() {
        OtpPolicy policy = OtpPolicy.defaults();
        RecipientRules rules = new RecipientRules(List.of(policy));
        Challenge plain = new Challenge(LOGIN, new Nonce(1, 1), NOW, NOW + 300_000, NOW, 1, 1);
        Challenge traced = plain.traced(Trace.NONE.withFailedChannel("sms-one").withClient(7));

        assertThat(rules.status(with(traced), NOW, policy, LOGIN.purpose()))
                .isEqualTo(rules.status(with(plain), NOW, policy, LOGIN.purpose()));
    }

    private static RecipientState with(Challenge challenge) {
        return new RecipientState(List.of(NOW), List.of(), List.of(challenge));
    }
}
