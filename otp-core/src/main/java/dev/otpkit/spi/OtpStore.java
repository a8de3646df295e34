package dev.otpkit.spi;

import dev.otpkit.OtpStoreException;
import dev.otpkit.OtpStoreFullException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A key-value store with compare-and-exchange, and counters. It knows nothing about codes, attempts or limits: the
 * manager applies the rules, so that they are the same with every store.
 *
 * <p>Implementations are thread-safe, and each call is atomic over all threads and processes that share the store. The
 * promises of OTP Kit depend on this: a code is accepted once, and each guess is counted. A store that may lose
 * acknowledged changes, by an eviction or an asynchronous failover, documents this in its Javadoc.
 *
 * <p>A store never reads a wall clock. Lifetimes are given to it as durations and serve only to clean up: the rules
 * decide on the manager's clock whether a code has expired. A record or counter must not disappear before the end of
 * its lifetime, and should not stay much longer.
 *
 * <p>If a store with a bound of its own is full, it refuses only new entries, with an {@link OtpStoreFullException}: a
 * record for a key that has none, and an addition to a counter that does not exist. An exchange on an existing record,
 * a removal, a read, and an increment by zero or less are never refused for lack of room. Records and counters have
 * separate room, so that neither displaces the other. A store that cannot promise this, such as one on a server that
 * refuses every change when its memory is full, throws a plain {@link OtpStoreException} and documents it.
 *
 * <p>Keys and names of counters are 1 to 64 characters of {@code A-Z a-z 0-9 - _}: keyed hashes without personal data.
 * Records and counters have separate namespaces: a counter and a record of the same name are independent.
 * {@code OtpStoreContract} in {@code otp-testkit} tests an implementation.
 */
public interface OtpStore extends AutoCloseable {

    /**
     * Returns the record of a key.
     *
     * @param key the key of the record
     * @return the record; null if there is none, or its lifetime is over
     * @throws OtpStoreException if the store could not be reached
     */
    @Nullable StoredRecord get(String key);

    /**
     * Replaces the current record by update if it equals expected, in one atomic step.
     *
     * <p>The returned record shows the outcome: if it equals expected, update has replaced it, with a lifetime of ttl
     * from now, independent of the time that the previous record had left; if not, nothing has changed. A returned
     * record that equals update but not expected also means that nothing has changed: another caller may have written
     * the same bytes.
     *
     * @param key the key of the record
     * @param expected the record that the caller has read; null for the absence of a record
     * @param update the new record; null to remove the current one
     * @param ttl the lifetime of update, from 1 millisecond to 401 days; ignored if update is null
     * @return the record that was there; null if there was none
     * @throws OtpStoreFullException if the key has no record, update is not null, and there is no room for it; nothing
     *     has changed
     * @throws OtpStoreException if the store could not be reached, or refused; the exchange may or may not have
     *     happened
     */
    @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl);

    /**
     * Adds to a counter in one atomic step. An existing counter is always above zero; one that does not exist counts as
     * zero.
     *
     * <p>Only a delta above zero creates a counter. Its lifetime starts then and later calls do not extend it, so a
     * steady stream of events cannot keep a window open. A counter that a call brings to zero or below is removed, and
     * one that is created after that has a new lifetime. So an event that is counted and subtracted again leaves
     * nothing behind, and a subtraction after the counter has expired leaves no negative value that would allow
     * additional events later.
     *
     * <p>Of several concurrent callers that only add one, each receives a different value. No addition is lost to the
     * removal of a counter at zero.
     *
     * @param counter the name of the counter
     * @param delta positive to add; zero to read, which changes and creates nothing; negative to subtract. Callers keep
     *     each sum below 2<sup>53</sup>
     * @param ttl the lifetime of a counter that this call creates, from 1 millisecond to 401 days
     * @return the value after this call; 0 if there is no counter now, never less
     * @throws OtpStoreFullException if the counter does not exist, delta is positive, and there is no room for a new
     *     one; nothing has changed
     * @throws OtpStoreException if the store could not be reached, or refused; the counter may or may not have changed
     */
    long increment(String counter, long delta, Duration ttl);

    /**
     * Returns whether another process may see this store. A manager on a shared store needs a configured secret.
     *
     * @return true by default; false only if no other process can see this store
     */
    default boolean isShared() {
        return true;
    }

    /**
     * Releases the resources that this store created. Does nothing by default. A manager never closes its store; the
     * owner does.
     */
    @Override
    default void close() {}
}
