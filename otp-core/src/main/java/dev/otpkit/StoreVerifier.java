package dev.otpkit;

import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.input.ClientAddress;
import dev.otpkit.internal.input.CodeParser;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.RecipientRules;
import dev.otpkit.internal.rules.RecipientRules.Attempt;
import dev.otpkit.internal.state.KeyedRateLimiter;
import dev.otpkit.internal.state.RecipientStates;
import dev.otpkit.internal.state.RecipientStates.Transition;
import dev.otpkit.spi.Verifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The default verifier, at the end of every chain: checks a code against the store. Thread-safe. */
final class StoreVerifier implements Verifier {
    /** The precedence of rejections of one guess under several secrets: a later one replaces an earlier one. */
    private static final List<Reason> PRECEDENCE =
            List.of(Reason.NO_PENDING_CODE, Reason.EXPIRED, Reason.TOO_MANY_ATTEMPTS, Reason.LOCKED, Reason.WRONG_CODE);

    private final VerifyTargets targets;
    private final Policies policies;
    private final ExpectedCodes codes;
    private final KeyedRateLimiter failures;
    private final @Nullable TrafficBudgets traffic;
    private final EventPublisher events;

    StoreVerifier(
            VerifyTargets targets, Policies policies, ExpectedCodes codes, VerifyLimits limits, EventPublisher events) {
        this.targets = targets;
        this.policies = policies;
        this.codes = codes;
        this.failures = limits.failures();
        this.traffic = limits.traffic();
        this.events = events;
    }

    @Override
    public VerifyResult verify(VerifyRequest request) {
        if (CodeParser.isTooLong(request.code())) {
            return rejected(Reason.MALFORMED_CODE, Optional.empty());
        }
        VerifyTarget target = targets.of(request);
        if (target.recipient().isEmpty()) {
            return rejected(
                    request.challengeId().isPresent() ? Reason.INVALID_CHALLENGE : Reason.INVALID_RECIPIENT,
                    Optional.empty());
        }
        OtpPolicy policy = policies.of(request.purpose());
        Optional<String> code = CodeParser.read(request.code(), policy);
        if (code.isEmpty()) {
            return rejected(Reason.MALFORMED_CODE, Optional.empty());
        }
        Guess guess = new Guess(request, target, policy, code.get());
        VerifyResult result;
        try {
            result = guess.answer();
        } catch (Throwable e) {
            guess.release();
            throw e;
        }
        if (!isRejected(result, Reason.WRONG_CODE)) {
            guess.release();
        }
        if (guess.anotherIsPending && isRejected(result, Reason.NO_PENDING_CODE)) {
            events.anotherIsPending(guess.recipient, request.purpose());
        }
        return result;
    }

    /**
     * One guess: checked under each secret until it is right under one. A wrong one is counted under each secret that
     * has a challenge pending. Not thread-safe.
     */
    private final class Guess {
        private final VerifyRequest request;
        private final VerifyTarget target;
        private final Recipient recipient;
        private final OtpPolicy policy;
        private final ExpectedCodes.OfRecipient expected;
        private final String typed;
        private final Stopwatch watch = Stopwatch.start();
        private final List<RecipientStates> withNothingToForget = new ArrayList<>(2);
        private KeyedRateLimiter.@Nullable Acquisition acquired;
        private boolean anotherIsPending;
        private boolean anotherIsPendingHere;
        private boolean nothingToForgetHere;
        private @Nullable Challenge usedHere;

        Guess(VerifyRequest request, VerifyTarget target, OtpPolicy policy, String typed) {
            this.request = request;
            this.target = target;
            this.recipient = target.recipient().orElseThrow();
            this.policy = policy;
            this.expected = codes.of(recipient, request.purpose(), policy);
            this.typed = typed;
        }

        VerifyResult answer() {
            VerifyResult.Rejected answer = rejected(Reason.NO_PENDING_CODE, Optional.empty());
            for (RecipientStates each : target.states()) {
                VerifyResult found = answer(each);
                if (!(found instanceof VerifyResult.Rejected rejected)) {
                    forgetElsewhere(each);
                    feedBack();
                    credit(each, (VerifyResult.Verified) found);
                    return found;
                }
                if (rejected.reason() == Reason.RATE_LIMITED) {
                    return rejected;
                }
                answer = graver(answer, rejected);
            }
            return answer;
        }

        /** Takes the guess out of the client's count. */
        void release() {
            if (acquired instanceof KeyedRateLimiter.Permit permit) {
                permit.release();
            }
        }

        private VerifyResult answer(RecipientStates where) {
            KeyDerivation derivations = where.derivations();
            RecipientRules rules = policies.rules();
            ChallengeTag tag = tag(where);
            Predicate<Challenge> asked = challenge ->
                    target.handle().isEmpty() || target.handle().getAsLong() == derivations.handle(challenge.nonce());
            VerifyResult result = where.update(recipient, (state, now) -> {
                Optional<Attempt.Rejected> rejection = rules.rejection(state, now, policy, tag, asked);
                usedHere = null;
                anotherIsPendingHere = rejection.isPresent() && rules.isAnotherPending(state, now, tag);
                nothingToForgetHere = rejection.isPresent()
                        && rules.verifiedElsewhere(state, now, tag).equals(state);
                if (rejection.isPresent()) {
                    return new Transition<>(
                            rejected(rejection.get().reason(), rejection.get().retryAfter()), state);
                }
                if (acquire(now) instanceof KeyedRateLimiter.Refused refused) {
                    return new Transition<>(rejected(Reason.RATE_LIMITED, Optional.of(refused.retryAfter())), state);
                }
                Attempt attempt = rules.attempt(
                        state,
                        now,
                        policy,
                        tag,
                        asked,
                        challenge -> CodeDeriver.same(expected.of(derivations, challenge), typed));
                if (attempt instanceof Attempt.Right right) {
                    usedHere = right.used();
                    return new Transition<>(
                            new VerifyResult.Verified(recipient, request.purpose(), Instant.ofEpochMilli(now)),
                            right.next());
                }
                Attempt.Wrong wrong = (Attempt.Wrong) attempt;
                return new Transition<>(
                        new VerifyResult.Rejected(
                                Reason.WRONG_CODE, OptionalInt.of(wrong.attemptsLeft()), Optional.empty()),
                        wrong.next());
            });
            anotherIsPending |= anotherIsPendingHere;
            if (nothingToForgetHere) {
                withNothingToForget.add(where);
            }
            return result;
        }

        /** Acquires the client's permit once per guess, as soon as there is a challenge to compare with. */
        private KeyedRateLimiter.Acquisition acquire(long now) {
            if (acquired == null) {
                String client = failures.isUnlimited()
                        ? null
                        : request.clientAddress().map(ClientAddress::canonical).orElse(null);
                try {
                    acquired = failures.tryAcquire(client, now, this::notReleased);
                } catch (OtpStoreFullException e) {
                    // The recipient's own limits still hold, and a client that fills the store must not lock out
                    // others.
                    aside("verified without the limit on the failures of a client", e);
                    acquired = failures.tryAcquire(null, now, this::notReleased);
                }
            }
            return acquired;
        }

        /** Uses up the challenge of the same tag under the other secret, and forgets the failures there. */
        private void forgetElsewhere(RecipientStates where) {
            for (RecipientStates other : targets.states()) {
                if (other != where && !withNothingToForget.contains(other)) {
                    try {
                        other.update(recipient, (state, now) -> {
                            var next = policies.rules().verifiedElsewhere(state, now, tag(other));
                            return new Transition<>(next, next);
                        });
                    } catch (RuntimeException e) {
                        // The code is used up: the caller must receive its success, whatever exception the store throws
                        // here.
                        aside("could not forget the failures under the other secret", e);
                    }
                }
            }
        }

        private void feedBack() {
            SentMessage message = usedHere == null ? null : usedHere.trace().message();
            if (message != null) {
                events.used(message);
            }
        }

        private void credit(RecipientStates where, VerifyResult.Verified verified) {
            if (traffic != null && usedHere != null) {
                traffic.credit(
                        where.derivations(),
                        recipient,
                        usedHere,
                        verified.verifiedAt().toEpochMilli(),
                        e -> aside("could not credit a verified code to its sends", e));
            }
        }

        private void notReleased(RuntimeException e) {
            aside("could not release a permit of the limit on the failures of a client", e);
        }

        private void aside(String undone, RuntimeException e) {
            events.storeFailedAside(Operation.VERIFY, undone, recipient, request.purpose(), e, watch);
        }

        private ChallengeTag tag(RecipientStates where) {
            return where.derivations()
                    .tag(recipient, request.purpose(), request.binding().orElse(null), request.details(), policy);
        }
    }

    /**
     * Returns the rejection of higher precedence; of two equal ones that with more attempts left, or with the later
     * moment.
     */
    private static VerifyResult.Rejected graver(VerifyResult.Rejected one, VerifyResult.Rejected other) {
        int difference = PRECEDENCE.indexOf(one.reason()) - PRECEDENCE.indexOf(other.reason());
        if (difference != 0) {
            return difference > 0 ? one : other;
        }
        boolean oneIsMore = one.attemptsLeft().orElse(0) > other.attemptsLeft().orElse(0)
                || one.retryAfter()
                        .orElse(Instant.MIN)
                        .isAfter(other.retryAfter().orElse(Instant.MIN));
        return oneIsMore ? one : other;
    }

    private static VerifyResult.Rejected rejected(Reason reason, Optional<Instant> retryAfter) {
        return new VerifyResult.Rejected(reason, OptionalInt.empty(), retryAfter.map(RetryAfter::of));
    }

    private static boolean isRejected(VerifyResult result, Reason reason) {
        return result instanceof VerifyResult.Rejected rejected && rejected.reason() == reason;
    }
}
