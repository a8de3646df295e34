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
        logMessage(message);
        return DeliveryReceipt.accepted();
    }

    /** Logs the message of a decoy: its code is never right. */
    static void logDecoy(OtpMessage message) {
        LOG.info(
                "the {} code for {} is {}, but it is that of a decoy and never right",
                message.purpose(),
                message.recipient(),
                message.code());
        logMessage(message);
    }

    private static void logMessage(OtpMessage message) {
        LOG.debug(
                "the {} message for {}: subject {}; text {}; html {}",
                message.purpose(),
                message.recipient(),
                message.subject(),
                message.text(),
                message.html().orElse("none"));
    }
}
