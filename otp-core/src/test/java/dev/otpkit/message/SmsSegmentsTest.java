package dev.otpkit.message;

import static dev.otpkit.message.SmsSegments.Encoding.GSM_7;
import static dev.otpkit.message.SmsSegments.Encoding.UCS_2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmsSegmentsTest {

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "160,1", "161,2", "306,2", "307,3", "459,3", "460,4"})
    void dividesGsmTextAfter160OrEvery153(int length, int count) {
        assertThat(SmsSegments.of("a".repeat(length))).isEqualTo(new SmsSegments(GSM_7, length, count));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "70,1", "71,2", "134,2", "135,3", "201,3", "202,4"})
    void dividesUcs2TextAfter70OrEvery67(int length, int count) {
        assertThat(SmsSegments.of("ش".repeat(length))).isEqualTo(new SmsSegments(UCS_2, length, count));
    }

    /** The tables of 3GPP TS 23.038, 6.2.1 and 6.2.1.1, by code point. */
    @Test
    void knowsTheWholeGsmAlphabet() {
        int[] basic = {
            0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5, 0x394, 0x5F,
            0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, 0xC6, 0xE6, 0xDF, 0xC9, 0x20, 0x21, 0x22,
            0x23, 0xA4, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E,
            0x3F, 0xA1, 0xC4, 0xD6, 0xD1, 0xDC, 0xA7, 0xBF, 0xE4, 0xF6, 0xF1, 0xFC, 0xE0
        };
        int[] extension = {0x0C, 0x5E, 0x7B, 0x7D, 0x5C, 0x5B, 0x7E, 0x5D, 0x7C, 0x20AC};
        int ones = 0;
        int twos = 0;
        for (int c = 0; c <= 0xFFFF; c++) {
            SmsSegments segments = SmsSegments.of(Character.toString(c));
            ones += segments.encoding() == GSM_7 && segments.units() == 1 ? 1 : 0;
            twos += segments.encoding() == GSM_7 && segments.units() == 2 ? 1 : 0;
        }
        assertThat(ones).isEqualTo(basic.length + 62).isEqualTo(127);
        assertThat(twos).isEqualTo(extension.length);
        for (int c : basic) {
            assertThat(SmsSegments.of(Character.toString(c))).isEqualTo(new SmsSegments(GSM_7, 1, 1));
        }
        for (int c : extension) {
            assertThat(SmsSegments.of(Character.toString(c))).isEqualTo(new SmsSegments(GSM_7, 2, 1));
        }
        assertThat(SmsSegments.of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
                .isEqualTo(new SmsSegments(GSM_7, 62, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"’", "ç", "á", "ğ", "`", "\t", "\u00a0", "\u001b", "\u2068", "α"})
    void oneForeignCharacterMakesTheWholeTextUcs2(String foreign) {
        assertThat(SmsSegments.of("a".repeat(70) + foreign)).isEqualTo(new SmsSegments(UCS_2, 71, 2));
    }

    @Test
    void countsAnEscapeAsTwo() {
        assertThat(SmsSegments.of("€".repeat(80))).isEqualTo(new SmsSegments(GSM_7, 160, 1));
        assertThat(SmsSegments.of("€".repeat(80) + "a")).isEqualTo(new SmsSegments(GSM_7, 161, 2));
    }

    @Test
    void neverDividesAnEscape() {
        String full = "a".repeat(152) + "€" + "a".repeat(151);
        assertThat(SmsSegments.of(full)).isEqualTo(new SmsSegments(GSM_7, 305, 2));
        assertThat(SmsSegments.of(full + "a")).isEqualTo(new SmsSegments(GSM_7, 306, 3));
        assertThat(SmsSegments.of("a".repeat(151) + "€" + "a".repeat(153))).isEqualTo(new SmsSegments(GSM_7, 306, 2));
    }

    @Test
    void neverDividesASurrogatePair() {
        String full = "ش".repeat(66) + "😀" + "ش".repeat(65);
        assertThat(SmsSegments.of(full)).isEqualTo(new SmsSegments(UCS_2, 133, 2));
        assertThat(SmsSegments.of(full + "ش")).isEqualTo(new SmsSegments(UCS_2, 134, 3));
        assertThat(SmsSegments.of("ش".repeat(65) + "😀" + "ش".repeat(67))).isEqualTo(new SmsSegments(UCS_2, 134, 2));
    }

    @Test
    void aPairAcrossTheEndOfASingleSegmentMakesTwo() {
        assertThat(SmsSegments.of("ش".repeat(68) + "😀")).isEqualTo(new SmsSegments(UCS_2, 70, 1));
        assertThat(SmsSegments.of("ش".repeat(69) + "😀")).isEqualTo(new SmsSegments(UCS_2, 71, 2));
        assertThat(SmsSegments.of("a".repeat(158) + "€")).isEqualTo(new SmsSegments(GSM_7, 160, 1));
        assertThat(SmsSegments.of("a".repeat(159) + "€")).isEqualTo(new SmsSegments(GSM_7, 161, 2));
    }

    @Test
    void countsALoneSurrogateAsOne() {
        assertThat(SmsSegments.of("\uD83D")).isEqualTo(new SmsSegments(UCS_2, 1, 1));
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SmsSegments(GSM_7, -1, 1))
                .withMessageContaining("units");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SmsSegments(GSM_7, 0, 0))
                .withMessageContaining("count");
    }
}
