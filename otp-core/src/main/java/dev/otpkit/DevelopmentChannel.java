package dev.otpkit;

import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only channel in development mode: logs the code, and at DEBUG the message, instead of sending it. */
final class DevelopmentChannel implements DeliveryChannel {
    private static final Logger LOG = LoggerFactory.getLogger(Loggers.DEVELOPMENT);

    @Override
    public String name() {
        return "development";
    }

    @Override
    public String medium() {
        return "development";
    }

    @Override
    public boolean supports(Recipient recipient) {
        return true;
    }

    @Override
    public DeliveryReceipt deliver(OtpMessage message) {
        LOG.info("the {} code for {} is {}", message.purpose(), message.recipient(), message.code());
        LOG.debug(
                "the {} message for {}: subject {}; text {}; html {}",
                message.purpose(),
                message.recipient(),
                message.subject(),
                message.text(),
                message.html().orElse("none"));
        return DeliveryReceipt.accepted();
    }
}
