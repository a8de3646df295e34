package dev.otpkit;

import dev.otpkit.internal.input.TypedText;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    private static final Pattern NOT_LOCAL = Pattern.compile("[^a-z0-9._+'&~-]");
    private static final Pattern DOT_STRING = Pattern.compile("[^.]+(\\.[^.]+)*");

    /** The beginning of an address that encapsulates another one, for Microsoft's servers: [MS-OXCMAIL], 2.1.3.1.8. */
    private static final String ENCAPSULATED = "imcea";

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DOMAIN = Pattern.compile("(" + LABEL + "\\.)+(?!([0-9]+|0x[0-9a-f]*)$)" + LABEL);

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
        checkLocalPart(address, at);
        if (address.length() - at - 1 > 253
                || !DOMAIN.matcher(address).region(at + 1, address.length()).matches()) {
            throw new InvalidRecipientException("recipient must have a host name of at least two labels"
                    + " (ASCII letters, digits and inner hyphens), the last no number, after the @");
        }
    }

    private static void checkLocalPart(String address, int at) {
        Matcher refused = NOT_LOCAL.matcher(address).region(0, at);
        if (refused.find()) {
            throw new InvalidRecipientException(String.format(
                    Locale.ROOT,
                    "recipient must have only ASCII letters, digits and ._+-'&~ before the @, but has U+%04X at %d",
                    address.codePointAt(refused.start()),
                    refused.start() + 1));
        }
        if (!DOT_STRING.matcher(address).region(0, at).matches()) {
            throw new InvalidRecipientException(
                    "recipient must have single dots, neither first nor last, before the @");
        }
        if (address.startsWith("-")) {
            throw new InvalidRecipientException("recipient must not begin with a hyphen");
        }
        if (address.startsWith(ENCAPSULATED)) {
            throw new InvalidRecipientException(
                    "recipient must not begin with IMCEA, which marks an address inside an address");
        }
    }

    /**
     * Returns the domain.
     *
     * @return the part after the {@code @}, such as {@code example.com}
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
