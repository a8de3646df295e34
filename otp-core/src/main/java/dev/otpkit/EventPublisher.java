package dev.otpkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.OtpObserver;
import dev.otpkit.spi.OtpObserver.Operation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes results and failures: to the log, as events to the listeners and as the ends of observations, and as
 * feedback to channels that want it. Never receives a code. Thread-safe.
 */
final class EventPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(Loggers.ENGINE);

    /** The greatest length of a text from outside in a log line or an event, in characters. */
    static final int MAX_TEXT = 500;

    private final List<OtpListener> listeners;
    private final List<OtpObserver> observers;
    private final InstantSource clock;
    private final KeyDerivation derivations;
    private final FeedbackQueue feedback;
    private final AtomicBoolean saidThatAnotherIsPending = new AtomicBoolean();

    EventPublisher(
            List<OtpListener> listeners,
            List<OtpObserver> observers,
            InstantSource clock,
            KeyDerivation derivations,
            FeedbackQueue feedback) {
        this.listeners = List.copyOf(listeners);
        this.observers = List.copyOf(observers);
        this.clock = clock;
        this.derivations = derivations;
        this.feedback = feedback;
    }

    /** Starts the time of a send, and its observation. */
    Stopwatch startSend(String purpose) {
        return observers.isEmpty()
                ? Stopwatch.start()
                : Stopwatch.observed(Observed.start(observers, new Operation.Send(purpose)));
    }

    /** Starts the time of a verification, and its observation. */
    Stopwatch startVerify(String purpose) {
        return observers.isEmpty()
                ? Stopwatch.start()
                : Stopwatch.observed(Observed.start(observers, new Operation.Verify(purpose)));
    }

    /** Starts the observation of a delivery, real or played. */
    Observed startDelivery(String channel, String medium, SendCall call) {
        return observers.isEmpty()
                ? Observed.BY_NONE
                : Observed.start(observers, new Operation.Delivery(call.recipient(), call.purpose(), channel, medium));
    }

    SendResult sent(
            SendResult.Sent sent,
            SendCall call,
            List<DeliveryFailure> failures,
            Map<String, Duration> channelDurations) {
        boolean decoy = call.isDecoy();
        if (LOG.isInfoEnabled()) {
            if (decoy) {
                LOG.info(
                        "sent no {} code to {} over {}: the request was a decoy",
                        call.purpose(),
                        named(sent.recipient()),
                        sent.channel());
            } else {
                String id = sent.providerMessageId().orElse(null);
                LOG.info(
                        "{} {} code to {} over {}{}",
                        sent.confirmed() ? "sent" : "may have sent",
                        call.purpose(),
                        named(sent.recipient()),
                        sent.channel(),
                        id == null ? "" : ", message id " + id);
            }
        }
        if (hasAudience(call.watch())) {
            end(
                    call.watch(),
                    new OtpEvent.Sent(
                            clock.instant(),
                            sent.recipient(),
                            call.purpose(),
                            decoy,
                            sent.channel(),
                            sent.confirmed(),
                            decoy ? Optional.empty() : sent.providerMessageId(),
                            decoy ? List.of() : failures,
                            call.watch().elapsed(),
                            decoy ? Map.of() : channelDurations));
        }
        return sent;
    }

    SendResult refused(
            SendResult.Refused refused,
            Optional<Recipient> recipient,
            String purpose,
            Optional<OtpEvent.Limit> limit,
            Stopwatch watch) {
        if (LOG.isWarnEnabled()) {
            LOG.warn(
                    "refused to send {} code to {}: {}{}{}",
                    purpose,
                    recipient.<Object>map(this::named).orElse("an invalid recipient"),
                    refused.reason(),
                    limit.map(EventPublisher::described).orElse(""),
                    refused.retryAfter().map(time -> ", retry after " + time).orElse(""));
        }
        if (hasAudience(watch)) {
            end(
                    watch,
                    new OtpEvent.Refused(
                            clock.instant(),
                            recipient,
                            purpose,
                            refused.reason(),
                            refused.retryAfter(),
                            limit,
                            watch.elapsed()));
        }
        return refused;
    }

    void trafficLimited(TrafficFinding finding, SendCall call) {
        boolean shown = finding.budget() != OtpEvent.TrafficLimited.Budget.PREFIX;
        LOG.warn(
                "traffic budget {}{} is used up: {} of {} in {}, by a {} code to {}, which {}",
                finding.budget(),
                shown ? " of " + finding.key() : "",
                finding.count(),
                finding.limit(),
                finding.window(),
                call.purpose(),
                named(call.recipient()),
                finding.enforced() ? "is refused" : "goes on");
        announce(new OtpEvent.TrafficLimited(
                clock.instant(),
                finding.budget(),
                finding.key(),
                finding.count(),
                finding.limit(),
                finding.window(),
                finding.enforced(),
                call.recipient(),
                call.purpose(),
                call.watch().elapsed()));
    }

    SendResult undelivered(SendResult.Undelivered undelivered, SendCall call, Map<String, Duration> channelDurations) {
        boolean decoy = call.isDecoy();
        if (decoy) {
            LOG.info(
                    "sent no {} code to {}: the request was a decoy, and failed as recent sends did",
                    call.purpose(),
                    named(call.recipient()));
        } else {
            int failed = undelivered.failures().size();
            LOG.warn(
                    "did not deliver {} code to {}: {} {} failed",
                    call.purpose(),
                    named(call.recipient()),
                    failed,
                    failed == 1 ? "channel" : "channels");
        }
        end(
                call.watch(),
                new OtpEvent.Undelivered(
                        clock.instant(),
                        call.recipient(),
                        call.purpose(),
                        decoy,
                        decoy ? List.of() : undelivered.failures(),
                        call.watch().elapsed(),
                        decoy ? Map.of() : channelDurations));
        return undelivered;
    }

    void failed(DeliveryFailure failure, SendCall call) {
        String text = "channel {} failed to deliver {} code to {}: {} {} {}";
        Object[] arguments = {
            failure.channel(),
            call.purpose(),
            named(call.recipient()),
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

    /** Logs that a channel is not tried, and none after it, because the channels before took all the time. */
    void outOfTime(String channel, Duration timeout, SendCall call) {
        LOG.warn(
                "channel {} is not tried for {} code to {}: nothing is left of the deliveryTimeout of {}",
                channel,
                call.purpose(),
                named(call.recipient()),
                timeout);
    }

    /** Logs an exception of the application's guard, which refuses the send. */
    void guardFailed(String origin, SendCall call) {
        LOG.error("the send guard threw for {} code to {}: {}", call.purpose(), named(call.recipient()), origin);
    }

    void broken(String channel, String origin, SendCall call) {
        LOG.error(
                "channel {} broke while it delivered {} code to {}: {}; the code stays valid, and the error is thrown",
                channel,
                call.purpose(),
                named(call.recipient()),
                origin);
    }

    VerifyResult verified(VerifyResult.Verified verified, Stopwatch watch) {
        if (LOG.isInfoEnabled()) {
            LOG.info("verified {} code of {}", verified.purpose(), named(verified.recipient()));
        }
        if (hasAudience(watch)) {
            end(
                    watch,
                    new OtpEvent.Verified(clock.instant(), verified.recipient(), verified.purpose(), watch.elapsed()));
        }
        return verified;
    }

    /** Logs a probable mistake in the caller: at WARN once, since anyone who may verify can cause the line. */
    void anotherIsPending(Recipient recipient, String purpose) {
        String text =
                "no {} code of {} is pending, but one for another purpose, binding or details is, or one of another"
                        + " length or alphabet: send and verify must name the same";
        if (saidThatAnotherIsPending.compareAndSet(false, true)) {
            LOG.warn(text + " (logged at WARN once, then at DEBUG)", purpose, named(recipient));
        } else {
            LOG.debug(text, purpose, named(recipient));
        }
    }

    VerifyResult rejected(
            VerifyResult.Rejected rejected,
            Optional<Recipient> recipient,
            String purpose,
            Optional<OtpEvent.Limit> limit,
            Stopwatch watch) {
        if (LOG.isWarnEnabled()) {
            LOG.warn(
                    "rejected {} code of {}: {}{}{}",
                    purpose,
                    recipient.<Object>map(this::named).orElse("an invalid recipient or challenge"),
                    rejected.reason(),
                    limit.map(EventPublisher::described).orElse(""),
                    rejected.retryAfter().map(time -> ", retry after " + time).orElse(""));
        }
        if (hasAudience(watch)) {
            end(
                    watch,
                    new OtpEvent.Rejected(
                            clock.instant(),
                            recipient,
                            purpose,
                            rejected.reason(),
                            rejected.attemptsLeft(),
                            rejected.retryAfter(),
                            limit,
                            watch.elapsed()));
        }
        return rejected;
    }

    void cancelled(Recipient recipient, String purpose, Stopwatch watch) {
        LOG.info("cancelled pending {} codes of {}", purpose, named(recipient));
        announce(new OtpEvent.Cancelled(clock.instant(), recipient, purpose, watch.elapsed()));
    }

    void unlocked(Recipient recipient, Stopwatch watch) {
        LOG.info("unlocked {}", named(recipient));
        announce(new OtpEvent.Unlocked(clock.instant(), recipient, watch.elapsed()));
    }

    void statusRead(Recipient recipient, String purpose, Stopwatch watch) {
        LOG.info("read the status of {} codes of {}", purpose, named(recipient));
        announce(new OtpEvent.StatusRead(clock.instant(), recipient, purpose, watch.elapsed()));
    }

    void forgotten(Recipient recipient, Stopwatch watch) {
        LOG.info("forgot {}", named(recipient));
        announce(new OtpEvent.Forgotten(clock.instant(), recipient, watch.elapsed()));
    }

    void optedIn(Recipient recipient, String medium, Stopwatch watch) {
        LOG.info("opted {} in to {}", named(recipient), medium);
        announce(new OtpEvent.OptedIn(clock.instant(), recipient, medium, watch.elapsed()));
    }

    /** Logs an opt-out that was committed; its reason is in the event of the send or of the report. */
    void optedOut(Recipient recipient, String medium) {
        LOG.info("{} has opted out of {}: sends over it are refused until optIn", named(recipient), medium);
    }

    /** Publishes a report, with the recipient and the purpose of its message if they are known. */
    void delivery(DeliveryReport report, Optional<Recipient> recipient, Optional<String> purpose) {
        String code = recipient.isEmpty() ? "" : " with " + purpose.orElse("") + " code to " + named(recipient.get());
        if (report.failure().isEmpty()) {
            LOG.info(
                    "channel {} reported message id {}{}: {}",
                    report.channel(),
                    report.providerMessageId(),
                    code,
                    report.status());
        } else {
            DeliveryFailure failure = report.failure().get();
            LOG.warn(
                    "channel {} reported message id {}{}: {}, {} {} {}",
                    report.channel(),
                    report.providerMessageId(),
                    code,
                    report.status(),
                    failure.kind(),
                    failure.providerCode().orElse("-"),
                    Arguments.oneLine(failure.detail(), MAX_TEXT));
        }
        announce(new OtpEvent.DeliveryReported(
                clock.instant(),
                recipient,
                purpose,
                report.channel(),
                report.providerMessageId(),
                report.status(),
                report.failure()));
    }

    /** Gives the channel of a message whose code was used the feedback that it wants. */
    void used(SentMessage message) {
        feedback.add(message);
    }

    /** Publishes a failure of the store that the caller receives as an exception. */
    void storeFailed(
            OtpEvent.StoreFailed.Operation operation,
            Optional<Recipient> recipient,
            Optional<String> purpose,
            OtpStoreException e,
            Stopwatch watch) {
        Duration elapsed = watch.elapsed();
        String detail = detail(e);
        LOG.error(
                "store failed to {} {}{} after {} ms: {}",
                operation == OtpEvent.StoreFailed.Operation.STATUS
                        ? "read the status of"
                        : operation.name().toLowerCase(Locale.ROOT),
                purpose.map(name -> name + " code of ").orElse(""),
                recipient.<Object>map(this::named).orElse("an unknown recipient"),
                elapsed.toMillis(),
                detail);
        end(watch, new OtpEvent.StoreFailed(clock.instant(), operation, recipient, purpose, true, detail, elapsed));
    }

    /** Publishes a failure of the store after which the call continues, with the step that was left out. */
    void storeFailedAside(
            OtpEvent.StoreFailed.Operation operation,
            String undone,
            Recipient recipient,
            String purpose,
            RuntimeException e,
            Stopwatch watch) {
        Duration elapsed = watch.elapsed();
        LOG.warn("{}: {} code of {}", undone, purpose, named(recipient), e);
        announce(new OtpEvent.StoreFailed(
                clock.instant(), operation, Optional.of(recipient), Optional.of(purpose), false, detail(e), elapsed));
    }

    private static String detail(RuntimeException e) {
        return Arguments.oneLine(e.getMessage() == null ? e.getClass().getName() : e.getMessage(), MAX_TEXT);
    }

    private Named named(Recipient recipient) {
        return new Named(recipient, derivations);
    }

    /**
     * A recipient as logged: masked, with a tag that distinguishes two recipients with the same mask. The tag is
     * derived only if the line is logged.
     */
    private record Named(Recipient recipient, KeyDerivation derivations) {
        @Override
        public String toString() {
            return recipient + " [" + derivations.logTag(recipient) + "]";
        }
    }

    private static String described(OtpEvent.Limit limit) {
        return " (" + limit.scope().name().toLowerCase(Locale.ROOT) + ", "
                + limit.rate().max() + " in " + limit.rate().window() + ")";
    }

    /** Returns true if the event of a call has someone to receive it; without, the usual calls make none. */
    private boolean hasAudience(Stopwatch watch) {
        return !listeners.isEmpty() || watch.observed().isByAny();
    }

    /** Announces the last event of a call, and ends the observation of the call. */
    private void end(Stopwatch watch, OtpEvent event) {
        announce(event);
        watch.observed().ended(event);
    }

    private void announce(OtpEvent event) {
        for (OtpListener listener : listeners) {
            try {
                listener.on(event);
            } catch (Throwable e) {
                // The result is final, and the message may have been sent: no exception of a listener changes that.
                LOG.error("a listener threw; ignored", e);
            }
        }
    }
}
