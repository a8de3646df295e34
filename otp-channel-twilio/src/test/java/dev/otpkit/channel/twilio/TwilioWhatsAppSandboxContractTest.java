package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryChannel;

class TwilioWhatsAppSandboxContractTest extends TwilioContract {
    @Override
    DeliveryChannel channel() {
        return signedIn(TwilioWhatsAppChannel.builder())
                .from("whatsapp:+14155238886")
                .sandbox(true)
                .build();
    }
}
