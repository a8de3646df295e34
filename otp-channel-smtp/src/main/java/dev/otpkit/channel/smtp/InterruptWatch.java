package dev.otpkit.channel.smtp;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * A watch that closes a connection when the thread that uses it is interrupted. A thread that reads from a socket's
 * stream does not notice an interrupt, but an interrupt between the beginning and the end of an operation on an
 * interruptible channel closes that channel. For one exchange, and one thread.
 */
final class InterruptWatch extends AbstractInterruptibleChannel {
    private final SmtpConnection connection;

    private InterruptWatch(SmtpConnection connection) {
        this.connection = connection;
    }

    /** Watches the current thread; closes the connection at once if the thread is already interrupted. */
    static InterruptWatch over(SmtpConnection connection) {
        InterruptWatch watch = new InterruptWatch(connection);
        watch.begin();
        return watch;
    }

    /** Ends the watch. The interrupt stays set. */
    void stop() {
        try {
            end(true);
        } catch (AsynchronousCloseException e) {
            // Closed by an interrupt, which the connection has noted.
        }
    }

    /** Called by the thread that interrupts. */
    @Override
    protected void implCloseChannel() {
        connection.interrupt();
    }
}
