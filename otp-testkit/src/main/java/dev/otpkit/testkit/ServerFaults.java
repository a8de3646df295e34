package dev.otpkit.testkit;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Ways to break the server of a store, for {@link OtpStoreContract}. {@link FaultyProxy} implements all of them for a
 * server that is reached over TCP.
 *
 * <p>Each fault takes the place of the one before, for every connection of every store that the test creates, until
 * {@link #mend()}. A method returns false, and does nothing, where this fault cannot be caused. Implementations are
 * thread-safe.
 */
public interface ServerFaults {

    /**
     * Ends every connection, and lets none be made.
     *
     * @return false if that is impossible here
     */
    boolean cut();

    /**
     * Keeps every connection, lets new ones be made, and lets nothing through, as a server does that is stopped.
     *
     * @return false if that is impossible here
     */
    boolean hang();

    /**
     * Loses one reply: what was asked is done, and the connection ends before the reply to it arrives. What is asked
     * after that is answered, on a new connection as well as on others that are open.
     *
     * @param after the number of replies, on all connections together, that arrive before the one that is lost; at
     *     least zero
     * @return false if that is impossible here
     */
    boolean loseReply(int after);

    /**
     * Delays each reply, so that others come between if a store needs two of them where it should need one.
     *
     * @param perReply the delay of each reply; above zero
     * @return false if that is impossible here
     */
    boolean delay(Duration perReply);

    /** Ends the fault. What a server that hangs was asked is done now, unless the connection has ended. */
    void mend();

    /**
     * Returns the number of connections that clients have open.
     *
     * @return at least zero; empty if it cannot be known
     */
    OptionalInt connections();
}
