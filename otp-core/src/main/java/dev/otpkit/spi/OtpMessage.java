package dev.otpkit.spi;

import dev.otpkit.Recipient;
import dev.otpkit.internal.input.Redaction;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A message that carries a code. Immutable and thread-safe; its {@code toString()} shows neither the code nor the
 * texts.
 *
 * <p>Two messages are equal if all that is rendered is equal; the deadline and the id of the challenge do not count.
 */
public final class OtpMessage {
    private final Recipient recipient;
    private final String code;
    private final String purpose;
    private final Locale locale;
    private final Duration validFor;
    private final String subject;
    private final String text;
    private final @Nullable String html;
    private final Deadline deadline;
    private final @Nullable Supplier<String> challengeId;

    /**
     * Returns a message without a deadline and without the id of a challenge, as a renderer or a test makes it.
     *
     * @param recipient the recipient of the message
     * @param code the passcode, for channels whose provider has a template of its own; not blank
     * @param purpose the purpose of the code
     * @param locale the requested language
     * @param validFor the remaining validity of the code when the message is sent
     * @param subject the subject of a mail: one line, without control characters
     * @param text the whole plain text
     * @param html the text of a mail as HTML, if there is one
     * @throws IllegalArgumentException if the code is blank, or the subject has a control character or a line end
     */
    public OtpMessage(
            Recipient recipient,
            String code,
            String purpose,
            Locale locale,
            Duration validFor,
            String subject,
            String text,
            Optional<String> html) {
        this(
                recipient,
                code,
                purpose,
                locale,
                validFor,
                subject,
                text,
                Objects.requireNonNull(html, "html must not be null").orElse(null),
                Deadline.none(),
                null);
    }

    private OtpMessage(
            Recipient recipient,
            String code,
            String purpose,
            Locale locale,
            Duration validFor,
            String subject,
            String text,
            @Nullable String html,
            Deadline deadline,
            @Nullable Supplier<String> challengeId) {
        this.recipient = Objects.requireNonNull(recipient, "recipient must not be null");
        this.code = Objects.requireNonNull(code, "code must not be null");
        this.purpose = Objects.requireNonNull(purpose, "purpose must not be null");
        this.locale = Objects.requireNonNull(locale, "locale must not be null");
        this.validFor = Objects.requireNonNull(validFor, "validFor must not be null");
        this.subject = Objects.requireNonNull(subject, "subject must not be null");
        this.text = Objects.requireNonNull(text, "text must not be null");
        this.html = html;
        this.deadline = deadline;
        this.challengeId = challengeId;
        if (code.isBlank()) {
            throw new IllegalArgumentException("code must not be blank");
        }
        if (!isOneLine(subject)) {
            throw new IllegalArgumentException("subject must be one line without control characters");
        }
    }

    private static boolean isOneLine(String subject) {
        for (int i = 0; i < subject.length(); i++) {
            char c = subject.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns this message with an HTML text in addition to the plain one.
     *
     * @param html a whole document, without remote content
     * @return a new message
     */
    public OtpMessage withHtml(String html) {
        Objects.requireNonNull(html, "html must not be null");
        return new OtpMessage(recipient, code, purpose, locale, validFor, subject, text, html, deadline, challengeId);
    }

    /**
     * Returns this message as a manager hands it to a channel.
     *
     * @param deadline the end of the time that the delivery may take
     * @param challengeId makes an id of the challenge, which the channel may ask for
     * @return a new message
     */
    public OtpMessage forDelivery(Deadline deadline, Supplier<String> challengeId) {
        Objects.requireNonNull(deadline, "deadline must not be null");
        Objects.requireNonNull(challengeId, "challengeId must not be null");
        return new OtpMessage(recipient, code, purpose, locale, validFor, subject, text, html, deadline, challengeId);
    }

    /**
     * Returns the recipient of the message.
     *
     * @return the recipient
     */
    public Recipient recipient() {
        return recipient;
    }

    /**
     * Returns the passcode, for channels whose provider has a template of its own. Do not log it.
     *
     * @return the code
     */
    public String code() {
        return code;
    }

    /**
     * Returns the purpose of the code.
     *
     * @return the purpose
     */
    public String purpose() {
        return purpose;
    }

    /**
     * Returns the requested language.
     *
     * @return the language, which the texts need not have
     */
    public Locale locale() {
        return locale;
    }

    /**
     * Returns the remaining validity of the code when the message is sent.
     *
     * @return the time, in whole seconds if a manager made the message
     */
    public Duration validFor() {
        return validFor;
    }

    /**
     * Returns the subject of a mail.
     *
     * @return one line, without control characters
     */
    public String subject() {
        return subject;
    }

    /**
     * Returns the whole plain text. It contains the code: do not log it.
     *
     * @return the text
     */
    public String text() {
        return text;
    }

    /**
     * Returns the text of a mail as HTML. It contains the code: do not log it.
     *
     * @return a whole document; empty if the message has only plain text
     */
    public Optional<String> html() {
        return Optional.ofNullable(html);
    }

    /**
     * Returns the end of the time that the delivery may take: a channel that has a time-out uses the shorter of both.
     *
     * @return {@link Deadline#none()} if no manager handed the message to a channel
     */
    public Deadline deadline() {
        return deadline;
    }

    /**
     * Returns an id of the challenge to which the code belongs, for a channel that can give its provider a text to send
     * back with a report, such as the URL of a status callback. Anyone who has the id can verify, but needs the code as
     * well. Each call makes another id.
     *
     * @return an id as {@link dev.otpkit.SendResult.Sent#challengeId()} returns it; empty if no manager handed the
     *     message to a channel
     */
    public Optional<String> challengeId() {
        return challengeId == null ? Optional.empty() : Optional.of(challengeId.get());
    }

    /**
     * Returns a text without this message's code and the channel's credentials, and with the address masked. Use it on
     * every text of a provider before it is put into a failure, an exception or a log. A manager redacts each failure
     * and receipt once more, but does not know the credentials.
     *
     * <p>These forms are hidden, wherever they stand, in upper and lower case:
     *
     * <ul>
     *   <li>the code, also with up to 16 characters between two of its own that are neither letters nor digits:
     *       {@code 123 456}, {@code 1-2-3-4-5-6};
     *   <li>a phone number, also with such characters in between, if the text has all digits that follow the country
     *       code: {@code +966 50 123 4567}, {@code 00966501234567}, {@code (050) 123-4567}, {@code 501234567};
     *   <li>an email address, also with up to 16 blanks, line ends or invisible characters between two of its own;
     *   <li>a credential, and 16 consecutive characters of one that has at least 32.
     * </ul>
     *
     * <p>Digits may be of any script, and characters full-width. Each character may be written as itself, as bytes of
     * UTF-8 that were read as Latin-1, or in an escape of URLs, JSON, HTML or quoted-printable; escapes may be escaped
     * up to two more times. All of this may be encoded in base64, in base64 of base64, or in the hexadecimal digits of
     * UTF-8 or UTF-16, alone or amid other text, if it takes four bytes or more; the whole run of base64 or hexadecimal
     * digits is then hidden.
     *
     * <p>Other forms are not hidden: a part of a secret, or a secret in words, reversed, with letters or tags in
     * between, compressed, hashed, encrypted or encoded in another way, or an address with {@code at} in place of the
     * {@code @}. Text that only looks like a secret is hidden too, for example a code of four digits within a longer
     * number.
     *
     * <p>The text may have any content; after 16384 characters the rest is dropped. The time is proportional to the
     * length of the text.
     *
     * @param text a text of the provider
     * @param credentials the passwords, tokens and keys that were sent to the provider, unencoded; empty ones are
     *     ignored
     * @return the text with {@code ••••••} in place of a code or a credential, and with the masked recipient in place
     *     of the address; if these overlap, one mask replaces all of it
     */
    public String redact(String text, String... credentials) {
        Objects.requireNonNull(text, "text must not be null");
        return Redaction.of(recipient, code, credentials).hide(text);
    }

    /**
     * Returns a text without the channel's credentials, for a text of a provider that belongs to no message, such as
     * the response of a token endpoint or a balance. Credentials are hidden in the forms that {@link #redact} lists;
     * codes and addresses are not hidden.
     *
     * <p>The text may have any content; after 16384 characters the rest is dropped.
     *
     * @param text a text of the provider
     * @param credentials the passwords, tokens and keys that were sent to the provider, unencoded; empty ones are
     *     ignored
     * @return the text with {@code ••••••} in place of a credential
     */
    public static String redactCredentials(String text, String... credentials) {
        Objects.requireNonNull(text, "text must not be null");
        return Redaction.of(credentials).hide(text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OtpMessage that
                && recipient.equals(that.recipient)
                && code.equals(that.code)
                && purpose.equals(that.purpose)
                && locale.equals(that.locale)
                && validFor.equals(that.validFor)
                && subject.equals(that.subject)
                && text.equals(that.text)
                && Objects.equals(html, that.html);
    }

    @Override
    public int hashCode() {
        return Objects.hash(recipient, code, purpose, locale, validFor, subject, text, html);
    }

    /** Returns a text that is safe to log: no code, no message text, a masked recipient. */
    @Override
    public String toString() {
        return "OtpMessage[recipient=" + recipient + ", purpose=" + purpose + ", locale=" + locale.toLanguageTag()
                + ", validFor=" + validFor + "]";
    }
}
