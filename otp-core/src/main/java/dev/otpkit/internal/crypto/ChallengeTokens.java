package dev.otpkit.internal.crypto;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.Recipient;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Challenge ids: recipient, purpose and handle of a challenge, encrypted and authenticated with AES-GCM, as base64url.
 * The first byte is the version, 1, then come the nonce and the sealed {@link Fields}. Immutable and thread-safe.
 */
public final class ChallengeTokens {
    private static final byte VERSION = 1;
    private static final int IV_BYTES = 12;
    private static final int HEAD_BYTES = 1 + IV_BYTES;
    private static final int GCM_TAG_BYTES = 16;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Key key;
    private final SecureRandom random;

    ChallengeTokens(byte[] key, SecureRandom random) {
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
    }

    /**
     * The content of a challenge id.
     *
     * @param recipient the recipient that the code was sent to
     * @param purpose the purpose that the code was sent for
     * @param handle the handle of the challenge's nonce
     */
    public record Opened(Recipient recipient, String purpose, long handle) {}

    /** Returns a new challenge id. */
    public String seal(Recipient recipient, String purpose, long handle) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        Fields fields = new Fields().text(purpose).text(recipient.address()).number(handle);
        byte[] token = new byte[HEAD_BYTES + fields.length() + GCM_TAG_BYTES];
        token[0] = VERSION;
        System.arraycopy(iv, 0, token, 1, IV_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, iv).doFinal(fields.bytes(), 0, fields.length(), token, HEAD_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not encrypt", e);
        }
        return BASE64.encodeToString(token);
    }

    /** Returns the content of a challenge id; empty if it was not made with this secret and namespace. */
    public Optional<Opened> open(String challengeId) {
        if (!isBase64Url(challengeId)) {
            return Optional.empty();
        }
        byte[] token = Base64.getUrlDecoder().decode(challengeId);
        if (token.length < HEAD_BYTES + GCM_TAG_BYTES || token[0] != VERSION) {
            return Optional.empty();
        }
        byte[] iv = Arrays.copyOfRange(token, 1, HEAD_BYTES);
        try {
            return opened(cipher(Cipher.DECRYPT_MODE, iv).doFinal(token, HEAD_BYTES, token.length - HEAD_BYTES));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not decrypt", e);
        }
    }

    /** Returns true for a text that the decoder can read, whose exceptions cost more than this look at the text. */
    private static boolean isBase64Url(String text) {
        if (text.length() % 4 == 1) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Opened> opened(byte[] fields) {
        ByteBuffer in = ByteBuffer.wrap(fields);
        String purpose = Fields.nextText(in);
        String address = Fields.nextText(in);
        long handle = Fields.nextNumber(in);
        try {
            return Optional.of(new Opened(Recipient.parse(address, null), purpose, handle));
        } catch (InvalidRecipientException e) {
            // Numbering plans change: the number was valid for the release that made the id.
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(Byte.SIZE * GCM_TAG_BYTES, iv));
        cipher.updateAAD(new byte[] {VERSION});
        return cipher;
    }
}
