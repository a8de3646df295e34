package dev.otpkit.internal.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.Alphabet;
import dev.otpkit.OtpPolicy;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeParserTest {
    private static final OtpPolicy SIX_DIGITS = OtpPolicy.defaults();
    private static final OtpPolicy UNAMBIGUOUS = policy(Alphabet.UNAMBIGUOUS, 6);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456",
                "١٢٣٤٥٦",
                "۱۲۳۴۵۶",
                "१२३४५६",
                "১২৩৪৫৬",
                "１２３４５６",
                "123٤٥٦",
                "123 456",
                " 123456 ",
                "12 34 56",
                "1 2 3 4 5 6",
                "123-456",
                "123\u2013456",
                "123\u2212456",
                "123\u00A0456",
                "123\u2009456",
                "123\u202F456",
                "123\u3000456",
                "123456\n",
                "\t123456\r\n",
                "123\u200B456",
                "\uFEFF123456",
                "\u200E123456\u200F",
                "\u202A123456\u202C",
                "\u202B\u202D\u202E123456",
                "\u2066123456\u2069",
                "\u2067\u2068123456\u2069\u2069",
                "\u2068١٢٣\u00A0-\u00A0٤٥٦\u2069"
            })
    void readsWhatPeopleTypeAndPaste(String typed) {
        assertThat(CodeParser.read(typed, SIX_DIGITS)).contains("123456");
    }

    @ParameterizedTest
    @CsvSource({"012345", "000000", "000001", "٠١٢٣٤٥"})
    void keepsLeadingZeros(String typed) {
        assertThat(CodeParser.read(typed, SIX_DIGITS).orElseThrow()).hasSize(6).startsWith("0");
        assertThat(CodeParser.read(typed.substring(1), SIX_DIGITS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "---",
                "\u2066\u2069",
                "12345",
                "1234567",
                "١٢٣٤٥",
                "12345a",
                "a12345",
                "12a345",
                "12345O",
                "12.345",
                "123456.",
                "123,456",
                "+12345",
                "#12345",
                "12345\u00B2",
                "12345\u2460",
                "12345\uD83D\uDE00",
                "1234\uD83D\uDE00",
                "12345\uD83D",
                "12345\u0000",
                "123456\u0000",
                "12345\u0131",
                "null",
                "%s%s%s",
                "123456x"
            })
    void refusesWhatIsNoCodeOfSixDigits(String typed) {
        assertThat(CodeParser.read(typed, SIX_DIGITS)).isEmpty();
    }

    @Test
    void looksAt64TypedCharactersAndNotAt65() {
        assertThat(CodeParser.read("123456" + " ".repeat(58), SIX_DIGITS)).contains("123456");
        assertThat(CodeParser.read("123456" + " ".repeat(59), SIX_DIGITS)).isEmpty();
        assertThat(CodeParser.read("1".repeat(1 << 20), SIX_DIGITS)).isEmpty();
        assertThat(CodeParser.read(" ".repeat(1 << 20), SIX_DIGITS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BCD234", "bcd234", "bCd234", "bcd-234", "BCD ٢٣٤"})
    void readsLettersInEitherCaseAsTheAlphabetHasThem(String typed) {
        assertThat(CodeParser.read(typed, UNAMBIGUOUS)).contains("BCD234");
    }

    @Test
    void readsEveryCharacterOfAnAlphabetInEitherCase() {
        for (Alphabet alphabet : new Alphabet[] {Alphabet.UNAMBIGUOUS, Alphabet.of("!aBcDz~@[`{_09")}) {
            OtpPolicy policy = policy(alphabet, 12);
            for (char c : alphabet.characters().toCharArray()) {
                String code = String.valueOf(c).repeat(12);
                assertThat(CodeParser.read(code, policy)).contains(code);
                if (Character.isLetter(c)) {
                    assertThat(CodeParser.read(code.toLowerCase(Locale.ROOT), policy))
                            .contains(code);
                    assertThat(CodeParser.read(code.toUpperCase(Locale.ROOT), policy))
                            .contains(code);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BCD23A", // no such letter
                "BCD231", // no such digit
                "BCD23\u212A", // KELVIN SIGN, a K by Unicode's folding
                "BCD23\uFF22", // full-width B
                "BCD23\u0412", // Cyrillic Ve, which looks like a B
                "BCD23\u017F" // LONG S, an S by Unicode's folding
            })
    void refusesLettersOfNoneOrOfAnotherAlphabet(String typed) {
        assertThat(CodeParser.read(typed, UNAMBIGUOUS)).isEmpty();
    }

    @Test
    void refusesTurkishLettersWhereTheAlphabetHasAnI() {
        OtpPolicy policy = policy(Alphabet.of("IJKLMNOPQRS"), 6);
        assertThat(CodeParser.read("iiiiii", policy)).contains("IIIIII");
        assertThat(CodeParser.read("\u0131\u0131\u0131\u0131\u0131\u0131", policy))
                .isEmpty();
        assertThat(CodeParser.read("\u0130\u0130\u0130\u0130\u0130\u0130", policy))
                .isEmpty();
    }

    @Test
    void fitsCodesToTheLetter() {
        assertThat(CodeParser.fits("BCD234", UNAMBIGUOUS)).isTrue();
        assertThat(CodeParser.fits("2Z2Z2Z", UNAMBIGUOUS)).isTrue();
        assertThat(CodeParser.fits("bcd234", UNAMBIGUOUS)).isFalse();
        assertThat(CodeParser.fits("BCD23", UNAMBIGUOUS)).isFalse();
        assertThat(CodeParser.fits("BCD2345", UNAMBIGUOUS)).isFalse();
        assertThat(CodeParser.fits("BCD23 ", UNAMBIGUOUS)).isFalse();
        assertThat(CodeParser.fits("ABCD23", UNAMBIGUOUS)).isFalse();
        assertThat(CodeParser.fits("", UNAMBIGUOUS)).isFalse();
        assertThat(CodeParser.fits("000000", SIX_DIGITS)).isTrue();
        assertThat(CodeParser.fits("٠٠٠٠٠٠", SIX_DIGITS)).isFalse();
    }

    private static OtpPolicy policy(Alphabet alphabet, int length) {
        return OtpPolicy.builder().alphabet(alphabet).length(length).build();
    }
}
