package dev.otpkit;

import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/** Writes the message of a code for a medium, with the application's renderer. Thread-safe. */
record MessageWriter(String appName, MessageRenderer renderer, InstantSource clock) {

    /**
     * Returns the message.
     *
     * @throws IllegalStateException if the renderer changed the recipient or the code
     */
    OtpMessage write(Passcode passcode, String medium) {
        SendCall call = passcode.call();
        long left = passcode.expiresAt().toEpochMilli() - clock.millis();
        OtpMessage message = renderer.render(new MessageContext(
                appName,
                call.recipient(),
                medium,
                passcode.code(),
                call.purpose(),
                call.request().locale(),
                Duration.ofSeconds(Math.max(0, -Math.floorDiv(-left, 1000L))),
                call.request().details()));
        Objects.requireNonNull(message, "the message of the renderer must not be null");
        if (!message.recipient().equals(call.recipient()) || !message.code().equals(passcode.code())) {
            throw new IllegalStateException("the renderer must keep the recipient and the code of its context");
        }
        return message;
    }
}
