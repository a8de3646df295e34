package dev.otpkit.internal.rules;

import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.Resend;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The rules of OTP Kit, as pure functions from a state and a moment to a result and the next state. They read no clock,
 * no store and no random numbers. Moments and lengths are milliseconds.
 *
 * <p>The purpose of a request picks the policy; sends and failures count over all purposes. Events are remembered for
 * the longest window, up to the greatest maximum, of all policies, so that no purpose prunes an event that another
 * needs. A time in the future, from a node with a clock that is ahead, counts from now on, and a record does not live
 * longer because of it.
 */
public final class RecipientRules {
    private static final long MAX_LIFE = PolicyLimits.MAX_LIFE.toMillis();

    private final Memory sends;
    private final Memory failures;

    /** Creates rules that remember every event that one of these policies needs. */
    public RecipientRules(Collection<OtpPolicy> policies) {
        sends = Memory.of(policies.stream().flatMap(policy -> policy.sendLimits().stream()));
        failures = Memory.of(policies.stream().map(OtpPolicy::failureLimit));
    }

    /** The result of a request to send. */
    public sealed interface Issue {

        /** Refused: nothing changes. The limit is the one that was reached, if the reason is a limit. */
        record Refused(SendResult.Refused.Reason reason, Instant retryAfter, Optional<RateLimit> limit)
                implements Issue {}

        /** A challenge is created or repeated. It replaces the one with the same tag, if there is one. */
        record Issued(RecipientState next, Challenge challenge, Optional<Challenge> replaced) implements Issue {}
    }

    /** The result of a typed code. */
    public sealed interface Attempt {

        /** Nothing was compared and nothing changes. */
        record Rejected(VerifyResult.Rejected.Reason reason, Optional<Instant> retryAfter) implements Attempt {}

        /** The code was compared and is wrong. */
        record Wrong(RecipientState next, int attemptsLeft) implements Attempt {}

        /** The code was compared and is right. */
        record Right(RecipientState next) implements Attempt {}
    }

    /** Returns the result of a request to send; a new challenge gets the fresh nonce. */
    public Issue issue(RecipientState state, long now, OtpPolicy policy, ChallengeTag tag, Nonce fresh) {
        Optional<Challenge> current = find(state, tag);
        Optional<Challenge> live =
                current.filter(challenge -> !challenge.isExpired(now) && !challenge.isExhausted(policy.maxAttempts()));

        OptionalLong locked = blockedUntil(state.failures(), policy.failureLimit(), now);
        Optional<Blocked> limited = policy.sendLimits().stream()
                .flatMap(limit ->
                        blockedUntil(state.sends(), limit, now).stream().mapToObj(until -> new Blocked(limit, until)))
                .max(Comparator.comparingLong(Blocked::until));
        OptionalLong cooling = live.map(challenge ->
                        challenge.lastSentAt() + policy.resendCooldown().toMillis())
                .filter(until -> now < until)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        OptionalLong latest = LongStream.of(
                        locked.orElse(now), limited.map(Blocked::until).orElse(now), cooling.orElse(now))
                .filter(until -> now < until)
                .max();
        if (latest.isPresent()) {
            Instant retryAfter = Instant.ofEpochMilli(latest.getAsLong());
            if (locked.isPresent()) {
                return new Issue.Refused(
                        SendResult.Refused.Reason.LOCKED, retryAfter, Optional.of(policy.failureLimit()));
            }
            return new Issue.Refused(
                    limited.isPresent()
                            ? SendResult.Refused.Reason.RATE_LIMITED
                            : SendResult.Refused.Reason.RESEND_TOO_SOON,
                    retryAfter,
                    limited.map(Blocked::limit));
        }

        long expiry = policy.expiry().toMillis();
        boolean repeats = policy.resend() == Resend.REUSE
                && live.filter(challenge -> now < Math.min(challenge.createdAt(), now) + expiry)
                        .isPresent();
        Challenge issued = repeats
                ? live.get().sentAgain(now, expiry)
                : new Challenge(
                        tag,
                        fresh,
                        now,
                        now + expiry,
                        now,
                        live.map(Challenge::attemptsUsed).orElse(0),
                        1);
        List<Challenge> challenges = new ArrayList<>(state.challenges());
        current.ifPresent(challenges::remove);
        makeRoom(challenges, now);
        challenges.add(issued);
        return new Issue.Issued(
                next(sends.with(state.sends(), now), state.failures(), challenges, now), issued, current);
    }

    /**
     * Withdraws an issued challenge that was certainly not delivered: the one that it replaced is restored, with the
     * greater count of attempts. The send stays counted, and so do failures.
     *
     * <p>Nothing changes if the challenge is no longer as this send left it: then it was used, cancelled, pushed out,
     * replaced, or repeated by a later send, which has its own outcome. A challenge that was pushed out to make room is
     * not restored either, since it may have been cancelled in the meantime.
     */
    public RecipientState undelivered(RecipientState state, long now, Issue.Issued issued) {
        List<Challenge> challenges = new ArrayList<>();
        for (Challenge challenge : state.challenges()) {
            if (challenge.isAsSent(issued.challenge())) {
                issued.replaced()
                        .map(replaced ->
                                replaced.attemptsUsed(Math.max(replaced.attemptsUsed(), challenge.attemptsUsed())))
                        .ifPresent(challenges::add);
            } else {
                challenges.add(challenge);
            }
        }
        return next(state.sends(), state.failures(), challenges, now);
    }

    /**
     * Returns the reason for which no code can be compared now; empty if {@link #attempt} would compare one.
     *
     * @param asked true for a challenge with the tag that is the one asked for
     */
    public Optional<Attempt.Rejected> rejection(
            RecipientState state, long now, OtpPolicy policy, ChallengeTag tag, Predicate<Challenge> asked) {
        OptionalLong locked = blockedUntil(state.failures(), policy.failureLimit(), now);
        if (locked.isPresent()) {
            return Optional.of(new Attempt.Rejected(
                    VerifyResult.Rejected.Reason.LOCKED, Optional.of(Instant.ofEpochMilli(locked.getAsLong()))));
        }
        Optional<Challenge> pending = find(state, tag).filter(asked);
        if (pending.isEmpty()) {
            return rejected(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
        }
        if (pending.get().isExpired(now)) {
            return rejected(VerifyResult.Rejected.Reason.EXPIRED);
        }
        if (pending.get().isExhausted(policy.maxAttempts())) {
            return rejected(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS);
        }
        return Optional.empty();
    }

    /**
     * Returns the result of a typed code.
     *
     * @param asked true for a challenge with the tag that is the one asked for
     * @param right true if the code is that of the challenge
     */
    public Attempt attempt(
            RecipientState state,
            long now,
            OtpPolicy policy,
            ChallengeTag tag,
            Predicate<Challenge> asked,
            Predicate<Challenge> right) {
        Optional<Attempt.Rejected> rejection = rejection(state, now, policy, tag, asked);
        if (rejection.isPresent()) {
            return rejection.get();
        }
        Challenge challenge = find(state, tag).orElseThrow();
        List<Challenge> challenges = new ArrayList<>(state.challenges());
        if (right.test(challenge)) {
            challenges.remove(challenge);
            return new Attempt.Right(next(state.sends(), List.of(), challenges, now));
        }
        int used = challenge.attemptsUsed() + 1;
        boolean exhausted = used >= policy.maxAttempts();
        challenges.replaceAll(
                each -> each.equals(challenge) ? each.attemptsUsed(exhausted ? Challenge.EXHAUSTED : used) : each);
        List<Long> failed = failures.with(state.failures(), now);
        int left = exhausted ? 0 : Math.min(policy.maxAttempts() - used, guessesLeft(failed, policy, now));
        return new Attempt.Wrong(next(state.sends(), failed, challenges, now), left);
    }

    /** Returns true if a code is pending for another purpose or binding, or of another length or alphabet. */
    public boolean isAnotherPending(RecipientState state, long now, ChallengeTag tag) {
        return state.challenges().stream()
                .anyMatch(challenge -> !challenge.tag().equals(tag) && !challenge.isExpired(now));
    }

    /** Forgets the challenge and the failures, since the code of the same tag under another secret was right. */
    public RecipientState verifiedElsewhere(RecipientState state, long now, ChallengeTag tag) {
        List<Challenge> challenges = new ArrayList<>(state.challenges());
        challenges.removeIf(challenge -> challenge.tag().equals(tag));
        return next(state.sends(), List.of(), challenges, now);
    }

    /** Withdraws all challenges of a purpose. */
    public RecipientState cancel(RecipientState state, long now, long purposeTag) {
        List<Challenge> challenges = new ArrayList<>(state.challenges());
        challenges.removeIf(challenge -> challenge.tag().purpose() == purposeTag);
        return next(state.sends(), state.failures(), challenges, now);
    }

    /** Forgets failures. */
    public RecipientState unlock(RecipientState state, long now) {
        return next(state.sends(), List.of(), state.challenges(), now);
    }

    /** Returns the lifetime of a state: the longest time for which a rule can need it, and a margin. */
    public Duration lifetime(RecipientState state, long now) {
        long needed = Math.max(sends.neededFor(state.sends(), now), failures.neededFor(state.failures(), now));
        for (Challenge challenge : state.challenges()) {
            needed = Math.max(needed, Math.min(challenge.expiresAt() - now, MAX_LIFE));
        }
        return Duration.ofMillis(needed).plus(PolicyLimits.MARGIN);
    }

    private RecipientState next(List<Long> sent, List<Long> failed, List<Challenge> challenges, long now) {
        return new RecipientState(sends.pruned(sent, now), failures.pruned(failed, now), challenges);
    }

    private static Optional<Attempt.Rejected> rejected(VerifyResult.Rejected.Reason reason) {
        return Optional.of(new Attempt.Rejected(reason, Optional.empty()));
    }

    private static Optional<Challenge> find(RecipientState state, ChallengeTag tag) {
        return state.challenges().stream()
                .filter(challenge -> challenge.tag().equals(tag))
                .findFirst();
    }

    /** Removes a challenge if there is no room: an expired or exhausted one first, then the oldest. */
    private static void makeRoom(List<Challenge> challenges, long now) {
        if (challenges.size() == RecipientState.MAX_CHALLENGES) {
            challenges.stream()
                    .min(Comparator.comparing((Challenge challenge) ->
                                    !challenge.isExpired(now) && !challenge.isExhausted(Challenge.EXHAUSTED))
                            .thenComparingLong(Challenge::createdAt))
                    .ifPresent(challenges::remove);
        }
    }

    /** Returns the moment until which a limit allows nothing more, if it is used up. */
    private static OptionalLong blockedUntil(List<Long> events, RateLimit limit, long now) {
        if (events.size() < limit.max()) {
            return OptionalLong.empty();
        }
        long until = events.get(events.size() - limit.max()) + limit.window().toMillis();
        return now < until ? OptionalLong.of(until) : OptionalLong.empty();
    }

    /** A limit that allows nothing more until a moment. */
    private record Blocked(RateLimit limit, long until) {}

    private static int guessesLeft(List<Long> failures, OtpPolicy policy, long now) {
        RateLimit limit = policy.failureLimit();
        long counted = failures.stream()
                .filter(time -> now < time + limit.window().toMillis())
                .count();
        return (int) Math.max(0, limit.max() - counted);
    }

    /** The number of events, and the time, that must be remembered for every limit. */
    private record Memory(int max, long window) {

        static Memory of(Stream<RateLimit> limits) {
            return limits.map(limit -> new Memory(limit.max(), limit.window().toMillis()))
                    .reduce((a, b) -> new Memory(Math.max(a.max, b.max), Math.max(a.window, b.window)))
                    .orElseThrow();
        }

        List<Long> with(List<Long> events, long now) {
            List<Long> more = new ArrayList<>(events);
            more.add(now);
            more.sort(Comparator.naturalOrder());
            return more;
        }

        List<Long> pruned(List<Long> events, long now) {
            List<Long> counted =
                    events.stream().filter(time -> now < time + window).toList();
            return counted.subList(Math.max(0, counted.size() - max), counted.size());
        }

        long neededFor(List<Long> events, long now) {
            return events.isEmpty() ? 0 : Math.min(events.get(events.size() - 1), now) + window - now;
        }
    }
}
