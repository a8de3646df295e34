package dev.otpkit;

import dev.otpkit.DeliveryChain.Accepted;
import dev.otpkit.DeliveryChain.Delivery;
import dev.otpkit.DeliveryChain.NamedChannel;
import dev.otpkit.SendResult.Refused.Reason;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends codes: resolves, filters, acquires permits, asks the guard, issues, and hands the code to the delivery chain.
 * Thread-safe.
 */
final class OtpSender {
    private static final Delivery TO_TEST_RECIPIENT = new Delivery(
            Optional.of(new Accepted("test", true, Optional.empty(), Optional.empty())), List.of(), Map.of());

    private final RecipientSettings recipients;
    private final SendLimits limits;
    private final ChallengeIssuer issuer;
    private final DeliveryChain chain;
    private final EventPublisher events;

    OtpSender(
            RecipientSettings recipients,
            SendLimits limits,
            ChallengeIssuer issuer,
            DeliveryChain chain,
            EventPublisher events) {
        this.recipients = recipients;
        this.limits = limits;
        this.issuer = issuer;
        this.chain = chain;
        this.events = events;
    }

    SendResult send(OtpRequest request) {
        Stopwatch watch = events.startSend(request.purpose());
        try {
            return send(request, watch);
        } catch (Throwable e) {
            watch.observed().threw(e);
            throw e;
        }
    }

    private SendResult send(OtpRequest request, Stopwatch watch) {
        Optional<Recipient> resolved = request.resolve(recipients.defaultRegion());
        if (resolved.isEmpty()) {
            return events.refused(
                    new SendResult.Refused(Reason.INVALID_RECIPIENT, Optional.empty()),
                    Optional.empty(),
                    request.purpose(),
                    Optional.empty(),
                    watch);
        }
        Recipient recipient = resolved.get();
        SendCall call = new SendCall(request, recipient, watch);
        if (!recipients.filter().test(recipient)) {
            return refused(call, Reason.NOT_ALLOWED, Optional.empty(), Optional.empty());
        }
        boolean test =
                recipients.testRecipients().codeOf(recipient, call.purpose()).isPresent();
        List<NamedChannel> route = test ? List.of() : chain.route(request.via(), recipient);
        if (route.isEmpty() && !test) {
            return refused(call, Reason.NO_CHANNEL, Optional.empty(), Optional.empty());
        }
        TrafficCheck traffic = test ? TrafficCheck.NONE : limits.traffic(call);
        Issue issue;
        try {
            SendLimits.Acquisition acquisition = limits.acquire(call);
            if (acquisition instanceof SendLimits.Refused refused) {
                return refused(
                        call, Reason.RATE_LIMITED, Optional.of(refused.retryAfter()), Optional.of(refused.limit()));
            }
            SendLimits.Permits permits = (SendLimits.Permits) acquisition;
            Optional<SendRefusal> refusal = refusal(call, route, permits);
            if (refusal.isPresent()) {
                return refused(call, refusal.get());
            }
            issue = issue(call, route, permits, traffic);
        } catch (OtpStoreException e) {
            events.storeFailed(Operation.SEND, Optional.of(recipient), Optional.of(call.purpose()), e, watch);
            throw e;
        }
        if (!(issue instanceof Issue.Issued issued)) {
            return refused(call, SendRefusal.of(issue).orElseThrow());
        }
        Delivery delivery = test ? TO_TEST_RECIPIENT : deliver(call, issued, route, traffic);
        return delivery.accepted().isPresent()
                ? sent(call, issued.challenge(), delivery.accepted().get(), delivery)
                : undelivered(call, delivery);
    }

    /** Returns the refusal by the rules or by the application's guard; then the permits are released. */
    private Optional<SendRefusal> refusal(SendCall call, List<NamedChannel> route, SendLimits.Permits permits) {
        Optional<SendRefusal> refusal;
        try {
            refusal = issuer.refusal(call, route);
        } catch (Throwable e) {
            permits.release();
            throw e;
        }
        if (refusal.isPresent()) {
            permits.release();
        }
        return refusal;
    }

    private Issue issue(SendCall call, List<NamedChannel> route, SendLimits.Permits permits, TrafficCheck traffic) {
        Issue issue;
        try {
            issue = issuer.issue(call, route, traffic);
        } catch (Throwable e) {
            permits.release();
            traffic.release();
            throw e;
        }
        if (issue instanceof Issue.Issued) {
            traffic.publish();
            return issue;
        }
        permits.release();
        if (issue instanceof Issue.Refused refused && refused.reason() == Reason.TRAFFIC_LIMITED) {
            traffic.publish();
        }
        traffic.release();
        return issue;
    }

    private Delivery deliver(SendCall call, Issue.Issued issued, List<NamedChannel> route, TrafficCheck traffic) {
        Passcode passcode;
        try {
            passcode = issuer.passcode(call, issued);
        } catch (Throwable e) {
            traffic.release();
            throw e;
        }
        List<NamedChannel> order = RouteOrder.of(route, issued);
        Delivery delivery = chain.deliver(order, passcode, () -> {
            issuer.withdraw(call, issued);
            traffic.release();
        });
        issuer.remember(call, issued, order, delivery);
        return delivery;
    }

    private SendResult sent(SendCall call, Challenge challenge, Accepted accepted, Delivery delivery) {
        SendResult.Sent sent = new SendResult.Sent(
                issuer.challengeIds(call, challenge),
                call.recipient(),
                accepted.channel(),
                Instant.ofEpochMilli(challenge.expiresAt()),
                issuer.resendAt(call, challenge),
                accepted.confirmed(),
                accepted.providerMessageId().orElse(null),
                accepted.developmentMessage().orElse(null));
        return events.sent(sent, call, delivery.failures(), delivery.durations());
    }

    private SendResult undelivered(SendCall call, Delivery delivery) {
        return events.undelivered(new SendResult.Undelivered(delivery.failures()), call, delivery.durations());
    }

    private SendResult refused(SendCall call, SendRefusal refusal) {
        return refused(call, refusal.reason(), refusal.retryAfter(), refusal.limit());
    }

    private SendResult refused(
            SendCall call, Reason reason, Optional<Instant> retryAfter, Optional<OtpEvent.Limit> limit) {
        return events.refused(
                new SendResult.Refused(reason, retryAfter.map(RetryAfter::of)),
                Optional.of(call.recipient()),
                call.purpose(),
                limit,
                call.watch());
    }
}
