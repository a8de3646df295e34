package dev.otpkit.channel.smtp;

/** The stages of an exchange with a server. */
enum SmtpStage {
    CONNECT("connecting"),
    TLS("TLS"),
    GREETING("greeting"),
    HELLO("EHLO"),
    LOGIN("AUTH"),
    SENDER("MAIL FROM"),
    RECIPIENT("RCPT TO"),
    DATA("DATA"),
    /** The content is being written; without its end the server must not process it (RFC 5321, 4.1.1.4). */
    CONTENT("content"),
    /** The end of the content may have left: only the server's reply reports whether the message was accepted. */
    END("end of content");

    private final String words;

    SmtpStage(String words) {
        this.words = words;
    }

    /** Returns the name of the stage for the text of a failure. */
    @Override
    public String toString() {
        return words;
    }
}
