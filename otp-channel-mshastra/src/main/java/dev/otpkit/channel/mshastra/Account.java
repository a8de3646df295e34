package dev.otpkit.channel.mshastra;

import dev.otpkit.internal.channel.Secrets;

/** Who signs in. */
record Account(String username, String password) {

    /** Returns a text without the password, and without what basic authentication makes of it. */
    String redact(String text) {
        return Secrets.hide(text, username + ":" + password, password);
    }

    /** Returns a text without either. */
    @Override
    public String toString() {
        return "Account[]";
    }
}
