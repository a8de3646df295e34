package dev.otpkit.spi;

import dev.otpkit.Recipient;
import dev.otpkit.internal.input.Details;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The values that a renderer makes a message of. Immutable. It holds the code and the values of details, which its
 * {@code toString()} does not show.
 *
 * @param appName the name of the application
 * @param recipient the recipient of the message
 * @param medium the medium of the channel that will carry it, such as {@code sms} or {@code email}
 * @param code the passcode
 * @param purpose the purpose of the code
 * @param locale the requested language
 * @param validFor the remaining validity of the code when the message is sent
 * @param details the details of the request by name, as {@link dev.otpkit.OtpRequest#detail} accepts them; immutable,
 *     in the order of the names. Escape the values in HTML
 */
public record MessageContext(
        String appName,
        Recipient recipient,
        String medium,
        String code,
        String purpose,
        Locale locale,
        Duration validFor,
        Map<String, String> details) {

    /**
     * Checks that nothing is null, and copies the details.
     *
     * @throws IllegalArgumentException if there are more than eight details, or a name or value of one is out of range
     */
    public MessageContext {
        Objects.requireNonNull(appName, "appName must not be null");
        Objects.requireNonNull(recipient, "recipient must not be null");
        Objects.requireNonNull(medium, "medium must not be null");
        Objects.requireNonNull(code, "code must not be null");
        Objects.requireNonNull(purpose, "purpose must not be null");
        Objects.requireNonNull(locale, "locale must not be null");
        Objects.requireNonNull(validFor, "validFor must not be null");
        details = Details.copyOf(Objects.requireNonNull(details, "details must not be null"));
    }

    /**
     * Creates a context without details.
     *
     * @param appName the name of the application
     * @param recipient the recipient of the message
     * @param medium the medium of the channel that will carry it, such as {@code sms} or {@code email}
     * @param code the passcode
     * @param purpose the purpose of the code
     * @param locale the requested language
     * @param validFor the remaining validity of the code when the message is sent
     */
    public MessageContext(
            String appName,
            Recipient recipient,
            String medium,
            String code,
            String purpose,
            Locale locale,
            Duration validFor) {
        this(appName, recipient, medium, code, purpose, locale, validFor, Map.of());
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

    /** Returns a text that is safe to log: no code, no value of a detail, a masked recipient. */
    @Override
    public String toString() {
        return "MessageContext[recipient=" + recipient + ", medium=" + medium + ", purpose=" + purpose + ", locale="
                + locale.toLanguageTag() + ", validFor=" + validFor
                + (details.isEmpty() ? "" : ", details=" + details.keySet()) + "]";
    }
}
