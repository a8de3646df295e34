package dev.otpkit;

import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryFailure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The last attempts of one channel to deliver a message, as a sample from which decoys draw theirs: its duration, its
 * failure if it failed, and the form of the provider's id of the message. It holds no address, no code and none of the
 * recipient's failures. Thread-safe; no real send waits for another thread.
 */
final class RecentDeliveries {
    /** The number of attempts that are kept. */
    static final int KEPT = 32;

    private final DeliveryPace pace;
    private final RandomGenerator random;
    private final AtomicReferenceArray<@Nullable Attempted> kept = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger added = new AtomicInteger();

    /** Of two sends that end at the same moment, one may not be seen here, which does no harm. */
    private volatile @Nullable MessageIdForm ids;

    /** Creates a sample without an attempt. */
    RecentDeliveries() {
        this(DeliveryPace.real(), new SecureRandom());
    }

    RecentDeliveries(DeliveryPace pace, RandomGenerator random) {
        this.pace = pace;
        this.random = random;
    }

    private record Attempted(Duration duration, @Nullable DeliveryFailure failure, boolean withId) {}

    /**
     * An attempt as a decoy plays it.
     *
     * @param failure the failure of the attempt that was drawn; null if it succeeded, and if there was none to draw
     * @param providerMessageId an id that no provider knows, if the attempt that was drawn had one
     */
    record Played(@Nullable DeliveryFailure failure, Optional<String> providerMessageId) {}

    /** Returns the time since a moment in the past, by which attempts are measured. */
    Duration now() {
        return pace.now();
    }

    /**
     * Adds an attempt in the place of the oldest one. It is left out if its outcome was due to the recipient, or to an
     * interrupt of the caller, since others have another outcome at that time.
     */
    void add(Duration duration, @Nullable DeliveryFailure failure, Optional<String> providerMessageId) {
        if ((failure != null && isOfTheRecipient(failure.kind()))
                || Thread.currentThread().isInterrupted()) {
            return;
        }
        if (providerMessageId.isPresent()) {
            ids = MessageIdForm.with(ids, providerMessageId.get());
        }
        kept.set(added.getAndIncrement() & (KEPT - 1), new Attempted(duration, failure, providerMessageId.isPresent()));
    }

    private static boolean isOfTheRecipient(DeliveryFailure.Kind kind) {
        return kind == DeliveryFailure.Kind.RECIPIENT_REJECTED || kind == DeliveryFailure.Kind.OPTED_OUT;
    }

    /**
     * Draws an attempt and waits as long as it took, but not beyond the deadline. Without any to draw, it succeeds at
     * once.
     *
     * @throws InterruptedException if the thread is interrupted; its flag is cleared
     */
    Played play(Deadline deadline) throws InterruptedException {
        int count = added.get();
        Attempted drawn = count == 0 ? null : kept.get(random.nextInt(count > 0 && count < KEPT ? count : KEPT));
        if (drawn == null) {
            return new Played(null, Optional.empty());
        }
        pace.sleep(deadline.atMost(drawn.duration()));
        MessageIdForm form = ids;
        return new Played(
                drawn.failure(), drawn.withId() && form != null ? Optional.of(form.random(random)) : Optional.empty());
    }
}
