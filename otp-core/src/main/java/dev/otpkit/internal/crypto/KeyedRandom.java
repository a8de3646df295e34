package dev.otpkit.internal.crypto;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Random numbers that are a function of a key: HMAC-SHA-256 in counter mode. Not thread-safe.
 *
 * <p>{@code nextInt(bound)} is implemented here, without bias: the JDK does not promise that its default stays the
 * same, and a code that was sent from one JDK must verify on another.
 */
public final class KeyedRandom implements RandomGenerator {
    private final IntFunction<byte[]> blocks;
    private int next;
    private ByteBuffer block = ByteBuffer.allocate(0);

    /** Creates a generator over an endless sequence of blocks of whole longs. */
    public KeyedRandom(IntFunction<byte[]> blocks) {
        this.blocks = blocks;
    }

    @Override
    public long nextLong() {
        if (!block.hasRemaining()) {
            block = ByteBuffer.wrap(blocks.apply(next++));
        }
        return block.getLong();
    }

    @Override
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, but was " + bound);
        }
        while (true) {
            int bits = (int) (nextLong() >>> 33);
            int value = bits % bound;
            // Overflows exactly if bits lies in the incomplete last run of bound numbers, which would be a bias.
            if (bits - value + (bound - 1) >= 0) {
                return value;
            }
        }
    }
}
