package dev.otpkit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryFailureTest {

    @ParameterizedTest
    @EnumSource(Kind.class)
    void keepsWhatItIsMadeOf(Kind kind) {
        DeliveryFailure failure = DeliveryFailure.of("smtp", kind, "550", "mailbox unavailable");
        assertThat(failure.channel()).isEqualTo("smtp");
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains("550");
        assertThat(failure.detail()).isEqualTo("mailbox unavailable");
        assertThat(failure).isEqualTo(new DeliveryFailure("smtp", kind, Optional.of("550"), "mailbox unavailable"));
    }

    @Test
    void knowsFailuresWithoutAProvidersCode() {
        DeliveryFailure failure = DeliveryFailure.of("smtp", Kind.UNAVAILABLE, null, "");
        assertThat(failure.providerCode()).isEmpty();
        assertThat(failure.detail()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'a\r\nb', a b",
        "'a\n\n\nb', a b",
        "'a\tb', a b",
        "'\u0000a\u001B[31mb\u007F', a [31mb",
        "'a\u2028b\u2029c', a b c",
        "'a\u202Eb\u2066c', a b c",
        "'a\u200Bb\uFEFFc', a b c",
        "' a ', a",
        "'\r\na\r\n', a",
        "'a  b', 'a  b'"
    })
    void keepsDetailAndCodeInOneVisibleLine(String text, String line) {
        DeliveryFailure failure = DeliveryFailure.of("smtp", Kind.UNCERTAIN, text, text);
        assertThat(failure.detail()).isEqualTo(line);
        assertThat(failure.providerCode()).contains(line);
    }

    @Test
    void keepsABoundedNumberOfCharacters() {
        assertThat(detail("x".repeat(2000))).isEqualTo("x".repeat(2000));
        assertThat(detail("x".repeat(2001))).isEqualTo("x".repeat(2000) + "…");
        assertThat(detail("x".repeat(1 << 20))).hasSize(2001);
        assertThat(detail("x".repeat(1999) + "\uD83D\uDD10"))
                .as("no half of a pair")
                .isEqualTo("x".repeat(1999) + "…");
        assertThat(DeliveryFailure.of("smtp", Kind.UNCERTAIN, "x".repeat(65), "")
                        .providerCode()
                        .orElseThrow())
                .isEqualTo("x".repeat(64) + "…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "\u202Esmtp"})
    void refusesAChannelThatIsNoName(String channel) {
        assertThatThrownBy(() -> DeliveryFailure.of(channel, Kind.UNCERTAIN, null, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("channel must have ");
    }

    @Test
    void boundsTheNameOfAChannel() {
        assertThat(DeliveryFailure.of("c".repeat(64), Kind.UNCERTAIN, null, "").channel())
                .hasSize(64);
        assertThatThrownBy(() -> DeliveryFailure.of("c".repeat(65), Kind.UNCERTAIN, null, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channel must have 1 to 64 characters and not be blank, but has 65");
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> DeliveryFailure.of(null, Kind.UNCERTAIN, null, ""))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("channel must not be null");
        assertThatThrownBy(() -> DeliveryFailure.of("smtp", null, null, ""))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("kind must not be null");
        assertThatThrownBy(() -> DeliveryFailure.of("smtp", Kind.UNCERTAIN, null, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("detail must not be null");
    }

    @Test
    void isCarriedByItsException() {
        DeliveryFailure failure = DeliveryFailure.of("smtp", Kind.RECIPIENT_REJECTED, "550", "no such\r\nmailbox");
        DeliveryException exception = new DeliveryException(failure);
        assertThat(exception)
                .hasMessage("smtp: RECIPIENT_REJECTED 550 no such mailbox")
                .hasNoCause();
        assertThat(exception.failure()).isEqualTo(failure);
        assertThat(new DeliveryException(DeliveryFailure.of("smtp", Kind.UNCERTAIN, null, "timed out")))
                .hasMessage("smtp: UNCERTAIN timed out");
        Exception cause = new IllegalStateException("cause");
        assertThat(new DeliveryException(failure, cause))
                .hasMessage("smtp: RECIPIENT_REJECTED 550 no such mailbox")
                .hasCause(cause);
    }

    @Test
    void survivesTheSerializationOfItsException() throws Exception {
        for (String code : Arrays.asList("550", null)) {
            DeliveryFailure failure = DeliveryFailure.of("smtp", Kind.UNAVAILABLE, code, "x".repeat(3000));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(new DeliveryException(failure, new IOException("cause")));
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                DeliveryException copy = (DeliveryException) in.readObject();
                assertThat(copy.failure()).isEqualTo(failure);
                assertThat(copy).hasCauseInstanceOf(IOException.class);
            }
        }
    }

    private static String detail(String text) {
        return DeliveryFailure.of("smtp", Kind.UNCERTAIN, null, text).detail();
    }
}
