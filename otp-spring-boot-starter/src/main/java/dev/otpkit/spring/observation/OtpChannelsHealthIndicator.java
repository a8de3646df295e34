package dev.otpkit.spring.observation;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of the channels by their own last deliveries, without any traffic: up if the last delivery of some channel
 * within a window succeeded, down if those of all failed, unknown if there was none. Failures that are due to the
 * recipient do not count, and decoys neither. Thread-safe.
 */
final class OtpChannelsHealthIndicator implements HealthIndicator {
    /** The age at which a delivery no longer counts: without traffic, a failure would last for ever. */
    static final Duration WINDOW = Duration.ofMinutes(15);

    private final Map<String, Deliveries> channels = new ConcurrentHashMap<>();
    private final InstantSource clock;

    OtpChannelsHealthIndicator(InstantSource clock) {
        this.clock = clock;
    }

    /** The last deliveries of one channel. */
    private record Deliveries(
            Optional<Instant> accepted, Optional<Instant> failed, Optional<DeliveryFailure.Kind> failure, boolean up) {
        static final Deliveries NONE = new Deliveries(Optional.empty(), Optional.empty(), Optional.empty(), true);

        Deliveries accepted(Instant now) {
            return new Deliveries(Optional.of(now), failed, failure, true);
        }

        Deliveries failed(Instant now, DeliveryFailure.Kind kind) {
            return new Deliveries(accepted, Optional.of(now), Optional.of(kind), false);
        }

        boolean isSince(Instant start) {
            return (up ? accepted : failed)
                    .filter(last -> !last.isBefore(start))
                    .isPresent();
        }

        Map<String, Object> details() {
            Map<String, Object> details = new LinkedHashMap<>();
            accepted.ifPresent(moment -> details.put("lastAccepted", moment.toString()));
            failed.ifPresent(moment -> details.put("lastFailed", moment.toString()));
            failure.ifPresent(kind -> details.put("lastFailure", kind.name()));
            return details;
        }
    }

    /** Receives an event. Not a listener by its type: as a bean it would be added a second time. */
    void on(OtpEvent event) {
        if (event instanceof OtpEvent.Sent sent) {
            failed(sent.failures());
            // A test recipient and a decoy have no duration: nothing was delivered.
            if (sent.confirmed() && sent.channelDurations().containsKey(sent.channel())) {
                Instant now = clock.instant();
                channels.compute(sent.channel(), (channel, last) -> orNone(last).accepted(now));
            }
        } else if (event instanceof OtpEvent.Undelivered undelivered) {
            failed(undelivered.failures());
        }
    }

    private void failed(List<DeliveryFailure> failures) {
        for (DeliveryFailure failure : failures) {
            if (!isOfTheRecipient(failure.kind())) {
                Instant now = clock.instant();
                channels.compute(
                        failure.channel(), (channel, last) -> orNone(last).failed(now, failure.kind()));
            }
        }
    }

    private static Deliveries orNone(@Nullable Deliveries last) {
        return last == null ? Deliveries.NONE : last;
    }

    private static boolean isOfTheRecipient(DeliveryFailure.Kind kind) {
        return kind == DeliveryFailure.Kind.RECIPIENT_REJECTED || kind == DeliveryFailure.Kind.OPTED_OUT;
    }

    @Override
    public Health health() {
        Map<String, Deliveries> last = new TreeMap<>(channels);
        Map<String, Object> details = new LinkedHashMap<>();
        last.forEach((channel, deliveries) -> details.put(channel, deliveries.details()));
        return Health.status(status(last)).withDetails(details).build();
    }

    private Status status(Map<String, Deliveries> last) {
        Instant start = clock.instant().minus(WINDOW);
        List<Deliveries> recent =
                last.values().stream().filter(each -> each.isSince(start)).toList();
        if (recent.isEmpty()) {
            return Status.UNKNOWN;
        }
        return recent.stream().anyMatch(Deliveries::up) ? Status.UP : Status.DOWN;
    }
}
