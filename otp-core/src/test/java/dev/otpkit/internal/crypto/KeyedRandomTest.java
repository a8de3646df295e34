package dev.otpkit.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedRandomTest {
    private static final int MAX_BITS = Integer.MAX_VALUE;

    @Test
    void readsTheLongsOfABlockFromItsBeginningInNetworkOrder() {
        byte[] block = new byte[32];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (0xF0 + i);
        }
        KeyedRandom random = new KeyedRandom(number -> block);
        assertThat(random.nextLong()).isEqualTo(0xF0F1F2F3F4F5F6F7L);
        assertThat(random.nextLong()).isEqualTo(0xF8F9FAFBFCFDFEFFL);
        assertThat(random.nextLong()).isEqualTo(0x0001020304050607L);
        assertThat(random.nextLong()).isEqualTo(0x08090A0B0C0D0E0FL);
    }

    @Test
    void asksForBlocksInOrderEachOnceAndNotBeforeItIsNeeded() {
        List<Integer> asked = new ArrayList<>();
        KeyedRandom random = new KeyedRandom(number -> {
            asked.add(number);
            return bytes(10L * number, 10L * number + 1, 10L * number + 2, 10L * number + 3);
        });
        assertThat(asked).isEmpty();
        List<Long> drawn = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            drawn.add(random.nextLong());
        }
        assertThat(asked).containsExactly(0);
        drawn.add(random.nextLong());
        assertThat(asked).containsExactly(0, 1);
        for (int i = 0; i < 4; i++) {
            drawn.add(random.nextLong());
        }
        assertThat(asked).containsExactly(0, 1, 2);
        assertThat(drawn).containsExactly(0L, 1L, 2L, 3L, 10L, 11L, 12L, 13L, 20L);
    }

    @Test
    void drawsLongsAndBoundedNumbersFromTheSameRow() {
        KeyedRandom random = over(ofBits(7), 42, ofBits(9), -42);
        assertThat(random.nextInt(100)).isEqualTo(7);
        assertThat(random.nextLong()).isEqualTo(42);
        assertThat(random.nextInt(100)).isEqualTo(9);
        assertThat(random.nextLong()).isEqualTo(-42);
    }

    /** 31 high bits modulo the bound, computed by hand. */
    @ParameterizedTest
    @CsvSource({
        "e26e3b089dee3c94, 10, 4", "e26e3b089dee3c94, 28, 16", "e26e3b089dee3c94, 3, 2",
                "e26e3b089dee3c94, 1000000, 437444",
        "220a630d59067ab5, 10, 0", "8000000000000000, 10, 4", "7fffffffffffffff, 10, 3", "0000000000000000, 10, 0",
        "00000001ffffffff, 10, 0", "0000000200000000, 10, 1", "0000001200000000, 10, 9", "0000001400000000, 10, 0"
    })
    void takesTheHigh31BitsModuloTheBound(String hex, int bound, int value) {
        assertThat(over(Long.parseUnsignedLong(hex, 16)).nextInt(bound)).isEqualTo(value);
    }

    @Test
    void ignoresTheLow33Bits() {
        for (int bit = 0; bit < 33; bit++) {
            assertThat(over(ofBits(123_456_789) ^ (1L << bit)).nextInt(MAX_BITS))
                    .isEqualTo(123_456_789);
        }
        assertThat(over(ofBits(123_456_789) ^ (1L << 33)).nextInt(MAX_BITS)).isEqualTo(123_456_788);
    }

    /** The last number of the last complete run of so many, by hand: floor(2^31 / bound) * bound - 1. */
    @ParameterizedTest
    @CsvSource({
        "3, 2147483645",
        "10, 2147483639",
        "28, 2147483631",
        "67, 2147483597",
        "1000000, 2146999999",
        "1073741825, 1073741824",
        "2147483646, 2147483645",
        "2147483647, 2147483646"
    })
    void rejectsExactlyTheIncompleteLastRun(int bound, int lastOfCompleteRun) {
        assertThat(over(ofBits(lastOfCompleteRun)).nextInt(bound)).isEqualTo(bound - 1);
        assertThat(over(ofBits(lastOfCompleteRun - bound + 1)).nextInt(bound)).isZero();

        KeyedRandom random = over(ofBits(lastOfCompleteRun + 1), ofBits(MAX_BITS), ofBits(1), 99);
        assertThat(random.nextInt(bound))
                .as("the third, since two were rejected")
                .isEqualTo(1);
        assertThat(random.nextLong()).isEqualTo(99);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 1024, 1 << 30})
    void rejectsNothingWhereEveryRunIsComplete(int bound) {
        assertThat(over(ofBits(MAX_BITS)).nextInt(bound)).isEqualTo(bound - 1);
    }

    @Test
    void drawsEvenWhereThereIsNoChoice() {
        KeyedRandom random = over(ofBits(MAX_BITS), 0, 99);
        assertThat(random.nextInt(1)).isZero();
        assertThat(random.nextInt(1)).isZero();
        assertThat(random.nextLong()).isEqualTo(99);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesABoundThatIsNotPositive(int bound) {
        assertThatThrownBy(() -> over(1).nextInt(bound))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bound must be positive, but was " + bound);
    }

    /** A long whose 31 high bits are these, and whose other bits are ones. */
    private static long ofBits(int bits) {
        return ((long) bits << 33) | 0x1FFFFFFFFL;
    }

    private static KeyedRandom over(long... row) {
        return new KeyedRandom(number -> bytes(row[number]));
    }

    private static byte[] bytes(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return bytes.array();
    }
}
