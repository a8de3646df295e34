package dev.otpkit.spi;

import dev.otpkit.internal.input.Arguments;
import java.util.Objects;
import java.util.Optional;

/**
 * A provider's word that it took a message. It does not promise that the message arrived.
 *
 * @param providerMessageId the provider's name for the message, if it gave one; line ends and other controls become
 *     blanks, and 200 characters are kept
 */
public record DeliveryReceipt(Optional<String> providerMessageId) {
    private static final int MAX_ID = 200;
    private static final DeliveryReceipt ACCEPTED = new DeliveryReceipt(Optional.empty());

    /** Checks that nothing is null and cleans the id. */
    public DeliveryReceipt {
        Objects.requireNonNull(providerMessageId, "providerMessageId must not be null");
        providerMessageId = providerMessageId.map(id -> Arguments.oneLine(id, MAX_ID));
    }

    /**
     * Returns a receipt with the provider's name for the message.
     *
     * @param providerMessageId not null
     * @return the receipt
     */
    public static DeliveryReceipt of(String providerMessageId) {
        return new DeliveryReceipt(
                Optional.of(Objects.requireNonNull(providerMessageId, "providerMessageId must not be null")));
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
