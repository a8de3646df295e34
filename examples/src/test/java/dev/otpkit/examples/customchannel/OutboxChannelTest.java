package dev.otpkit.examples.customchannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
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
    protected DeliveryChannel createChannel() throws IOException {
        folder = Files.createDirectory(temp.resolve("outbox"));
        return new OutboxChannel("outbox", "sms", folder);
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber("+966501234567");
    }

    @Override
    protected List<String> deliveredTexts() throws IOException {
        List<String> texts = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "*.sms")) {
            for (Path file : files) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    @Override
    protected void makeRefusing() throws IOException {
        folder = Files.move(folder, temp.resolve("moved"));
    }

    @Override
    protected boolean makeUnreachable() throws IOException {
        makeRefusing();
        return true;
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
