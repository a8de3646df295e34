package dev.otpkit;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The form of the message ids of one channel: the characters that they had at each position. It makes ids that look
 * like them. Immutable.
 *
 * <p>A position at which all ids have the same character is constant, such as the {@code SM} of Twilio, the version of
 * a UUID, or the domain of a {@code Message-ID}. A character that is neither a letter nor a digit is constant, too. If
 * ids have such characters in different places, or different lengths, the latest id is the pattern. The characters of
 * one id alone are remembered only until the second id comes; until then, letters and digits are constant only where
 * ids usually have constants.
 */
final class MessageIdForm {
    /** Stands for the masked address of the recipient, which some servers repeat. */
    static final char MASK = '\0';

    /** The number of ids after which the characters that were seen at a position are all that occur there. */
    private static final int ENOUGH = 64;

    /** The number of characters that are remembered of a position. */
    private static final int MAX_SEEN = 64;

    private static final List<String> CLASSES =
            List.of("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ");

    private final int ids;
    private final String[] seen;

    private MessageIdForm(int ids, String[] seen) {
        this.ids = ids;
        this.seen = seen;
    }

    /** Returns the form of one id. */
    static MessageIdForm of(String id) {
        return new MessageIdForm(1, characters(id));
    }

    /** Returns the form of these ids and one more. An id with other characters than those of ASCII changes nothing. */
    static @Nullable MessageIdForm with(@Nullable MessageIdForm form, String id) {
        if (id.isEmpty() || !isAscii(id)) {
            return form;
        }
        if (form == null) {
            return of(id);
        }
        return form.hasPatternOf(id) ? form.with(id) : form.inPatternOf(id);
    }

    private static boolean isAscii(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if ((c < ' ' || c > '~') && c != MASK) {
                return false;
            }
        }
        return true;
    }

    private boolean hasPatternOf(String id) {
        if (seen.length != id.length()) {
            return false;
        }
        for (int i = 0; i < seen.length; i++) {
            char c = id.charAt(i);
            char known = seen[i].charAt(0);
            if (c != known && !(isInWord(c) && isInWord(known))) {
                return false;
            }
        }
        return true;
    }

    private MessageIdForm with(String id) {
        String[] more = null;
        for (int i = 0; i < seen.length; i++) {
            if (seen[i].indexOf(id.charAt(i)) < 0 && seen[i].length() < MAX_SEEN) {
                more = more == null ? seen.clone() : more;
                more[i] = seen[i].concat(String.valueOf(id.charAt(i)));
            }
        }
        return more == null && ids >= ENOUGH ? this : new MessageIdForm(ids + 1, more == null ? seen : more);
    }

    /**
     * Returns the form of ids of the pattern of this one. Its constants are those that all begin or end with. Each word
     * between them has the characters that were seen between them, of the kinds that it has itself.
     */
    private MessageIdForm inPatternOf(String id) {
        int shorter = Math.min(seen.length, id.length());
        int start = 0;
        while (start < shorter && isOnly(seen[start], id.charAt(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && isOnly(seen[seen.length - 1 - end], id.charAt(id.length() - 1 - end))) {
            end++;
        }
        StringBuilder between = new StringBuilder(id.substring(start, id.length() - end));
        for (int i = start; i < seen.length - end; i++) {
            between.append(seen[i]);
        }
        String[] characters = characters(id);
        for (int from = start; from < id.length() - end; from++) {
            int to = from;
            while (to < id.length() - end && isInWord(id.charAt(to))) {
                to++;
            }
            if (to > from) {
                Arrays.fill(characters, from, to, ofTheKindsIn(id.substring(from, to), between));
                from = to;
            }
        }
        return new MessageIdForm(2, characters);
    }

    /** Returns the characters that are of the same kind as one of a word. */
    private static String ofTheKindsIn(String word, CharSequence characters) {
        StringBuilder kinds = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            kinds.append(classOf(word.charAt(i)));
        }
        StringBuilder chosen = new StringBuilder();
        for (int i = 0; i < characters.length(); i++) {
            if (kinds.indexOf(String.valueOf(characters.charAt(i))) >= 0) {
                chosen.append(characters.charAt(i));
            }
        }
        return distinct(chosen);
    }

    /** Returns an id of this form. */
    String random(RandomGenerator random) {
        boolean[] constant = ids == 1 ? usualConstants() : constants();
        StringBuilder id = new StringBuilder(seen.length);
        String any = "";
        for (int i = 0; i < seen.length; i++) {
            if (!constant[i] && (i == 0 || constant[i - 1])) {
                any = alphabet(constant, i);
            }
            String from = constant[i] || ids >= ENOUGH ? seen[i] : any;
            id.append(from.charAt(random.nextInt(from.length())));
        }
        return id.toString();
    }

    /** Returns the characters of the same kinds as those between this position and the next constant. */
    private String alphabet(boolean[] constant, int start) {
        StringBuilder all = new StringBuilder();
        for (int i = start; i < seen.length && !constant[i]; i++) {
            for (int c = 0; c < seen[i].length(); c++) {
                all.append(classOf(seen[i].charAt(c)));
            }
        }
        return distinct(all);
    }

    private boolean[] constants() {
        boolean[] constant = new boolean[seen.length];
        for (int i = 0; i < seen.length; i++) {
            constant[i] = seen[i].length() == 1;
        }
        return constant;
    }

    /** Returns the positions that are probably constant: all but words with a digit, and letters before one in them. */
    private boolean[] usualConstants() {
        String id = String.join("", seen);
        boolean[] constant = new boolean[id.length()];
        Arrays.fill(constant, true);
        for (int start = 0; start < id.length(); start++) {
            int end = start;
            boolean digit = false;
            while (end < id.length() && isInWord(id.charAt(end))) {
                digit |= classOf(id.charAt(end)).equals(CLASSES.get(0));
                end++;
            }
            if (digit && (end - start >= 4 || end == id.length())) {
                Arrays.fill(constant, start + prefix(id, start, end), end, false);
            }
            start = end;
        }
        return constant;
    }

    /** Returns the number of capitals with which a word begins. */
    private static int prefix(String id, int start, int end) {
        int other = start;
        while (other < end && Character.isUpperCase(id.charAt(other))) {
            other++;
        }
        return other - start;
    }

    private static boolean isInWord(char c) {
        return classOf(c).length() > 1;
    }

    private static boolean isOnly(String characters, char c) {
        return characters.length() == 1 && characters.charAt(0) == c;
    }

    private static String[] characters(String id) {
        String[] characters = new String[id.length()];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = String.valueOf(id.charAt(i));
        }
        return characters;
    }

    /** Returns the characters of the same kind as this one; itself if it is neither a letter nor a digit. */
    private static String classOf(char c) {
        for (String each : CLASSES) {
            if (each.indexOf(c) >= 0) {
                return each;
            }
        }
        return String.valueOf(c);
    }

    private static String distinct(CharSequence characters) {
        StringBuilder distinct = new StringBuilder();
        for (int i = 0; i < characters.length(); i++) {
            if (distinct.indexOf(String.valueOf(characters.charAt(i))) < 0) {
                distinct.append(characters.charAt(i));
            }
        }
        return distinct.toString();
    }
}
