package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Plays random sequences on three nodes that share a store, in the middle of a rotation of the secret, with deliveries
 * that fail and, in half of the sequences, with clocks that differ and jump. The expected results follow from the
 * messages that were sent and the answers since then.
 */
class NodesModelTest {
    private static final int SEQUENCES = 250;
    private static final int STEPS = 80;
    private static final int MAX_ATTEMPTS = 3;
    private static final int MAX_FAILURES = 5;
    private static final Duration EXPIRY = Duration.ofMinutes(5);

    @Test
    void keepsItsPromisesInEverySequence() {
        Map<String, Integer> happened = new TreeMap<>();
        for (int seed = 0; seed < SEQUENCES; seed++) {
            Game game = new Game(seed, happened);
            for (int step = 0; step < STEPS; step++) {
                game.step("sequence " + seed + ", step " + step);
            }
        }
        assertThat(happened)
                .containsKeys(
                        "sent",
                        "unconfirmed",
                        "undelivered",
                        "refused",
                        "newest verified",
                        "older verified",
                        "WRONG_CODE",
                        "EXPIRED",
                        "NO_PENDING_CODE",
                        "TOO_MANY_ATTEMPTS",
                        "LOCKED",
                        "promised a success",
                        "forgotten")
                .allSatisfy((what, times) -> assertThat(times).as(what).isGreaterThan(SEQUENCES / 20));
    }

    /** A code that was sent in at least one message. */
    private static final class Held {
        final String code;
        Instant expiresAt;

        Held(String code, Instant expiresAt) {
            this.code = code;
            this.expiresAt = expiresAt;
        }
    }

    /** The codes for one session of the recipient, the newest last. */
    private static final class Session {
        final String purpose;
        final String binding;
        final List<Held> held = new ArrayList<>();
        final Set<String> dead = new HashSet<>();
        int wrong;

        Session(String purpose, String binding) {
            this.purpose = purpose;
            this.binding = binding;
        }
    }

    private static final class Game {
        private static final String ADDRESS = ManagerFixture.EMAIL;

        private final Random random;
        private final Map<String, Integer> happened;
        private final ManagerFixture fixture = new ManagerFixture();
        private final boolean clocksDiffer;
        private final long[] ahead = new long[3];
        private final OtpSecret old;
        private final OtpSecret young;
        private final OtpPolicy policy;
        private final List<OtpManager> nodes = new ArrayList<>();
        private final List<Session> sessions =
                List.of(new Session("login", "a"), new Session("login", "b"), new Session("reset", "a"));
        private final Map<Nonce, Integer> attempts = new HashMap<>();
        private int wrongSinceSuccess;

        Game(int seed, Map<String, Integer> happened) {
            this.happened = happened;
            random = new Random(seed);
            clocksDiffer = seed % 2 == 1;
            old = secret(1);
            young = secret(2);
            policy = OtpPolicy.builder()
                    .length(8)
                    .maxAttempts(MAX_ATTEMPTS)
                    .expiry(EXPIRY)
                    .resend(random.nextBoolean() ? Resend.REUSE : Resend.ROTATE)
                    .resendCooldown(Duration.ofSeconds(random.nextBoolean() ? 0 : 30))
                    .sendLimits(RateLimit.of(30, Duration.ofMinutes(30)))
                    .failureLimit(RateLimit.of(MAX_FAILURES, Duration.ofMinutes(20)))
                    .build();
            for (int node = 0; node < 3; node++) {
                nodes.add(node(node, random.nextBoolean()));
            }
        }

        private OtpSecret secret(int fill) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            bytes[0] = (byte) fill;
            return OtpSecret.of(bytes);
        }

        private OtpManager node(int index, boolean swapped) {
            InstantSource clock = () -> now(index);
            return fixture.builder()
                    .clock(clock)
                    .policy(policy)
                    .secret(swapped ? young.withPrevious(old) : old.withPrevious(young))
                    .build();
        }

        private Instant now(int node) {
            return fixture.clock.instant().plusMillis(ahead[node]);
        }

        void step(String where) {
            int node = random.nextInt(3);
            Session session = sessions.get(random.nextInt(sessions.size()));
            int dice = random.nextInt(100);
            if (dice < 25) {
                send(where, node, session);
            } else if (dice < 80) {
                verify(where, node, session);
            } else if (dice < 82) {
                nodes.get(node).cancel(ADDRESS, session.purpose);
                sessions.stream()
                        .filter(each -> each.purpose.equals(session.purpose))
                        .forEach(Game::bury);
            } else if (dice < 83) {
                nodes.get(node).unlock(ADDRESS);
            } else if (dice < 84) {
                nodes.get(node).forget(ADDRESS);
                assertThat(fixture.states())
                        .as("%s: states after the removal", where)
                        .isEmpty();
                sessions.forEach(Game::bury);
                wrongSinceSuccess = 0;
                count("forgotten");
            } else if (dice < 85) {
                nodes.set(node, node(node, random.nextBoolean()));
            } else if (dice < 88 && clocksDiffer) {
                ahead[node] = (random.nextInt(7) - 3) * 100_000L + random.nextInt(1_000);
            } else {
                fixture.clock.advance(Duration.ofMillis(
                        new long[] {1, 999, 30_000, 60_000, 240_000, 299_999, 1_200_000}[random.nextInt(7)]));
            }
            for (RecipientState state : fixture.states()) {
                for (Challenge challenge : state.challenges()) {
                    int before = attempts.getOrDefault(challenge.nonce(), 0);
                    assertThat(challenge.attemptsUsed())
                            .as("%s: attempts used of one challenge", where)
                            .isGreaterThanOrEqualTo(before);
                    attempts.put(challenge.nonce(), challenge.attemptsUsed());
                }
            }
        }

        private static void bury(Session session) {
            session.held.forEach(held -> session.dead.add(held.code));
            session.held.clear();
            session.wrong = 0;
        }

        private void send(String where, int node, Session session) {
            int dice = random.nextInt(10);
            fixture.email.does(message -> DeliveryReceipt.of("id"));
            if (dice < 4) {
                fixture.email.fails(dice == 0 ? DeliveryFailure.Kind.UNCERTAIN : DeliveryFailure.Kind.UNAVAILABLE);
            }
            SendResult result = nodes.get(node)
                    .send(OtpRequest.to(ADDRESS).purpose(session.purpose).boundTo(session.binding));
            if (!(result instanceof SendResult.Sent sent)) {
                count(result instanceof SendResult.Undelivered ? "undelivered" : "refused");
                return;
            }
            count(sent.confirmed() ? "sent" : "unconfirmed");
            String code = fixture.email.lastCode();
            assertThat(session.dead)
                    .as("%s: a code that was used or cancelled", where)
                    .doesNotContain(code);
            Held held = session.held.stream()
                    .filter(each -> each.code.equals(code))
                    .findFirst()
                    .orElseGet(() -> new Held(code, sent.expiresAt()));
            held.expiresAt = sent.expiresAt();
            session.held.remove(held);
            session.held.add(held);
        }

        private void verify(String where, int node, Session session) {
            List<Held> held = session.held;
            boolean guesses = held.isEmpty() || random.nextInt(5) < 3;
            int which = guesses ? -1 : random.nextInt(2) > 0 ? held.size() - 1 : random.nextInt(held.size());
            String code = guesses
                    ? session.dead.isEmpty() || random.nextBoolean()
                            ? ManagerFixture.wrong("00000000")
                            : session.dead.iterator().next()
                    : held.get(which).code;
            boolean newest = which == held.size() - 1 && which >= 0;
            boolean promised = newest
                    && !clocksDiffer
                    && session.wrong < MAX_ATTEMPTS
                    && wrongSinceSuccess < MAX_FAILURES
                    && now(node).isBefore(held.get(which).expiresAt);

            VerifyResult result = nodes.get(node)
                    .verify(VerifyRequest.of(ADDRESS, code)
                            .purpose(session.purpose)
                            .boundTo(session.binding));

            if (promised) {
                count("promised a success");
                assertThat(result.isVerified())
                        .as("%s: %s for the newest code", where, result)
                        .isTrue();
            }
            if (result.isVerified()) {
                assertThat(which).as("%s: accepted a guess", where).isNotNegative();
                assertThat(now(node))
                        .as("%s: accepted on the clock of its node", where)
                        .isBefore(held.get(which).expiresAt);
                count(newest ? "newest verified" : "older verified");
                wrongSinceSuccess = 0;
                bury(session);
                return;
            }
            Reason reason = ((VerifyResult.Rejected) result).reason();
            count(reason.name());
            if (reason == Reason.WRONG_CODE) {
                wrongSinceSuccess++;
                session.wrong++;
            }
        }

        private void count(String what) {
            happened.merge(what, 1, Integer::sum);
        }
    }
}
