package dev.otpkit.internal.state;

import dev.otpkit.OtpStoreException;
import dev.otpkit.Recipient;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.RecipientRules;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The states of all recipients under one secret: reads a state, runs a rule on it, and commits the rule's result.
 * Thread-safe.
 *
 * <p>On a conflict, that is if another caller has changed the record in the meantime, the rule runs again on the record
 * that was found, which the exchange has returned.
 */
public final class RecipientStates {
    private static final int MAX_CONFLICTS = 100;

    private final OtpStore store;
    private final KeyDerivation derivations;
    private final RecipientRules rules;
    private final InstantSource clock;

    /** Creates the states of a secret in a store. */
    public RecipientStates(OtpStore store, KeyDerivation derivations, RecipientRules rules, InstantSource clock) {
        this.store = store;
        this.derivations = derivations;
        this.rules = rules;
        this.clock = clock;
    }

    /** Computes a transition from a state and a moment. */
    @FunctionalInterface
    public interface Rule<R> {
        /** Returns the transition from a state; called again after each conflict. */
        Transition<R> apply(RecipientState state, long now);
    }

    /**
     * The result of a rule.
     *
     * @param result the caller's result, once next is committed
     * @param next the state after the transition; the same state if nothing changes
     */
    public record Transition<R>(R result, RecipientState next) {}

    /** Returns the derivations from the secret. */
    public KeyDerivation derivations() {
        return derivations;
    }

    /** Reads the state, runs a rule and commits its result. */
    public <R> R update(Recipient recipient, Rule<R> rule) {
        String key = derivations.storeKey(recipient);
        return update(store.get(key), key, rule);
    }

    /**
     * Updates the state on the assumption that nothing is known of the recipient, which saves the read if that is so.
     * Only for a rule that changes an unknown state: a transition that commits nothing would not find the assumption
     * wrong.
     */
    public <R> R updateAssumingUnknown(Recipient recipient, Rule<R> rule) {
        return update(null, derivations.storeKey(recipient), rule);
    }

    private <R> R update(@Nullable StoredRecord assumed, String key, Rule<R> rule) {
        StoredRecord current = assumed;
        for (int conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
            RecipientState state = StateCodec.decode(current);
            long now = clock.millis();
            Transition<R> transition = rule.apply(state, now);
            RecipientState next = transition.next();
            if (next.equals(state)) {
                return transition.result();
            }
            StoredRecord update = next.isUnknown() ? null : StateCodec.encode(next);
            StoredRecord found = store.compareAndExchange(key, current, update, rules.lifetime(next, now));
            if (Objects.equals(found, current)) {
                return transition.result();
            }
            current = found;
        }
        throw new OtpStoreException("gave up after " + MAX_CONFLICTS + " conflicts in a row on one recipient's record;"
                + " does the store return the record that was there?");
    }
}
