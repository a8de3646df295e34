package dev.otpkit.channel.smtp;

/** A login by password: {@code PLAIN} (RFC 4616), or {@code LOGIN} if a server has nothing better. */
record PasswordLogin(String user, String password) implements SmtpLogin {
    static final int MAX_PASSWORD = 1024;

    @Override
    public String mechanisms() {
        return "PLAIN LOGIN";
    }

    @Override
    public String secret(long deadline) {
        return password;
    }

    /** Returns a text without the password. */
    @Override
    public String toString() {
        return "PasswordLogin[user=" + user + "]";
    }
}
