package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtpSecretTest {
    private static final String ALL_63 = "////////////////////////////////////////////";

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 1023, 1024})
    void takesThatManyBytes(int length) {
        byte[] bytes = filled(length);
        assertThat(OtpSecret.of(bytes).bytes()).isEqualTo(bytes);
        assertThat(OtpSecret.fromBase64(Base64.getEncoder().encodeToString(bytes))
                        .bytes())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 1025, 4096})
    void refusesFewerOrMoreBytes(int length) {
        String complaint = "secret length in bytes must be within [32, 1024], but was " + length;
        assertThatThrownBy(() -> OtpSecret.of(filled(length)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(complaint);
        String text = Base64.getEncoder().encodeToString(filled(length));
        assertThatThrownBy(() -> OtpSecret.fromBase64(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(complaint);
    }

    @Test
    void copiesItsBytes() {
        byte[] bytes = filled(32);
        OtpSecret secret = OtpSecret.of(bytes);
        bytes[0]++;
        assertThat(secret.bytes()).isEqualTo(filled(32));
        secret.bytes()[0]++;
        assertThat(secret.bytes()).isEqualTo(filled(32));
    }

    @Test
    void readsBase64InEitherAlphabetPaddedOrNot() {
        byte[] bytes = filled(32);
        Arrays.fill(bytes, (byte) 0xFB);
        for (Base64.Encoder encoder : new Base64.Encoder[] {
            Base64.getEncoder(),
            Base64.getEncoder().withoutPadding(),
            Base64.getUrlEncoder(),
            Base64.getUrlEncoder().withoutPadding()
        }) {
            assertThat(OtpSecret.fromBase64(encoder.encodeToString(bytes)).bytes())
                    .isEqualTo(bytes);
        }
        assertThat(OtpSecret.fromBase64(" \n" + Base64.getEncoder().encodeToString(bytes) + "\r\n")
                        .bytes())
                .isEqualTo(bytes);
        assertThat(HexFormat.of().formatHex(OtpSecret.fromBase64(ALL_63).bytes()))
                .isEqualTo("f".repeat(66));
        assertThat(OtpSecret.fromBase64(ALL_63.replace('/', '_')).bytes())
                .isEqualTo(OtpSecret.fromBase64(ALL_63).bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"not base64!", "%%%", "correct horse battery staple correct horse", "=", "é"})
    void refusesWhatIsNoBase64WithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> OtpSecret.fromBase64(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret text must be Base64 of at least 32 bytes, but is not Base64")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void refusesAnEmptyText(String text) {
        assertThatThrownBy(() -> OtpSecret.fromBase64(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret length in bytes must be within [32, 1024], but was 0");
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> OtpSecret.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("bytes must not be null");
        assertThatThrownBy(() -> OtpSecret.fromBase64(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("secret text must not be null")
                .hasMessageContaining("environment variable");
        assertThatThrownBy(() -> OtpSecret.random().withPrevious(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("previous must not be null");
    }

    @Test
    void drawsADifferentSecretEachTime() {
        assertThat(OtpSecret.random().bytes())
                .hasSize(32)
                .isNotEqualTo(OtpSecret.random().bytes())
                .isNotEqualTo(new byte[32]);
    }

    @Test
    void knowsOnePreviousSecretAndNotItsPredecessor() {
        OtpSecret oldest = OtpSecret.of(filled(32));
        OtpSecret old = OtpSecret.of(filled(33));
        OtpSecret current = OtpSecret.of(filled(34));

        OtpSecret rotated = current.withPrevious(old.withPrevious(oldest));

        assertThat(current.previous()).isEmpty();
        assertThat(rotated.bytes()).isEqualTo(filled(34));
        assertThat(rotated.previous().orElseThrow().bytes()).isEqualTo(filled(33));
        assertThat(rotated.previous().orElseThrow().previous()).isEmpty();
        assertThat(rotated.withPrevious(oldest).previous().orElseThrow().bytes())
                .isEqualTo(filled(32));
    }

    @Test
    void showsNothing() {
        assertThat(OtpSecret.of(filled(32))).hasToString("OtpSecret[hidden]");
        assertThat(OtpSecret.random().withPrevious(OtpSecret.random())).hasToString("OtpSecret[hidden]");
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) length);
        return bytes;
    }
}
