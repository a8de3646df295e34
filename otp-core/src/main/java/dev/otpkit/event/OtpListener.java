package dev.otpkit.event;

/**
 * Receives the events of a manager: its results, failures of its store, and what {@link OtpEvent} has besides. No event
 * tells of misuse, or of an exception of a part that the application brings along, such as a renderer.
 *
 * <p>Called on the thread that called the manager, after the decision and before the result is returned, one listener
 * after the other: the message has left, or the code is used up, and a listener that blocks delays the result. What it
 * throws is logged as an error and ignored. Implementations are quick and thread-safe.
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
