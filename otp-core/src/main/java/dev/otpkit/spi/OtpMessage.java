package dev.otpkit.spi;

import dev.otpkit.Recipient;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message that carries a code. Its {@code toString()} shows neither the code nor the texts.
 *
 * @param recipient whom it is for
 * @param code the passcode, for channels whose provider has a template of its own
 * @param purpose what the code will allow
 * @param locale the language asked for
 * @param validFor how long the code is valid when the message leaves
 * @param subject the subject of a mail: one line, without control characters
 * @param text the whole plain text
 * @param html the same as HTML, for a mail
 */
public record OtpMessage(
        Recipient recipient,
        String code,
        String purpose,
        Locale locale,
        Duration validFor,
        String subject,
        String text,
        Optional<String> html) {
    private static final String HIDDEN = "••••••";
    private static final Pattern LINE_BREAK_OR_CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

    /**
     * Checks that nothing is null, that there is a code and that the subject is one line.
     *
     * @throws IllegalArgumentException if the code is blank, or the subject has a control character or a line end
     */
    public OtpMessage {
        Objects.requireNonNull(recipient, "recipient must not be null");
        Objects.requireNonNull(code, "code must not be null");
        Objects.requireNonNull(purpose, "purpose must not be null");
        Objects.requireNonNull(locale, "locale must not be null");
        Objects.requireNonNull(validFor, "validFor must not be null");
        Objects.requireNonNull(subject, "subject must not be null");
        Objects.requireNonNull(text, "text must not be null");
        Objects.requireNonNull(html, "html must not be null");
        if (code.isBlank()) {
            throw new IllegalArgumentException("code must not be blank");
        }
        if (LINE_BREAK_OR_CONTROL.matcher(subject).find()) {
            throw new IllegalArgumentException("subject must be one line without control characters");
        }
    }

    /**
     * Returns the message with an HTML text beside the plain one.
     *
     * @param html a whole document, without remote content
     * @return a new message
     */
    public OtpMessage withHtml(String html) {
        Objects.requireNonNull(html, "html must not be null");
        return new OtpMessage(recipient, code, purpose, locale, validFor, subject, text, Optional.of(html));
    }

    /**
     * Returns a text without this message's code and with its address masked: for what a provider says of it, before it
     * is put into a failure, an exception or a log.
     *
     * @param answer any text
     * @return the text with the code, the address in any case, and the bare digits of a phone number hidden
     */
    public String redact(String answer) {
        String masked = Matcher.quoteReplacement(recipient.toString());
        String address = recipient.address();
        String bare = address.startsWith("+") ? address.substring(1) : address;
        return answer.replaceAll("(?i)\\+?" + Pattern.quote(bare), masked)
                .replaceAll("(?i)" + Pattern.quote(code), HIDDEN);
    }

    /** Returns a text that is safe to log: no code, no message text, a masked recipient. */
    @Override
    public String toString() {
        return "OtpMessage[recipient=" + recipient + ", purpose=" + purpose + ", locale=" + locale.toLanguageTag()
                + ", validFor=" + validFor + "]";
    }
}
