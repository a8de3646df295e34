package dev.otpkit.spi;

/**
 * Writes the message that carries a code. The default is {@code dev.otpkit.message.MessageCatalog}. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface MessageRenderer {

    /**
     * Returns the message. Called once per channel that is tried. An exception ends the send and is thrown to its
     * caller; the challenge is withdrawn as for {@code SendResult.Undelivered}.
     *
     * @param context the values of the message: the code, its recipient and validity, and others
     * @return a message with the recipient and the code of the context
     */
    OtpMessage render(MessageContext context);
}
