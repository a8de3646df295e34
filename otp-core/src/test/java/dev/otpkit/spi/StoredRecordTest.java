package dev.otpkit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StoredRecordTest {

    @Test
    void isEqualByContent() {
        assertThat(record(1, 2, 3))
                .isEqualTo(record(1, 2, 3))
                .hasSameHashCodeAs(record(1, 2, 3))
                .isNotEqualTo(record(1, 2, 4))
                .isNotEqualTo(record(1, 2))
                .isNotEqualTo(record(1, 2, 3, 0))
                .isNotEqualTo(record())
                .isNotEqualTo(new byte[] {1, 2, 3})
                .isNotEqualTo(null);
        assertThat(record()).isEqualTo(record());
        assertThat(record(1, 2, 3).hashCode()).isNotEqualTo(record(3, 2, 1).hashCode());
    }

    @Test
    void copiesTheBytesThatItIsGiven() {
        byte[] bytes = {1, 2, 3};
        StoredRecord record = StoredRecord.of(bytes);
        bytes[0] = 9;
        assertThat(record).isEqualTo(record(1, 2, 3));
    }

    @Test
    void copiesTheBytesThatItGives() {
        StoredRecord record = record(1, 2, 3);
        record.bytes()[0] = 9;
        assertThat(record.bytes()).containsExactly(1, 2, 3);
        assertThat(record.bytes()).isNotSameAs(record.bytes());
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> StoredRecord.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("bytes must not be null");
    }

    @Test
    void showsHowMuchItHoldsAndNotWhat() {
        assertThat(record(0x31, 0x32, 0x33)).hasToString("StoredRecord[3 bytes]");
    }

    private static StoredRecord record(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return StoredRecord.of(bytes);
    }
}
