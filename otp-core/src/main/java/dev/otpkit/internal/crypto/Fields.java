package dev.otpkit.internal.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fields as bytes, each preceded by its length, so that no two lists of fields have the same bytes. The length of an
 * absent field is -1. Not thread-safe.
 */
final class Fields {
    private static final int USUAL_LENGTH = 96;

    private byte[] bytes = new byte[USUAL_LENGTH];
    private int length;

    /** Appends a text as UTF-8. */
    Fields text(@Nullable String text) {
        if (text == null) {
            length(-1);
            return this;
        }
        int characters = text.length();
        length(characters);
        makeRoom(characters);
        for (int i = 0; i < characters; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length -= i + Integer.BYTES;
                return utf8(text);
            }
            bytes[length++] = (byte) c;
        }
        return this;
    }

    private Fields utf8(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        length(encoded.length);
        makeRoom(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    Fields number(long number) {
        length(Long.BYTES);
        makeRoom(Long.BYTES);
        BigEndian.putLong(bytes, length, number);
        length += Long.BYTES;
        return this;
    }

    /** Returns the array whose first {@link #length()} bytes are the fields. */
    byte[] bytes() {
        return bytes;
    }

    /** Returns the number of bytes. */
    int length() {
        return length;
    }

    static String nextText(ByteBuffer in) {
        byte[] text = new byte[in.getInt()];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    static long nextNumber(ByteBuffer in) {
        in.getInt();
        return in.getLong();
    }

    private void length(int field) {
        makeRoom(Integer.BYTES);
        BigEndian.putInt(bytes, length, field);
        length += Integer.BYTES;
    }

    private void makeRoom(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length + more);
        }
    }
}
