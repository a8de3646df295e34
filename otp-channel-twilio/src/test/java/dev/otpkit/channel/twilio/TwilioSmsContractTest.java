package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryChannel;

class TwilioSmsContractTest extends TwilioContract {
    @Override
    DeliveryChannel channel() {
        return signedIn(TwilioSmsChannel.builder()).from("+15005550006").build();
    }
}
