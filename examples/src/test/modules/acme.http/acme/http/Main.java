package acme.http;

import acme.jvm.Watch;
import dev.otpkit.PhoneNumber;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.channel.http.ProviderRequest;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Sends a code as a channel of an application does; the argument is the URL of a stand-in for a gateway. */
final class Main {
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
            try (HttpCaller http = HttpCaller.create("gateway", Duration.ofSeconds(30))) {
                ProviderResponse response = http.send(
                        message,
                        ProviderRequest.post(URI.create(args[0]), "/messages")
                                .bearer("fake-key")
                                .field("to", message.recipient().address())
                                .field("text", message.text()));
                System.out.println(response.receipt(response.body().substring(3))
                        .providerMessageId()
                        .orElseThrow());
            }
        });
    }
}
