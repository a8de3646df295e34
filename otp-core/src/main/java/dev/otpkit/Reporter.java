package dev.otpkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import dev.otpkit.spi.DeliveryFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the listeners what was answered. Never sees a code. */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(OtpManager.class);

    private final List<OtpListener> listeners;
    private final InstantSource clock;

    Reporter(List<OtpListener> listeners, InstantSource clock) {
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
    }

    SendResult sent(SendResult.Sent sent, String purpose, List<DeliveryFailure> failures) {
        if (sent.confirmed()) {
            LOG.info("sent {} code to {} over {}", purpose, sent.recipient(), sent.channel());
        } else {
            LOG.info("may have sent {} code to {} over {}", purpose, sent.recipient(), sent.channel());
        }
        announce(new OtpEvent.Sent(
                clock.instant(),
                sent.recipient(),
                purpose,
                sent.channel(),
                sent.confirmed(),
                sent.providerMessageId(),
                failures));
        return sent;
    }

    SendResult refused(SendResult.Refused refused, Optional<Recipient> recipient, String purpose) {
        LOG.warn(
                "refused to send {} code to {}: {}{}",
                purpose,
                recipient.map(Recipient::toString).orElse("an invalid recipient"),
                refused.reason(),
                refused.retryAfter().map(time -> ", retry after " + time).orElse(""));
        announce(new OtpEvent.Refused(clock.instant(), recipient, purpose, refused.reason(), refused.retryAfter()));
        return refused;
    }

    SendResult undelivered(SendResult.Undelivered undelivered, Recipient recipient, String purpose) {
        LOG.warn(
                "did not deliver {} code to {}: {} channels failed",
                purpose,
                recipient,
                undelivered.failures().size());
        announce(new OtpEvent.Undelivered(clock.instant(), recipient, purpose, undelivered.failures()));
        return undelivered;
    }

    void failed(DeliveryFailure failure, Recipient recipient, String purpose) {
        String text = "channel {} failed to deliver {} code to {}: {} {} {}";
        Object[] arguments = {
            failure.channel(),
            purpose,
            recipient,
            failure.kind(),
            failure.providerCode().orElse("-"),
            failure.detail()
        };
        if (failure.kind() == DeliveryFailure.Kind.MISCONFIGURED) {
            LOG.error(text, arguments);
        } else {
            LOG.warn(text, arguments);
        }
    }

    void notTakenBack(Recipient recipient, String purpose, RuntimeException e) {
        LOG.warn("could not take back the undelivered {} code of {}", purpose, recipient, e);
    }

    VerifyResult verified(VerifyResult.Verified verified) {
        LOG.info("verified {} code of {}", verified.purpose(), verified.recipient());
        announce(new OtpEvent.Verified(clock.instant(), verified.recipient(), verified.purpose()));
        return verified;
    }

    VerifyResult rejected(VerifyResult.Rejected rejected, Optional<Recipient> recipient, String purpose) {
        LOG.warn(
                "rejected {} code of {}: {}{}",
                purpose,
                recipient.map(Recipient::toString).orElse("an invalid recipient or challenge"),
                rejected.reason(),
                rejected.retryAfter().map(time -> ", retry after " + time).orElse(""));
        announce(new OtpEvent.Rejected(
                clock.instant(),
                recipient,
                purpose,
                rejected.reason(),
                rejected.attemptsLeft(),
                rejected.retryAfter()));
        return rejected;
    }

    private void announce(OtpEvent event) {
        for (OtpListener listener : listeners) {
            try {
                listener.on(event);
            } catch (Throwable e) {
                // The answer is decided, and the message may have left: nothing that a listener throws changes that.
                LOG.error("a listener threw; ignored", e);
            }
        }
    }
}
