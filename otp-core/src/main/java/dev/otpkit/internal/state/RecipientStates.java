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
 * The records of one secret: reads a recipient's state, lets a rule decide, and commits what it decided. Thread-safe.
 *
 * <p>Whoever loses the race for a record decides again on what it found there, which the exchange has brought along.
 */
public final class RecipientStates {
    private static final int MAX_RACES = 100;

    private final OtpStore store;
    private final KeyDerivation derivations;
    private final RecipientRules rules;
    private final InstantSource clock;

    /** Creates the records of a secret in a store. */
    public RecipientStates(OtpStore store, KeyDerivation derivations, RecipientRules rules, InstantSource clock) {
        this.store = store;
        this.derivations = derivations;
        this.rules = rules;
        this.clock = clock;
    }

    /** Decides on a state at a moment. */
    @FunctionalInterface
    public interface Rule<D> {
        /** Returns the decision on a state; called again for each race that was lost. */
        Decision<D> decide(RecipientState state, long now);
    }

    /**
     * What a rule decided.
     *
     * @param outcome for the caller, once next is committed
     * @param next what the state becomes; the same state if nothing changes
     */
    public record Decision<D>(D outcome, RecipientState next) {}

    /** Returns what is derived from the secret. */
    public KeyDerivation derivations() {
        return derivations;
    }

    /** Reads, decides and commits. */
    public <D> D decide(Recipient recipient, Rule<D> rule) {
        String key = derivations.storeKey(recipient);
        return decideOn(store.get(key), key, rule);
    }

    /**
     * Supposes that nothing is known of the recipient, which saves the reading if that is so. Only for a rule that
     * changes an unknown state: a decision that commits nothing would never find out.
     */
    public <D> D decideAsIfUnknown(Recipient recipient, Rule<D> rule) {
        return decideOn(null, derivations.storeKey(recipient), rule);
    }

    private <D> D decideOn(@Nullable StoredRecord supposed, String key, Rule<D> rule) {
        StoredRecord current = supposed;
        for (int races = 0; races < MAX_RACES; races++) {
            RecipientState state = StateCodec.decode(current);
            long now = clock.millis();
            Decision<D> decision = rule.decide(state, now);
            RecipientState next = decision.next();
            if (next.equals(state)) {
                return decision.outcome();
            }
            StoredRecord update = next.isUnknown() ? null : StateCodec.encode(next);
            StoredRecord found = store.compareAndExchange(key, current, update, rules.lifetime(next, now));
            if (Objects.equals(found, current)) {
                return decision.outcome();
            }
            current = found;
        }
        throw new OtpStoreException("lost " + MAX_RACES + " races in a row for one recipient's record;"
                + " does the store return the record that was there?");
    }
}
