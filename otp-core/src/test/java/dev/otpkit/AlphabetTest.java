package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlphabetTest {
    /** Every visible ASCII character once, case folded, without the hyphen: 67 of them. */
    private static final String LONGEST = IntStream.rangeClosed('!', '~')
            .filter(c -> c != '-' && !(c >= 'a' && c <= 'z'))
            .mapToObj(Character::toString)
            .collect(Collectors.joining());

    @Test
    void hasTheTenDigits() {
        assertThat(Alphabet.DIGITS.characters()).isEqualTo("0123456789");
        assertThat(Alphabet.DIGITS.size()).isEqualTo(10);
    }

    @Test
    void hasNothingThatIsEasilyConfusedOrSpellsAWord() {
        assertThat(Alphabet.UNAMBIGUOUS.characters())
                .isEqualTo("23456789BCDFGHJKMNPQRSTVWXYZ")
                .doesNotContain("0", "1", "A", "E", "I", "O", "U", "L");
        assertThat(Alphabet.UNAMBIGUOUS.size()).isEqualTo(28);
        assertThat(Alphabet.of(Alphabet.UNAMBIGUOUS.characters())).isEqualTo(Alphabet.UNAMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "ba", "!~", "aBcDeF", "0123456789ABCDEF"})
    void keepsCharactersInTheirOrder(String characters) {
        assertThat(Alphabet.of(characters).characters()).isEqualTo(characters);
        assertThat(Alphabet.of(characters).size()).isEqualTo(characters.length());
    }

    @Test
    void takesEveryVisibleCharacterOnce() {
        assertThat(Alphabet.of(LONGEST).size()).isEqualTo(67);
    }

    @Test
    void refusesTooFewOrTooManyCharacters() {
        for (String characters : new String[] {"", "a", LONGEST + "a"}) {
            assertThatThrownBy(() -> Alphabet.of(characters))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("characters must be 2 to 67 in number, but are " + characters.length());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" ", "-", "\t", "\n", "\u007F", "\u0000", "\u0661", "\u00E9", "\u0131", "\u212A", "\uD83D\uDE00"
            })
    void refusesWhatIsNotVisibleAscii(String foreign) {
        for (int i = 0; i < 3; i++) {
            int position = i;
            String characters = "abc".substring(0, i) + foreign + "abc".substring(i);
            assertThatThrownBy(() -> Alphabet.of(characters))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(String.format(
                            Locale.ROOT,
                            "characters must be visible ASCII other than the hyphen, but has U+%04X at %d",
                            (int) foreign.charAt(0),
                            position));
        }
    }

    @ParameterizedTest
    @CsvSource({"aa, a", "abca, a", "abcA, A", "Za0z, z", "0120, 0", "!?!, !"})
    void refusesACharacterTwiceInAnyCase(String characters, String twice) {
        assertThatThrownBy(() -> Alphabet.of(characters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("characters must differ when case is folded, but has " + twice + " twice");
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> Alphabet.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("characters must not be null");
    }

    @Test
    void isEqualByItsCharactersAndTheirOrder() {
        assertThat(Alphabet.of("abc"))
                .isEqualTo(Alphabet.of("abc"))
                .hasSameHashCodeAs(Alphabet.of("abc"))
                .isNotEqualTo(Alphabet.of("acb"))
                .isNotEqualTo(Alphabet.of("ABC"))
                .isNotEqualTo("abc")
                .isNotEqualTo(null)
                .hasToString("Alphabet[abc]");
        assertThat(Alphabet.of("abc").hashCode())
                .isNotEqualTo(Alphabet.of("abd").hashCode());
    }
}
