package dev.otpkit.channel.smtp;

import dev.otpkit.EmailAddress;
import dev.otpkit.InvalidRecipientException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sender of mails.
 *
 * @param name the name to show; empty to show the address alone
 * @param address the address, also that of the envelope
 */
record FromMailbox(String name, EmailAddress address) {
    private static final int MAX_NAME = 128;
    private static final Pattern NAMED = Pattern.compile("(?s)(?<name>[^<>]*)<(?<mailbox>[^<>]*)>");
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /**
     * Controls, line ends, direction marks and lone surrogates; the two joiners belong to the spelling of some scripts.
     */
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\u200C\u200D]]");

    /** Returns the sender that a text such as {@code Acme <no-reply@acme.example>} names. */
    static FromMailbox parse(String text) {
        return parse("from", text);
    }

    /** Returns the sender that a text names; an exception names the argument. */
    static FromMailbox parse(String argument, String text) {
        Objects.requireNonNull(text, () -> argument + " must not be null");
        if (UNSAFE.matcher(text).find()) {
            throw new IllegalArgumentException(
                    argument + " must have no control characters, line ends, direction marks or lone surrogates");
        }
        Matcher named = NAMED.matcher(text.strip());
        String name = named.matches() ? unquoted(argument, named.group("name").strip()) : "";
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "name in " + argument + " must have at most " + MAX_NAME + " characters, but has " + name.length());
        }
        try {
            return new FromMailbox(name, new EmailAddress(named.matches() ? named.group("mailbox") : text));
        } catch (InvalidRecipientException e) {
            throw new IllegalArgumentException(
                    argument + " must be one mailbox, as in no-reply@acme.example or Acme <no-reply@acme.example>", e);
        }
    }

    private static String unquoted(String argument, String name) {
        Matcher quoted = QUOTED.matcher(name);
        if (quoted.matches()) {
            return quoted.group(1).replaceAll("\\\\(.)", "$1");
        }
        if (name.indexOf('"') >= 0) {
            throw new IllegalArgumentException("name in " + argument + " must be quoted as a whole or not at all");
        }
        return name;
    }

    /** Returns the value of a {@code From} header. */
    String header() {
        if (name.isEmpty()) {
            return address.address();
        }
        String shown = HeaderText.isPlain(name)
                ? '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
                : HeaderText.words(name);
        return shown + " <" + address.address() + ">";
    }
}
