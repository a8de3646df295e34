package dev.otpkit;

import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.input.Mailboxes;
import dev.otpkit.internal.rules.PurposeStatus;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.KeyedRateLimiter;
import dev.otpkit.internal.state.RecipientStates;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the status of a recipient, and forgets recipients, under each secret. Thread-safe. */
final class HelpDesk {
    private final List<RecipientStates> states;
    private final Policies policies;
    private final List<KeyedRateLimiter> mailboxes;
    private final InstantSource clock;
    private final EventPublisher events;

    /**
     * Creates a help desk.
     *
     * @param states the states under each secret, the current one first
     * @param mailboxes the limiters of sends per mailbox, under each secret
     */
    HelpDesk(
            List<RecipientStates> states,
            Policies policies,
            List<KeyedRateLimiter> mailboxes,
            InstantSource clock,
            EventPublisher events) {
        this.states = states;
        this.policies = policies;
        this.mailboxes = mailboxes;
        this.clock = clock;
        this.events = events;
    }

    PasscodeStatus status(Recipient recipient, String purpose) {
        Stopwatch watch = Stopwatch.start();
        PurposeStatus status;
        try {
            status = read(recipient, purpose);
        } catch (OtpStoreException e) {
            events.storeFailed(Operation.STATUS, Optional.of(recipient), Optional.of(purpose), e, watch);
            throw e;
        }
        events.statusRead(recipient, purpose, watch);
        return new PasscodeStatus(recipient, purpose, status);
    }

    private PurposeStatus read(Recipient recipient, String purpose) {
        List<RecipientState> found = new ArrayList<>(states.size());
        for (RecipientStates each : states) {
            found.add(each.read(recipient));
        }
        long now = clock.millis();
        PurposeStatus status = status(0, found, recipient, purpose, now);
        for (int i = 1; i < found.size(); i++) {
            status = status.and(status(i, found, recipient, purpose, now));
        }
        return status;
    }

    private PurposeStatus status(int i, List<RecipientState> found, Recipient recipient, String purpose, long now) {
        long purposeTag = states.get(i).derivations().purposeTag(recipient, purpose);
        return policies.rules().status(found.get(i), now, policies.of(purpose), purposeTag);
    }

    void forget(Recipient recipient) {
        Stopwatch watch = Stopwatch.start();
        try {
            for (RecipientStates each : states) {
                each.forget(recipient);
            }
            if (recipient instanceof EmailAddress address) {
                Mailboxes.baseOf(address).ifPresent(this::forgetMailbox);
            }
        } catch (OtpStoreException e) {
            events.storeFailed(Operation.FORGET, Optional.of(recipient), Optional.empty(), e, watch);
            throw e;
        }
        events.forgotten(recipient, watch);
    }

    private void forgetMailbox(String mailbox) {
        long now = clock.millis();
        for (KeyedRateLimiter each : mailboxes) {
            each.forget(mailbox, now);
        }
    }
}
