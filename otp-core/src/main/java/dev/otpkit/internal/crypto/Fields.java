package dev.otpkit.internal.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Fields as bytes, each preceded by its length, so that no two lists of fields have the same bytes. The length of an
 * absent field is -1. Not thread-safe.
 */
final class Fields {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    Fields text(@Nullable String text) {
        return text == null ? length(-1) : field(text.getBytes(StandardCharsets.UTF_8));
    }

    Fields number(long number) {
        return field(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    byte[] bytes() {
        return out.toByteArray();
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

    private Fields field(byte[] field) {
        length(field.length).out.writeBytes(field);
        return this;
    }

    private Fields length(int length) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        return this;
    }
}
