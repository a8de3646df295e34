package dev.otpkit.internal.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * HMAC-SHA-256 under one key. Immutable and thread-safe.
 *
 * <p>A {@link Mac} is not thread-safe, and to make one costs more than to use it. So one that has its key already is
 * copied for each hash, and never used itself. Not every security provider can copy one: then each hash makes its own.
 */
final class KeyedHash {
    private static final String HMAC = "HmacSHA256";

    private final Key key;
    private final @Nullable Mac original;

    KeyedHash(byte[] key) {
        this.key = new SecretKeySpec(key, HMAC);
        this.original = copyable(keyed(this.key));
    }

    /** Returns the hash of the fields: 32 bytes. */
    byte[] of(Fields fields) {
        Mac mac = original == null ? keyed(key) : copy(original);
        mac.update(fields.bytes(), 0, fields.length());
        return mac.doFinal();
    }

    private static @Nullable Mac copyable(Mac mac) {
        try {
            return (Mac) mac.clone();
        } catch (CloneNotSupportedException e) {
            return null;
        }
    }

    private static Mac copy(Mac mac) {
        try {
            return (Mac) mac.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this provider of " + HMAC + " copied one before", e);
        }
    }

    private static Mac keyed(Key key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }
}
