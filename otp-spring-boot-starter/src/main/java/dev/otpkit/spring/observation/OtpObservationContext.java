package dev.otpkit.spring.observation;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpObserver.Operation;
import io.micrometer.observation.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The context of an observation {@code otpkit.send}, {@code otpkit.deliver} or {@code otpkit.verify}, for the
 * application's own filter, predicate, handler or {@code GlobalObservationConvention}.
 *
 * <p>Operation and event hold the recipient. A key that is made of it, or of an id of a message or a challenge, has as
 * many values as there are people, and shows them to everyone who reads metrics and traces. Used by one thread.
 */
public final class OtpObservationContext extends Observation.Context {
    private final Operation operation;
    private @Nullable OtpEvent event;
    private @Nullable DeliveryFailure failure;
    private boolean ended;

    OtpObservationContext(Operation operation) {
        this.operation = operation;
    }

    /**
     * Returns the operation.
     *
     * @return a send, a verification or a delivery
     */
    public Operation operation() {
        return operation;
    }

    /**
     * Returns the event that ended a send or a verification.
     *
     * @return empty before the end, for a delivery, and for a call that threw an exception without an event
     */
    public Optional<OtpEvent> event() {
        return Optional.ofNullable(event);
    }

    /**
     * Returns the failure of a delivery.
     *
     * @return empty before the end, and for a delivery that the provider accepted
     */
    public Optional<DeliveryFailure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Returns false until the end of the operation is known. */
    boolean hasEnded() {
        return ended;
    }

    void ended() {
        this.ended = true;
    }

    void ended(OtpEvent event) {
        this.event = event;
        ended();
    }

    void failed(DeliveryFailure failure) {
        this.failure = failure;
        ended();
    }
}
