package dev.otpkit.spi;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a store keeps for one key: bytes that mean nothing to it. Immutable, equal by content.
 *
 * <p>A record of the usual single challenge has under 120 bytes, and none has more than 2048. It holds no code, no
 * address and nothing from which a code could be computed without the secret.
 */
public final class StoredRecord {
    private final byte[] bytes;

    private StoredRecord(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns a record of these bytes.
     *
     * @param bytes any; copied
     * @return the record
     */
    public static StoredRecord of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes must not be null");
        return new StoredRecord(bytes.clone());
    }

    /**
     * Returns the bytes.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredRecord that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the number of bytes, not the bytes. */
    @Override
    public String toString() {
        return "StoredRecord[" + bytes.length + " bytes]";
    }
}
