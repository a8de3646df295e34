package dev.otpkit.internal.state;

import dev.otpkit.OtpStoreException;
import dev.otpkit.Recipient;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.PolicyLimits;
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
 *
 * <p>A record of a shared store is not read if this process wrote one recently: the rule runs on that record, on the
 * assumption that it is still there. The exchange finds a wrong assumption, which is a conflict like any other. A
 * transition that commits nothing has no exchange, so its record is read before the result is returned. A store in the
 * memory of this process is always read: that costs less than a wrong assumption.
 */
public final class RecipientStates {
    private static final int MAX_CONFLICTS = 100;

    private final OtpStore store;
    private final KeyDerivation derivations;
    private final RecipientRules rules;
    private final InstantSource clock;
    private final @Nullable RecentRecords recent;

    /** Creates the states of a secret in a store. */
    public RecipientStates(OtpStore store, KeyDerivation derivations, RecipientRules rules, InstantSource clock) {
        this.store = store;
        this.derivations = derivations;
        this.rules = rules;
        this.clock = clock;
        this.recent = store.isShared() ? new RecentRecords() : null;
    }

    /** Computes a transition from a state and a moment. */
    @FunctionalInterface
    public interface Rule<R> {
        /**
         * Returns the transition from a state; called again after each conflict, including one with an assumed record.
         * The result must not depend on an earlier call, whose state may be one that was never current.
         */
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

    /** Runs a rule on the state and commits its result. */
    public <R> R update(Recipient recipient, Rule<R> rule) {
        String key = derivations.storeKey(recipient);
        StoredRecord assumed = recent(key);
        return assumed == null ? update(key, store.get(key), false, rule) : update(key, assumed, true, rule);
    }

    /**
     * Does the same as {@link #update}, but assumes that nothing is known of a recipient of whom this process wrote no
     * record to a shared store recently, which saves the read if that is so.
     */
    public <R> R updateAssumingUnknown(Recipient recipient, Rule<R> rule) {
        if (recent == null) {
            return update(recipient, rule);
        }
        String key = derivations.storeKey(recipient);
        return update(key, recent(key), true, rule);
    }

    /** Returns the state as the store has it, in one request. */
    public RecipientState read(Recipient recipient) {
        return StateCodec.decode(store.get(derivations.storeKey(recipient)));
    }

    /**
     * Removes the record of a recipient, also one that cannot be decoded. The record was absent at a moment of this
     * call, so nothing that was stored before it is left; a change that is committed later begins with an unknown
     * recipient.
     */
    public void forget(Recipient recipient) {
        String key = derivations.storeKey(recipient);
        StoredRecord assumed = recent(key);
        StoredRecord current = assumed == null ? store.get(key) : assumed;
        for (int conflicts = 0; current != null; conflicts++) {
            if (conflicts == MAX_CONFLICTS) {
                throw gaveUp();
            }
            StoredRecord found = store.compareAndExchange(key, current, null, PolicyLimits.MARGIN);
            remember(key, null);
            current = Objects.equals(found, current) ? null : found;
        }
    }

    private <R> R update(String key, @Nullable StoredRecord first, boolean firstIsAssumed, Rule<R> rule) {
        StoredRecord current = first;
        boolean assumed = firstIsAssumed;
        for (int conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
            RecipientState state = StateCodec.decode(current);
            long now = clock.millis();
            Transition<R> transition = rule.apply(state, now);
            RecipientState next = transition.next();
            StoredRecord update = next.isUnknown() ? null : StateCodec.encode(next);
            StoredRecord found;
            if (Objects.equals(update, current)) {
                found = assumed ? store.get(key) : current;
                if (Objects.equals(found, current)) {
                    return transition.result();
                }
            } else {
                found = store.compareAndExchange(key, current, update, rules.lifetime(next, now));
                if (Objects.equals(found, current)) {
                    remember(key, update);
                    return transition.result();
                }
            }
            remember(key, null);
            current = found;
            assumed = false;
        }
        throw gaveUp();
    }

    private static OtpStoreException gaveUp() {
        return new OtpStoreException("gave up after " + MAX_CONFLICTS + " conflicts in a row on one recipient's record;"
                + " does the store return the record that was there?");
    }

    private @Nullable StoredRecord recent(String key) {
        return recent == null ? null : recent.get(key);
    }

    private void remember(String key, @Nullable StoredRecord written) {
        if (recent != null) {
            recent.put(key, written);
        }
    }
}
