package acme.twilio;

import acme.jvm.Watch;
import dev.otpkit.PhoneNumber;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Sends a code twice and reads a report; the argument is the URL of a stand-in for Twilio. */
final class Main {
    private static final String ACCOUNT = "AC00000000000000000000000000000000";

    private Main() {}

    public static void main(String[] args) throws Exception {
        OtpMessage message = new OtpMessage(
                new PhoneNumber("+966501234567"),
                "481516",
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "Your code",
                "Your code is 481516.",
                Optional.empty());
        Watch.over(() -> {
            try (TwilioSmsChannel channel = TwilioSmsChannel.builder()
                    .accountSid(ACCOUNT)
                    .authToken("fake-token")
                    .from("+15005550006")
                    .baseUrl(URI.create(args[0]))
                    .build()) {
                System.out.println(channel.deliver(message).providerMessageId().orElseThrow());
            }
            try (TwilioWhatsAppChannel channel = TwilioWhatsAppChannel.builder()
                    .accountSid(ACCOUNT)
                    .authToken("fake-token")
                    .from("+14155238886")
                    .contentSid("HX00000000000000000000000000000000")
                    .baseUrl(URI.create(args[0]))
                    .build()) {
                System.out.println(channel.deliver(message).providerMessageId().orElseThrow());
            }
            // The example that Twilio publishes.
            TwilioStatusCallback callback = TwilioStatusCallback.builder()
                    .authToken("12345")
                    .publicUrl(URI.create("https://mycompany.com/myapp.php?foo=1&bar=2"))
                    .build();
            TwilioStatusCallback.Result result = callback.read(
                    "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
                    "foo=1&bar=2",
                    "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234"
                            + "&From=%2B12349013030&To=%2B18005551212");
            System.out.println(result.isGenuine() ? "genuine" : result);
        });
    }
}
