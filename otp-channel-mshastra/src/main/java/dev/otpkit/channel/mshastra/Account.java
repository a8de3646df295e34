package dev.otpkit.channel.mshastra;

import dev.otpkit.spi.OtpMessage;

/** Who signs in. */
record Account(String username, String password) {

    /** Returns a text without the password. */
    String redact(String text) {
        return OtpMessage.redactCredentials(text, password);
    }

    /** Returns a text without either. */
    @Override
    public String toString() {
        return "Account[]";
    }
}
