package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocaleMapTest {
    private final LocaleMap<String> values = LocaleMap.<String>empty()
            .with(Locale.forLanguageTag("ar"), "any Arabic")
            .with(Locale.forLanguageTag("ar-SA"), "Saudi Arabia")
            .with(Locale.forLanguageTag("zh-Hant"), "traditional Chinese")
            .with(Locale.forLanguageTag("zh-Hans-SG"), "Singapore")
            .with(Locale.forLanguageTag("he"), "Hebrew");

    @ParameterizedTest
    @CsvSource({
        "ar-SA,Saudi Arabia",
        "ar-SA-u-nu-arab,Saudi Arabia",
        "ar-SA-variant1,Saudi Arabia",
        "ar-Arab-SA,Saudi Arabia",
        "ar-EG,any Arabic",
        "ar-Latn,any Arabic",
        "ar,any Arabic",
        "arn,",
        "zh-Hant-TW,traditional Chinese",
        "zh-Hant,traditional Chinese",
        "zh-TW,traditional Chinese",
        "zh-Hans-SG,Singapore",
        "zh-SG,Singapore",
        "zh-Hans,",
        "zh,",
        "he-IL,Hebrew",
        "iw,Hebrew",
        "iw-IL,Hebrew",
        "en-US,",
        "und,",
        "und-SA,"
    })
    void findsLanguageScriptAndCountryThenLess(String tag, String value) {
        assertThat(values.find(Locale.forLanguageTag(tag)).orElse(null)).isEqualTo(value);
    }

    @Test
    void prefersTheScriptToTheCountry() {
        LocaleMap<String> serbian = LocaleMap.<String>empty()
                .with(Locale.forLanguageTag("sr-RS"), "country")
                .with(Locale.forLanguageTag("sr-Latn"), "script");

        assertThat(serbian.find(Locale.forLanguageTag("sr-Latn-RS"))).contains("script");
        assertThat(serbian.find(Locale.forLanguageTag("sr-Cyrl-RS"))).contains("country");
    }

    @Test
    void ignoresVariantsAndExtensionsOfTheLocaleOfAValue() {
        LocaleMap<String> swiss =
                LocaleMap.<String>empty().with(Locale.forLanguageTag("de-CH-1996-u-nu-latn"), "Switzerland");

        assertThat(swiss.find(Locale.forLanguageTag("de-CH"))).contains("Switzerland");
        assertThat(swiss.find(Locale.forLanguageTag("de-CH-1901"))).contains("Switzerland");
        assertThat(swiss).hasToString("LocaleMap[de-CH]");
    }

    @SuppressWarnings("deprecation")
    @Test
    void takesTheOldCodeOfALanguageForTheNewOne() {
        LocaleMap<String> hebrew = LocaleMap.<String>empty().with(new Locale("iw"), "Hebrew");

        assertThat(hebrew.find(Locale.forLanguageTag("he-IL"))).contains("Hebrew");
        assertThat(hebrew.find(new Locale("iw", "IL"))).contains("Hebrew");
    }

    /** The same rule chooses the texts of a catalogue. */
    @Test
    void looksUpNoMoreForALocaleWithVariantsWithoutEnd() {
        String variants = IntStream.range(0, 500)
                .mapToObj(i -> String.format(Locale.ROOT, "-v%07d", i))
                .collect(Collectors.joining());

        assertThat(LocaleMap.candidates(Locale.forLanguageTag("ar-SA" + variants + "-u-nu-arab")))
                .containsExactly("ar-SA", "ar", "und");
    }

    @Test
    void knowsNothingOfALanguageThatHasValuesForRegionsAlone() {
        assertThat(LocaleMap.<String>empty()
                        .with(Locale.CANADA_FRENCH, "Canada")
                        .find(Locale.FRENCH))
                .isEmpty();
    }

    /** Such a value would be found for every locale. */
    @SuppressWarnings("deprecation")
    @Test
    void takesNoValueWithoutALanguage() {
        for (Locale locale :
                new Locale[] {Locale.ROOT, Locale.forLanguageTag("und-SA"), new Locale("", "SA"), new Locale("not one")
                }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> values.with(locale, "x"))
                    .withMessage("locale must have a language");
        }
    }

    @Test
    void isNotChangedByAnotherValue() {
        LocaleMap<String> more = values.with(Locale.forLanguageTag("ar-SA-u-nu-latn"), "again");

        assertThat(more.find(Locale.forLanguageTag("ar-SA"))).contains("again");
        assertThat(values.find(Locale.forLanguageTag("ar-SA"))).contains("Saudi Arabia");
        assertThat(values.isEmpty()).isFalse();
        assertThat(LocaleMap.empty().isEmpty()).isTrue();
        assertThat(values).hasToString("LocaleMap[ar, ar-SA, he, zh-Hans-SG, zh-Hant]");
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
