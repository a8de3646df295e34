package dev.otpkit.event;

/**
 * Receives the events of a manager: one for each result, one for each failure of the store, and the others that
 * {@link OtpEvent} lists. There is no event for misuse, or for an exception of a part of the application, such as a
 * renderer.
 *
 * <p>Called on the thread that called the manager, one listener after the other, after the decision and before the
 * result is returned: the message has been sent, or the code is used up, and a listener that blocks delays the result.
 * An exception of a listener is logged at ERROR and ignored. Implementations are quick and thread-safe.
 */
@FunctionalInterface
public interface OtpListener {

    /**
     * Receives an event.
     *
     * @param event the event; later versions may add kinds
     */
    void on(OtpEvent event);
}
