package dev.otpkit.channel.smtp;

/** How far an exchange with a server has come: what it waits for, or does. */
enum SmtpStage {
    CONNECT("connecting"),
    TLS("TLS"),
    GREETING("greeting"),
    HELLO("EHLO"),
    LOGIN("AUTH"),
    SENDER("MAIL FROM"),
    RECIPIENT("RCPT TO"),
    DATA("DATA"),
    /** The content is being written; without its end the server may not keep it (RFC 5321, 4.1.1.4). */
    CONTENT("content"),
    /** The end of the content may have left: only the server's answer tells what became of the message. */
    END("end of content");

    private final String words;

    SmtpStage(String words) {
        this.words = words;
    }

    /** Returns the stage in words, for a failure. */
    @Override
    public String toString() {
        return words;
    }
}
