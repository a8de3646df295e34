package dev.otpkit.internal.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Fields as bytes, each preceded by its length, so that no two lists of fields have the same bytes. The length of an
 * absent field is -1. Not thread-safe.
 */
final class Fields {
    private static final int USUAL_LENGTH = 128;

    private ByteBuffer out = ByteBuffer.allocate(USUAL_LENGTH);

    Fields text(@Nullable String text) {
        if (text == null) {
            room(Integer.BYTES).putInt(-1);
            return this;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
        return this;
    }

    Fields number(long number) {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(number);
        return this;
    }

    /** Returns the array whose first {@link #length()} bytes are the fields. */
    byte[] bytes() {
        return out.array();
    }

    /** Returns the number of bytes. */
    int length() {
        return out.position();
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

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            out = ByteBuffer.allocate(2 * out.capacity() + bytes).put(out.flip());
        }
        return out;
    }
}
