package dev.otpkit.internal.crypto;

import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Random numbers that are a function of a key: HMAC-SHA-256 in counter mode. Not thread-safe.
 *
 * <p>{@code nextInt} and {@code nextInt(bound)} are implemented here, without bias: the JDK does not promise that its
 * defaults stay the same, and a code that was sent from one JDK must verify on another. They draw four bytes, so that
 * one block is enough for a code of eight characters.
 */
public final class KeyedRandom implements RandomGenerator {
    private final IntFunction<byte[]> blocks;
    private int next;
    private byte[] block = {};
    private int position;

    /** Creates a generator over an endless sequence of blocks of whole longs. */
    public KeyedRandom(IntFunction<byte[]> blocks) {
        this.blocks = blocks;
    }

    /** Draws eight bytes; four that are left of a block are dropped. */
    @Override
    public long nextLong() {
        draw(Long.BYTES);
        return BigEndian.getLong(block, position - Long.BYTES);
    }

    @Override
    public int nextInt() {
        draw(Integer.BYTES);
        return BigEndian.getInt(block, position - Integer.BYTES);
    }

    @Override
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, but was " + bound);
        }
        while (true) {
            int bits = nextInt() >>> 1;
            int value = bits % bound;
            // Overflows exactly if bits lies in the incomplete last run of bound numbers, which would be a bias.
            if (bits - value + (bound - 1) >= 0) {
                return value;
            }
        }
    }

    private void draw(int bytes) {
        if (block.length - position < bytes) {
            block = blocks.apply(next++);
            position = 0;
        }
        position += bytes;
    }
}
