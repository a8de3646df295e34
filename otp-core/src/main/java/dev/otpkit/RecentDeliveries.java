package dev.otpkit;

import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryFailure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The last attempts of one channel to deliver a message, as a sample from which decoys draw theirs: its duration, its
 * failure if it failed, and the form of the provider's id of the message. It holds no code, no address but the mask of
 * one that a provider repeated, and no failure that was due to the recipient. Thread-safe; no real send waits for
 * another thread.
 */
final class RecentDeliveries {
    /** The number of attempts that are kept. */
    static final int KEPT = 32;

    /** Stands for the masked address in an id. */
    private static final String MASK = String.valueOf(MessageIdForm.MASK);

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

    /**
     * An attempt.
     *
     * @param locale the language of the message, on which its outcome may depend, as where a template is missing
     * @param callingCode that of the number, on which it may depend too; 0 for an email address
     * @param mask the masked address, if the failure may contain it
     */
    private record Attempted(
            Duration duration,
            @Nullable DeliveryFailure failure,
            boolean withId,
            Locale locale,
            int callingCode,
            @Nullable String mask) {

        boolean isAlike(SendCall call) {
            return callingCode == RecentDeliveries.callingCode(call)
                    && locale.equals(call.request().locale());
        }

        boolean endedAs(Attempted other) {
            return withId == other.withId
                    && (failure == null ? null : failure.kind())
                            == (other.failure == null ? null : other.failure.kind());
        }

        /** Returns the failure with the masked address of another recipient in the place of its own. */
        @Nullable DeliveryFailure failureOf(Recipient recipient) {
            if (failure == null || mask == null) {
                return failure;
            }
            String own = recipient.toString();
            return new DeliveryFailure(
                    failure.channel(),
                    failure.kind(),
                    failure.providerCode().map(code -> code.replace(mask, own)),
                    failure.detail().replace(mask, own));
        }
    }

    private static int callingCode(SendCall call) {
        return call.recipient() instanceof PhoneNumber phone ? phone.callingCode() : 0;
    }

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
    void add(SendCall call, Duration duration, @Nullable DeliveryFailure failure, Optional<String> providerMessageId) {
        if ((failure != null && isOfTheRecipient(failure.kind()))
                || Thread.currentThread().isInterrupted()) {
            return;
        }
        if (providerMessageId.isPresent()) {
            String id = providerMessageId.get();
            ids = MessageIdForm.with(
                    ids, isMasked(id) ? id.replace(call.recipient().toString(), MASK) : id);
        }
        boolean masked = failure != null
                && (isMasked(failure.detail())
                        || isMasked(failure.providerCode().orElse("")));
        kept.set(
                added.getAndIncrement() & (KEPT - 1),
                new Attempted(
                        duration,
                        failure,
                        providerMessageId.isPresent(),
                        call.request().locale(),
                        callingCode(call),
                        masked ? call.recipient().toString() : null));
    }

    private static boolean isMasked(String text) {
        return text.indexOf('•') >= 0;
    }

    private static boolean isOfTheRecipient(DeliveryFailure.Kind kind) {
        return kind == DeliveryFailure.Kind.RECIPIENT_REJECTED || kind == DeliveryFailure.Kind.OPTED_OUT;
    }

    /**
     * Draws an attempt and waits as long as it took, but not beyond the deadline. It is one of those in the same
     * language to the same calling code, or one of all if there is none of those; its duration is that of any attempt
     * that ended in the same way. Without any to draw, it succeeds at once.
     *
     * @throws InterruptedException if the thread is interrupted; its flag is cleared
     */
    Played play(SendCall call, Deadline deadline) throws InterruptedException {
        List<Attempted> all = attempts();
        if (all.isEmpty()) {
            return new Played(null, Optional.empty());
        }
        Attempted drawn = drawn(all, each -> each.isAlike(call));
        pace.sleep(deadline.atMost(drawn(all, each -> each.endedAs(drawn)).duration()));
        MessageIdForm form = ids;
        return new Played(
                drawn.failureOf(call.recipient()),
                drawn.withId() && form != null
                        ? Optional.of(form.random(random)
                                .replace(MASK, call.recipient().toString()))
                        : Optional.empty());
    }

    private List<Attempted> attempts() {
        List<Attempted> attempts = new ArrayList<>(KEPT);
        for (int i = 0; i < KEPT; i++) {
            Attempted each = kept.get(i);
            if (each != null) {
                attempts.add(each);
            }
        }
        return attempts;
    }

    /** Returns one of the attempts with a property; one of all if none has it. */
    private Attempted drawn(List<Attempted> all, Predicate<Attempted> property) {
        List<Attempted> chosen = all.stream().filter(property).toList();
        List<Attempted> from = chosen.isEmpty() ? all : chosen;
        return from.get(random.nextInt(from.size()));
    }
}
