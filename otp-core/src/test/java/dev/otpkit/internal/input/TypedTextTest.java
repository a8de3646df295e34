package dev.otpkit.internal.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.InvalidRecipientException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedTextTest {
    private static final String DIRECTION_MARKS =
            "\u200E\u200F\u061C\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";
    private static final String ZERO_WIDTH = "\u200B\u200C\u200D\u2060\uFEFF\u00AD\u180E\uFE00\uFE0E\uFE0F";
    private static final String SPACES = " \t\n\u000B\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
            + "\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000";
    private static final String DASHES = "-\u058A\u05BE\u2010\u2011\u2012\u2013\u2014\u2015\u2E3A\u2E3B\u301C\u3030"
            + "\uFE58\uFE63\uFF0D\u2212\u2043\u02D7";

    @Test
    void letsAddressesOf320CharactersPass() {
        String longest = "a".repeat(320);
        assertThat(TypedText.boundedAddress(longest)).isSameAs(longest);
        assertThat(TypedText.boundedAddress("")).isEmpty();
    }

    @Test
    void refusesAddressesOf321Characters() {
        assertThatThrownBy(() -> TypedText.boundedAddress("a".repeat(321)))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessage("recipient must have at most 320 characters, but has 321");
    }

    @Test
    void refusesNoAddressByName() {
        assertThatThrownBy(() -> TypedText.boundedAddress(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("recipient must not be null");
    }

    @Test
    void dropsInvisibleMarksWhereverTheyStand() {
        for (String mark : each(DIRECTION_MARKS + ZERO_WIDTH)) {
            assertThat(TypedText.phone(mark + "a" + mark + mark + " b" + mark))
                    .as("U+%04X", (int) mark.charAt(0))
                    .isEqualTo("a b");
        }
    }

    @Test
    void dropsNothingThatCanBeSeen() {
        String visible = "a A-1\u2212\u00A0\n\uD83D\uDE00\uFDFF\uFE10\u0000\u0301";
        assertThat(TypedText.phone(visible)).isEqualTo(visible);
        assertThat(TypedText.phone("")).isEmpty();
    }

    @Test
    void makesAsciiDigitsOfThoseOfAPhoneNumberInAnyScript() {
        assertThat(TypedText.phone("+\u0661\u06F2\u0969\uFF14\uD835\uDFD3 6")).isEqualTo("+12345 6");
    }

    @Test
    void dropsInvisibleMarksBeyondTheBasicPlane() {
        assertThat(TypedText.phone("a\uDB40\uDC41b\uDB40\uDC7F")).isEqualTo("ab");
    }

    @Test
    void trimsWhiteSpaceAndInvisibleMarksFromBothEnds() {
        for (String blank : each(SPACES + DIRECTION_MARKS + ZERO_WIDTH)) {
            String around = "U+%04X".formatted((int) blank.charAt(0));
            assertThat(TypedText.trimInvisible(blank + blank + "a" + blank + "b" + blank))
                    .as(around)
                    .isEqualTo("a" + blank + "b");
            assertThat(TypedText.trimInvisible(blank + "a")).as(around).isEqualTo("a");
            assertThat(TypedText.trimInvisible("a" + blank)).as(around).isEqualTo("a");
            assertThat(TypedText.trimInvisible(blank)).as(around).isEmpty();
            assertThat(TypedText.trimInvisible(blank + blank)).as(around).isEmpty();
        }
        assertThat(TypedText.trimInvisible("")).isEmpty();
        assertThat(TypedText.trimInvisible("a")).isEqualTo("a");
    }

    @Test
    void foldsEveryAsciiLetterAndNothingElse() {
        for (char c = 0; c < 0xFFFF; c++) {
            String folded = TypedText.foldAscii(String.valueOf(c));
            String expected =
                    c >= 'A' && c <= 'Z' ? "abcdefghijklmnopqrstuvwxyz".substring(c - 'A', c - 'A' + 1) : "" + c;
            if (!folded.equals(expected)) {
                assertThat(folded).as("U+%04X", (int) c).isEqualTo(expected);
            }
        }
        assertThat(TypedText.foldAscii("@AZaz[\u212A\u0130\u0131\uFF21@ZA"))
                .isEqualTo("@azaz[\u212A\u0130\u0131\uFF21@za");
        assertThat(TypedText.foldAscii("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789",
                "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", // Arabic-Indic
                "\u06F0\u06F1\u06F2\u06F3\u06F4\u06F5\u06F6\u06F7\u06F8\u06F9", // Extended Arabic-Indic
                "\u0966\u0967\u0968\u0969\u096A\u096B\u096C\u096D\u096E\u096F", // Devanagari
                "\u09E6\u09E7\u09E8\u09E9\u09EA\u09EB\u09EC\u09ED\u09EE\u09EF", // Bengali
                "\uFF10\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16\uFF17\uFF18\uFF19", // full-width
                "\uD835\uDFCE\uD835\uDFCF\uD835\uDFD0\uD835\uDFD1\uD835\uDFD2"
                        + "\uD835\uDFD3\uD835\uDFD4\uD835\uDFD5\uD835\uDFD6\uD835\uDFD7" // mathematical bold
            })
    void readsTheDecimalDigitsOfAnyScript(String digits) {
        assertThat(TypedText.code(digits)).isEqualTo("0123456789");
    }

    @Test
    void dropsWhiteSpaceDashesAndMarksFromCodes() {
        for (String dropped : each(SPACES + DASHES + DIRECTION_MARKS + ZERO_WIDTH)) {
            assertThat(TypedText.code(dropped + "12" + dropped + dropped + "3" + dropped))
                    .as("U+%04X", (int) dropped.charAt(0))
                    .isEqualTo("123");
        }
    }

    @Test
    void leavesLettersAndSignsOfCodesAlone() {
        assertThat(TypedText.code("aB!_.,+#\u0131\u00B2\u2460\u5341\uD83D\uDE00\u0000"))
                .isEqualTo("aB!_.,+#\u0131\u00B2\u2460\u5341\uD83D\uDE00\u0000");
        assertThat(TypedText.code("")).isEmpty();
        assertThat(TypedText.code(" - ")).isEmpty();
    }

    private static List<String> each(String characters) {
        return characters.chars().mapToObj(Character::toString).toList();
    }
}
