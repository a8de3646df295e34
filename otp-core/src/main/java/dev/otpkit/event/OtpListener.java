package dev.otpkit.event;

/**
 * Hears of everything that a manager answers. Called on the calling thread, after the answer is decided and before it
 * is returned, so it should be quick; implementations are thread-safe. One that throws is logged and ignored.
 */
@FunctionalInterface
public interface OtpListener {

    /**
     * Hears of an event.
     *
     * @param event what happened; later versions may add kinds
     */
    void on(OtpEvent event);
}
