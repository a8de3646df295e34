package dev.otpkit.channel.smtp;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * Ends a connection when the thread that uses it is interrupted. A thread that waits for a socket's stream does not
 * notice an interrupt; one that is between the beginning and the end of an interruptible channel closes that channel.
 * For one exchange, and one thread.
 */
final class InterruptWatch extends AbstractInterruptibleChannel {
    private final SmtpConnection connection;

    private InterruptWatch(SmtpConnection connection) {
        this.connection = connection;
    }

    /** Watches the current thread; ends the connection at once if the thread is interrupted already. */
    static InterruptWatch over(SmtpConnection connection) {
        InterruptWatch watch = new InterruptWatch(connection);
        watch.begin();
        return watch;
    }

    /** Watches no longer. The interrupt stays set. */
    void stop() {
        try {
            end(true);
        } catch (AsynchronousCloseException e) {
            // By an interrupt, of which the connection knows.
        }
    }

    /** Called by the thread that interrupts. */
    @Override
    protected void implCloseChannel() {
        connection.interrupt();
    }
}
