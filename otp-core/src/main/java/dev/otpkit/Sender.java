package dev.otpkit;

import dev.otpkit.internal.Bounds;
import dev.otpkit.internal.Challenge;
import dev.otpkit.internal.ClientAddress;
import dev.otpkit.internal.Derivations;
import dev.otpkit.internal.KeyedRateLimiter;
import dev.otpkit.internal.Mailboxes;
import dev.otpkit.internal.RecipientRecords;
import dev.otpkit.internal.RecipientRecords.Decision;
import dev.otpkit.internal.RecipientRules;
import dev.otpkit.internal.RecipientRules.Issue;
import dev.otpkit.internal.Tag;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends codes: decides, commits, renders, delivers, and takes back what reached no one. */
final class Sender {
    private static final String TEST_CHANNEL = "test";
    private static final int MAX_DETAIL = 500;

    private final String appName;
    private final List<NamedChannel> channels;
    private final boolean developmentMode;
    private final @Nullable String defaultRegion;
    private final Predicate<Recipient> recipientFilter;
    private final Policies policies;
    private final Codes codes;
    private final MessageRenderer messages;
    private final KeyedRateLimiter clientSends;
    private final KeyedRateLimiter mailboxSends;
    private final RecipientRules rules;
    private final RecipientRecords records;
    private final InstantSource clock;
    private final Reporter report;

    Sender(
            OtpManager.Builder builder,
            Policies policies,
            Codes codes,
            MessageRenderer messages,
            KeyedRateLimiter clientSends,
            KeyedRateLimiter mailboxSends,
            RecipientRules rules,
            RecipientRecords records,
            Reporter report) {
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
        Recipient recipient;
        try {
            recipient = request.resolve(defaultRegion);
        } catch (InvalidRecipientException e) {
            return refused(SendResult.Refused.Reason.INVALID_RECIPIENT, Optional.empty(), request);
        }
        if (!recipientFilter.test(recipient)) {
            return refused(SendResult.Refused.Reason.NOT_ALLOWED, Optional.of(recipient), request);
        }
        boolean test = codes.fixed(recipient, request.purpose()).isPresent();
        List<NamedChannel> route = test ? List.of() : route(request.via(), recipient);
        if (route.isEmpty() && !test) {
            return refused(SendResult.Refused.Reason.NO_CHANNEL, Optional.of(recipient), request);
        }
        Limits limits = new Limits(clock.millis());
        OptionalLong blocked = limits.acquire(request, recipient);
        if (blocked.isPresent()) {
            return refused(SendResult.Refused.Reason.RATE_LIMITED, blocked, recipient, request);
        }
        OtpPolicy policy = policies.of(request.purpose());
        Issue issue;
        try {
            issue = issue(request, recipient, policy);
        } catch (Throwable e) {
            limits.release();
            throw e;
        }
        if (issue instanceof Issue.Refused refused) {
            limits.release();
            return refused(refused.reason(), OptionalLong.of(refused.retryAfter()), recipient, request);
        }
        Dispatch dispatch = new Dispatch(request, recipient, policy, (Issue.Issued) issue);
        return test ? sent(dispatch, TEST_CHANNEL, new Answer(true, null), null, List.of()) : deliver(dispatch, route);
    }

    private Issue issue(OtpRequest request, Recipient recipient, OtpPolicy policy) {
        Tag tag = records.derivations().tag(recipient, request.purpose(), request.binding(), policy);
        return records.decideAsIfUnknown(recipient, (state, now) -> {
            Issue decided =
                    rules.issue(state, now, policy, tag, records.derivations().nonce());
            return new Decision<>(decided, decided instanceof Issue.Issued issued ? issued.next() : state);
        });
    }

    /** The permits of one send under the limits that are not the recipient's own. */
    private final class Limits {
        private final long now;
        private final List<KeyedRateLimiter.Permit> permits = new ArrayList<>(2);

        Limits(long now) {
            this.now = now;
        }

        /** Returns when there will be a permit; empty if all were acquired. */
        OptionalLong acquire(OtpRequest request, Recipient recipient) {
            String client = request.clientAddress() == null ? null : ClientAddress.canonical(request.clientAddress());
            OptionalLong blocked = acquire(clientSends, client);
            if (blocked.isEmpty() && recipient instanceof EmailAddress address) {
                blocked = acquire(mailboxSends, Mailboxes.baseOf(address).orElse(null));
            }
            return blocked;
        }

        private OptionalLong acquire(KeyedRateLimiter limiter, @Nullable String key) {
            KeyedRateLimiter.Acquisition acquisition;
            try {
                acquisition = limiter.tryAcquire(key, now);
            } catch (Throwable e) {
                release();
                throw e;
            }
            if (acquisition instanceof KeyedRateLimiter.Refused refused) {
                release();
                return OptionalLong.of(refused.retryAfter());
            }
            permits.add((KeyedRateLimiter.Permit) acquisition);
            return OptionalLong.empty();
        }

        void release() {
            permits.forEach(KeyedRateLimiter.Permit::release);
            permits.clear();
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
    private record Dispatch(OtpRequest request, Recipient recipient, OtpPolicy policy, Issue.Issued issued) {
        Challenge challenge() {
            return issued.challenge();
        }

        String purpose() {
            return request.purpose();
        }
    }

    /** What a channel that took a message, or may have, said of it. */
    private record Answer(boolean confirmed, @Nullable String providerMessageId) {}

    private SendResult deliver(Dispatch dispatch, List<NamedChannel> route) {
        List<DeliveryFailure> failures = new ArrayList<>();
        for (NamedChannel channel : route) {
            OtpMessage message;
            try {
                message = render(dispatch, channel);
            } catch (Throwable e) {
                takeBack(dispatch);
                throw e;
            }
            Optional<Answer> answer = attempt(channel, message, failures, dispatch);
            if (answer.isPresent()) {
                String developmentCode = developmentMode ? message.code() : null;
                return sent(dispatch, channel.name(), answer.get(), developmentCode, failures);
            }
            if (failures.get(failures.size() - 1).kind() == DeliveryFailure.Kind.OPTED_OUT) {
                break;
            }
        }
        takeBack(dispatch);
        return report.undelivered(new SendResult.Undelivered(failures), dispatch.recipient(), dispatch.purpose());
    }

    private OtpMessage render(Dispatch dispatch, NamedChannel channel) {
        Derivations derivations = records.derivations();
        String code = codes.of(
                derivations, dispatch.recipient(), dispatch.purpose(), dispatch.policy(), dispatch.challenge());
        long left = dispatch.challenge().expiresAt() - clock.millis();
        OtpMessage message = messages.render(new MessageContext(
                appName,
                dispatch.recipient(),
                channel.medium(),
                code,
                dispatch.purpose(),
                dispatch.request().locale(),
                Duration.ofSeconds(Math.max(0, -Math.floorDiv(-left, 1000L)))));
        Objects.requireNonNull(message, "the message of the renderer must not be null");
        if (!message.recipient().equals(dispatch.recipient()) || !message.code().equals(code)) {
            throw new IllegalStateException("the renderer must keep the recipient and the code of its context");
        }
        return message;
    }

    /** Returns what the channel said if the message has left or may have; empty if it certainly has not. */
    private Optional<Answer> attempt(
            NamedChannel channel, OtpMessage message, List<DeliveryFailure> failures, Dispatch dispatch) {
        DeliveryFailure failure;
        try {
            DeliveryReceipt receipt = channel.channel().deliver(message);
            return Optional.of(new Answer(
                    true, receipt.providerMessageId().map(message::redact).orElse(null)));
        } catch (DeliveryException e) {
            DeliveryFailure told = e.failure();
            failure = new DeliveryFailure(
                    channel.name(),
                    told.kind(),
                    told.providerCode().map(message::redact),
                    Bounds.oneLine(message.redact(told.detail()), MAX_DETAIL));
        } catch (Throwable e) {
            // Whatever a channel throws, the message may have left; and the text of a stranger may hold the code.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            failure = DeliveryFailure.of(
                    channel.name(), DeliveryFailure.Kind.UNCERTAIN, null, "the channel threw " + origin(e));
        }
        failures.add(failure);
        report.failed(failure, dispatch.recipient(), dispatch.purpose());
        return failure.kind() == DeliveryFailure.Kind.UNCERTAIN
                ? Optional.of(new Answer(false, null))
                : Optional.empty();
    }

    private static String origin(Throwable e) {
        StackTraceElement[] frames = e.getStackTrace();
        return e.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
    }

    private SendResult sent(
            Dispatch dispatch,
            String channel,
            Answer answer,
            @Nullable String developmentCode,
            List<DeliveryFailure> failures) {
        Challenge challenge = dispatch.challenge();
        Instant sentAt = Instant.ofEpochMilli(challenge.lastSentAt());
        SendResult.Sent sent = new SendResult.Sent(
                records.derivations().challengeId(dispatch.recipient(), dispatch.purpose(), challenge.nonce()),
                dispatch.recipient(),
                channel,
                Instant.ofEpochMilli(challenge.expiresAt()),
                sentAt.plus(dispatch.policy().resendCooldown()),
                answer.confirmed(),
                answer.providerMessageId(),
                developmentCode);
        return report.sent(sent, dispatch.purpose(), failures);
    }

    private void takeBack(Dispatch dispatch) {
        try {
            records.decide(dispatch.recipient(), (state, now) -> {
                var next = rules.undelivered(state, now, dispatch.issued());
                return new Decision<>(next, next);
            });
        } catch (RuntimeException e) {
            // Whatever the store throws, the caller has to hear of the message, not of this.
            report.notTakenBack(dispatch.recipient(), dispatch.purpose(), e);
        }
    }

    private SendResult refused(SendResult.Refused.Reason reason, Optional<Recipient> recipient, OtpRequest request) {
        return report.refused(new SendResult.Refused(reason, Optional.empty()), recipient, request.purpose());
    }

    private SendResult refused(
            SendResult.Refused.Reason reason, OptionalLong retryAfter, Recipient recipient, OtpRequest request) {
        Instant when = RetryAfter.of(retryAfter.getAsLong());
        return report.refused(
                new SendResult.Refused(reason, Optional.of(when)), Optional.of(recipient), request.purpose());
    }
}
