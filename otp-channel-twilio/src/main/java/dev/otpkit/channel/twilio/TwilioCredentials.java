package dev.otpkit.channel.twilio;

import dev.otpkit.spi.OtpMessage;

/** Who signs in, with what: an account with its token, or an API key with its secret. */
record TwilioCredentials(String user, String secret) {
    /** Returns the text without the secret, the code and the address. */
    String redact(String text, OtpMessage message) {
        return message.redact(text, secret);
    }

    /** Returns the user, without the secret. */
    @Override
    public String toString() {
        return user;
    }
}
