package dev.otpkit.channel.smtp;

import jakarta.mail.MessagingException;

/** Thrown when a server lacks what this channel was told to insist on. */
final class MissingExtensionException extends MessagingException {
    private static final long serialVersionUID = 1L;

    MissingExtensionException(String message) {
        super(message);
    }
}
