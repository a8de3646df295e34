package dev.otpkit.spi;

/**
 * Writes the message that carries a code. The default is {@code dev.otpkit.message.MessageCatalog}. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface MessageRenderer {

    /**
     * Returns the message. Called once per channel that is tried. An exception ends the send and is thrown on; the
     * challenge is taken back as for {@code SendResult.Undelivered}.
     *
     * @param context what the message is about
     * @return a message with the context's recipient and code
     */
    OtpMessage render(MessageContext context);
}
