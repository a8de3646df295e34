package dev.otpkit.channel.smtp;

import dev.otpkit.EmailAddress;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Messages to send. */
final class TestMessages {
    static final String ADDRESS = "reader@recipient.example";
    static final String CODE = "48151623";

    private TestMessages() {}

    static OtpMessage message() {
        return message("Your code", "Your code is " + CODE + ".");
    }

    static OtpMessage message(String subject, String text) {
        return to(ADDRESS, subject, text);
    }

    static OtpMessage to(String address, String subject, String text) {
        return new OtpMessage(
                new EmailAddress(address),
                CODE,
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                subject,
                text,
                Optional.empty());
    }
}
