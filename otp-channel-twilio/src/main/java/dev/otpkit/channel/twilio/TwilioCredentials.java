package dev.otpkit.channel.twilio;

import dev.otpkit.internal.channel.Secrets;
import dev.otpkit.spi.OtpMessage;

/** Who signs in, with what: an account with its token, or an API key with its secret. */
record TwilioCredentials(String user, String secret) {
    /** Returns the text without the secret and the code, in any form that goes over the wire. */
    String redact(String text, OtpMessage message) {
        return message.redact(Secrets.hide(text, user + ":" + secret, secret, message.code()));
    }

    /** Returns the user, without the secret. */
    @Override
    public String toString() {
        return user;
    }
}
