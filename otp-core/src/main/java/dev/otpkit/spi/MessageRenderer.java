package dev.otpkit.spi;

/**
 * Writes the message that carries a code. The default is {@code dev.otpkit.message.MessageCatalog}. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface MessageRenderer {

    /**
     * Returns the message. Called once per channel that is tried; an exception ends the send, withdraws the challenge if
     * this send made it, and is thrown to the caller.
     *
     * @param context what the message is about
     * @return a message with the context's recipient and code
     */
    OtpMessage render(MessageContext context);
}
