package dev.otpkit.channel.smtp;

import dev.otpkit.internal.channel.Secrets;

/** A login by access token: {@code XOAUTH2}, as Gmail and Microsoft 365 have it. */
record OAuth2Login(String user, OAuth2 tokens) implements SmtpLogin {
    @Override
    public String mechanisms() {
        return "XOAUTH2";
    }

    @Override
    public String secret(long deadline) throws TokenException {
        return tokens.token(deadline);
    }

    @Override
    public void refused(String secret) {
        tokens.refused(secret);
    }

    @Override
    public String redact(String text, String secret) {
        return LongRuns.hide(
                Secrets.hide(text, "user=" + user + "\1auth=Bearer " + secret + "\1\1", "Bearer " + secret, secret));
    }
}
