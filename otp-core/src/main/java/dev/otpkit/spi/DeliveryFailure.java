package dev.otpkit.spi;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.ChannelName;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a channel did not deliver a message. Immutable, and safe to log: it holds neither the code nor the
 * full address.
 *
 * @param channel the name of the channel
 * @param kind the meaning of the failure, which decides whether another channel is tried
 * @param providerCode the error code of the provider, such as {@code 21610} or {@code 550}, if there is one; cleaned
 *     like the detail, and 64 characters are kept
 * @param detail a description, without code and address; line ends and other controls are replaced by blanks, and 2000
 *     characters are kept. A manager redacts it once more and passes on 500 characters
 */
public record DeliveryFailure(String channel, Kind kind, Optional<String> providerCode, String detail) {
    private static final int MAX_CODE = 64;
    private static final int MAX_DETAIL = 2000;

    /**
     * Checks the name of the channel, and cleans the provider's code and the detail.
     *
     * @throws IllegalArgumentException if the name of the channel is blank, over 64 characters or has control
     *     characters
     */
    public DeliveryFailure {
        ChannelName.checked("channel", channel);
        Objects.requireNonNull(kind, "kind must not be null");
        Objects.requireNonNull(providerCode, "providerCode must not be null");
        providerCode = providerCode.map(code -> Arguments.oneLine(code, MAX_CODE));
        detail = Arguments.oneLine(Objects.requireNonNull(detail, "detail must not be null"), MAX_DETAIL);
    }

    /**
     * Returns a failure.
     *
     * @param channel the name of the channel
     * @param kind the meaning of the failure
     * @param providerCode the error code of the provider; null if there is none
     * @param detail a description, without the code and the full address
     * @return the failure
     */
    public static DeliveryFailure of(String channel, Kind kind, @Nullable String providerCode, String detail) {
        return new DeliveryFailure(channel, kind, Optional.ofNullable(providerCode), detail);
    }

    /** The meaning of a failure, which decides whether another channel is tried. */
    public enum Kind {
        /**
         * The provider is unavailable: the message was certainly not sent, and a later attempt may succeed. The next
         * channel is tried.
         */
        UNAVAILABLE,
        /**
         * The provider limits the rate: the message was certainly not sent, and a later attempt may succeed. The next
         * channel is tried.
         */
        THROTTLED,
        /** The address cannot be reached over this channel. The next channel is tried. */
        RECIPIENT_REJECTED,
        /** The recipient has opted out of messages. No other channel is tried. */
        OPTED_OUT,
        /**
         * Credentials, sender or account are wrong, and an operator must act. The next channel is tried, and the
         * failure is logged at ERROR.
         */
        MISCONFIGURED,
        /**
         * The message may have been sent, for example if a time-out ended after the request may have left. No other
         * channel is tried, and the code stays valid.
         */
        UNCERTAIN
    }
}
