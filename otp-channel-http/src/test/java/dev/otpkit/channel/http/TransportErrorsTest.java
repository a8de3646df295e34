package dev.otpkit.channel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransportErrorsTest {
    @ParameterizedTest
    @MethodSource
    void mapsEachErrorOfAConnection(Throwable thrown, Kind kind) {
        assertThat(TransportErrors.kindOfUnsent(thrown)).isEqualTo(kind);
        assertThat(TransportErrors.kindOfUnsent(wrapped(thrown))).isEqualTo(kind);
    }

    static Stream<Arguments> mapsEachErrorOfAConnection() {
        return Stream.of(
                Arguments.of(new SSLHandshakeException("not trusted"), Kind.MISCONFIGURED),
                Arguments.of(new SSLPeerUnverifiedException("another host"), Kind.MISCONFIGURED),
                Arguments.of(new SSLException("not TLS"), Kind.MISCONFIGURED),
                Arguments.of(inHandshake(new IOException("protocol")), Kind.MISCONFIGURED),
                Arguments.of(inHandshake(new EOFException("closed")), Kind.UNAVAILABLE),
                Arguments.of(inHandshake(new SocketException("reset")), Kind.UNAVAILABLE),
                Arguments.of(inHandshake(new SocketTimeoutException("silent")), Kind.UNAVAILABLE),
                Arguments.of(new ConnectException("refused"), Kind.UNAVAILABLE),
                Arguments.of(new UnknownHostException("unknown"), Kind.UNAVAILABLE),
                Arguments.of(new IllegalStateException("of the client"), Kind.UNAVAILABLE));
    }

    @Test
    void takesNoExceptionForATemporaryError() {
        assertThat(TransportErrors.kindOfUnsent(null)).isEqualTo(Kind.UNAVAILABLE);
        assertThat(TransportErrors.isCausedBy(Throwable.class, null)).isFalse();
    }

    @Test
    void findsTheExceptionItselfAndEachOfItsCauses() {
        Throwable thrown = wrapped(new ConnectException("refused"));

        assertThat(TransportErrors.isCausedBy(IllegalStateException.class, thrown))
                .isTrue();
        assertThat(TransportErrors.isCausedBy(UncheckedIOException.class, thrown))
                .isTrue();
        assertThat(TransportErrors.isCausedBy(SocketException.class, thrown)).isTrue();
        assertThat(TransportErrors.isCausedBy(EOFException.class, thrown)).isFalse();
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endsInACircleOfCauses() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);

        assertThat(TransportErrors.kindOfUnsent(one)).isEqualTo(Kind.UNAVAILABLE);
    }

    private static Throwable wrapped(Throwable thrown) {
        IOException inner = new IOException("of the client", thrown);
        return new IllegalStateException("of the client", new UncheckedIOException("of the client", inner));
    }

    private static SSLException inHandshake(IOException cause) {
        SSLException handshake = new SSLHandshakeException("ended");
        handshake.initCause(cause);
        return handshake;
    }
}
