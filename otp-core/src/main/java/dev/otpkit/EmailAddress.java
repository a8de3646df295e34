package dev.otpkit;

import dev.otpkit.internal.input.TypedText;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One mailbox, in lower case.
 *
 * <p>The local part consists of ASCII letters, digits, single dots and {@code _+-'&~}, at most 64 characters; it begins
 * neither with a hyphen nor with {@code IMCEA}. RFC 5321 allows more, but many mail servers read a percent sign, an
 * exclamation mark and others as a route to another mailbox. The domain is a host name of at least two labels in ASCII,
 * at most 253 characters; internationalised names must be in their {@code xn--} form, and address literals are refused.
 * The whole has at most 254 characters (RFC 5321, 4.5.3.1). Only A to Z are folded: folding by Unicode rules has sent
 * codes to look-alike mailboxes. Mail is sent to {@link #address()}, the same text that is verified.
 *
 * @param address the mailbox; surrounding white space and invisible marks are dropped, A to Z become a to z
 */
public record EmailAddress(String address) implements Recipient {
    /** The beginning of an address that encapsulates another one, for Microsoft's servers: [MS-OXCMAIL], 2.1.3.1.8. */
    private static final String ENCAPSULATED = "imcea";

    /**
     * Checks and folds the address.
     *
     * @throws InvalidRecipientException if the text is not exactly one mailbox by the rules above
     */
    public EmailAddress {
        address = folded(TypedText.boundedAddress(address));
        String refusal = refusal(address);
        if (refusal != null) {
            throw new InvalidRecipientException(refusal);
        }
    }

    /** Returns the mailbox that a person typed; empty if the text is none. */
    static Optional<Recipient> read(String text) {
        String folded = folded(text);
        return refusal(folded) == null ? Optional.of(new EmailAddress(folded)) : Optional.empty();
    }

    private static String folded(String text) {
        return TypedText.foldAscii(TypedText.trimInvisible(text));
    }

    /** Returns the reason why a folded text is not one mailbox; null if it is. */
    private static @Nullable String refusal(String folded) {
        int at = folded.lastIndexOf('@');
        if (at < 1 || at > 64 || folded.length() > 254) {
            return "recipient must be one mailbox of at most 254 characters,"
                    + " 1 to 64 of them before the @, but has " + folded.length() + " and its last @ at " + at;
        }
        for (int i = 0; i < at; i++) {
            if (!isLetterOrDigit(folded.charAt(i)) && "._+-'&~".indexOf(folded.charAt(i)) < 0) {
                String hex = Integer.toHexString(folded.codePointAt(i)).toUpperCase(Locale.ROOT);
                return "recipient must have only ASCII letters, digits and ._+-'&~ before the @, but has U+"
                        + "0".repeat(Math.max(0, 4 - hex.length())) + hex + " at " + (i + 1);
            }
        }
        if (folded.charAt(0) == '.' || folded.charAt(at - 1) == '.' || folded.lastIndexOf("..", at) >= 0) {
            return "recipient must have single dots, neither first nor last, before the @";
        }
        if (folded.charAt(0) == '-') {
            return "recipient must not begin with a hyphen";
        }
        if (folded.startsWith(ENCAPSULATED)) {
            return "recipient must not begin with IMCEA, which marks an address inside an address";
        }
        if (!isHostName(folded, at + 1)) {
            return "recipient must have a host name of at least two labels"
                    + " (ASCII letters, digits and inner hyphens), the last no number, after the @";
        }
        return null;
    }

    /** Returns true if the rest of a text is a host name of at least two labels, the last of which is no number. */
    private static boolean isHostName(String text, int from) {
        int start = from;
        for (int dot = text.indexOf('.', start); dot >= 0; dot = text.indexOf('.', start)) {
            if (!isLabel(text, start, dot)) {
                return false;
            }
            start = dot + 1;
        }
        return start > from && isLabel(text, start, text.length()) && !isNumber(text, start);
    }

    private static boolean isLabel(String text, int start, int end) {
        if (end - start < 1 || end - start > 63 || text.charAt(start) == '-' || text.charAt(end - 1) == '-') {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!isLetterOrDigit(text.charAt(i)) && text.charAt(i) != '-') {
                return false;
            }
        }
        return true;
    }

    /** Returns true if a label is read as a number in an address literal, decimal or hexadecimal. */
    private static boolean isNumber(String text, int start) {
        boolean hexadecimal = text.startsWith("0x", start);
        for (int i = hexadecimal ? start + 2 : start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isDigit(c) && !(hexadecimal && c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * Returns the domain.
     *
     * @return the part after the {@code @}, such as {@code example.com}
     */
    public String domain() {
        return address.substring(address.indexOf('@') + 1);
    }

    // Written out, like hashCode: the generated ones are linked at run time, which takes a fresh JVM 10 ms and more.
    @Override
    public boolean equals(Object other) {
        return other instanceof EmailAddress that && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }

    /** Returns the masked address, such as {@code u•••@example.com}. */
    @Override
    public String toString() {
        return address.charAt(0) + "•••" + address.substring(address.indexOf('@'));
    }
}
