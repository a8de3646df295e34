package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryChannel;
import java.net.URI;
import java.time.Duration;

class TwilioWhatsAppContractTest extends TwilioContract {
    @Override
    protected DeliveryChannel createChannel(URI url, Duration timeout) {
        return signedIn(TwilioWhatsAppChannel.builder(), url, timeout)
                .from("+15005550006")
                .contentSid(TestMessages.TEMPLATE)
                .build();
    }

    @Override
    protected boolean carriesText() {
        return false;
    }
}
