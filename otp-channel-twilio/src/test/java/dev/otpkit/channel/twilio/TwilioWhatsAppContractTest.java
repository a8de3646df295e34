package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryChannel;

class TwilioWhatsAppContractTest extends TwilioContract {
    @Override
    DeliveryChannel channel() {
        return signedIn(TwilioWhatsAppChannel.builder())
                .from("+15005550006")
                .contentSid(TestMessages.TEMPLATE)
                .build();
    }

    @Override
    protected boolean carriesText() {
        return false;
    }
}
