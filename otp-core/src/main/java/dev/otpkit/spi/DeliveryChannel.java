package dev.otpkit.spi;

import dev.otpkit.Recipient;
import dev.otpkit.internal.input.ChannelName;

/**
 * A way to deliver messages: one account with one provider. Implementations are thread-safe.
 *
 * <p>{@code DeliveryChannelContract} in {@code otp-testkit} tests an implementation.
 */
public interface DeliveryChannel extends AutoCloseable {
    /** The greatest length of {@link #name()} and {@link #medium()}, in characters. */
    int MAX_NAME_LENGTH = ChannelName.MAX_LENGTH;

    /**
     * Returns the name of the channel, unique in a manager.
     *
     * @return 1 to 64 characters without controls, such as {@code twilio-sms}; always the same
     */
    String name();

    /**
     * Returns the medium, the common name for this kind of message.
     *
     * @return {@code sms}, {@code whatsapp}, {@code email}, or another name of 1 to 64 characters without controls;
     *     always the same
     */
    String medium();

    /**
     * Returns whether this channel can deliver to such a recipient. Called for each send, so implementations are quick
     * and do no input or output. An exception ends the send before anything is counted, and is thrown to the caller.
     *
     * @param recipient the recipient of the send
     * @return false to leave the recipient to other channels
     */
    boolean supports(Recipient recipient);

    /**
     * Delivers a message once: a channel never repeats a request by itself, and does not let its client library do so.
     * Blocks, bounded by its own time-outs and by the message's {@linkplain OtpMessage#deadline() deadline}, the
     * earlier of both.
     *
     * <p>Returns only if the provider confirmed that it accepted the message. If the response cannot be interpreted,
     * throw {@link DeliveryFailure.Kind#UNCERTAIN}. An exception other than {@link DeliveryException} counts as
     * {@code UNCERTAIN}.
     *
     * <p>The code and the full address appear in the request to the provider and nowhere else, neither in a log nor in
     * an exception or its causes. {@link OtpMessage#redact} removes them from the text of a provider that echoes them.
     *
     * @param message the message, for a recipient that {@link #supports} accepted
     * @return the provider's receipt
     * @throws DeliveryException if the provider did not accept the message, or may not have; the channel of its failure
     *     is the name of this channel
     */
    DeliveryReceipt deliver(OtpMessage message) throws DeliveryException;

    /** Releases connections. Does nothing by default. A manager never closes its channels; their owner does. */
    @Override
    default void close() {}
}
