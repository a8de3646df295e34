package dev.otpkit.channel.smtp;

/**
 * The login of connections. The secret is requested for each connection, so it may be a token that expires.
 * Implementations are thread-safe, and their {@code toString()} shows no secret.
 */
interface SmtpLogin {
    /** The greatest length of a user. */
    int MAX_USER = 320;

    /** Returns the allowed SASL mechanisms in order of preference, separated by blanks; always the same. */
    String mechanisms();

    /** Returns the user. */
    String user();

    /**
     * Returns the password or token for a connection.
     *
     * @param deadline the end of waiting for it, by {@link System#nanoTime()}
     */
    String secret(long deadline) throws OAuth2Exception;

    /** Called after a server permanently refused a secret. */
    default void refused(String secret) {}
}
