package dev.otpkit;

import dev.otpkit.internal.ClientLimit;
import dev.otpkit.internal.CodeReader;
import dev.otpkit.internal.Derivations;
import dev.otpkit.internal.RecipientRecords;
import dev.otpkit.internal.RecipientRecords.Decision;
import dev.otpkit.internal.RecipientRules;
import dev.otpkit.internal.RecipientRules.Attempt;
import dev.otpkit.internal.Tag;
import dev.otpkit.spi.Verifier;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The verifier at the end of every chain: checks a code against the store. */
final class Checker implements Verifier {
    private static final int MAX_CHALLENGE_ID = 1024;

    private final @Nullable String defaultRegion;
    private final Policies policies;
    private final Codes codes;
    private final @Nullable ClientLimit clientLimit;
    private final RecipientRules rules;
    private final List<RecipientRecords> records;
    private final InstantSource clock;

    Checker(
            OtpManager.Builder builder,
            Policies policies,
            Codes codes,
            @Nullable ClientLimit clientLimit,
            RecipientRules rules,
            List<RecipientRecords> records) {
        this.defaultRegion = builder.defaultRegion;
        this.clock = builder.clock;
        this.policies = policies;
        this.codes = codes;
        this.clientLimit = clientLimit;
        this.rules = rules;
        this.records = records;
    }

    /** Returns whose code a request is about, if that can be told. */
    Optional<Recipient> recipient(VerifyRequest request) {
        return CodeReader.isTooLong(request.code())
                ? Optional.empty()
                : target(request).recipient();
    }

    @Override
    public VerifyResult verify(VerifyRequest request) {
        if (CodeReader.isTooLong(request.code())) {
            return rejected(VerifyResult.Rejected.Reason.MALFORMED_CODE, OptionalLong.empty());
        }
        Target target = target(request);
        if (target.recipient().isEmpty()) {
            return rejected(
                    request.challengeId().isPresent()
                            ? VerifyResult.Rejected.Reason.INVALID_CHALLENGE
                            : VerifyResult.Rejected.Reason.INVALID_RECIPIENT,
                    OptionalLong.empty());
        }
        OtpPolicy policy = policies.of(request.purpose());
        Optional<String> code = CodeReader.read(request.code(), policy);
        if (code.isEmpty()) {
            return rejected(VerifyResult.Rejected.Reason.MALFORMED_CODE, OptionalLong.empty());
        }
        Optional<ClientLimit.Place> place =
                ClientLimit.take(clientLimit, request.clientAddress().orElse(null), clock.millis());
        OptionalLong clientBlocked = place.map(ClientLimit.Place::retryAfter).orElse(OptionalLong.empty());
        if (clientBlocked.isPresent()) {
            return rejected(VerifyResult.Rejected.Reason.RATE_LIMITED, clientBlocked);
        }
        VerifyResult result = attempt(target, request, policy, code.get());
        if (!isRejected(result, VerifyResult.Rejected.Reason.WRONG_CODE)) {
            place.ifPresent(ClientLimit.Place::giveBack);
        }
        return result;
    }

    /** Whose code a request is about, and under which secrets to look for it. */
    private record Target(Optional<Recipient> recipient, OptionalLong handle, List<RecipientRecords> records) {
        static final Target NONE = new Target(Optional.empty(), OptionalLong.empty(), List.of());
    }

    private Target target(VerifyRequest request) {
        if (request.challengeId().isPresent()) {
            return challenged(request.challengeId().get(), request.purpose());
        }
        try {
            Recipient recipient = request.recipient()
                    .orElseGet(() -> Recipient.parse(request.address().orElseThrow(), defaultRegion));
            return new Target(Optional.of(recipient), OptionalLong.empty(), records);
        } catch (InvalidRecipientException e) {
            return Target.NONE;
        }
    }

    private Target challenged(String challengeId, String purpose) {
        if (challengeId.length() <= MAX_CHALLENGE_ID) {
            for (RecipientRecords each : records) {
                Optional<Derivations.OpenedChallenge> opened = each.derivations()
                        .open(challengeId)
                        .filter(challenge -> challenge.purpose().equals(purpose));
                if (opened.isPresent()) {
                    return new Target(
                            Optional.of(opened.get().recipient()),
                            OptionalLong.of(opened.get().handle()),
                            List.of(each));
                }
            }
        }
        return Target.NONE;
    }

    /** Looks under the previous secret too if nothing is pending under the current one. */
    private VerifyResult attempt(Target target, VerifyRequest request, OtpPolicy policy, String typed) {
        VerifyResult result = rejected(VerifyResult.Rejected.Reason.NO_PENDING_CODE, OptionalLong.empty());
        for (RecipientRecords each : target.records()) {
            VerifyResult found = attempt(each, target, request, policy, typed);
            if (isRejected(found, VerifyResult.Rejected.Reason.EXPIRED)) {
                result = found;
            } else if (!isRejected(found, VerifyResult.Rejected.Reason.NO_PENDING_CODE)) {
                return found;
            }
        }
        return result;
    }

    private VerifyResult attempt(
            RecipientRecords where, Target target, VerifyRequest request, OtpPolicy policy, String typed) {
        Derivations derivations = where.derivations();
        Recipient recipient = target.recipient().orElseThrow();
        String purpose = request.purpose();
        Tag tag = derivations.tag(recipient, purpose, request.binding().orElse(null), policy);
        return where.decide(recipient, (state, now) -> {
            Attempt attempt = rules.attempt(
                    state,
                    now,
                    policy,
                    tag,
                    challenge -> target.handle().isEmpty()
                            || target.handle().getAsLong() == derivations.handle(challenge.nonce()),
                    challenge -> Codes.same(codes.of(derivations, recipient, purpose, policy, challenge), typed));
            if (attempt instanceof Attempt.Right right) {
                return new Decision<>(
                        new VerifyResult.Verified(recipient, purpose, Instant.ofEpochMilli(now)), right.next());
            }
            if (attempt instanceof Attempt.Wrong wrong) {
                return new Decision<>(
                        new VerifyResult.Rejected(
                                VerifyResult.Rejected.Reason.WRONG_CODE,
                                OptionalInt.of(wrong.attemptsLeft()),
                                Optional.empty()),
                        wrong.next());
            }
            Attempt.Rejected rejected = (Attempt.Rejected) attempt;
            return new Decision<>(rejected(rejected.reason(), rejected.retryAfter()), state);
        });
    }

    private static VerifyResult rejected(VerifyResult.Rejected.Reason reason, OptionalLong retryAfter) {
        Optional<Instant> when =
                retryAfter.isPresent() ? Optional.of(Instant.ofEpochMilli(retryAfter.getAsLong())) : Optional.empty();
        return new VerifyResult.Rejected(reason, OptionalInt.empty(), when);
    }

    private static boolean isRejected(VerifyResult result, VerifyResult.Rejected.Reason reason) {
        return result instanceof VerifyResult.Rejected rejected && rejected.reason() == reason;
    }
}
