package dev.otpkit;

import dev.otpkit.internal.input.Arguments;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key from which store keys, challenge tags, challenge ids and the codes themselves are derived.
 *
 * <p>With the secret and the store, every pending code can be computed; with the store alone, none can. Keep the secret
 * as safe as a database password, and use the same one on all nodes that share a store. Immutable and thread-safe;
 * {@code toString()} does not show it.
 *
 * <p><b>Rotation</b> takes two steps and loses no pending code. First roll out {@code current.withPrevious(next)} to
 * all nodes; then swap the two: {@code next.withPrevious(current)}. Codes are created under the current secret and
 * verified under both. Each secret has its own records, so limits start from zero with the swap. The previous secret
 * can be removed after the longest expiry. Rotate at the latest after 2^32 challenge ids, the limit of AES-GCM with
 * random nonces (NIST SP 800-38D, 8.3).
 */
public final class OtpSecret {
    private static final int MIN_BYTES = 32;
    private static final int MAX_BYTES = 1024;

    private final byte[] bytes;
    private final @Nullable OtpSecret previous;

    private OtpSecret(byte[] bytes, @Nullable OtpSecret previous) {
        this.bytes = bytes;
        this.previous = previous;
    }

    /**
     * Returns a secret of these bytes.
     *
     * @param bytes 32 to 1024 bytes from a cryptographic random generator; copied
     * @return the secret
     * @throws IllegalArgumentException if there are too few or too many
     */
    public static OtpSecret of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes must not be null");
        Arguments.within("secret length in bytes", bytes.length, MIN_BYTES, MAX_BYTES);
        return new OtpSecret(bytes.clone(), null);
    }

    /**
     * Returns the secret that a text encodes, as printed by {@code openssl rand -base64 32}.
     *
     * @param text Base64 in the standard or the URL alphabet, padded or not; white space around it is dropped
     * @return the secret
     * @throws NullPointerException if the text is null, for example from an environment variable that is not set
     * @throws IllegalArgumentException if the text is not Base64, or of less than 32 or more than 1024 bytes
     */
    public static OtpSecret fromBase64(String text) {
        Objects.requireNonNull(text, "secret text must not be null; is the environment variable set?");
        String standard = text.strip().replace('-', '+').replace('_', '/');
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(standard);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("secret text must be Base64 of at least 32 bytes, but is not Base64");
        }
        return of(bytes);
    }

    /**
     * Returns a new random secret of 32 bytes, for tests and for a process that shares its store with no other: pending
     * codes end with the process.
     *
     * @return the secret
     */
    public static OtpSecret random() {
        byte[] bytes = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new OtpSecret(bytes, null);
    }

    /**
     * Returns this secret with a second one, under which codes are verified too.
     *
     * @param previous the second secret; its own previous one is ignored
     * @return a new secret
     */
    public OtpSecret withPrevious(OtpSecret previous) {
        Objects.requireNonNull(previous, "previous must not be null");
        return new OtpSecret(bytes, new OtpSecret(previous.bytes, null));
    }

    byte[] bytes() {
        return bytes.clone();
    }

    Optional<OtpSecret> previous() {
        return Optional.ofNullable(previous);
    }

    /** Returns a constant text without the secret. */
    @Override
    public String toString() {
        return "OtpSecret[hidden]";
    }
}
