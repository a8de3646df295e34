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
     * Ends every connection and accepts no new one.
     *
     * @return false if that is impossible here
     */
    boolean cut();

    /**
     * Keeps every connection, accepts new ones, and passes nothing on, as a stopped server process does.
     *
     * @return false if that is impossible here
     */
    boolean hang();

    /**
     * Loses one reply: the request is executed, and the connection ends before its reply arrives. Later requests get
     * their replies, on a new connection as well as on others that are open.
     *
     * @param after the number of replies, on all connections together, that arrive before the one that is lost; at
     *     least zero
     * @return false if that is impossible here
     */
    boolean loseReply(int after);

    /**
     * Delays each reply, so that other calls come between if a store needs two replies where one should be enough.
     *
     * @param perReply the delay of each reply; above zero
     * @return false if that is impossible here
     */
    boolean delay(Duration perReply);

    /** Ends the fault. Requests to a server that hangs are executed now, unless the connection has ended. */
    void mend();

    /**
     * Returns the number of connections that clients have open.
     *
     * @return at least zero; empty if it cannot be known
     */
    OptionalInt connections();
}
