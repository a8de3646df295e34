package acme.smtp;

import acme.jvm.Watch;
import dev.otpkit.EmailAddress;
import dev.otpkit.channel.smtp.GmailApiChannel;
import dev.otpkit.channel.smtp.OAuth2;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Sends a code twice; the arguments are the port of a mail server and the URL of a stand-in for Google. */
final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        OtpMessage message = new OtpMessage(
                new EmailAddress("user@example.com"),
                "481516",
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "Your code",
                "Your code is 481516.",
                Optional.of("<p>481516</p>"));
        Watch.over(() -> {
            try (SmtpChannel channel = SmtpChannel.builder()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(args[0]))
                    .tls(SmtpChannel.Tls.NONE)
                    .from("Acme <no-reply@acme.example>")
                    .build()) {
                channel.deliver(message);
                System.out.println("sent");
            }
            URI google = URI.create(args[1]);
            OAuth2 tokens = OAuth2.builder()
                    .tokenEndpoint(google.resolve("/token"))
                    .clientId("fake-client")
                    .clientSecret("fake-secret")
                    .refreshToken("fake-refresh-token")
                    .build();
            try (GmailApiChannel channel = GmailApiChannel.builder()
                    .baseUrl(google)
                    .oauth2(tokens)
                    .from("Acme <otp@acme.example>")
                    .build()) {
                System.out.println(channel.deliver(message).providerMessageId().orElseThrow());
            }
        });
    }
}
