package dev.otpkit.examples.customchannel;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts each message into a folder as a file, which the daemon of an SMS modem takes from there. */
public record OutboxChannel(String name, String medium, Path folder) implements DeliveryChannel {
    @Override
    public boolean supports(Recipient recipient) {
        return recipient instanceof PhoneNumber;
    }

    @Override
    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        try {
            Path draft = Files.createTempFile(folder, "", ".draft");
            try {
                Files.writeString(draft, message.recipient().address() + "\n\n" + message.text());
                Path ready = Path.of(draft.toString().replace(".draft", ".sms"));
                Files.move(draft, ready, StandardCopyOption.ATOMIC_MOVE);
                return DeliveryReceipt.of(ready.getFileName().toString());
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new DeliveryException(
                    DeliveryFailure.of(name, DeliveryFailure.Kind.UNAVAILABLE, null, e.toString()), e);
        }
    }
}
