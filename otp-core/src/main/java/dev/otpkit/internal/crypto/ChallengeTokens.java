package dev.otpkit.internal.crypto;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.Recipient;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
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
    private static final int GCM_TAG_BITS = 128;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;
    private final SecureRandom random;

    ChallengeTokens(SecretKeySpec key, SecureRandom random) {
        this.key = key;
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
        byte[] fields = new Fields()
                .text(purpose)
                .text(recipient.address())
                .number(handle)
                .bytes();
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv, fields)
                .orElseThrow(() -> new IllegalStateException("AES-GCM does not encrypt"));
        return BASE64.encodeToString(ByteBuffer.allocate(1 + IV_BYTES + sealed.length)
                .put(VERSION)
                .put(iv)
                .put(sealed)
                .array());
    }

    /** Returns the content of a challenge id; empty if it was not made with this secret and namespace. */
    public Optional<Opened> open(String challengeId) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(challengeId);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (token.length < 1 + IV_BYTES + GCM_TAG_BITS / Byte.SIZE || token[0] != VERSION) {
            return Optional.empty();
        }
        byte[] iv = Arrays.copyOfRange(token, 1, 1 + IV_BYTES);
        byte[] sealed = Arrays.copyOfRange(token, 1 + IV_BYTES, token.length);
        return cipher(Cipher.DECRYPT_MODE, iv, sealed).flatMap(ChallengeTokens::opened);
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

    private Optional<byte[]> cipher(int mode, byte[] iv, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(GCM_TAG_BITS, iv));
            cipher.updateAAD(new byte[] {VERSION});
            return Optional.of(cipher.doFinal(input));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }
}
