package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryChannel;
import java.net.URI;
import java.time.Duration;

class TwilioWhatsAppSandboxContractTest extends TwilioContract {
    @Override
    protected DeliveryChannel createChannel(URI url, Duration timeout) {
        return signedIn(TwilioWhatsAppChannel.builder(), url, timeout)
                .from("whatsapp:+14155238886")
                .sandbox(true)
                .build();
    }
}
