package dev.otpkit.internal.crypto;

/** Numbers as bytes, the most significant one first. Makes no objects, of which a buffer would be one for each call. */
final class BigEndian {
    private BigEndian() {}

    static int getInt(byte[] bytes, int offset) {
        return (int) get(bytes, offset, Integer.BYTES);
    }

    static long getLong(byte[] bytes, int offset) {
        return get(bytes, offset, Long.BYTES);
    }

    static void putInt(byte[] bytes, int offset, int number) {
        put(bytes, offset, Integer.BYTES, number);
    }

    static void putLong(byte[] bytes, int offset, long number) {
        put(bytes, offset, Long.BYTES, number);
    }

    private static long get(byte[] bytes, int offset, int length) {
        long number = 0;
        for (int i = 0; i < length; i++) {
            number = number << Byte.SIZE | Byte.toUnsignedLong(bytes[offset + i]);
        }
        return number;
    }

    private static void put(byte[] bytes, int offset, int length, long number) {
        long rest = number;
        for (int i = length - 1; i >= 0; i--) {
            bytes[offset + i] = (byte) rest;
            rest >>= Byte.SIZE;
        }
    }
}
