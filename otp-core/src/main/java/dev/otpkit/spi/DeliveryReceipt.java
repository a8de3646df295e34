package dev.otpkit.spi;

import java.util.Objects;
import java.util.Optional;

/**
 * A provider's word that it took a message. It does not promise that the message arrived.
 *
 * @param providerMessageId the provider's name for the message, if it gave one
 */
public record DeliveryReceipt(Optional<String> providerMessageId) {
    private static final DeliveryReceipt ACCEPTED = new DeliveryReceipt(Optional.empty());

    /** Checks that nothing is null. */
    public DeliveryReceipt {
        Objects.requireNonNull(providerMessageId, "providerMessageId must not be null");
    }

    /**
     * Returns a receipt with the provider's name for the message.
     *
     * @param providerMessageId not null
     * @return the receipt
     */
    public static DeliveryReceipt of(String providerMessageId) {
        return new DeliveryReceipt(Optional.of(providerMessageId));
    }

    /**
     * Returns a receipt of a provider that gives messages no name.
     *
     * @return the receipt
     */
    public static DeliveryReceipt accepted() {
        return ACCEPTED;
    }
}
