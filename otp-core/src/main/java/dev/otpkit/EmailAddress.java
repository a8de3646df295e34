package dev.otpkit;

import dev.otpkit.internal.TypedText;
import java.util.regex.Pattern;

/**
 * One mailbox, in lower case.
 *
 * <p>The local part is an RFC 5321 dot-string of ASCII characters, at most 64; quoted strings are refused. The domain
 * is a host name of at least two labels in ASCII, at most 253 characters; internationalised names are given in their
 * {@code xn--} form, address literals are refused. The whole is at most 254 characters (RFC 5321, 4.5.3.1). Only A to
 * Z are folded: folding by Unicode rules has sent codes to look-alike mailboxes. Mail goes to {@link #address()},
 * exactly what is verified.
 *
 * @param address the mailbox; surrounding white space and invisible marks are dropped, A to Z become a to z
 */
public record EmailAddress(String address) implements Recipient {
    private static final Pattern LOCAL_PART =
            Pattern.compile("[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*");
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DOMAIN = Pattern.compile("(" + LABEL + "\\.)+(?![0-9]+$)" + LABEL);

    /**
     * Checks and folds the address.
     *
     * @throws InvalidRecipientException if the text is not exactly one mailbox by the rules above
     */
    public EmailAddress {
        address = TypedText.foldAscii(TypedText.trimInvisible(TypedText.boundedAddress(address)));
        int at = address.lastIndexOf('@');
        if (at < 1 || at > 64 || address.length() > 254) {
            throw new InvalidRecipientException("recipient must be one mailbox of at most 254 characters,"
                    + " 1 to 64 of them before the @, but has " + address.length() + " and its last @ at " + at);
        }
        if (!LOCAL_PART.matcher(address).region(0, at).matches()) {
            throw new InvalidRecipientException(
                    "recipient must have ASCII letters, digits, single dots and !#$%&'*+/=?^_`{|}~- before the @");
        }
        if (address.length() - at - 1 > 253
                || !DOMAIN.matcher(address).region(at + 1, address.length()).matches()) {
            throw new InvalidRecipientException("recipient must have a host name of at least two labels"
                    + " (ASCII letters, digits and inner hyphens) after the @");
        }
    }

    /**
     * Returns the domain.
     *
     * @return what stands after the {@code @}, such as {@code example.com}
     */
    public String domain() {
        return address.substring(address.indexOf('@') + 1);
    }

    /** Returns the masked address, such as {@code u•••@example.com}. */
    @Override
    public String toString() {
        return address.charAt(0) + "•••" + address.substring(address.indexOf('@'));
    }
}
