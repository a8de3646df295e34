package dev.otpkit.event;

/**
 * Receives an event for every result of a manager, but for no exception.
 *
 * <p>Called on the thread that called the manager, after the decision and before the result is returned, one listener
 * after the other: the message has left, or the code is used up, and a listener that blocks delays the result. What it
 * throws is logged as an error and ignored. Implementations are quick and thread-safe.
 *
 * <p>{@link OtpEvent.DeliveryReported} does not come from a manager: the application hands it to its listeners.
 */
@FunctionalInterface
public interface OtpListener {

    /**
     * Receives an event.
     *
     * @param event what happened; later versions may add kinds
     */
    void on(OtpEvent event);
}
