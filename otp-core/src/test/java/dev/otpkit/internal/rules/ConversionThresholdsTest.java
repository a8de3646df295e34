package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionThresholdsTest {

    @ParameterizedTest
    @CsvSource({"0, 20", "66, 20", "69, 20", "70, 21", "100, 30", "109, 32", "110, 33", "6000, 1800"})
    void ofACountryWithinADayAre30PercentAndAtLeast20(long best, long threshold) {
        assertThat(ConversionThresholds.countryDay(best)).isEqualTo(threshold);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 3", "119, 0, 3", "120, 0, 4", "6000, 0, 200", "0, 19, 3", "0, 20, 4", "6000, 1500, 300"})
    void ofACountryWithinAnHourAre20PercentOfASixthOfADayOrOfAnHourAndAtLeast3(long best, long hour, long threshold) {
        assertThat(ConversionThresholds.countryHour(best, hour)).isEqualTo(threshold);
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "36, 10", "37, 11", "1000, 300"})
    void ofAClientWithinADayAre30PercentAndAtLeast10(long day, long threshold) {
        assertThat(ConversionThresholds.clientDay(day)).isEqualTo(threshold);
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "179, 5", "180, 6", "3000, 100"})
    void ofAClientWithinAnHourAre20PercentOfASixthOfADayAndAtLeast5(long day, long threshold) {
        assertThat(ConversionThresholds.clientHour(day)).isEqualTo(threshold);
    }
}
