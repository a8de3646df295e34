package dev.otpkit.channel.mshastra;

/** The credentials of an account: a user and a password. */
record MshastraCredentials(String username, String password) {
    /** Returns a text without the user and the password. */
    @Override
    public String toString() {
        return "MshastraCredentials[]";
    }
}
