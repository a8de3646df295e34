package dev.otpkit.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.Recipient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChallengeTokensTest {
    private static final byte[] SECRET =
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient MAIL = Recipient.email("user@example.com");
    private static final long HANDLE = 0x02406cc762f33a08L;

    private final ChallengeTokens tokens = new KeyDerivation(SECRET, "").challengeTokens();

    @ParameterizedTest
    @MethodSource("recipientsAndPurposes")
    void opensItsOwnChallengeIds(Recipient recipient, String purpose) {
        String id = tokens.seal(recipient, purpose, HANDLE);
        assertThat(id).matches("[A-Za-z0-9_-]+").hasSizeLessThanOrEqualTo(1024).doesNotContain(purpose);
        assertThat(tokens.open(id)).contains(new ChallengeTokens.Opened(recipient, purpose, HANDLE));
        assertThat(new KeyDerivation(SECRET.clone(), "").challengeTokens().open(id))
                .isPresent();
    }

    static Stream<Object[]> recipientsAndPurposes() {
        return Stream.of(
                new Object[] {PHONE, "default"},
                new Object[] {MAIL, "password-reset"},
                new Object[] {Recipient.phone("+80012345678", null), "تسجيل الدخول"},
                new Object[] {longestMail(), "ह".repeat(64)});
    }

    @Test
    void keepsTheLongestChallengeIdWithinItsBound() {
        String longest = tokens.seal(longestMail(), "ह".repeat(64), HANDLE);
        // Version, IV, three fields with their lengths, GCM tag: in groups of six bits.
        int bytes = 1 + 12 + (4 + 3 * 64) + (4 + 254) + (4 + 8) + 16;
        assertThat(longest).hasSize((bytes * 8 + 5) / 6).hasSizeLessThanOrEqualTo(1024);
    }

    @Test
    void makesEveryChallengeIdAnew() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ids.add(tokens.seal(PHONE, "login", HANDLE));
        }
        assertThat(ids).hasSize(100);
        assertThat(ids)
                .extracting(id -> tokens.open(id).orElseThrow())
                .containsOnly(new ChallengeTokens.Opened(PHONE, "login", HANDLE));
    }

    @Test
    void hidesTheNonceAndTheRecipientInAChallengeId() throws Exception {
        byte[] token = bytes(tokens.seal(PHONE, "login", HANDLE));
        assertThat(new String(token, StandardCharsets.ISO_8859_1)).doesNotContain("966", "login");
        assertThat(HexFormat.of().formatHex(token)).doesNotContain("0123456789abcdef", "fedcba9876543210");

        byte[] inside = decipher(token, 1);
        assertThat(inside)
                .isEqualTo(Formula.fields("login", "+966501234567", 0x02406cc762f33a08L))
                .hasSize(4 + 5 + 4 + 13 + 4 + 8);
        assertThat(HexFormat.of().formatHex(inside)).doesNotContain("0123456789abcdef", "fedcba9876543210");
    }

    @Test
    void refusesAChallengeIdWithAnyBitFlipped() {
        byte[] token = bytes(tokens.seal(PHONE, "login", HANDLE));
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] forged = token.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(tokens.open(text(forged))).as("bit %d", bit).isEmpty();
        }
        assertThat(tokens.open(text(token))).isPresent();
    }

    @Test
    void refusesAChallengeIdCutOrExtended() {
        String id = tokens.seal(PHONE, "login", HANDLE);
        for (int length = 0; length < id.length(); length++) {
            assertThat(tokens.open(id.substring(0, length)))
                    .as("%d characters", length)
                    .isEmpty();
        }
        byte[] token = bytes(id);
        for (int length = 0; length < token.length; length++) {
            assertThat(tokens.open(text(Arrays.copyOf(token, length))))
                    .as("%d bytes", length)
                    .isEmpty();
        }
        assertThat(tokens.open(text(Arrays.copyOf(token, token.length + 1)))).isEmpty();
        assertThat(tokens.open(id + id)).isEmpty();
    }

    @Test
    void authenticatesTheVersionOfAChallengeId() throws Exception {
        byte[] token = bytes(tokens.seal(PHONE, "login", HANDLE));
        assertThat(token[0]).isEqualTo((byte) 1);
        assertThat(decipher(token, 1)).isNotEmpty();
        for (int other : new int[] {0, 2, 255}) {
            assertThatThrownBy(() -> decipher(token, other)).isInstanceOf(AEADBadTagException.class);
        }
    }

    @Test
    void refusesAChallengeIdOfARecipientThatIsNoneAnyMore() throws Exception {
        assertThat(tokens.open(sealed(Formula.fields("login", "+966501234567", 7L))))
                .contains(new ChallengeTokens.Opened(PHONE, "login", 7));
        assertThat(tokens.open(sealed(Formula.fields("login", "+966811234567", 7L))))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void refusesGarbage(String challengeId) {
        assertThat(tokens.open(challengeId)).isEmpty();
    }

    static Stream<String> garbage() {
        return Stream.of(
                "",
                " ",
                "%%%",
                "=",
                "A",
                "AQ",
                "AQ==",
                "AQ=",
                "????",
                "\0\0\0\0",
                "٠٥٠١٢٣٤٥٦٧",
                "\uD83D\uDE00\uD83D\uDE00",
                "AQEB\nAQEB",
                "AQ".repeat(8),
                "AQAA".repeat(256),
                "A".repeat(1 << 20),
                "A".repeat((1 << 20) + 1),
                "%".repeat(1 << 20));
    }

    private static Recipient longestMail() {
        String label = "d".repeat(60) + ".";
        return Recipient.email("l".repeat(64) + "@" + label.repeat(3) + "d".repeat(254 - 64 - 1 - 183));
    }

    private static byte[] bytes(String base64) {
        return Base64.getUrlDecoder().decode(base64);
    }

    private static String text(byte[] token) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private static byte[] decipher(byte[] token, int version) throws GeneralSecurityException {
        return gcm(
                Cipher.DECRYPT_MODE,
                Arrays.copyOfRange(token, 1, 13),
                version,
                Arrays.copyOfRange(token, 13, token.length));
    }

    private static String sealed(byte[] fields) throws GeneralSecurityException {
        byte[] iv = new byte[12];
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, iv, 1, fields);
        return text(ByteBuffer.allocate(13 + sealed.length)
                .put((byte) 1)
                .put(iv)
                .put(sealed)
                .array());
    }

    private static byte[] gcm(int mode, byte[] iv, int version, byte[] input) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] key = Formula.key(SECRET, "", "challenge id");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
        cipher.updateAAD(new byte[] {(byte) version});
        return cipher.doFinal(input);
    }
}
