package dev.otpkit;

import dev.otpkit.internal.input.TypedText;
import java.util.Locale;
import java.util.Objects;

/**
 * The characters that codes are made of. Immutable; equal by the characters and their order.
 *
 * <p>Letters may be typed in either case: a to z and A to Z are the same when a code is verified.
 */
public final class Alphabet {
    /** The ten digits. The default. */
    public static final Alphabet DIGITS = new Alphabet("0123456789");

    /**
     * Twenty-eight digits and capital letters that are hard to confuse when read or dictated: no {@code 0 1 I L O}, and
     * no vowels, so that no code spells a word.
     */
    public static final Alphabet UNAMBIGUOUS = new Alphabet("23456789BCDFGHJKMNPQRSTVWXYZ");

    private final String characters;

    private Alphabet(String characters) {
        this.characters = characters;
    }

    /**
     * Returns an alphabet of the given characters.
     *
     * @param characters 2 to 67 visible ASCII characters, none of them twice when case is folded; no hyphen, which
     *     people type to group a code and which is dropped when a code is verified
     * @return the alphabet
     * @throws IllegalArgumentException if a character is not allowed or occurs twice
     */
    public static Alphabet of(String characters) {
        Objects.requireNonNull(characters, "characters must not be null");
        if (characters.length() < 2 || characters.length() > 67) {
            throw new IllegalArgumentException("characters must be 2 to 67 in number, but are " + characters.length());
        }
        String folded = TypedText.foldAscii(characters);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c <= ' ' || c > '~' || c == '-') {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "characters must be visible ASCII other than the hyphen, but has U+%04X at %d",
                        (int) c,
                        i));
            }
            if (folded.indexOf(c) < i) {
                throw new IllegalArgumentException(
                        "characters must differ when case is folded, but has " + characters.charAt(i) + " twice");
            }
        }
        return new Alphabet(characters);
    }

    /**
     * Returns the characters.
     *
     * @return 2 to 67 characters, in the order given
     */
    public String characters() {
        return characters;
    }

    /**
     * Returns the number of different characters.
     *
     * @return 2 to 67
     */
    public int size() {
        return characters.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Alphabet that && characters.equals(that.characters);
    }

    @Override
    public int hashCode() {
        return characters.hashCode();
    }

    @Override
    public String toString() {
        return "Alphabet[" + characters + "]";
    }
}
