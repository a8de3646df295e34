package dev.otpkit.channel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocaleMapTest {
    private final LocaleMap<String> values = LocaleMap.<String>empty()
            .with(Locale.forLanguageTag("ar"), "any Arabic")
            .with(Locale.forLanguageTag("ar-SA"), "Saudi Arabia")
            .with(Locale.forLanguageTag("zh-Hant-TW"), "Taiwan")
            .with(Locale.forLanguageTag("he"), "Hebrew");

    @ParameterizedTest
    @CsvSource({
        "ar-SA,Saudi Arabia",
        "ar-SA-u-nu-arab,Saudi Arabia",
        "ar-EG,any Arabic",
        "ar,any Arabic",
        "ar-Latn-SA,any Arabic",
        "zh-Hant-TW,Taiwan",
        "zh-Hant,",
        "zh,",
        "he-IL,Hebrew",
        "iw,Hebrew",
        "en-US,",
        "und,",
        "und-SA,"
    })
    void findsALocaleThenItsLanguage(String tag, String value) {
        assertThat(values.find(Locale.forLanguageTag(tag)).orElse(null)).isEqualTo(value);
    }

    @Test
    void knowsNothingOfALanguageThatHasValuesForRegionsAlone() {
        assertThat(LocaleMap.<String>empty()
                        .with(Locale.CANADA_FRENCH, "Canada")
                        .find(Locale.FRENCH))
                .isEmpty();
    }

    @Test
    void isNotChangedByAnotherValue() {
        LocaleMap<String> more = values.with(Locale.forLanguageTag("ar-SA-u-nu-latn"), "again");

        assertThat(more.find(Locale.forLanguageTag("ar-SA"))).contains("again");
        assertThat(values.find(Locale.forLanguageTag("ar-SA"))).contains("Saudi Arabia");
        assertThat(values.isEmpty()).isFalse();
        assertThat(LocaleMap.empty().isEmpty()).isTrue();
        assertThat(values).hasToString("LocaleMap[ar, ar-SA, he, zh-Hant-TW]");
    }

    @Test
    void takesNoNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> values.with(null, "x"))
                .withMessage("locale must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> values.with(Locale.FRENCH, null))
                .withMessage("value must not be null");
        assertThatNullPointerException().isThrownBy(() -> values.find(null)).withMessage("locale must not be null");
    }
}
