package dev.otpkit.examples.events;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a slow listener on another thread.
 *
 * @param slow the listener, such as one that writes to a database
 * @param executor an executor of one thread, which keeps the order, with a bounded queue
 */
public record InBackground(OtpListener slow, Executor executor) implements OtpListener {
    private static final Logger LOG = LoggerFactory.getLogger(InBackground.class);

    @Override
    public void on(OtpEvent event) {
        executor.execute(() -> {
            try {
                slow.on(event);
            } catch (RuntimeException e) {
                LOG.error("the listener failed on {}", event, e);
            }
        });
    }
}
