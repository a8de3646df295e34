package dev.otpkit.spi;

import java.util.Arrays;
import java.util.Objects;

/**
 * The value that a store keeps for one key: opaque bytes. Immutable, equal by content.
 *
 * <p>A record with the usual single challenge has less than 120 bytes, and none has more than 2048. It holds no code,
 * no address and nothing from which a code could be computed without the secret.
 */
public final class StoredRecord {
    private final byte[] bytes;

    private StoredRecord(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns a record of these bytes.
     *
     * @param bytes any bytes; copied
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
