package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of failure for errors of the connection, found in the causes of an exception. {@link HttpCaller} applies
 * them itself; this class is for a channel over another client, which wraps such errors in exceptions of its own.
 * Thread-safe.
 */
public final class TransportErrors {
    /** A chain that was made by hand may be a circle. */
    private static final int MAX_CAUSES = 20;

    private static final List<Class<? extends Throwable>> LOST =
            List.of(EOFException.class, SocketException.class, SocketTimeoutException.class);

    private TransportErrors() {}

    /**
     * Returns the kind of failure for a message that was certainly not sent. A failed TLS handshake, such as one with a
     * certificate that is not trusted or names another host, is an operator's matter. If the connection was lost or
     * timed out during the handshake, the failure is temporary, like every other error. For a message that may have
     * left, the kind is {@code UNCERTAIN} instead, for every exception.
     *
     * @param thrown the client's exception; null if it has thrown none
     * @return {@code MISCONFIGURED} if the exception or a cause is an {@link SSLException} and none is an
     *     {@link EOFException}, a {@link SocketException} or a {@link SocketTimeoutException}; otherwise
     *     {@code UNAVAILABLE}
     */
    public static Kind kindOfUnsent(@Nullable Throwable thrown) {
        boolean lost = LOST.stream().anyMatch(type -> isCausedBy(type, thrown));
        return !lost && isCausedBy(SSLException.class, thrown) ? Kind.MISCONFIGURED : Kind.UNAVAILABLE;
    }

    /**
     * Returns true if an exception or one of its causes is of a type.
     *
     * @param type the type, or a supertype
     * @param thrown the exception, of whose chain the first 20 are examined; null for none
     * @return false if there is none of the type
     */
    public static boolean isCausedBy(Class<? extends Throwable> type, @Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
