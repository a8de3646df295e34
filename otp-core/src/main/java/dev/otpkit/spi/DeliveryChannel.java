package dev.otpkit.spi;

import dev.otpkit.Recipient;
import dev.otpkit.internal.input.ChannelName;

/**
 * A way to a recipient: one account with one provider. Implementations are thread-safe.
 *
 * <p>{@code DeliveryChannelContract} in {@code otp-testkit} tests an implementation.
 */
public interface DeliveryChannel extends AutoCloseable {
    /** The greatest length of {@link #name()} and {@link #medium()}, in characters. */
    int MAX_NAME_LENGTH = ChannelName.MAX_LENGTH;

    /**
     * Returns the name, unique in a manager.
     *
     * @return 1 to 64 characters without controls, such as {@code twilio-sms}; always the same
     */
    String name();

    /**
     * Returns what a person calls it.
     *
     * @return {@code sms}, {@code whatsapp}, {@code email}, or one's own; always the same
     */
    String medium();

    /**
     * Tells whether this channel reaches such a recipient. Called for each send: quick, without input or output. An
     * exception ends the send before anything is counted, and is thrown to the caller.
     *
     * @param recipient whom to reach
     * @return false if another channel must be asked
     */
    boolean supports(Recipient recipient);

    /**
     * Delivers a message, once: a channel never sends twice by itself, nor lets its client library do so. Blocks,
     * bounded by time-outs of its own.
     *
     * <p>Returning means that the provider took the message, and nothing less: an answer that can not be understood is
     * {@link DeliveryFailure.Kind#UNCERTAIN}. The code and the full address appear in the request to the provider and
     * nowhere else, neither in a log nor in an exception, its causes included; {@link OtpMessage#redact} helps with a
     * provider that echoes them. Any other exception counts as {@code UNCERTAIN}.
     *
     * @param message whom to send what; one that {@link #supports} accepted
     * @return the provider's receipt
     * @throws DeliveryException if the provider did not take the message, or may not have; its failure's channel is
     *     this channel's name
     */
    DeliveryReceipt deliver(OtpMessage message) throws DeliveryException;

    /** Releases connections; does nothing by default. A manager never closes the channels that it was given. */
    @Override
    default void close() {}
}
