package dev.otpkit.internal.rules;

import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.Resend;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.internal.rules.Challenge.Trace;
import dev.otpkit.internal.rules.RecipientState.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of OTP Kit, as pure functions from a state and a moment to a result and the next state. They read no clock
 * and no store, and a new challenge has the random bits that the caller supplies. Moments and lengths are milliseconds.
 *
 * <p>The purpose of a request picks the policy; sends and failures count over all purposes. Events are remembered for
 * the longest window, up to the greatest maximum, of all policies, so that no purpose prunes an event that another
 * needs. A time in the future, from a node with a clock that is ahead, counts from now on, and a record does not live
 * longer because of it.
 */
public final class RecipientRules {
    private static final long MAX_LIFE = PolicyLimits.MAX_LIFE.toMillis();
    private static final long OPT_OUT_LIFE = PolicyLimits.OPT_OUT_LIFE.toMillis();
    private static final long SUCCESS_MEMORY = PolicyLimits.SUCCESS_MEMORY.toMillis();

    private final Memory sends;
    private final Memory failures;
    private final boolean remembersSuccess;

    /** Creates rules that remember every event that one of these policies needs, and no success. */
    public RecipientRules(Collection<OtpPolicy> policies) {
        this(policies, false);
    }

    /**
     * Creates rules that remember every event that one of these policies needs.
     *
     * @param remembersSuccess true to remember the moment of the last right code
     */
    public RecipientRules(Collection<OtpPolicy> policies, boolean remembersSuccess) {
        Memory sends = Memory.NONE;
        Memory failures = Memory.NONE;
        for (OtpPolicy policy : policies) {
            for (RateLimit limit : policy.sendLimits()) {
                sends = sends.and(limit);
            }
            failures = failures.and(policy.failureLimit());
        }
        this.sends = sends;
        this.failures = failures;
        this.remembersSuccess = remembersSuccess;
    }

    /** The result of a request to send. */
    public sealed interface Issue {

        /** Refused: nothing changes. The limit is the one that was reached, if the reason is a limit. */
        record Refused(SendResult.Refused.Reason reason, Instant retryAfter, Optional<RateLimit> limit)
                implements Issue {}

        /** Refused: the recipient wants no messages over any of the media, and nothing changes. */
        record OptedOut() implements Issue {}

        /** A challenge is created or repeated. It replaces the one with the same tag, if there is one. */
        record Issued(RecipientState next, Challenge challenge, Optional<Challenge> replaced) implements Issue {}
    }

    /** The result of a typed code. */
    public sealed interface Attempt {

        /** Nothing was compared and nothing changes. */
        record Rejected(VerifyResult.Rejected.Reason reason, Optional<Instant> retryAfter) implements Attempt {}

        /** The code was compared and is wrong. */
        record Wrong(RecipientState next, int attemptsLeft) implements Attempt {}

        /** The code was compared and is right: that of the challenge, which is used up. */
        record Right(RecipientState next, Challenge used) implements Attempt {}
    }

    /**
     * Returns the result of a request to send; a new challenge gets a fresh nonce, which is drawn for it alone.
     *
     * @param decoy true for a challenge for which no guess is right. It never repeats the code of one that is no decoy,
     *     nor the other way round
     */
    public Issue issue(
            RecipientState state, long now, OtpPolicy policy, ChallengeTag tag, boolean decoy, Supplier<Nonce> fresh) {
        Challenge current = find(state, tag);
        Challenge live =
                current == null || current.isExpired(now) || current.isExhausted(policy.maxAttempts()) ? null : current;

        long unlocked = freeFrom(state.failures(), policy.failureLimit(), now);
        RateLimit limit = null;
        long unlimited = now;
        for (RateLimit each : policy.sendLimits()) {
            long free = freeFrom(state.sends(), each, now);
            if (free > unlimited) {
                limit = each;
                unlimited = free;
            }
        }
        long cooled =
                live == null ? now : live.lastSentAt() + policy.resendCooldown().toMillis();
        long latest = Math.max(unlocked, Math.max(unlimited, cooled));
        if (now < latest) {
            Instant retryAfter = Instant.ofEpochMilli(latest);
            if (now < unlocked) {
                return new Issue.Refused(
                        SendResult.Refused.Reason.LOCKED, retryAfter, Optional.of(policy.failureLimit()));
            }
            return new Issue.Refused(
                    limit == null ? SendResult.Refused.Reason.RESEND_TOO_SOON : SendResult.Refused.Reason.RATE_LIMITED,
                    retryAfter,
                    Optional.ofNullable(limit));
        }

        long expiry = policy.expiry().toMillis();
        Challenge issued;
        if (live != null
                && live.decoy() == decoy
                && policy.resend() == Resend.REUSE
                && now < Math.min(live.createdAt(), now) + expiry) {
            issued = live.sentAgain(now, expiry);
        } else {
            int used = live == null ? 0 : live.attemptsUsed();
            Trace trace = live == null ? Trace.NONE : live.trace().replaced();
            issued = new Challenge(tag, fresh.get(), now, now + expiry, now, used, 1, decoy, trace);
        }
        List<Challenge> challenges = without(state, tag);
        makeRoom(challenges, now);
        challenges.add(issued);
        return new Issue.Issued(
                next(state, sends.with(state.sends(), now), state.failures(), challenges, now),
                issued,
                Optional.ofNullable(current));
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
                        .map(replaced -> replaced.traced(replaced.trace()
                                .withFailedChannel(challenge.trace().failedChannel())))
                        .ifPresent(challenges::add);
            } else {
                challenges.add(challenge);
            }
        }
        return next(state, state.sends(), state.failures(), challenges, now);
    }

    /**
     * Returns the reason for which no code can be compared now; empty if {@link #attempt} would compare one.
     *
     * @param asked true for a challenge with the tag that is the one asked for
     */
    public Optional<Attempt.Rejected> rejection(
            RecipientState state, long now, OtpPolicy policy, ChallengeTag tag, Predicate<Challenge> asked) {
        long unlocked = freeFrom(state.failures(), policy.failureLimit(), now);
        if (now < unlocked) {
            return Optional.of(new Attempt.Rejected(
                    VerifyResult.Rejected.Reason.LOCKED, Optional.of(Instant.ofEpochMilli(unlocked))));
        }
        Challenge pending = find(state, tag);
        if (pending == null || !asked.test(pending)) {
            return rejected(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
        }
        if (pending.isExpired(now)) {
            return rejected(VerifyResult.Rejected.Reason.EXPIRED);
        }
        if (pending.isExhausted(policy.maxAttempts())) {
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
        Challenge challenge = Objects.requireNonNull(find(state, tag));
        // A decoy's guess is compared as well, so that it takes the same time.
        if (right.test(challenge) && !challenge.decoy()) {
            RecipientState next = next(state, state.sends(), List.of(), without(state, tag), now);
            return new Attempt.Right(remembersSuccess ? verified(next, now) : next, challenge);
        }
        int used = challenge.attemptsUsed() + 1;
        boolean exhausted = used >= policy.maxAttempts();
        List<Challenge> challenges = new ArrayList<>(state.challenges());
        challenges.replaceAll(
                each -> each.hasTag(tag) ? each.attemptsUsed(exhausted ? Challenge.EXHAUSTED : used) : each);
        List<Long> failed = failures.with(state.failures(), now);
        int left = exhausted ? 0 : Math.min(policy.maxAttempts() - used, left(failed, policy.failureLimit(), now));
        return new Attempt.Wrong(next(state, state.sends(), failed, challenges, now), left);
    }

    /** Returns true if a right code is remembered, which was given within {@link PolicyLimits#SUCCESS_MEMORY}. */
    public boolean hasSucceeded(RecipientState state, long now) {
        return remembered(state.standing(), now).verifiedAt() != null;
    }

    /**
     * Returns an issued challenge that remembers the client that requested this send, and those that requested the
     * sends of the live challenge that it replaces.
     */
    public static Issue.Issued requestedBy(Issue.Issued issued, long client, long now) {
        Challenge challenge = issued.challenge();
        Trace trace = challenge.trace();
        Challenge replaced = issued.replaced().orElse(null);
        if (replaced != null && replaced.decoy() == challenge.decoy() && !replaced.isExpired(now)) {
            // A challenge that is sent again has those of its earlier sends.
            trace = challenge.trace().clients().isEmpty()
                    ? trace.withClients(replaced.trace().clients())
                    : trace;
        }
        Challenge traced = challenge.traced(trace.withClient(client));
        List<Challenge> challenges = new ArrayList<>(issued.next().challenges());
        challenges.replaceAll(each -> each.hasTag(traced.tag()) ? traced : each);
        RecipientState next = issued.next();
        return new Issue.Issued(
                new RecipientState(next.sends(), next.failures(), challenges, next.standing()),
                traced,
                issued.replaced());
    }

    /** Returns true if a code is pending for another purpose, binding or detail, or of another length or alphabet. */
    public boolean isAnotherPending(RecipientState state, long now, ChallengeTag tag) {
        for (Challenge challenge : state.challenges()) {
            if (!challenge.hasTag(tag) && !challenge.isExpired(now)) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if a code of the tag is pending, so that another send is a resend. */
    public boolean isPending(RecipientState state, long now, OtpPolicy policy, ChallengeTag tag) {
        Challenge challenge = find(state, tag);
        return challenge != null && !challenge.isExpired(now) && !challenge.isExhausted(policy.maxAttempts());
    }

    /** Returns the number of sends that a limit of some policy can still count. */
    public int recentSends(RecipientState state, long now) {
        return sends.pruned(state.sends(), now).size();
    }

    /** Forgets the challenge and the failures, since the code of the same tag under another secret was right. */
    public RecipientState verifiedElsewhere(RecipientState state, long now, ChallengeTag tag) {
        return next(state, state.sends(), List.of(), without(state, tag), now);
    }

    /** Withdraws all challenges of a purpose. */
    public RecipientState cancel(RecipientState state, long now, long purposeTag) {
        List<Challenge> challenges = new ArrayList<>(state.challenges());
        challenges.removeIf(challenge -> challenge.tag().purpose() == purposeTag);
        return next(state, state.sends(), state.failures(), challenges, now);
    }

    /** Forgets failures. */
    public RecipientState unlock(RecipientState state, long now) {
        return next(state, state.sends(), List.of(), state.challenges(), now);
    }

    /**
     * Returns the answers that {@link #issue} and {@link #rejection} would give for a purpose, with any binding. A
     * decoy counts like any other challenge.
     */
    public PurposeStatus status(RecipientState state, long now, OtpPolicy policy, long purposeTag) {
        Challenge last = null;
        long expires = now;
        long cooled = now;
        for (Challenge each : state.challenges()) {
            boolean live = !each.isExpired(now) && !each.isExhausted(policy.maxAttempts());
            if (live && each.tag().purpose() == purposeTag) {
                last = last == null || each.lastSentAt() >= last.lastSentAt() ? each : last;
                expires = Math.max(expires, each.expiresAt());
                long cooldown = each.lastSentAt() + policy.resendCooldown().toMillis();
                cooled = Math.max(cooled, Math.min(cooldown, each.expiresAt()));
            }
        }
        long unlocked = freeFrom(state.failures(), policy.failureLimit(), now);
        long nextSend = Math.max(unlocked, cooled);
        int sendsLeft = Integer.MAX_VALUE;
        for (RateLimit limit : policy.sendLimits()) {
            nextSend = Math.max(nextSend, freeFrom(state.sends(), limit, now));
            sendsLeft = Math.min(sendsLeft, left(state.sends(), limit, now));
        }
        int attemptsLeft = last == null
                ? 0
                : Math.min(
                        policy.maxAttempts() - last.attemptsUsed(), left(state.failures(), policy.failureLimit(), now));
        return new PurposeStatus(
                now,
                expires,
                attemptsLeft,
                sendsLeft,
                cooled,
                unlocked,
                nextSend,
                state.standing().optedOut());
    }

    /** Returns true if the recipient wants no messages over each of these media; false if there are none. */
    public boolean isOptedOut(RecipientState state, List<String> media) {
        List<String> optedOut = state.standing().optedOut();
        return !optedOut.isEmpty() && !media.isEmpty() && optedOut.containsAll(media);
    }

    /**
     * Remembers a medium over which the recipient wants no messages. Nothing else changes: a pending code stays valid.
     */
    public RecipientState optOut(RecipientState state, long now, String medium) {
        return standing(state, now, state.standing().withOptOut(medium));
    }

    /** Forgets that the recipient wants no messages over a medium. */
    public RecipientState optIn(RecipientState state, long now, String medium) {
        return standing(state, now, state.standing().withoutOptOut(medium));
    }

    /**
     * Remembers the message that carried the code of a challenge last. Nothing changes if the challenge is no longer as
     * this send left it: then it was used, cancelled, pushed out, replaced, or repeated by a later send, which has its
     * own message.
     */
    public RecipientState accepted(RecipientState state, long now, Challenge sent, SentMessage message) {
        return traced(
                state,
                now,
                challenge -> challenge.isAsSent(sent),
                challenge -> challenge.trace().withMessage(message));
    }

    /**
     * Remembers the channel whose message of a challenge did not arrive. Of several, the one that is reported last is
     * remembered. Nothing changes if the challenge has expired, is a decoy, or is no longer there.
     *
     * @param asked true for the challenge whose code the message carried
     */
    public RecipientState didNotArrive(RecipientState state, long now, Predicate<Challenge> asked, String channel) {
        return traced(
                state,
                now,
                challenge -> isReported(challenge, now, asked),
                challenge -> challenge.trace().withFailedChannel(channel));
    }

    /** Returns true if a report on a message of this challenge can still change something. */
    public boolean isReported(RecipientState state, long now, Predicate<Challenge> asked) {
        return state.challenges().stream().anyMatch(challenge -> isReported(challenge, now, asked));
    }

    private static boolean isReported(Challenge challenge, long now, Predicate<Challenge> asked) {
        return !challenge.isExpired(now) && !challenge.decoy() && asked.test(challenge);
    }

    private RecipientState traced(
            RecipientState state, long now, Predicate<Challenge> chosen, Function<Challenge, Trace> trace) {
        List<Challenge> challenges = new ArrayList<>(state.challenges());
        challenges.replaceAll(each -> chosen.test(each) ? each.traced(trace.apply(each)) : each);
        // A report that changes nothing must not write: it may come any number of times.
        return challenges.equals(state.challenges())
                ? state
                : next(state, state.sends(), state.failures(), challenges, now);
    }

    private RecipientState standing(RecipientState state, long now, Standing standing) {
        return standing.equals(state.standing())
                ? state
                : new RecipientState(
                        sends.pruned(state.sends(), now),
                        failures.pruned(state.failures(), now),
                        state.challenges(),
                        standing);
    }

    /** Returns the lifetime of a state: the longest time for which a rule can need it, and a margin. */
    public Duration lifetime(RecipientState state, long now) {
        long needed = Math.max(sends.neededFor(state.sends(), now), failures.neededFor(state.failures(), now));
        for (Challenge challenge : state.challenges()) {
            needed = Math.max(needed, Math.min(challenge.expiresAt() - now, MAX_LIFE));
        }
        if (!state.standing().optedOut().isEmpty()) {
            needed = Math.max(needed, OPT_OUT_LIFE);
        }
        Long verifiedAt = state.standing().verifiedAt();
        if (verifiedAt != null) {
            needed = Math.max(needed, Math.min(verifiedAt, now) + SUCCESS_MEMORY - now);
        }
        return Duration.ofMillis(needed).plus(PolicyLimits.MARGIN);
    }

    private RecipientState next(
            RecipientState state, List<Long> sent, List<Long> failed, List<Challenge> challenges, long now) {
        return new RecipientState(
                sends.pruned(sent, now), failures.pruned(failed, now), challenges, remembered(state.standing(), now));
    }

    private static RecipientState verified(RecipientState state, long now) {
        return new RecipientState(
                state.sends(),
                state.failures(),
                state.challenges(),
                state.standing().withVerifiedAt(now));
    }

    /** Returns a standing without a success that no rule needs. */
    private Standing remembered(Standing standing, long now) {
        Long verifiedAt = standing.verifiedAt();
        return verifiedAt == null || (remembersSuccess && now < Math.min(verifiedAt, now) + SUCCESS_MEMORY)
                ? standing
                : standing.withVerifiedAt(null);
    }

    private static Optional<Attempt.Rejected> rejected(VerifyResult.Rejected.Reason reason) {
        return Optional.of(new Attempt.Rejected(reason, Optional.empty()));
    }

    private static @Nullable Challenge find(RecipientState state, ChallengeTag tag) {
        List<Challenge> challenges = state.challenges();
        for (int i = 0; i < challenges.size(); i++) {
            if (challenges.get(i).hasTag(tag)) {
                return challenges.get(i);
            }
        }
        return null;
    }

    private static List<Challenge> without(RecipientState state, ChallengeTag tag) {
        List<Challenge> others = new ArrayList<>(RecipientState.MAX_CHALLENGES);
        for (Challenge challenge : state.challenges()) {
            if (!challenge.hasTag(tag)) {
                others.add(challenge);
            }
        }
        return others;
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

    /** Returns the moment from which a limit allows one more event: now, unless it is used up. */
    private static long freeFrom(List<Long> events, RateLimit limit, long now) {
        return events.size() < limit.max()
                ? now
                : Math.max(
                        now,
                        events.get(events.size() - limit.max()) + limit.window().toMillis());
    }

    /** Returns the number of events that a limit still allows now. */
    private static int left(List<Long> events, RateLimit limit, long now) {
        int left = limit.max();
        for (long time : events) {
            if (now < time + limit.window().toMillis()) {
                left--;
            }
        }
        return Math.max(0, left);
    }

    /** The number of events, and the time, that must be remembered for every limit. */
    private record Memory(int max, long window) {

        static final Memory NONE = new Memory(0, 0);

        Memory and(RateLimit limit) {
            return new Memory(
                    Math.max(max, limit.max()), Math.max(window, limit.window().toMillis()));
        }

        List<Long> with(List<Long> events, long now) {
            List<Long> more = new ArrayList<>(events.size() + 1);
            more.addAll(events);
            more.add(now);
            more.sort(Comparator.naturalOrder());
            return more;
        }

        List<Long> pruned(List<Long> events, long now) {
            int first = Math.max(0, events.size() - max);
            while (first < events.size() && now >= events.get(first) + window) {
                first++;
            }
            return events.subList(first, events.size());
        }

        long neededFor(List<Long> events, long now) {
            return events.isEmpty() ? 0 : Math.min(events.get(events.size() - 1), now) + window - now;
        }
    }
}
