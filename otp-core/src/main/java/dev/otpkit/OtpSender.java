package dev.otpkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.ClientAddress;
import dev.otpkit.internal.input.Mailboxes;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.RecipientRules;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.state.KeyedRateLimiter;
import dev.otpkit.internal.state.RecipientStates;
import dev.otpkit.internal.state.RecipientStates.Transition;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends codes: decides, commits, renders, delivers, and takes back what reached no one. */
final class OtpSender {
    private static final String TEST_CHANNEL = "test";
    private static final int MAX_DETAIL = 500;

    private final String appName;
    private final List<NamedChannel> channels;
    private final boolean developmentMode;
    private final @Nullable String defaultRegion;
    private final Predicate<Recipient> recipientFilter;
    private final Policies policies;
    private final CodeDeriver codes;
    private final MessageRenderer messages;
    private final KeyedRateLimiter clientSends;
    private final KeyedRateLimiter mailboxSends;
    private final RecipientRules rules;
    private final RecipientStates records;
    private final InstantSource clock;
    private final EventPublisher report;

    OtpSender(
            OtpManager.Builder builder,
            Policies policies,
            CodeDeriver codes,
            MessageRenderer messages,
            KeyedRateLimiter clientSends,
            KeyedRateLimiter mailboxSends,
            RecipientRules rules,
            RecipientStates records,
            EventPublisher report) {
        this.appName = builder.appName;
        this.developmentMode = builder.developmentMode;
        this.channels = developmentMode
                ? List.of(new NamedChannel("development", "development", new DevelopmentChannel()))
                : List.copyOf(builder.channels);
        this.defaultRegion = builder.defaultRegion;
        this.recipientFilter = builder.recipientFilter;
        this.clock = builder.clock;
        this.policies = policies;
        this.codes = codes;
        this.messages = messages;
        this.clientSends = clientSends;
        this.mailboxSends = mailboxSends;
        this.rules = rules;
        this.records = records;
        this.report = report;
    }

    SendResult send(OtpRequest request) {
        Stopwatch watch = Stopwatch.start();
        Recipient recipient;
        try {
            recipient = request.resolve(defaultRegion);
        } catch (InvalidRecipientException e) {
            return refused(SendResult.Refused.Reason.INVALID_RECIPIENT, Optional.empty(), request, watch);
        }
        if (!recipientFilter.test(recipient)) {
            return refused(SendResult.Refused.Reason.NOT_ALLOWED, Optional.of(recipient), request, watch);
        }
        boolean test = codes.fixed(recipient, request.purpose()).isPresent();
        List<NamedChannel> route = test ? List.of() : route(request.via(), recipient);
        if (route.isEmpty() && !test) {
            return refused(SendResult.Refused.Reason.NO_CHANNEL, Optional.of(recipient), request, watch);
        }
        Call call = new Call(request, recipient, policies.of(request.purpose()), watch);
        Limits limits = new Limits(call);
        Issue issue;
        try {
            Optional<SendResult> refusal = limits.acquire();
            if (refusal.isPresent()) {
                return refusal.get();
            }
            issue = issue(call);
        } catch (Throwable e) {
            limits.release();
            if (e instanceof OtpStoreException failure) {
                report.storeFailed(
                        Operation.SEND, Optional.of(recipient), Optional.of(request.purpose()), failure, watch);
            }
            throw e;
        }
        if (issue instanceof Issue.Refused refused) {
            limits.release();
            return refused(
                    call,
                    refused.reason(),
                    refused.retryAfter(),
                    refused.limit().map(rate -> new OtpEvent.Limit(OtpEvent.Limit.Scope.RECIPIENT, rate)));
        }
        Dispatch dispatch = new Dispatch(call, (Issue.Issued) issue);
        return test
                ? sent(dispatch, TEST_CHANNEL, new Answer(true, null), null, new Trials())
                : deliver(dispatch, route);
    }

    /** A request, and the values that it was resolved to. */
    private record Call(OtpRequest request, Recipient recipient, OtpPolicy policy, Stopwatch watch) {
        String purpose() {
            return request.purpose();
        }
    }

    private Issue issue(Call call) {
        ChallengeTag tag = records.derivations()
                .tag(call.recipient(), call.purpose(), call.request().binding(), call.policy());
        return records.updateAssumingUnknown(call.recipient(), (state, now) -> {
            Issue decided = rules.issue(
                    state, now, call.policy(), tag, records.derivations().nonce());
            return new Transition<>(decided, decided instanceof Issue.Issued issued ? issued.next() : state);
        });
    }

    /** The permits of one send under the limits that are not the recipient's own. */
    private final class Limits {
        private final Call call;
        private final long now = clock.millis();
        private final List<KeyedRateLimiter.Permit> permits = new ArrayList<>(2);

        Limits(Call call) {
            this.call = call;
        }

        /** Returns the refusal if there is no permit; empty if all were acquired. */
        Optional<SendResult> acquire() {
            String client = call.request().clientAddress();
            Optional<SendResult> refusal = acquire(
                    clientSends, client == null ? null : ClientAddress.canonical(client), OtpEvent.Limit.Scope.CLIENT);
            if (refusal.isEmpty() && call.recipient() instanceof EmailAddress address) {
                refusal = acquire(mailboxSends, Mailboxes.baseOf(address).orElse(null), OtpEvent.Limit.Scope.MAILBOX);
            }
            return refusal;
        }

        private Optional<SendResult> acquire(
                KeyedRateLimiter limiter, @Nullable String key, OtpEvent.Limit.Scope scope) {
            KeyedRateLimiter.Acquisition acquisition = limiter.tryAcquire(key, now, this::notReleased);
            if (acquisition instanceof KeyedRateLimiter.Refused refused) {
                release();
                return Optional.of(refused(
                        call,
                        SendResult.Refused.Reason.RATE_LIMITED,
                        refused.retryAfter(),
                        Optional.of(new OtpEvent.Limit(scope, refused.limit()))));
            }
            permits.add((KeyedRateLimiter.Permit) acquisition);
            return Optional.empty();
        }

        void release() {
            permits.forEach(KeyedRateLimiter.Permit::release);
            permits.clear();
        }

        private void notReleased(RuntimeException e) {
            report.storeFailedAside(
                    Operation.SEND,
                    "could not release a permit of a send limit",
                    call.recipient(),
                    call.purpose(),
                    e,
                    call.watch());
        }
    }

    /** A channel, and what it called itself when it was added: what it says later can not surprise a send. */
    record NamedChannel(String name, String medium, DeliveryChannel channel) {}

    /** Returns the channels to try, in order. */
    private List<NamedChannel> route(List<String> via, Recipient recipient) {
        Set<NamedChannel> chosen = new LinkedHashSet<>();
        if (via.isEmpty() || developmentMode) {
            chosen.addAll(channels);
        }
        for (String name : via) {
            channels.stream()
                    .filter(channel ->
                            channel.name().equals(name) || channel.medium().equals(name))
                    .forEach(chosen::add);
        }
        return chosen.stream()
                .filter(each -> each.channel().supports(recipient))
                .toList();
    }

    /** A challenge that is committed and on its way out. */
    private record Dispatch(Call call, Issue.Issued issued) {
        Challenge challenge() {
            return issued.challenge();
        }

        Recipient recipient() {
            return call.recipient();
        }

        String purpose() {
            return call.purpose();
        }
    }

    /** The answer of a channel that took a message, or may have. */
    private record Answer(boolean confirmed, @Nullable String providerMessageId) {}

    /** The channels of one send that were tried. Not thread-safe. */
    private static final class Trials {
        private final List<DeliveryFailure> failures = new ArrayList<>();
        private final Map<String, Duration> durations = new LinkedHashMap<>();
    }

    private SendResult deliver(Dispatch dispatch, List<NamedChannel> route) {
        Trials trials = new Trials();
        for (NamedChannel channel : route) {
            OtpMessage message;
            try {
                message = render(dispatch, channel);
            } catch (Throwable e) {
                takeBack(dispatch);
                throw e;
            }
            Optional<Answer> answer = attempt(channel, message, trials, dispatch);
            if (answer.isPresent()) {
                return sent(dispatch, channel.name(), answer.get(), developmentMode ? message : null, trials);
            }
            if (trials.failures.get(trials.failures.size() - 1).kind() == DeliveryFailure.Kind.OPTED_OUT) {
                break;
            }
        }
        takeBack(dispatch);
        return report.undelivered(
                new SendResult.Undelivered(trials.failures),
                dispatch.recipient(),
                dispatch.purpose(),
                dispatch.call().watch(),
                trials.durations);
    }

    private OtpMessage render(Dispatch dispatch, NamedChannel channel) {
        KeyDerivation derivations = records.derivations();
        String code = codes.of(
                derivations,
                dispatch.recipient(),
                dispatch.purpose(),
                dispatch.call().policy(),
                dispatch.challenge());
        long left = dispatch.challenge().expiresAt() - clock.millis();
        OtpMessage message = messages.render(new MessageContext(
                appName,
                dispatch.recipient(),
                channel.medium(),
                code,
                dispatch.purpose(),
                dispatch.call().request().locale(),
                Duration.ofSeconds(Math.max(0, -Math.floorDiv(-left, 1000L)))));
        Objects.requireNonNull(message, "the message of the renderer must not be null");
        if (!message.recipient().equals(dispatch.recipient()) || !message.code().equals(code)) {
            throw new IllegalStateException("the renderer must keep the recipient and the code of its context");
        }
        return message;
    }

    /** Returns the channel's answer if the message has left or may have; empty if it certainly has not. */
    private Optional<Answer> attempt(NamedChannel channel, OtpMessage message, Trials trials, Dispatch dispatch) {
        Stopwatch watch = Stopwatch.start();
        DeliveryFailure failure;
        try {
            DeliveryReceipt receipt = channel.channel().deliver(message);
            trials.durations.put(channel.name(), watch.elapsed());
            return Optional.of(new Answer(
                    true, receipt.providerMessageId().map(message::redact).orElse(null)));
        } catch (DeliveryException e) {
            DeliveryFailure given = e.failure();
            failure = new DeliveryFailure(
                    channel.name(),
                    given.kind(),
                    given.providerCode().map(message::redact),
                    Arguments.oneLine(message.redact(given.detail()), MAX_DETAIL));
        } catch (VirtualMachineError | LinkageError e) {
            // The JVM is in trouble, or the channel lacks a class: the application has to see that as it is.
            logBroken(channel, e, dispatch);
            throw e;
        } catch (Throwable e) {
            // Whatever a channel throws, the message may have left; and the text of a stranger may hold the code.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            failure = DeliveryFailure.of(
                    channel.name(), DeliveryFailure.Kind.UNCERTAIN, null, "the channel threw " + origin(e));
        }
        trials.durations.put(channel.name(), watch.elapsed());
        trials.failures.add(failure);
        report.failed(failure, dispatch.recipient(), dispatch.purpose());
        return failure.kind() == DeliveryFailure.Kind.UNCERTAIN
                ? Optional.of(new Answer(false, null))
                : Optional.empty();
    }

    private void logBroken(NamedChannel channel, Error e, Dispatch dispatch) {
        try {
            report.broken(channel.name(), origin(e), dispatch.recipient(), dispatch.purpose());
        } catch (VirtualMachineError logging) {
            e.addSuppressed(logging);
        }
    }

    private static String origin(Throwable e) {
        StackTraceElement[] frames = e.getStackTrace();
        return e.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
    }

    private SendResult sent(
            Dispatch dispatch, String channel, Answer answer, @Nullable OtpMessage developmentMessage, Trials trials) {
        Challenge challenge = dispatch.challenge();
        Instant sentAt = Instant.ofEpochMilli(challenge.lastSentAt());
        SendResult.Sent sent = new SendResult.Sent(
                records.derivations()
                        .challengeTokens()
                        .seal(
                                dispatch.recipient(),
                                dispatch.purpose(),
                                records.derivations().handle(challenge.nonce())),
                dispatch.recipient(),
                channel,
                Instant.ofEpochMilli(challenge.expiresAt()),
                sentAt.plus(dispatch.call().policy().resendCooldown()),
                answer.confirmed(),
                answer.providerMessageId(),
                developmentMessage);
        return report.sent(
                sent, dispatch.purpose(), trials.failures, dispatch.call().watch(), trials.durations);
    }

    private void takeBack(Dispatch dispatch) {
        try {
            records.update(dispatch.recipient(), (state, now) -> {
                var next = rules.undelivered(state, now, dispatch.issued());
                return new Transition<>(next, next);
            });
        } catch (RuntimeException e) {
            // Whatever the store throws, the caller has to learn about the message, not about this.
            report.storeFailedAside(
                    Operation.SEND,
                    "could not take back an undelivered code",
                    dispatch.recipient(),
                    dispatch.purpose(),
                    e,
                    dispatch.call().watch());
        }
    }

    private SendResult refused(
            SendResult.Refused.Reason reason, Optional<Recipient> recipient, OtpRequest request, Stopwatch watch) {
        return report.refused(
                new SendResult.Refused(reason, Optional.empty()),
                recipient,
                request.purpose(),
                Optional.empty(),
                watch);
    }

    private SendResult refused(
            Call call, SendResult.Refused.Reason reason, long retryAfter, Optional<OtpEvent.Limit> limit) {
        return report.refused(
                new SendResult.Refused(reason, Optional.of(RetryAfter.of(retryAfter))),
                Optional.of(call.recipient()),
                call.purpose(),
                limit,
                call.watch());
    }
}
