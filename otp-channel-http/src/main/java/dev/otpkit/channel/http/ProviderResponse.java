package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A provider's response, with methods that turn it into a receipt or a failure. Immutable.
 *
 * <p>Providers repeat parts of requests. Receipts, and failures with all their parts, are therefore without the code of
 * the message that the request was for, without the credentials of the {@link ProviderRequest}, and with the recipient
 * masked, as by {@link OtpMessage#redact}. The {@link #body()} is unchanged: read it, do not show it. Its
 * {@code toString()} shows only the status.
 */
public final class ProviderResponse {
    /** The length to which a manager cuts a detail. */
    private static final int MAX_DETAIL = 500;

    private final int status;
    private final String body;
    private final String channel;
    private final @Nullable OtpMessage message;
    private final String[] credentials;

    ProviderResponse(int status, String body, String channel, @Nullable OtpMessage message, ProviderRequest request) {
        this.status = status;
        this.body = body;
        this.channel = channel;
        this.message = message;
        this.credentials = request.credentials().toArray(String[]::new);
    }

    /**
     * Returns the status.
     *
     * @return 100 to 999
     */
    public int status() {
        return status;
    }

    /**
     * Returns the unchanged body, which may repeat parts of the request.
     *
     * @return the text, read as UTF-8, of at most 256 KiB; empty if there was none
     */
    public String body() {
        return body;
    }

    /**
     * Returns whether the status means success. Some providers use such a status for refusals, too: check the body.
     *
     * @return true for 200 to 299
     */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /**
     * Returns the kind of failure that the status means for a message that was not, or not clearly, accepted. A channel
     * first follows the documentation of its provider, and uses this for all other cases:
     *
     * <table>
     * <caption>Statuses and kinds</caption>
     * <tr><th>Status</th><th>Kind</th></tr>
     * <tr><td>2xx</td><td>{@code UNCERTAIN}: the body could not be interpreted</td></tr>
     * <tr><td>303</td><td>{@code UNCERTAIN}: by RFC 9110 the request was done, its result is elsewhere</td></tr>
     * <tr><td>other 3xx</td><td>{@code MISCONFIGURED}: the URL is wrong; a redirect is not followed</td></tr>
     * <tr><td>429</td><td>{@code THROTTLED}</td></tr>
     * <tr><td>other 4xx, 401, 403 and 404 among them</td><td>{@code MISCONFIGURED}</td></tr>
     * <tr><td>5xx and any other</td><td>{@code UNCERTAIN}</td></tr>
     * </table>
     *
     * @return the kind
     */
    public Kind kind() {
        if (status == 429) {
            return Kind.THROTTLED;
        }
        boolean refused = status / 100 == 4 || (status / 100 == 3 && status != 303);
        return refused ? Kind.MISCONFIGURED : Kind.UNCERTAIN;
    }

    /**
     * Returns a receipt.
     *
     * @param providerMessageId the provider's id of the message, redacted and cut to 200 characters
     * @return the receipt
     */
    public DeliveryReceipt receipt(String providerMessageId) {
        return DeliveryReceipt.of(redact(providerMessageId));
    }

    /**
     * Returns a failure from the status: with its {@link #kind()}, with the status as the provider's code, and with the
     * beginning of the body.
     *
     * @return the exception to throw
     */
    public DeliveryException failure() {
        return failure(
                kind(), String.valueOf(status), body.isBlank() ? "HTTP " + status : "HTTP " + status + ": " + body);
    }

    /**
     * Returns a failure with a kind, a code and a detail from the channel.
     *
     * @param kind the meaning of the response; {@link #kind()} if the provider does not specify it
     * @param providerCode the provider's own code, redacted and cut to 64 characters; null or empty if it gave none
     * @param detail the cause of the failure, such as the provider's text; redacted, put on one line and cut to 500
     *     characters
     * @return the exception to throw; without a cause
     */
    public DeliveryException failure(Kind kind, @Nullable String providerCode, String detail) {
        String code = providerCode == null || providerCode.isEmpty() ? null : redact(providerCode);
        return new DeliveryException(DeliveryFailure.of(channel, kind, code, shortened(redact(detail))));
    }

    /**
     * Returns a text without the code, the address and the credentials of the request: for any other place where a
     * channel shows the provider's text, such as a log. Redact before you cut.
     *
     * @param text the provider's text; characters beyond the first 16384 are left out
     * @return the text with masks in place of them
     */
    public String redact(String text) {
        Objects.requireNonNull(text, "text must not be null");
        return message == null ? OtpMessage.redactCredentials(text, credentials) : message.redact(text, credentials);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("[\\s\\p{Cc}]+", " ").strip();
        if (line.length() <= MAX_DETAIL) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MAX_DETAIL - 2)) ? MAX_DETAIL - 2 : MAX_DETAIL - 1;
        return line.substring(0, end) + "…";
    }

    /** Returns the status, without the body. */
    @Override
    public String toString() {
        return "ProviderResponse[status=" + status + "]";
    }
}
