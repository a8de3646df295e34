package dev.otpkit.channel.smtp;

import jakarta.mail.MessagingException;

/** Thrown if a server does not offer an extension that the settings require. */
final class MissingExtensionException extends MessagingException {
    private static final long serialVersionUID = 1L;

    MissingExtensionException(String message) {
        super(message);
    }
}
