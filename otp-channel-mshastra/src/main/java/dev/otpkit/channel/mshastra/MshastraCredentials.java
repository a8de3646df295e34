package dev.otpkit.channel.mshastra;

/** The credentials of an account: a user and a password. */
record MshastraCredentials(String username, String password) {
    /** Returns a text without either. */
    @Override
    public String toString() {
        return "Account[]";
    }
}
