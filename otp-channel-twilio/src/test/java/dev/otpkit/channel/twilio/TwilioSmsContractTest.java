package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryChannel;
import java.net.URI;
import java.time.Duration;

class TwilioSmsContractTest extends TwilioContract {
    @Override
    protected DeliveryChannel createChannel(URI url, Duration timeout) {
        return signedIn(TwilioSmsChannel.builder(), url, timeout)
                .from("+15005550006")
                .build();
    }
}
