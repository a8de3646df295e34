package dev.otpkit.internal.state;

import dev.otpkit.spi.StoredRecord;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The records that this process wrote last, as assumptions to begin a decision with: another process may have changed
 * or removed them since. Thread-safe.
 *
 * <p>Each key has one place, which a later key with the same place takes over, so the memory is bounded and nothing is
 * evicted. Of two calls that race for one key, the earlier record may stay: then the next decision begins with a wrong
 * assumption, which the exchange corrects.
 */
final class RecentRecords {
    /**
     * The number of places, a power of two: at 20 sends a second and 30 seconds until the code is typed, nine of ten
     * records are still there. They take a megabyte with the usual records, and seven at most.
     */
    static final int PLACES = 4096;

    private final AtomicReferenceArray<@Nullable Recent> places = new AtomicReferenceArray<>(PLACES);

    private record Recent(String key, StoredRecord record) {}

    /** Returns the record that was put last for a key; null if there is none, or if another key took its place. */
    @Nullable StoredRecord get(String key) {
        Recent recent = places.get(placeOf(key));
        return recent != null && recent.key.equals(key) ? recent.record : null;
    }

    /** Replaces the record of a key; null forgets the key. */
    void put(String key, @Nullable StoredRecord record) {
        int place = placeOf(key);
        if (record != null) {
            places.set(place, new Recent(key, record));
        } else if (get(key) != null) {
            places.set(place, null);
        }
    }

    /** Returns the place of a key. A key of the store is a keyed hash, so no one can choose keys with one place. */
    static int placeOf(String key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & (PLACES - 1);
    }
}
