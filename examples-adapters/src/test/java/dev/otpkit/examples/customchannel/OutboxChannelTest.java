package dev.otpkit.examples.customchannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.DeliveryChannelContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxChannelTest extends DeliveryChannelContract {
    private static final Path SOURCE = Path.of("src/main/java/dev/otpkit/examples/customchannel/OutboxChannel.java");

    @TempDir
    private Path temp;

    private Path folder;

    @Override
    protected DeliveryChannel createChannel(Duration timeout) throws IOException {
        folder = Files.createDirectories(temp.resolve("outbox"));
        return new OutboxChannel("outbox", "sms", folder);
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber("+966501234567");
    }

    @Override
    protected List<Arrival> arrivals() throws IOException {
        List<Arrival> arrivals = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "*.sms")) {
            for (Path file : files) {
                String[] numberAndText = Files.readString(file).split("\n\n", 2);
                arrivals.add(new Arrival(numberAndText[0], numberAndText[1]));
            }
        }
        return arrivals;
    }

    @Override
    protected boolean makeRefusing(DeliveryFailure.Kind kind, String words) throws IOException {
        return kind == DeliveryFailure.Kind.UNAVAILABLE && makeUnreachable();
    }

    @Override
    protected boolean makeUnreachable() throws IOException {
        if (Files.exists(temp.resolve("outbox"))) {
            folder = Files.move(folder, temp.resolve("moved"));
        }
        return true;
    }

    @Override
    protected boolean makeSilent() {
        return false;
    }

    @Override
    protected void recover() throws IOException {
        if (Files.exists(temp.resolve("moved"))) {
            folder = Files.move(folder, temp.resolve("outbox"));
        }
    }

    @Override
    protected List<String> credentials() {
        return List.of();
    }

    @Test
    void leavesNoDraftBehindWhenItFails() {
        String notUnicode = "Your code is 123456 \ud800";

        assertThatThrownBy(() -> deliver(notUnicode)).isInstanceOf(DeliveryException.class);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesTheFileInItsReceipt() throws Exception {
        DeliveryReceipt receipt = deliver("Your code is 123456.");

        assertThat(folder.resolve(receipt.providerMessageId().orElseThrow()))
                .hasContent("+966501234567\n\nYour code is 123456.");
    }

    @Test
    void isShort() throws IOException {
        assertThat(Files.readAllLines(SOURCE)).hasSizeLessThan(40);
    }

    private DeliveryReceipt deliver(String text) throws DeliveryException {
        return new OutboxChannel("outbox", "sms", folder)
                .deliver(new OtpMessage(
                        supportedRecipient(),
                        "123456",
                        "login",
                        Locale.ENGLISH,
                        Duration.ofMinutes(5),
                        "Your code",
                        text,
                        Optional.empty()));
    }
}
