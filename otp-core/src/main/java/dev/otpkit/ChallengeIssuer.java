package dev.otpkit;

import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.state.RecipientStates;
import dev.otpkit.internal.state.RecipientStates.Transition;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Issues challenges under the current secret, once the gate is open for them, and withdraws those that were certainly
 * not delivered. Thread-safe.
 */
final class ChallengeIssuer {
    private final Policies policies;
    private final CodeDeriver codes;
    private final RecipientStates states;
    private final SendGate gate;
    private final EventPublisher events;

    ChallengeIssuer(
            Policies policies, CodeDeriver codes, RecipientStates states, SendGate gate, EventPublisher events) {
        this.policies = policies;
        this.codes = codes;
        this.states = states;
        this.gate = gate;
        this.events = events;
    }

    /** What the rules say of a send before anything is committed: their refusal, or the facts for the gate. */
    private record Preview(Optional<SendRefusal> refusal, boolean resend, int recentSends) {}

    /**
     * Returns the refusal of a send by the rules or by the gate, which is asked once, and only if the rules allow the
     * send. Commits nothing, and without a guard reads nothing: then only {@link #issue} refuses.
     *
     * @return empty if the send may be issued. That may still be refused, if the record has changed in the meantime
     * @throws OtpStoreException if the store cannot answer
     */
    Optional<SendRefusal> refusal(SendCall call) {
        if (gate.isOpen()) {
            return Optional.empty();
        }
        KeyDerivation derivations = states.derivations();
        OtpPolicy policy = policies.of(call.purpose());
        ChallengeTag tag =
                derivations.tag(call.recipient(), call.purpose(), call.request().binding(), policy);
        Preview preview = states.update(call.recipient(), (state, now) -> {
            Issue issue = policies.rules()
                    .issue(state, now, policy, tag, call.request().isDecoy(), derivations::nonce);
            Optional<SendRefusal> refusal =
                    issue instanceof Issue.Refused refused ? Optional.of(SendRefusal.of(refused)) : Optional.empty();
            boolean resend = policies.rules().isPending(state, now, policy, tag);
            return new Transition<>(
                    new Preview(refusal, resend, policies.rules().recentSends(state, now)), state);
        });
        return preview.refusal().or(() -> gate.refusal(call, preview.resend(), preview.recentSends()));
    }

    /**
     * Issues a challenge by the rules, and commits it.
     *
     * @throws OtpStoreException if the store cannot answer
     */
    Issue issue(SendCall call) {
        KeyDerivation derivations = states.derivations();
        OtpPolicy policy = policies.of(call.purpose());
        OtpRequest request = call.request();
        ChallengeTag tag =
                derivations.tag(call.recipient(), call.purpose(), request.binding(), request.details(), policy);
        return states.updateAssumingUnknown(call.recipient(), (state, now) -> {
            Issue issue = policies.rules()
                    .issue(state, now, policy, tag, call.request().isDecoy(), derivations::nonce);
            return new Transition<>(issue, issue instanceof Issue.Issued issued ? issued.next() : state);
        });
    }

    /**
     * Returns the code of an issued challenge. If it cannot be derived, the challenge is withdrawn.
     *
     * @throws IllegalStateException if the generator makes no code of the policy
     */
    Passcode passcode(SendCall call, Issue.Issued issued) {
        Challenge challenge = issued.challenge();
        try {
            String code = codes.of(states.derivations(), call.recipient(), policies.of(call.purpose()), challenge);
            return new Passcode(call, code, Instant.ofEpochMilli(challenge.expiresAt()), challengeIds(call, challenge));
        } catch (Throwable e) {
            withdraw(call, issued);
            throw e;
        }
    }

    /** Returns a supplier of new ids of a challenge. */
    Supplier<String> challengeIds(SendCall call, Challenge challenge) {
        return new ChallengeIds(states.derivations(), call.recipient(), call.purpose(), challenge.nonce());
    }

    /** Seals ids of one challenge. It keeps nothing else of the request. */
    private static final class ChallengeIds implements Supplier<String> {
        private final KeyDerivation derivations;
        private final Recipient recipient;
        private final String purpose;
        private final Nonce nonce;

        ChallengeIds(KeyDerivation derivations, Recipient recipient, String purpose, Nonce nonce) {
            this.derivations = derivations;
            this.recipient = recipient;
            this.purpose = purpose;
            this.nonce = nonce;
        }

        @Override
        public String get() {
            return derivations.challengeTokens().seal(recipient, purpose, derivations.handle(nonce));
        }
    }

    /** Returns the moment from which on a challenge can be sent again. */
    Instant resendAt(SendCall call, Challenge challenge) {
        return Instant.ofEpochMilli(challenge.lastSentAt())
                .plus(policies.of(call.purpose()).resendCooldown());
    }

    /** Withdraws an issued challenge that was certainly not delivered. A failure of the store is only published. */
    void withdraw(SendCall call, Issue.Issued issued) {
        try {
            states.update(call.recipient(), (state, now) -> {
                var next = policies.rules().undelivered(state, now, issued);
                return new Transition<>(next, next);
            });
        } catch (RuntimeException e) {
            // The caller needs the result of the delivery, whatever exception the store throws here.
            events.storeFailedAside(
                    Operation.SEND,
                    "could not take back an undelivered code",
                    call.recipient(),
                    call.purpose(),
                    e,
                    call.watch());
        }
    }
}
