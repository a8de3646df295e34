package dev.otpkit.spi;

import dev.otpkit.internal.input.Arguments;
import java.util.Objects;
import java.util.Optional;

/**
 * The confirmation that a provider accepted a message, which does not mean that the message arrived. Immutable.
 *
 * @param providerMessageId the provider's id of the message, if it gave one; line ends and other controls are replaced
 *     by blanks, and 200 characters are kept
 */
public record DeliveryReceipt(Optional<String> providerMessageId) {
    /** The greatest length of an id, in characters. */
    static final int MAX_ID = 200;

    private static final DeliveryReceipt ACCEPTED = new DeliveryReceipt(Optional.empty());

    /** Checks that nothing is null and cleans the id. */
    public DeliveryReceipt {
        Objects.requireNonNull(providerMessageId, "providerMessageId must not be null");
        if (providerMessageId.isPresent()) {
            providerMessageId = Optional.of(Arguments.oneLine(providerMessageId.get(), MAX_ID));
        }
    }

    /**
     * Returns a receipt with the provider's id of the message.
     *
     * @param providerMessageId the id, not null
     * @return the receipt
     */
    public static DeliveryReceipt of(String providerMessageId) {
        return new DeliveryReceipt(
                Optional.of(Objects.requireNonNull(providerMessageId, "providerMessageId must not be null")));
    }

    /**
     * Returns a receipt without an id, for a provider that gives none.
     *
     * @return the receipt
     */
    public static DeliveryReceipt accepted() {
        return ACCEPTED;
    }
}
