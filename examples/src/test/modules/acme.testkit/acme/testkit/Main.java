package acme.testkit;

import acme.jvm.Watch;
import dev.otpkit.EmailAddress;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Records a message. */
final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Watch.over(() -> {
            MutableClock.create().advance(Duration.ofMinutes(1));
            RecordingChannel channel = RecordingChannel.email();
            channel.deliver(new OtpMessage(
                    new EmailAddress("user@example.com"),
                    "481516",
                    "login",
                    Locale.ENGLISH,
                    Duration.ofMinutes(5),
                    "Your code",
                    "Your code is 481516.",
                    Optional.empty()));
            System.out.println(channel.lastCode());
        });
    }
}
