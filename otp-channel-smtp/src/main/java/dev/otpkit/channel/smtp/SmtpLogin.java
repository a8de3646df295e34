package dev.otpkit.channel.smtp;

/**
 * How a connection authenticates. Asked anew for each connection, so that a secret may be a token that expires.
 * Implementations are thread-safe, and their {@code toString()} shows no secret.
 */
interface SmtpLogin {
    /** The greatest length of a user. */
    int MAX_USER = 320;

    /** Returns the SASL mechanisms to choose from, in order of preference, separated by blanks; always the same. */
    String mechanisms();

    /** Returns who logs in. */
    String user();

    /**
     * Returns the password or token for a connection.
     *
     * @param deadline when it is no longer of use, by {@link System#nanoTime()}
     */
    String secret(long deadline) throws OAuth2Exception;

    /** Hears that a server refused a secret for good. */
    default void refused(String secret) {}
}
