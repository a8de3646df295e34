package dev.otpkit.spi;

import dev.otpkit.Recipient;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The values that a renderer makes a message of. Immutable. It holds the code, which its {@code toString()} does not
 * show.
 *
 * @param appName the name of the application
 * @param recipient the recipient of the message
 * @param medium the medium of the channel that will carry it, such as {@code sms} or {@code email}
 * @param code the passcode
 * @param purpose the purpose of the code
 * @param locale the requested language
 * @param validFor the remaining validity of the code when the message is sent
 */
public record MessageContext(
        String appName,
        Recipient recipient,
        String medium,
        String code,
        String purpose,
        Locale locale,
        Duration validFor) {

    /** Checks that nothing is null. */
    public MessageContext {
        Objects.requireNonNull(appName, "appName must not be null");
        Objects.requireNonNull(recipient, "recipient must not be null");
        Objects.requireNonNull(medium, "medium must not be null");
        Objects.requireNonNull(code, "code must not be null");
        Objects.requireNonNull(purpose, "purpose must not be null");
        Objects.requireNonNull(locale, "locale must not be null");
        Objects.requireNonNull(validFor, "validFor must not be null");
    }

    /**
     * Returns a message with these texts and without HTML.
     *
     * @param subject the subject of a mail, one line without control characters; other media do not show it
     * @param text the whole plain text
     * @return the message
     * @throws IllegalArgumentException if the code is blank, or the subject has a control character or a line end
     */
    public OtpMessage message(String subject, String text) {
        return new OtpMessage(recipient, code, purpose, locale, validFor, subject, text, Optional.empty());
    }

    /** Returns a text that is safe to log: no code, a masked recipient. */
    @Override
    public String toString() {
        return "MessageContext[recipient=" + recipient + ", medium=" + medium + ", purpose=" + purpose + ", locale="
                + locale.toLanguageTag() + ", validFor=" + validFor + "]";
    }
}
