package dev.otpkit.internal.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * HMAC-SHA-256 under one key (RFC 2104). Immutable and thread-safe.
 *
 * <p>It is computed with {@link MessageDigest}, since the first {@code Mac} of a JVM loads and checks every security
 * provider, which takes longer than all else that a first send does. Two digests that have the key already are copied
 * for each hash, and never used themselves. Not every provider can copy one: then each hash makes its own.
 */
final class KeyedHash {
    private static final String SHA_256 = "SHA-256";
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    private final Padded inner;
    private final Padded outer;

    KeyedHash(byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK_BYTES ? sha256().digest(key) : key, BLOCK_BYTES);
        this.inner = new Padded(block, INNER_PAD);
        this.outer = new Padded(block, OUTER_PAD);
    }

    /** Returns the hash of the fields: 32 bytes. */
    byte[] of(Fields fields) {
        MessageDigest message = inner.digest();
        message.update(fields.bytes(), 0, fields.length());
        return outer.digest().digest(message.digest());
    }

    /** A digest that has read one block: the key, exclusive-ored with a pad. */
    private static final class Padded {
        private final byte[] block = new byte[BLOCK_BYTES];
        private final @Nullable MessageDigest original;

        Padded(byte[] key, byte pad) {
            for (int i = 0; i < BLOCK_BYTES; i++) {
                block[i] = (byte) (key[i] ^ pad);
            }
            this.original = copy(begun());
        }

        /** Returns a new digest. */
        MessageDigest digest() {
            MessageDigest copy = original == null ? null : copy(original);
            return copy == null ? begun() : copy;
        }

        private MessageDigest begun() {
            MessageDigest digest = sha256();
            digest.update(block);
            return digest;
        }

        /** Returns a copy of a digest; null if its provider cannot copy it. */
        private static @Nullable MessageDigest copy(MessageDigest digest) {
            try {
                return (MessageDigest) digest.clone();
            } catch (CloneNotSupportedException e) {
                return null;
            }
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
