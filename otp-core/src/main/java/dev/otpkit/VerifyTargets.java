package dev.otpkit;

import dev.otpkit.internal.crypto.ChallengeTokens;
import dev.otpkit.internal.input.CodeParser;
import dev.otpkit.internal.state.RecipientStates;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Resolves requests to verify: reads the address, or opens the challenge id. Immutable and thread-safe. */
final class VerifyTargets {
    private final @Nullable String defaultRegion;
    private final List<RecipientStates> states;

    VerifyTargets(@Nullable String defaultRegion, List<RecipientStates> states) {
        this.defaultRegion = defaultRegion;
        this.states = states;
    }

    /** Returns the states under each secret, the current one first. */
    List<RecipientStates> states() {
        return states;
    }

    /** Returns the target of a request: the one that it carries, if that is of this resolver. */
    VerifyTarget of(VerifyRequest request) {
        return request.target().filter(target -> target.resolver() == this).orElseGet(() -> resolve(request));
    }

    private VerifyTarget resolve(VerifyRequest request) {
        if (CodeParser.isTooLong(request.code())) {
            return none();
        }
        if (request.challengeId().isPresent()) {
            return challenge(request.challengeId().get(), request.purpose());
        }
        Optional<Recipient> recipient = request.recipient()
                .or(() -> TypedRecipient.read(request.address().orElseThrow(), defaultRegion));
        return recipient.isPresent() ? new VerifyTarget(this, recipient, OptionalLong.empty(), states) : none();
    }

    private VerifyTarget challenge(String challengeId, String purpose) {
        return open(challengeId)
                .filter(opened -> opened.challenge().purpose().equals(purpose))
                .map(opened -> new VerifyTarget(
                        this,
                        Optional.of(opened.challenge().recipient()),
                        OptionalLong.of(opened.challenge().handle()),
                        List.of(opened.states())))
                .orElseGet(this::none);
    }

    /**
     * The content of a challenge id.
     *
     * @param states the states under the secret that it was made with
     * @param challenge the recipient, the purpose and the handle
     */
    record Opened(RecipientStates states, ChallengeTokens.Opened challenge) {}

    /** Returns the content of a challenge id; empty if it is too long, or was not made with one of the secrets. */
    Optional<Opened> open(String challengeId) {
        if (challengeId.length() <= InputLimits.MAX_CHALLENGE_ID) {
            for (RecipientStates each : states) {
                Optional<ChallengeTokens.Opened> opened =
                        each.derivations().challengeTokens().open(challengeId);
                if (opened.isPresent()) {
                    return Optional.of(new Opened(each, opened.get()));
                }
            }
        }
        return Optional.empty();
    }

    private VerifyTarget none() {
        return new VerifyTarget(this, Optional.empty(), OptionalLong.empty(), List.of());
    }
}
