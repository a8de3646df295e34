package dev.otpkit.spi;

/**
 * The wish of a {@link DeliveryChannel} to know which of its messages carried a code that was used, for a provider that
 * measures its routes by that. A channel implements it beside {@link DeliveryChannel}.
 *
 * <p>A manager calls {@link #used} after a code was verified: on another thread, one call at a time, at most once for a
 * message, and without a guarantee. It drops a call if 256 are waiting, forgets those that wait if the process ends,
 * and never repeats one. A call neither delays nor fails a verification.
 *
 * <p>To find the message again, the manager keeps the provider's id of the last accepted message of each challenge in
 * the stored record: one more exchange for each send over such a channel, and none for any other.
 */
public interface DeliveryFeedback {

    /**
     * Returns whether this channel wants feedback. Called once, when the channel is added to a manager.
     *
     * @return true by default; false for a channel whose configuration has it switched off
     */
    default boolean wantsFeedback() {
        return true;
    }

    /**
     * Notifies the provider that the code of a message was used. May block, bounded by a time-out of its own: further
     * feedback waits for it. Never called with a code or an address.
     *
     * @param providerMessageId the provider's id of the message, as in the {@link DeliveryReceipt} of this channel
     * @throws DeliveryException if the provider did not accept the feedback; logged, and nothing else. Any other
     *     exception is logged by its type alone
     */
    void used(String providerMessageId) throws DeliveryException;
}
