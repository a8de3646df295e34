package dev.otpkit.spi;

import dev.otpkit.OtpStoreException;
import dev.otpkit.OtpStoreFullException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A register with compare-and-exchange, and a counter. It knows nothing of codes, attempts or limits: the rules are the
 * manager's, and every store behaves the same.
 *
 * <p>Implementations are thread-safe, and each call is atomic over all threads and processes that share the store. All
 * promises of OTP Kit rest on that: that a code is accepted once, that each guess is counted. A store that may lose
 * what it acknowledged (an eviction, an asynchronous failover) says so in its own Javadoc.
 *
 * <p>A store never reads a wall clock. Lifetimes come to it as durations and only clean up: whether a code has expired
 * is decided by the rules, on the manager's clock. A record or counter must not disappear before its time, and should
 * not stay much longer.
 *
 * <p>A store that has a bound of its own refuses only what is new when it is full, with an
 * {@link OtpStoreFullException}: a record for a key that has none, and an addition to a counter that does not exist. An
 * exchange on a record that it holds, a removal, a read, a look at a counter and taking back are never refused for lack
 * of room. Records and counters have room of their own, so that neither takes the places of the other. A store that
 * cannot promise this, such as one on a server that refuses every change when its memory is full, throws a plain
 * {@link OtpStoreException} and says so in its Javadoc.
 *
 * <p>Keys and names of counters are 1 to 64 characters of {@code A-Z a-z 0-9 - _}, keyed hashes without personal data.
 * They are two sets of names: a counter and a record of the same name are two things. {@code OtpStoreContract} in
 * {@code otp-testkit} tests an implementation.
 */
public interface OtpStore extends AutoCloseable {

    /**
     * Returns the record of a key.
     *
     * @param key names the record
     * @return null if there is none, or its time is over
     * @throws OtpStoreException if the store could not be reached
     */
    @Nullable StoredRecord get(String key);

    /**
     * Puts update in the place of the current record if that equals expected, in one atomic step.
     *
     * <p>Its success shows in what it returns: if that equals expected, update has taken its place, and lives for ttl
     * from now whatever time its predecessor had left; if not, nothing has changed. A returned record that equals
     * update but not expected is still a loss: someone else may have made the same bytes.
     *
     * @param key names the record
     * @param expected what the caller decided on; null if that is the absence of a record
     * @param update what to keep from now on; null to keep nothing
     * @param ttl how long update is kept; at least one millisecond, and at most 63 days; not looked at if update is
     *     null
     * @return the record that was there; null if there was none
     * @throws OtpStoreFullException if there is no record, update is one, and there is no room for it; nothing has
     *     changed
     * @throws OtpStoreException if the store could not be reached, or refused; the exchange may or may not have
     *     happened
     */
    @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl);

    /**
     * Adds to a counter in one atomic step. A counter is always above zero; one that does not exist counts as zero.
     *
     * <p>Only a delta above zero creates a counter. Its lifetime starts then and later calls do not extend it, so a
     * steady stream of events cannot keep a window open. A counter that a call brings to zero or below is gone, and one
     * that is created after that has a lifetime of its own. So nothing remains of an event that is counted and taken
     * back, and what is taken back after the counter has expired leaves no debt that would give places away later.
     *
     * <p>Of several racing callers that only add one, each sees a different value. No addition is lost to the removal
     * of a counter at zero.
     *
     * @param counter names the counter
     * @param delta positive to count; zero to look, which changes and creates nothing; negative to take back. Callers
     *     keep each sum below 2<sup>53</sup>
     * @param ttl how long a counter lives that this call creates; at least one millisecond, and at most 63 days
     * @return the value after this call; 0 if there is no counter now, never less
     * @throws OtpStoreFullException if the counter does not exist, delta is positive, and there is no room for a new
     *     one; nothing has changed
     * @throws OtpStoreException if the store could not be reached, or refused; the counter may or may not have changed
     */
    long increment(String counter, long delta, Duration ttl);

    /**
     * Tells whether another process may see this store. A shared one needs a configured secret.
     *
     * @return true by default; false only if no other process can see this store
     */
    default boolean isShared() {
        return true;
    }

    /**
     * Releases what this store created; does nothing by default. A manager never closes the store that it was given.
     */
    @Override
    default void close() {}
}
