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
    void drawsIntsOfFourBytesInNetworkOrder() {
        KeyedRandom random = over(0x0001020304050607L, 0xF8F9FAFBFCFDFEFFL);
        assertThat(random.nextInt()).isEqualTo(0x00010203);
        assertThat(random.nextInt()).isEqualTo(0x04050607);
        assertThat(random.nextInt()).isEqualTo(0xF8F9FAFB);
        assertThat(random.nextInt()).isEqualTo(0xFCFDFEFF);
    }

    @Test
    void drawsEightBoundedNumbersFromABlockOf32Bytes() {
        List<Integer> asked = new ArrayList<>();
        KeyedRandom random = new KeyedRandom(number -> {
            asked.add(number);
            return bytes(pair(0, 1), pair(2, 3), pair(4, 5), pair(6, 7));
        });
        for (int i = 0; i < 8; i++) {
            assertThat(random.nextInt(10)).isEqualTo(i);
        }
        assertThat(asked).containsExactly(0);
        assertThat(random.nextInt(10)).isZero();
        assertThat(asked).containsExactly(0, 1);
    }

    @Test
    void drawsLongsAndBoundedNumbersFromTheSameRow() {
        KeyedRandom random = over(pair(7, 8), 42, pair(9, 5), -42, pair(3, 4));
        assertThat(random.nextInt(100)).isEqualTo(7);
        assertThat(random.nextInt(100)).isEqualTo(8);
        assertThat(random.nextLong()).isEqualTo(42);
        assertThat(random.nextInt(100)).isEqualTo(9);
        assertThat(random.nextLong()).as("four bytes are dropped").isEqualTo(-42);
        assertThat(random.nextInt(100)).isEqualTo(3);
        assertThat(random.nextInt(100)).isEqualTo(4);
    }

    /** 31 high bits of four bytes modulo the bound, computed by hand. */
    @ParameterizedTest
    @CsvSource({
        "e26e3b08, 10, 4", "e26e3b08, 28, 16", "e26e3b08, 3, 2", "e26e3b08, 1000000, 437444",
        "220a630d, 10, 0", "80000000, 10, 4", "7fffffff, 10, 3", "00000000, 10, 0",
        "00000001, 10, 0", "00000002, 10, 1", "00000012, 10, 9", "00000014, 10, 0"
    })
    void takesTheHigh31BitsModuloTheBound(String hex, int bound, int value) {
        long bits = Long.parseUnsignedLong(hex, 16);
        assertThat(over(bits << 32 | 0xFFFFFFFFL).nextInt(bound)).isEqualTo(value);
    }

    @Test
    void ignoresTheLowestBit() {
        long bits = pair(123_456_789, 0);
        assertThat(over(bits ^ 1L << 32).nextInt(MAX_BITS)).isEqualTo(123_456_789);
        assertThat(over(bits ^ 1L << 33).nextInt(MAX_BITS)).isEqualTo(123_456_788);
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
        assertThat(over(pair(lastOfCompleteRun, 0)).nextInt(bound)).isEqualTo(bound - 1);
        assertThat(over(pair(lastOfCompleteRun - bound + 1, 0)).nextInt(bound)).isZero();

        KeyedRandom random = over(pair(lastOfCompleteRun + 1, MAX_BITS), pair(1, 2), 99);
        assertThat(random.nextInt(bound))
                .as("the third, since two were rejected")
                .isEqualTo(1);
        assertThat(random.nextInt(MAX_BITS)).isEqualTo(2);
        assertThat(random.nextLong()).isEqualTo(99);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 1024, 1 << 30})
    void rejectsNothingWhereEveryRunIsComplete(int bound) {
        assertThat(over(pair(MAX_BITS, 0)).nextInt(bound)).isEqualTo(bound - 1);
    }

    @Test
    void drawsEvenWhereThereIsNoChoice() {
        KeyedRandom random = over(pair(MAX_BITS, 0), 99);
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

    /** A long of two draws, whose 31 high bits each are these. */
    private static long pair(int first, int second) {
        return (long) first << 33 | 1L << 32 | (long) second << 1 | 1;
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
