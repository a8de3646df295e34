package dev.otpkit.internal.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * HMAC-SHA-256 under one key (RFC 2104). Immutable and thread-safe.
 *
 * <p>It is computed with {@link MessageDigest}, since the first {@code Mac} of a JVM loads and checks every security
 * provider, which takes longer than all else that a first send does. A digest that has read the key already is copied
 * for each hash, and never used itself. That is done with the JDK's own provider alone, since others may not be able to
 * copy one on several threads at once: with those, each hash makes its own.
 */
final class KeyedHash {
    private static final String SHA_256 = "SHA-256";
    private static final String PROVIDER = "SUN";
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    private final byte[] innerKey;
    private final byte[] outerKey;
    private final @Nullable MessageDigest begun;

    KeyedHash(byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK_BYTES ? sha256().digest(key) : key, BLOCK_BYTES);
        this.innerKey = padded(block, INNER_PAD);
        this.outerKey = padded(block, OUTER_PAD);
        this.begun = copy(begin());
    }

    /** Returns the hash of the fields: 32 bytes. */
    byte[] of(Fields fields) {
        MessageDigest copy = begun == null ? null : copy(begun);
        MessageDigest digest = copy == null ? begin() : copy;
        digest.update(fields.bytes(), 0, fields.length());
        byte[] inner = digest.digest();
        // The digest is as new now, so no second one is needed.
        digest.update(outerKey);
        return digest.digest(inner);
    }

    private MessageDigest begin() {
        MessageDigest digest = sha256();
        digest.update(innerKey);
        return digest;
    }

    private static byte[] padded(byte[] key, byte pad) {
        byte[] padded = new byte[BLOCK_BYTES];
        for (int i = 0; i < BLOCK_BYTES; i++) {
            padded[i] = (byte) (key[i] ^ pad);
        }
        return padded;
    }

    /** Returns a copy of a digest; null if it is not the JDK's own. */
    private static @Nullable MessageDigest copy(MessageDigest digest) {
        try {
            return digest.getProvider().getName().equals(PROVIDER) ? (MessageDigest) digest.clone() : null;
        } catch (CloneNotSupportedException e) {
            return null;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance(SHA_256);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no " + SHA_256, e);
        }
    }
}
