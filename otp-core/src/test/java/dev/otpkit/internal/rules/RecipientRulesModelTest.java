package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.Resend;
import dev.otpkit.internal.rules.RecipientRules.Attempt;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.state.StateCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Plays random sequences against the rules and against a model that remembers everything, prunes nothing and tries
 * every moment instead of computing it. Each state goes through the codec, and disappears as soon as its lifetime,
 * without the margin, is over.
 */
class RecipientRulesModelTest {
    private static final int SEQUENCES = 12_000;
    private static final int STEPS = 60;
    private static final long MARGIN = Duration.ofMinutes(1).toMillis();

    @Test
    void answersAsTheModelDoesInEverySequence() {
        Map<String, Integer> answers = new TreeMap<>();
        for (int seed = 0; seed < SEQUENCES; seed++) {
            Game game = new Game(seed, answers);
            for (int step = 0; step < STEPS; step++) {
                game.step("sequence " + seed + ", step " + step);
            }
        }
        assertThat(answers)
                .containsOnlyKeys(
                        "new code",
                        "same code",
                        "withdrawn",
                        "repeat taken back",
                        "old code put back",
                        "not taken back",
                        "LOCKED",
                        "RATE_LIMITED",
                        "RESEND_TOO_SOON",
                        "right",
                        "WRONG_CODE",
                        "EXPIRED",
                        "NO_PENDING_CODE",
                        "TOO_MANY_ATTEMPTS")
                .allSatisfy((answer, times) -> assertThat(times).isGreaterThan(SEQUENCES / 20));
    }

    /** One sequence. */
    private static final class Game {
        private static final int PURPOSES = 3;
        private static final int BINDINGS = 2;

        private final Random random;
        private final List<OtpPolicy> policies = new ArrayList<>();
        private final RecipientRules rules;
        private final Model model = new Model();
        private final List<Issue.Issued> onTheirWay = new ArrayList<>();
        private final List<Nonce> nonces = new ArrayList<>();
        private long now = 1_000_000_000_000L;
        private RecipientState state = RecipientState.UNKNOWN;
        private long keptUntil = Long.MAX_VALUE;
        private final Map<String, Integer> answers;

        Game(int seed, Map<String, Integer> answers) {
            this.answers = answers;
            random = new Random(seed);
            IntStream.range(0, PURPOSES).forEach(purpose -> policies.add(policy()));
            rules = new RecipientRules(policies);
        }

        private OtpPolicy policy() {
            return OtpPolicy.builder()
                    .length(8)
                    .maxAttempts(1 + random.nextInt(5))
                    .expiry(Duration.ofSeconds(pick(5, 30, 120, 300)))
                    .resend(random.nextBoolean() ? Resend.REUSE : Resend.ROTATE)
                    .resendCooldown(Duration.ofSeconds(pick(0, 0, 10, 60)))
                    .sendLimits(
                            RateLimit.of(1 + random.nextInt(6), Duration.ofSeconds(pick(20, 100))),
                            RateLimit.of(2 + random.nextInt(9), Duration.ofSeconds(pick(200, 900))))
                    .failureLimit(RateLimit.of(1 + random.nextInt(8), Duration.ofSeconds(pick(60, 600))))
                    .build();
        }

        private long pick(long... values) {
            return values[random.nextInt(values.length)];
        }

        void step(String where) {
            int purpose = random.nextInt(PURPOSES);
            ChallengeTag tag = new ChallengeTag(purpose, 10L * purpose + random.nextInt(BINDINGS));
            int dice = random.nextInt(100);
            if (dice < 30) {
                send(where, purpose, tag);
            } else if (dice < 60) {
                guess(where, purpose, tag);
            } else if (dice < 65 && !onTheirWay.isEmpty()) {
                int failed = random.nextInt(onTheirWay.size());
                keep(rules.undelivered(state, now, onTheirWay.remove(failed)));
                count(model.undelivered(model.onTheirWay.remove(failed)));
                assertThat(summary(state)).as(where).isEqualTo(model.summary());
            } else if (dice < 68) {
                keep(rules.cancel(state, now, tag.purpose()));
                model.challenges.removeIf(challenge -> challenge.tag.purpose() == tag.purpose());
            } else if (dice < 70) {
                keep(rules.unlock(state, now));
                model.failures.clear();
            } else {
                pass(where, pick(1, 10, 1_000, 4_999, 5_000, 9_999, 10_000, 20_000, 60_000, 120_000, 300_000));
            }
        }

        private static List<String> summary(RecipientState state) {
            return state.challenges().stream()
                    .map(each -> Model.summary(
                            each.tag(),
                            each.nonce(),
                            each.expiresAt(),
                            each.lastSentAt(),
                            each.attemptsUsed(),
                            each.attemptsUsed() == Challenge.EXHAUSTED))
                    .sorted()
                    .toList();
        }

        private void send(String where, int purpose, ChallengeTag tag) {
            Nonce fresh = new Nonce(nonces.size(), 7);
            nonces.add(fresh);
            Issue issue = rules.issue(state, now, policies.get(purpose), tag, false, () -> fresh);
            String expected = model.issue(now, policies.get(purpose), tag, fresh);
            assertThat(text(issue)).as(where).isEqualTo(expected);
            if (issue instanceof Issue.Issued issued) {
                keep(issued.next());
                onTheirWay.add(issued);
                count(issued.challenge().nonce().equals(fresh) ? "new code" : "same code");
            } else {
                count(expected);
            }
        }

        private static String text(Issue issue) {
            return issue instanceof Issue.Refused refused
                    ? refused.reason() + " until " + refused.retryAfter().toEpochMilli()
                    : ((Issue.Issued) issue).challenge().nonce() + " until "
                            + ((Issue.Issued) issue).challenge().expiresAt();
        }

        private void guess(String where, int purpose, ChallengeTag tag) {
            Nonce guess = guess(tag);
            boolean byChallenge = random.nextInt(4) == 0;
            Attempt attempt = rules.attempt(
                    state,
                    now,
                    policies.get(purpose),
                    tag,
                    challenge -> !byChallenge || challenge.nonce().equals(guess),
                    challenge -> challenge.nonce().equals(guess));
            String expected = model.attempt(now, policies.get(purpose), tag, guess, byChallenge);
            assertThat(text(attempt)).as(where).isEqualTo(expected);
            count(expected);
            if (attempt instanceof Attempt.Right right) {
                keep(right.next());
            } else if (attempt instanceof Attempt.Wrong wrong) {
                keep(wrong.next());
            }
        }

        /** Picks the right code, one that may be or have been right elsewhere, or a wrong one. */
        private Nonce guess(ChallengeTag tag) {
            int dice = random.nextInt(6);
            if (dice < 2) {
                for (Challenge challenge : state.challenges()) {
                    if (challenge.tag().equals(tag)) {
                        return challenge.nonce();
                    }
                }
            }
            return dice < 4 || nonces.isEmpty()
                    ? new Nonce(-1, -1)
                    : nonces.get(Math.max(0, nonces.size() - 1 - random.nextInt(6)));
        }

        private void count(String answer) {
            answers.merge(answer.replaceAll("[ ,](until|left) .*|,.*", "").strip(), 1, Integer::sum);
        }

        private static String text(Attempt attempt) {
            if (attempt instanceof Attempt.Rejected rejected) {
                return rejected.reason()
                        + rejected.retryAfter()
                                .map(until -> " until " + until.toEpochMilli())
                                .orElse("");
            }
            return attempt instanceof Attempt.Wrong wrong ? "WRONG_CODE, left " + wrong.attemptsLeft() : "right";
        }

        private void keep(RecipientState next) {
            if (next.equals(state)) {
                return;
            }
            state = StateCodec.decode(next.isUnknown() ? null : StateCodec.encode(next));
            assertThat(state).isEqualTo(next);
            keptUntil = now + rules.lifetime(state, now).toMillis() - MARGIN;
        }

        private void pass(String where, long millis) {
            now += millis;
            if (now >= keptUntil) {
                state = RecipientState.UNKNOWN;
                keptUntil = Long.MAX_VALUE;
                assertThat(model.challenges).as(where).allMatch(challenge -> now >= challenge.expiresAt);
                model.challenges.clear();
            }
        }
    }

    /** The model: the rules without regard to speed or space. */
    private static final class Model {
        private static final class Pending {
            ChallengeTag tag;
            Nonce nonce;
            long createdAt;
            long expiresAt;
            long lastSentAt;
            int used;
            boolean exhausted;
            int sends;

            Pending copy() {
                Pending copy = new Pending();
                copy.tag = tag;
                copy.nonce = nonce;
                copy.createdAt = createdAt;
                copy.expiresAt = expiresAt;
                copy.lastSentAt = lastSentAt;
                copy.used = used;
                copy.exhausted = exhausted;
                copy.sends = sends;
                return copy;
            }
        }

        /** A message that was sent, the state of its challenge then, and the challenge that it replaced. */
        private record Sending(Pending after, Pending before) {}

        final List<Pending> challenges = new ArrayList<>();
        final List<Sending> onTheirWay = new ArrayList<>();
        final List<Long> sends = new ArrayList<>();
        final List<Long> failures = new ArrayList<>();

        String issue(long now, OtpPolicy policy, ChallengeTag tag, Nonce fresh) {
            Pending current = find(tag);
            boolean live = current != null
                    && now < current.expiresAt
                    && !current.exhausted
                    && current.used < policy.maxAttempts();
            long lockedUntil = free(now, failures, policy.failureLimit());
            long limitedUntil = now;
            for (RateLimit limit : policy.sendLimits()) {
                limitedUntil = Math.max(limitedUntil, free(now, sends, limit));
            }
            long coolUntil = live ? current.lastSentAt + policy.resendCooldown().toMillis() : now;
            long latest = Math.max(lockedUntil, Math.max(limitedUntil, coolUntil));
            if (lockedUntil > now) {
                return "LOCKED until " + latest;
            }
            if (limitedUntil > now) {
                return "RATE_LIMITED until " + latest;
            }
            if (coolUntil > now) {
                return "RESEND_TOO_SOON until " + latest;
            }
            sends.add(now);
            Pending before = current == null ? null : current.copy();
            long expiry = policy.expiry().toMillis();
            if (live && policy.resend() == Resend.REUSE && now - current.createdAt < expiry) {
                current.expiresAt = now + expiry;
                current.lastSentAt = now;
                current.sends++;
                challenges.remove(current);
                challenges.add(current);
                onTheirWay.add(new Sending(current.copy(), before));
                return current.nonce + " until " + current.expiresAt;
            }
            Pending made = new Pending();
            made.tag = tag;
            made.nonce = fresh;
            made.createdAt = now;
            made.expiresAt = now + expiry;
            made.lastSentAt = now;
            made.used = live ? current.used : 0;
            made.sends = 1;
            if (current != null) {
                challenges.remove(current);
            } else if (challenges.size() == 4) {
                Pending victim = challenges.stream()
                        .filter(each -> now >= each.expiresAt || each.exhausted)
                        .min(Comparator.comparingLong(each -> each.createdAt))
                        .orElseGet(() -> challenges.stream()
                                .min(Comparator.comparingLong(each -> each.createdAt))
                                .orElseThrow());
                challenges.remove(victim);
            }
            challenges.add(made);
            onTheirWay.add(new Sending(made.copy(), before));
            return made.nonce + " until " + made.expiresAt;
        }

        /** Undoes a send, except for the guesses since then; nothing if the challenge has changed otherwise. */
        String undelivered(Sending sending) {
            Pending now = find(sending.after.tag);
            if (now == null
                    || !now.nonce.equals(sending.after.nonce)
                    || now.sends != sending.after.sends
                    || now.lastSentAt != sending.after.lastSentAt) {
                return "not taken back";
            }
            if (sending.before == null) {
                challenges.remove(now);
                return "withdrawn";
            }
            Pending before = sending.before.copy();
            before.used = Math.max(before.used, now.used);
            before.exhausted = before.exhausted || now.exhausted;
            challenges.set(challenges.indexOf(now), before);
            return before.nonce.equals(now.nonce) ? "repeat taken back" : "old code put back";
        }

        List<String> summary() {
            return challenges.stream()
                    .map(each ->
                            summary(each.tag, each.nonce, each.expiresAt, each.lastSentAt, each.used, each.exhausted))
                    .sorted()
                    .toList();
        }

        static String summary(
                ChallengeTag tag, Nonce nonce, long expiresAt, long lastSentAt, int used, boolean exhausted) {
            return tag + " " + nonce + " until " + expiresAt + ", sent at " + lastSentAt + ", "
                    + (exhausted ? "exhausted" : used + " used");
        }

        String attempt(long now, OtpPolicy policy, ChallengeTag tag, Nonce guess, boolean byChallenge) {
            long lockedUntil = free(now, failures, policy.failureLimit());
            if (lockedUntil > now) {
                return "LOCKED until " + lockedUntil;
            }
            Pending challenge = find(tag);
            if (challenge == null || (byChallenge && !challenge.nonce.equals(guess))) {
                return "NO_PENDING_CODE";
            }
            if (now >= challenge.expiresAt) {
                return "EXPIRED";
            }
            if (challenge.exhausted || challenge.used >= policy.maxAttempts()) {
                return "TOO_MANY_ATTEMPTS";
            }
            if (challenge.nonce.equals(guess)) {
                challenges.remove(challenge);
                failures.clear();
                return "right";
            }
            failures.add(now);
            challenge.used++;
            challenge.exhausted = challenge.used >= policy.maxAttempts();
            int left = 0;
            int used = challenge.used;
            List<Long> failed = new ArrayList<>(failures);
            while (used < policy.maxAttempts() && free(now, failed, policy.failureLimit()) == now) {
                used++;
                left++;
                failed.add(now);
            }
            return "WRONG_CODE, left " + left;
        }

        private Pending find(ChallengeTag tag) {
            return challenges.stream()
                    .filter(each -> each.tag.equals(tag))
                    .findFirst()
                    .orElse(null);
        }

        /** Tries moments until the limit allows one more event. */
        private static long free(long now, List<Long> events, RateLimit limit) {
            long window = limit.window().toMillis();
            TreeSet<Long> moments = new TreeSet<>(List.of(now));
            events.forEach(event -> moments.add(Math.max(now, event + window)));
            for (long moment : moments) {
                long counted =
                        events.stream().filter(event -> moment < event + window).count();
                if (counted < limit.max()) {
                    return moment;
                }
            }
            throw new IllegalStateException("after all windows nothing counts");
        }
    }
}
