package acme.mshastra;

import acme.jvm.Watch;
import dev.otpkit.PhoneNumber;
import dev.otpkit.channel.mshastra.MshastraChannel;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Sends a code and asks for the balance; the argument is the URL of a stand-in for mShastra. */
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
            try (MshastraChannel channel = MshastraChannel.builder()
                    .baseUrl(URI.create(args[0]))
                    .username("fake-user")
                    .password("fake-password")
                    .sender("Acme")
                    .build()) {
                System.out.println(channel.deliver(message).providerMessageId().orElseThrow());
                System.out.println(channel.balance().entries().get(0).amount());
            }
        });
    }
}
