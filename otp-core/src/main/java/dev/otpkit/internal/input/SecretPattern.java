package dev.otpkit.internal.input;

import static dev.otpkit.internal.input.TextReading.BREAK;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A secret to look for. Two characters are the same if {@link TextReading#fold} maps them to one, and an escape is the
 * same as the character that it represents.
 */
final class SecretPattern {
    /** The greatest number of characters between two characters of a secret. */
    private static final int MAX_GAP = 16;

    /** The number of consecutive characters of a credential that make a piece. */
    private static final int PIECE = 16;

    /** The characters that are skipped between two characters of a secret. */
    enum Gaps {
        /** Nothing. */
        NONE,
        /** White space, controls, zero-width characters and direction marks; and the plus sign, a blank in a form. */
        INVISIBLE,
        /** Everything but letters and digits. */
        SIGNS;

        private boolean contain(int c) {
            return switch (this) {
                case NONE -> false;
                case INVISIBLE -> c == '+' || TextReading.isInvisible(c);
                case SIGNS -> c != BREAK && !Character.isLetterOrDigit(c);
            };
        }
    }

    private final int[] characters;
    private final Gaps gaps;
    private final boolean wholeNumber;
    private final Set<Long> pieces = new HashSet<>();

    private SecretPattern(String secret, Gaps gaps, boolean wholeNumber) {
        this.characters = secret.codePoints().map(TextReading::fold).toArray();
        this.gaps = gaps;
        this.wholeNumber = wholeNumber;
    }

    /** Returns a pattern that is found after any character. */
    static SecretPattern of(String secret, Gaps gaps) {
        return new SecretPattern(secret, gaps, false);
    }

    /** Returns a pattern for digits, with or without signs in between, that is found only if no digit precedes it. */
    static SecretPattern wholeNumber(String digits) {
        return new SecretPattern(digits, Gaps.SIGNS, true);
    }

    /** Returns a pattern for a credential; if it has the length of two pieces, each piece is found too. */
    static SecretPattern credential(String credential) {
        SecretPattern pattern = new SecretPattern(credential, Gaps.NONE, false);
        int[] characters = pattern.characters;
        if (characters.length >= 2 * PIECE) {
            for (int first = 0; first + PIECE <= characters.length; first++) {
                long hash = 0;
                for (int i = first; i < first + PIECE; i++) {
                    hash = hash(hash, characters[i]);
                }
                pattern.pieces.add(hash);
            }
        }
        return pattern;
    }

    private static long hash(long hash, int c) {
        return (hash ^ c) * 0x9E3779B97F4A7C15L;
    }

    /** Receives the beginning and the end of a secret, or of a piece of one, in the text. */
    interface Matches {
        void add(int start, int end);
    }

    /** Looks for patterns in one reading of a text. */
    static final class Search {
        private final TextReading reading;
        private final int[] roundBefore;
        private final int[] roundAfter;
        private int[] places;
        private int[] beyond;
        private int[] reached;
        private int round;
        private long steps;

        Search(TextReading reading) {
            int size = reading.size() + 1;
            this.reading = reading;
            this.roundBefore = new int[size];
            this.roundAfter = new int[size];
            this.places = new int[size];
            this.beyond = new int[size];
            this.reached = new int[size];
        }

        /** Returns the number of steps so far; the cost of a step depends neither on the text nor on the secrets. */
        long steps() {
            return steps;
        }

        /** Finds these patterns everywhere. */
        void find(List<SecretPattern> patterns, Matches matches) {
            boolean[] begins = new boolean[128];
            for (SecretPattern pattern : patterns) {
                begins[pattern.characters[0] & 127] = true;
                begins['+'] |= pattern.characters[0] == ' ';
            }
            for (int start = 0; start < reading.size(); start++) {
                steps++;
                if (begins[reading.foldedAt(start) & 127] || reading.isEscaped(start)) {
                    for (SecretPattern pattern : patterns) {
                        int end = end(pattern, start);
                        if (end > start) {
                            matches.add(reading.start(start), reading.end(end - 1));
                        }
                    }
                }
            }
            for (SecretPattern pattern : patterns) {
                if (!pattern.pieces.isEmpty()) {
                    findPieces(pattern, matches);
                }
            }
        }

        private void findPieces(SecretPattern pattern, Matches matches) {
            for (int level = 0; level <= reading.levels(); level++) {
                for (int start = 0; start + PIECE <= reading.size(); start++) {
                    long hash = 0;
                    int place = start;
                    for (int i = 0; i < PIECE; i++) {
                        hash = SecretPattern.hash(hash, TextReading.fold(reading.symbol(place, level)));
                        place = reading.after(place, level);
                        steps++;
                    }
                    if (place <= reading.size() && pattern.pieces.contains(hash)) {
                        matches.add(reading.start(start), reading.end(place - 1));
                    }
                }
            }
        }

        /** Returns the last place at which the pattern ends if it begins at this one; the same place if it does not. */
        private int end(SecretPattern pattern, int start) {
            int[] characters = pattern.characters;
            steps++;
            if (!stands(characters[0], start)
                    || (pattern.wholeNumber && start > 0 && Character.isDigit(reading.foldedAt(start - 1)))) {
                return start;
            }
            places[0] = start;
            int count = 1;
            for (int i = 0; i < characters.length && count > 0; i++) {
                count = advance(characters[i], i == 0 ? Gaps.NONE : pattern.gaps, count);
            }
            int end = start;
            for (int i = 0; i < count; i++) {
                end = Math.max(end, places[i]);
            }
            return end;
        }

        private boolean stands(int character, int place) {
            return isSame(character, place) || isEscaped(character, place);
        }

        private boolean isSame(int character, int place) {
            int folded = reading.foldedAt(place);
            return folded == character || (folded == '+' && character == ' ');
        }

        private boolean isEscaped(int character, int place) {
            for (int level = 0; level < reading.levels(); level++) {
                if (isEscaped(character, level, place)) {
                    return true;
                }
            }
            return false;
        }

        private boolean isEscaped(int character, int level, int place) {
            return reading.escapeLength(level, place) > 0
                    && TextReading.fold(reading.escaped(level, place)) == character;
        }

        /** Replaces the places before a gap and a character by those after both; returns their number. */
        private int advance(int character, Gaps gaps, int count) {
            round++;
            int before = count;
            int after = 0;
            for (int gap = 0; before > 0 && gap <= MAX_GAP; gap++) {
                int skipped = 0;
                for (int i = 0; i < before; i++) {
                    int place = places[i];
                    steps++;
                    if (isSame(character, place)) {
                        after = put(place + 1, reached, after, roundAfter);
                    }
                    if (gaps.contain(reading.at(place))) {
                        skipped = put(place + 1, beyond, skipped, roundBefore);
                    }
                    for (int level = 0; level < reading.levels(); level++) {
                        int next = place + reading.escapeLength(level, place);
                        if (isEscaped(character, level, place)) {
                            after = put(next, reached, after, roundAfter);
                        }
                        if (next > place && gaps.contain(reading.escaped(level, place))) {
                            skipped = put(next, beyond, skipped, roundBefore);
                        }
                    }
                }
                int[] spare = places;
                places = beyond;
                beyond = spare;
                before = skipped;
            }
            int[] spare = places;
            places = reached;
            reached = spare;
            return after;
        }

        /** Adds a place to a list, unless this round has added it already; returns the list's new length. */
        private int put(int place, int[] list, int length, int[] rounds) {
            if (rounds[place] == round) {
                return length;
            }
            rounds[place] = round;
            list[length] = place;
            return length + 1;
        }
    }
}
