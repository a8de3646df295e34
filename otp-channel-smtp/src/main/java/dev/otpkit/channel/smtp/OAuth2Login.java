package dev.otpkit.channel.smtp;

/** A login by access token: {@code XOAUTH2}, the mechanism of Gmail and Microsoft 365. */
record OAuth2Login(String user, OAuth2 tokens) implements SmtpLogin {
    @Override
    public String mechanisms() {
        return "XOAUTH2";
    }

    @Override
    public String secret(long deadline) throws OAuth2Exception {
        return tokens.token(deadline);
    }

    @Override
    public void refused(String secret) {
        tokens.refused(secret);
    }
}
