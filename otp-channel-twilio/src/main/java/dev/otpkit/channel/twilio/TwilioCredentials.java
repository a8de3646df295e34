package dev.otpkit.channel.twilio;

import dev.otpkit.spi.OtpMessage;

/** The account, with the credentials to sign in: its SID and token, or the SID and secret of an API key. */
record TwilioCredentials(String accountSid, String user, String secret) {
    /** Returns the text without the secret, the id of the challenge, the code and the address. */
    String redact(String text, OtpMessage message, String challengeId) {
        return message.redact(text, secret, challengeId);
    }

    /** Returns the account and the user, without the secret. */
    @Override
    public String toString() {
        return accountSid + ":" + user;
    }
}
