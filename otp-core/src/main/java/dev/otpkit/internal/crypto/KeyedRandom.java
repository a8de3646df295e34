package dev.otpkit.internal.crypto;

import java.nio.ByteBuffer;
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
    private ByteBuffer block = ByteBuffer.allocate(0);

    /** Creates a generator over an endless sequence of blocks of whole longs. */
    public KeyedRandom(IntFunction<byte[]> blocks) {
        this.blocks = blocks;
    }

    /** Draws eight bytes; four that are left of a block are dropped. */
    @Override
    public long nextLong() {
        return atLeast(Long.BYTES).getLong();
    }

    @Override
    public int nextInt() {
        return atLeast(Integer.BYTES).getInt();
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

    private ByteBuffer atLeast(int bytes) {
        if (block.remaining() < bytes) {
            block = ByteBuffer.wrap(blocks.apply(next++));
        }
        return block;
    }
}
