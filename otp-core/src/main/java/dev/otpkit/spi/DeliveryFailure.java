package dev.otpkit.spi;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.ChannelName;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a channel did not deliver. Safe to log: it holds neither the code nor the full address.
 *
 * @param channel the name of the channel
 * @param kind what it means for this message and whoever must act
 * @param providerCode the provider's own code, such as {@code 21610} or {@code 550}, if it gave one
 * @param detail what happened, in words, already without code and address; line ends and other controls become blanks,
 *     and 2000 characters are kept. A manager hides code and address once more, and passes 500 characters on
 */
public record DeliveryFailure(String channel, Kind kind, Optional<String> providerCode, String detail) {
    private static final int MAX_CODE = 64;
    private static final int MAX_DETAIL = 2000;

    /** Checks the channel's name and cleans the detail. */
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
     * @param kind what it means
     * @param providerCode the provider's own code; null if it gave none
     * @param detail what happened, in words, without the code and the full address
     * @return the failure
     */
    public static DeliveryFailure of(String channel, Kind kind, @Nullable String providerCode, String detail) {
        return new DeliveryFailure(channel, kind, Optional.ofNullable(providerCode), detail);
    }

    /** What a failure means, which decides what happens next. */
    public enum Kind {
        /** Certainly not sent, may work later: the provider is away. The next channel is tried. */
        UNAVAILABLE,
        /** Certainly not sent, may work later: too much was sent. The next channel is tried. */
        THROTTLED,
        /** This address can not be reached this way. The next channel is tried. */
        RECIPIENT_REJECTED,
        /** The person said stop. No other channel is tried either. */
        OPTED_OUT,
        /**
         * Credentials, sender or account: an operator must act. The next channel is tried, and it is logged as an
         * error.
         */
        MISCONFIGURED,
        /**
         * May have been sent, as with a time-out after the request left. No other channel is tried; the code is valid.
         */
        UNCERTAIN
    }
}
