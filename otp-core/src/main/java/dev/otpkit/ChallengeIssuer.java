package dev.otpkit;

import dev.otpkit.DeliveryChain.Accepted;
import dev.otpkit.DeliveryChain.Delivery;
import dev.otpkit.DeliveryChain.NamedChannel;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.internal.rules.RecipientRules;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.RecipientStates;
import dev.otpkit.internal.state.RecipientStates.Transition;
import dev.otpkit.internal.state.StateCodec;
import dev.otpkit.spi.DeliveryFailure;
import java.time.Instant;
import java.util.List;
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

    /** The refusal of a send by the rules before anything is committed, or the facts for the gate. */
    private record Preview(Optional<SendRefusal> refusal, boolean resend, int recentSends) {}

    /**
     * Returns the refusal of a send by the rules or by the gate, which is asked once, and only if the rules allow the
     * send. Commits nothing, and without a guard reads nothing: then only {@link #issue} refuses.
     *
     * @param route the channels that can deliver it; empty for a test recipient
     * @return empty if the send may be issued. That may still be refused, if the record has changed in the meantime
     * @throws OtpStoreException if the store cannot answer
     */
    Optional<SendRefusal> refusal(SendCall call, List<NamedChannel> route) {
        if (gate.isOpen()) {
            return Optional.empty();
        }
        OtpPolicy policy = policies.of(call.purpose());
        ChallengeTag tag = tag(call, policy);
        List<String> media = RouteOrder.media(route);
        Preview preview = states.update(call.recipient(), (state, now) -> {
            Optional<SendRefusal> refusal = SendRefusal.of(decide(call, media, tag, state, now));
            boolean resend = policies.rules().isPending(state, now, policy, tag);
            return new Transition<>(
                    new Preview(refusal, resend, policies.rules().recentSends(state, now)), state);
        });
        return preview.refusal().or(() -> gate.refusal(call, preview.resend(), preview.recentSends()));
    }

    /**
     * Issues a challenge by the rules, and commits it.
     *
     * @param route the channels that can deliver it; empty for a test recipient
     * @param traffic asked once the limits of the recipient allow the send
     * @throws OtpStoreException if the store cannot answer
     */
    Issue issue(SendCall call, List<NamedChannel> route, TrafficCheck traffic) {
        ChallengeTag tag = tag(call, policies.of(call.purpose()));
        List<String> media = RouteOrder.media(route);
        return states.updateAssumingUnknown(call.recipient(), (state, now) -> {
            Issue issue = decide(call, media, tag, state, now);
            if (issue instanceof Issue.Issued allowed) {
                issue = traffic.admit(allowed, state, now);
            }
            return new Transition<>(issue, issue instanceof Issue.Issued issued ? issued.next() : state);
        });
    }

    private ChallengeTag tag(SendCall call, OtpPolicy policy) {
        OtpRequest request = call.request();
        return states.derivations().tag(call.recipient(), call.purpose(), request.binding(), request.details(), policy);
    }

    private Issue decide(SendCall call, List<String> media, ChallengeTag tag, RecipientState state, long now) {
        RecipientRules rules = policies.rules();
        if (rules.isOptedOut(state, media)) {
            return new Issue.OptedOut();
        }
        return rules.issue(
                state, now, policies.of(call.purpose()), tag, call.request().isDecoy(), states.derivations()::nonce);
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
        change(
                call,
                "could not take back an undelivered code",
                (state, now) -> policies.rules().undelivered(state, now, issued));
    }

    /**
     * Remembers what later calls need of a delivery: a medium that the recipient has opted out of, and a message whose
     * channel wants feedback. Usually there is neither, and the store is not asked. A failure of the store is only
     * published. A decoy takes the same requests: the id of its message is invented, and never used.
     */
    void remember(SendCall call, Issue.Issued issued, List<NamedChannel> route, Delivery delivery) {
        for (DeliveryFailure failure : delivery.failures()) {
            NamedChannel channel = RouteOrder.named(route, failure.channel());
            if (failure.kind() == DeliveryFailure.Kind.OPTED_OUT && channel != null) {
                optOut(call, channel.medium());
            }
        }
        if (delivery.accepted().isPresent()) {
            Accepted accepted = delivery.accepted().get();
            NamedChannel channel = RouteOrder.named(route, accepted.channel());
            if (channel != null && channel.feedback() != null) {
                accepted.providerMessageId()
                        .filter(StateCodec::fits)
                        .ifPresent(id -> accepted(call, issued, accepted, id));
            }
        }
    }

    private void optOut(SendCall call, String medium) {
        boolean changed = change(
                call,
                "could not remember an opt-out",
                (state, now) -> policies.rules().optOut(state, now, medium));
        if (changed) {
            events.optedOut(call.recipient(), medium);
        }
    }

    private void accepted(SendCall call, Issue.Issued issued, Accepted accepted, String id) {
        SentMessage message = new SentMessage(accepted.channel(), id);
        change(
                call,
                "could not remember a message for feedback",
                (state, now) -> policies.rules().accepted(state, now, issued.challenge(), message));
    }

    /** Commits a change after the delivery; returns false, and publishes it, if the store failed. */
    private boolean change(SendCall call, String undone, Change change) {
        try {
            return states.update(call.recipient(), (state, now) -> new Transition<>(true, change.of(state, now)));
        } catch (RuntimeException e) {
            // The caller needs the result of the delivery, whatever exception the store throws here.
            events.storeFailedAside(Operation.SEND, undone, call.recipient(), call.purpose(), e, call.watch());
            return false;
        }
    }

    private interface Change {
        RecipientState of(RecipientState state, long now);
    }
}
