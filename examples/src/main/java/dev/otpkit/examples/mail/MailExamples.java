package dev.otpkit.examples.mail;

import dev.otpkit.channel.smtp.GmailApiChannel;
import dev.otpkit.channel.smtp.OAuth2;
import dev.otpkit.channel.smtp.SmtpChannel;
import java.time.Duration;
import java.util.function.Consumer;

/** The examples of the pages on email, word for word. */
final class MailExamples {
    private MailExamples() {}

    static SmtpChannel anyServer(String password) {
        return SmtpChannel.builder()
                .host("mail.acme.example")
                .port(587)
                .tls(SmtpChannel.Tls.STARTTLS)
                .credentials("otp@acme.example", password)
                .from("Acme <no-reply@acme.example>")
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    static SmtpChannel gmailByAppPassword(String appPassword) {
        return SmtpChannel.gmail("otp@acme.example", appPassword)
                .from("Acme <otp@acme.example>")
                .build();
    }

    static SmtpChannel gmailByOAuth2(String clientId, String clientSecret, String refreshToken) {
        OAuth2 tokens = OAuth2.google(clientId, clientSecret, refreshToken).build();
        return SmtpChannel.gmail("otp@acme.example", tokens).build();
    }

    static GmailApiChannel gmailApi(String clientId, String clientSecret, String refreshToken) {
        return GmailApiChannel.builder()
                .oauth2(OAuth2.google(clientId, clientSecret, refreshToken).build())
                .from("Acme <otp@acme.example>")
                .build();
    }

    static SmtpChannel microsoftDelegated(
            String tenant, String clientId, String clientSecret, String refreshToken, Consumer<String> keep) {
        OAuth2 tokens = OAuth2.microsoft(tenant, clientId, clientSecret, refreshToken)
                .onNewRefreshToken(keep)
                .build();
        return SmtpChannel.office365("otp@acme.example", tokens).build();
    }

    static SmtpChannel microsoftApplication(String tenant, String clientId, String clientSecret) {
        OAuth2 tokens = OAuth2.microsoftApp(tenant, clientId, clientSecret).build();
        return SmtpChannel.office365("otp@acme.example", tokens).build();
    }
}
