package dev.otpkit.internal.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.NumberFormat;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetailsTest {
    private static final Map<String, String> NONE = Map.of();

    @Test
    void isAnImmutableMapInTheOrderOfTheNames() {
        Map<String, String> details = Details.with(Details.with(NONE, "payee", "Shop"), "amount", "1.00");

        assertThat(details).containsExactly(Map.entry("amount", "1.00"), Map.entry("payee", "Shop"));
        assertThat(details).isUnmodifiable();
        assertThat(Details.with(details, "payee", "Bank")).containsEntry("payee", "Bank");
        assertThat(details).containsEntry("payee", "Shop");
    }

    @Test
    void takesEightAndANinthOnlyInTheirPlace() {
        Map<String, String> eight = NONE;
        for (int i = 1; i <= 8; i++) {
            eight = Details.with(eight, "n" + i, "v");
        }
        Map<String, String> full = eight;

        assertThat(Details.with(full, "n8", "w")).hasSize(8).containsEntry("n8", "w");
        assertIllegal(() -> Details.with(full, "n9", "v"), "number of details must be within [0, 8], but was 9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "z", "0", "9", "_", "amount", "iban_2", "codes", "app_", "12345678901234567890123456789012"
            })
    void takesANameOfItsCharacters(String name) {
        assertThat(Details.with(NONE, name, "v")).containsOnlyKeys(name);
        assertThat(Details.isName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "A",
                "amounT",
                "a-b",
                "a.b",
                "a b",
                "a{",
                "a}",
                "é",
                "٣",
                "a\n",
                "a\u0000",
                "123456789012345678901234567890123"
            })
    void refusesAnyOtherName(String name) {
        assertIllegal(
                () -> Details.with(NONE, name, "v"), "name of detail must have 1 to 32 characters of a-z, 0-9 and _");
        assertThat(Details.isName(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"code", "app", "minutes"})
    void refusesTheNamesOfOtherPlaceholders(String name) {
        assertIllegal(
                () -> Details.with(NONE, name, "v"),
                "name of detail must not be code, app or minutes, which stand for other values, but was " + name);
        assertThat(Details.isName(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1,250.00 SAR",
                "1\u202F250,00\u00A0€",
                "\u200F1٬250٫00\u00A0ر.س.\u200F",
                "\u200E₪\u200E",
                "\u061C-5",
                "مقهى الزهرة",
                "{code} %s $1 \\ \"'<b>&",
                "\uD83D\uDE00",
                "\u0646\u200C\u0647"
            })
    void takesAValueAsItIs(String value) {
        assertThat(Details.with(NONE, "amount", value)).containsEntry("amount", value);
    }

    /** The formats of Arabic and Hebrew have direction marks. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-SA", "ar-EG", "ar", "he-IL", "fa-IR", "ur-PK", "fr-FR", "de-CH", "sw-TZ"})
    void takesACurrencyInTheFormatOfEveryLocale(String tag) {
        String amount =
                NumberFormat.getCurrencyInstance(Locale.forLanguageTag(tag)).format(-1250.5);

        assertThat(Details.with(NONE, "amount", amount)).containsEntry("amount", amount);
    }

    @Test
    void boundsTheValue() {
        assertThat(Details.with(NONE, "amount", "v".repeat(128)).get("amount")).hasSize(128);
        assertIllegal(
                () -> Details.with(NONE, "amount", "4711".repeat(33)),
                "value of detail amount must have 1 to 128 characters and not be blank, but has 132");
        assertIllegal(
                () -> Details.with(NONE, "amount", ""),
                "value of detail amount must have 1 to 128 characters and not be blank, but has 0");
        assertIllegal(
                () -> Details.with(NONE, "amount", " \u2003"),
                "value of detail amount must have 1 to 128 characters and not be blank, but has 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4711\n",
                "4711\r",
                "4711\t",
                "4711\u0000",
                "4711\u0085",
                "4711\u2028",
                "4711\u2029",
                "4711\u202E",
                "4711\u2066",
                "4711\u2069",
                "4711\u200B",
                "4711\uFEFF",
                "4711\uD800",
                "\uDC004711"
            })
    void refusesAValueWithControlsOverridesOrHalvesOfSurrogates(String value) {
        assertIllegal(
                () -> Details.with(NONE, "amount", value),
                "value of detail amount must have no control characters, line ends, direction overrides or lone"
                        + " surrogates");
    }

    @Test
    void aCopyIsCheckedAndDoesNotChange() {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("payee", "Shop");
        given.put("amount", "1.00");

        Map<String, String> copy = Details.copyOf(given);
        given.clear();

        assertThat(copy).containsExactly(Map.entry("amount", "1.00"), Map.entry("payee", "Shop"));
        assertThat(copy).isUnmodifiable();
        assertThat(Details.copyOf(NONE)).isEmpty();
        assertIllegal(
                () -> Details.copyOf(Map.of("Amount", "1")),
                "name of detail must have 1 to 32 characters of a-z, 0-9 and _");
        given.put("amount", null);
        assertNull(() -> Details.copyOf(given), "value of detail amount");
        Map<String, String> nameless = new HashMap<>();
        nameless.put(null, "1");
        assertNull(() -> Details.copyOf(nameless), "name of detail");
    }

    private static void assertIllegal(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static void assertNull(ThrowingCallable call, String argument) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
