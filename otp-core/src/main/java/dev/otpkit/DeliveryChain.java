package dev.otpkit;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.ChannelName;
import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFeedback;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The channels of a manager, tried in order until one has sent the message or may have sent it. Thread-safe. */
final class DeliveryChain {
    private final List<NamedChannel> channels;
    private final boolean developmentMode;
    private final Duration timeout;
    private final MessageWriter messages;
    private final EventPublisher events;

    /**
     * Creates a chain; in development mode its only channel is the {@link DevelopmentChannel}.
     *
     * @param timeout the time that all channels together may take
     */
    DeliveryChain(
            List<NamedChannel> channels,
            boolean developmentMode,
            Duration timeout,
            MessageWriter messages,
            EventPublisher events) {
        this.channels = developmentMode
                ? List.of(NamedChannel.of(new DevelopmentChannel(), new RecentDeliveries()))
                : List.copyOf(channels);
        this.developmentMode = developmentMode;
        this.timeout = timeout;
        this.messages = messages;
        this.events = events;
    }

    /**
     * A channel with the name and medium that it had when it was added; a later change does not affect a send.
     *
     * @param feedback the channel itself if it wants feedback; else null
     * @param recent its last attempts, from which decoys draw
     */
    record NamedChannel(
            String name,
            String medium,
            DeliveryChannel channel,
            @Nullable DeliveryFeedback feedback,
            RecentDeliveries recent) {

        /**
         * Returns a channel with its present name and medium.
         *
         * @throws IllegalArgumentException if one of them is blank, too long, or has control characters
         */
        static NamedChannel of(DeliveryChannel channel, RecentDeliveries recent) {
            return new NamedChannel(
                    ChannelName.checked("name of channel", channel.name()),
                    ChannelName.checked("medium of channel", channel.medium()),
                    channel,
                    channel instanceof DeliveryFeedback feedback && feedback.wantsFeedback() ? feedback : null,
                    recent);
        }
    }

    /**
     * The outcome of a delivery.
     *
     * @param accepted the channel that has sent the message or may have sent it; empty if certainly none has
     * @param failures the failures in the order of the channels, that of an uncertain one included
     * @param durations the time that each channel took, by its name
     */
    record Delivery(Optional<Accepted> accepted, List<DeliveryFailure> failures, Map<String, Duration> durations) {}

    /**
     * The channel that has sent a message or may have sent it.
     *
     * @param channel the name of the channel
     * @param confirmed false if the outcome is unknown
     * @param providerMessageId the provider's id of the message, redacted, if it gave one
     * @param developmentMessage the message, in development mode alone
     */
    record Accepted(
            String channel,
            boolean confirmed,
            Optional<String> providerMessageId,
            Optional<OtpMessage> developmentMessage) {}

    /** The meaning of one channel's answer for the rest of the chain. */
    enum Outcome {
        /** Sent: the chain ends. */
        SENT,
        /** Maybe sent: the chain ends, and the code stays valid. */
        MAYBE_SENT,
        /** Certainly not sent in this way: the next channel is tried. */
        NEXT_CHANNEL,
        /** Certainly not sent, and not wanted in any other way: the chain ends. */
        STOP;

        /** Returns the outcome of a failure. */
        static Outcome of(DeliveryFailure.Kind kind) {
            return switch (kind) {
                case UNAVAILABLE, THROTTLED, RECIPIENT_REJECTED, MISCONFIGURED -> NEXT_CHANNEL;
                case OPTED_OUT -> STOP;
                case UNCERTAIN -> MAYBE_SENT;
            };
        }
    }

    /**
     * Returns the channels to try, in order.
     *
     * @param via names of channels and media, in the order wanted; none means all channels, as development mode does
     */
    List<NamedChannel> route(List<String> via, Recipient recipient) {
        if (via.isEmpty() || developmentMode) {
            return supporting(channels, recipient);
        }
        Set<NamedChannel> chosen = new LinkedHashSet<>();
        for (String name : via) {
            channels.stream()
                    .filter(channel ->
                            channel.name().equals(name) || channel.medium().equals(name))
                    .forEach(chosen::add);
        }
        return supporting(chosen, recipient);
    }

    private static List<NamedChannel> supporting(Collection<NamedChannel> channels, Recipient recipient) {
        List<NamedChannel> supporting = new ArrayList<>(channels.size());
        for (NamedChannel each : channels) {
            if (each.channel().supports(recipient)) {
                supporting.add(each);
            }
        }
        return supporting;
    }

    /**
     * Delivers a code. After the first channel, none is tried when no time is left. A decoy takes the same way, except
     * that each channel only plays an attempt.
     *
     * @param withdraw runs if certainly no channel has sent the message, also if the renderer throws an exception
     * @throws VirtualMachineError an error of the JVM while a channel delivered; likewise {@link LinkageError}. The
     *     message may have been sent, and the code is not withdrawn
     */
    Delivery deliver(List<NamedChannel> route, Passcode passcode, Runnable withdraw) {
        List<DeliveryFailure> failures = new ArrayList<>(0);
        Map<String, Duration> durations = new LinkedHashMap<>(2);
        Deadline deadline = Deadline.in(timeout);
        SendCall call = passcode.call();
        boolean decoy = call.isDecoy();
        for (NamedChannel channel : route) {
            boolean first = durations.isEmpty();
            if (!first && deadline.remaining().isZero()) {
                if (!decoy) {
                    events.outOfTime(channel.name(), timeout, call);
                }
                break;
            }
            OtpMessage message = write(passcode, channel, withdraw).forDelivery(deadline, passcode.challengeIds());
            Attempt attempt = observedAttempt(channel, message, call);
            durations.put(channel.name(), attempt.duration());
            if (attempt.failure() != null) {
                failures.add(attempt.failure());
                if (!decoy) {
                    events.failed(attempt.failure(), call);
                }
            }
            Outcome outcome = attempt.outcome();
            if (outcome == Outcome.SENT || outcome == Outcome.MAYBE_SENT) {
                Accepted accepted = new Accepted(
                        channel.name(),
                        outcome == Outcome.SENT,
                        attempt.providerMessageId(),
                        developmentMode ? Optional.of(message) : Optional.empty());
                return new Delivery(Optional.of(accepted), failures, durations);
            }
            if (outcome == Outcome.STOP) {
                break;
            }
        }
        withdraw.run();
        return new Delivery(Optional.empty(), failures, durations);
    }

    private OtpMessage write(Passcode passcode, NamedChannel channel, Runnable withdraw) {
        try {
            return messages.write(passcode, channel.medium());
        } catch (Throwable e) {
            withdraw.run();
            throw e;
        }
    }

    /** The result of one channel; without a failure, the channel has sent the message. */
    private record Attempt(@Nullable DeliveryFailure failure, Optional<String> providerMessageId, Duration duration) {
        Outcome outcome() {
            return failure == null ? Outcome.SENT : Outcome.of(failure.kind());
        }
    }

    /** Attempts a delivery, or plays one for a decoy: an observer sees no difference. */
    private Attempt observedAttempt(NamedChannel channel, OtpMessage message, SendCall call) {
        Observed observed = events.startDelivery(channel.name(), channel.medium(), call);
        Attempt attempt;
        try {
            attempt = call.isDecoy() ? playedAttempt(channel, message, call) : attempt(channel, message, call);
        } catch (Throwable e) {
            observed.threw(e);
            throw e;
        }
        observed.delivered(attempt.failure());
        return attempt;
    }

    private Attempt attempt(NamedChannel channel, OtpMessage message, SendCall call) {
        Duration start = channel.recent().now();
        DeliveryFailure failure;
        try {
            DeliveryReceipt receipt = channel.channel().deliver(message);
            Duration duration = channel.recent().now().minus(start);
            Optional<String> id = receipt.providerMessageId();
            return remembered(
                    channel,
                    call,
                    new Attempt(null, id.isEmpty() ? id : Optional.of(message.redact(id.get())), duration));
        } catch (DeliveryException e) {
            failure = redacted(e.failure(), channel, message);
        } catch (VirtualMachineError | LinkageError e) {
            // The JVM has failed, or a class of the channel is missing: the application must receive the error itself.
            logBroken(channel, e, call);
            throw e;
        } catch (Throwable e) {
            // The message may have been sent before any exception, and the text of a foreign one may contain the code.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            failure = DeliveryFailure.of(
                    channel.name(), DeliveryFailure.Kind.UNCERTAIN, null, "the channel threw " + origin(e));
        }
        return remembered(
                channel,
                call,
                new Attempt(failure, Optional.empty(), channel.recent().now().minus(start)));
    }

    private static Attempt remembered(NamedChannel channel, SendCall call, Attempt attempt) {
        channel.recent().add(call, attempt.duration(), attempt.failure(), attempt.providerMessageId());
        return attempt;
    }

    /** Plays an attempt of a channel for a decoy: nothing leaves, and the outcome is that of a recent real one. */
    private Attempt playedAttempt(NamedChannel channel, OtpMessage message, SendCall call) {
        if (developmentMode) {
            DevelopmentChannel.logDecoy(message);
        }
        Duration start = channel.recent().now();
        DeliveryFailure failure;
        Optional<String> id = Optional.empty();
        try {
            RecentDeliveries.Played played = channel.recent().play(call, message.deadline());
            failure = played.failure();
            id = played.providerMessageId();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = DeliveryFailure.of(
                    channel.name(), DeliveryFailure.Kind.UNCERTAIN, null, "interrupted while waiting for the provider");
        }
        return new Attempt(failure, id, channel.recent().now().minus(start));
    }

    /** Returns a failure under the channel's own name, without code and address, and cut. */
    private static DeliveryFailure redacted(DeliveryFailure failure, NamedChannel channel, OtpMessage message) {
        return new DeliveryFailure(
                channel.name(),
                failure.kind(),
                failure.providerCode().map(message::redact),
                Arguments.oneLine(message.redact(failure.detail()), EventPublisher.MAX_TEXT));
    }

    private void logBroken(NamedChannel channel, Error e, SendCall call) {
        try {
            events.broken(channel.name(), origin(e), call);
        } catch (VirtualMachineError logging) {
            e.addSuppressed(logging);
        }
    }

    /** Returns the type of an exception and its place, without its text, which may contain a secret. */
    static String origin(Throwable e) {
        StackTraceElement[] frames = e.getStackTrace();
        return e.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
    }
}
