package dev.otpkit.channel.twilio;

import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Messages to send, and obviously fake accounts to send them with. */
final class TestMessages {
    static final String ADDRESS = "+966501234567";
    static final String CODE = "48151623";
    static final String TEXT = "Your Acme code is " + CODE + ".";
    static final String ACCOUNT = "AC0123456789abcdef0123456789ABCDEF";
    static final String KEY = "SK0123456789abcdef0123456789abcdef";
    static final String SERVICE = "MG0123456789abcdef0123456789abcdef";
    static final String TEMPLATE = "HX0123456789abcdef0123456789abcdef";
    static final String TOKEN = "fake+auth/token=";

    private TestMessages() {}

    static OtpMessage message() {
        return message(TEXT);
    }

    static OtpMessage message(String text) {
        return message(CODE, text, Locale.ENGLISH, Duration.ofMinutes(5));
    }

    static OtpMessage message(Locale locale) {
        return message(CODE, TEXT, locale, Duration.ofMinutes(5));
    }

    static OtpMessage message(Duration validFor) {
        return message(CODE, TEXT, Locale.ENGLISH, validFor);
    }

    static OtpMessage message(String code, String text, Locale locale, Duration validFor) {
        return new OtpMessage(
                new PhoneNumber(ADDRESS), code, "login", locale, validFor, "Your code", text, Optional.empty());
    }
}
