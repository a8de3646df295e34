package dev.otpkit.spi;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.ChannelName;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider's report on a message that it had accepted, after the reader of a channel has checked that it comes from
 * the provider. An application hands it to {@link dev.otpkit.OtpManager#report}. Immutable and thread-safe; its
 * {@code toString()} is safe to log.
 */
public final class DeliveryReport {
    private final String channel;
    private final String providerMessageId;
    private final Status status;
    private final @Nullable DeliveryFailure failure;
    private final @Nullable String challengeId;

    private DeliveryReport(
            String channel,
            String providerMessageId,
            Status status,
            @Nullable DeliveryFailure failure,
            @Nullable String challengeId) {
        this.channel = channel;
        this.providerMessageId = providerMessageId;
        this.status = status;
        this.failure = failure;
        this.challengeId = challengeId;
    }

    /** The status of a message that a provider accepted. */
    public enum Status {
        /** The message reached the device or mailbox. */
        DELIVERED,
        /** The carrier could not deliver the message. */
        UNDELIVERED,
        /** The provider could not send the message. */
        FAILED
    }

    /**
     * Returns the report that a message arrived.
     *
     * @param channel the name of the channel that sent it
     * @param providerMessageId the provider's id of the message; cleaned and cut as in {@link DeliveryReceipt}
     * @return a report without the id of a challenge
     * @throws IllegalArgumentException if the name of the channel is blank, over 64 characters or has control
     *     characters
     */
    public static DeliveryReport delivered(String channel, String providerMessageId) {
        ChannelName.checked("channel", channel);
        return new DeliveryReport(channel, cleaned(providerMessageId), Status.DELIVERED, null, null);
    }

    /**
     * Returns the report that a message did not arrive.
     *
     * @param status {@link Status#UNDELIVERED} or {@link Status#FAILED}
     * @param providerMessageId the provider's id of the message; cleaned and cut as in {@link DeliveryReceipt}
     * @param failure the reason, with the name of the channel that sent the message; logged and published as it is, so
     *     its detail must have no address and no code
     * @return a report without the id of a challenge
     * @throws IllegalArgumentException if the status is {@link Status#DELIVERED}
     */
    public static DeliveryReport failed(Status status, String providerMessageId, DeliveryFailure failure) {
        Objects.requireNonNull(status, "status must not be null");
        Objects.requireNonNull(failure, "failure must not be null");
        if (status == Status.DELIVERED) {
            throw new IllegalArgumentException("status must be UNDELIVERED or FAILED, but was DELIVERED");
        }
        return new DeliveryReport(failure.channel(), cleaned(providerMessageId), status, failure, null);
    }

    private static String cleaned(String providerMessageId) {
        Objects.requireNonNull(providerMessageId, "providerMessageId must not be null");
        return Arguments.oneLine(providerMessageId, DeliveryReceipt.MAX_ID);
    }

    /**
     * Returns this report with the id of the challenge whose code the message carried, as the channel gave it to the
     * provider; see {@link OtpMessage#challengeId()}.
     *
     * @param challengeId the id; any text, since a manager ignores one that it did not make
     * @return a new report
     */
    public DeliveryReport forChallenge(String challengeId) {
        Objects.requireNonNull(challengeId, "challengeId must not be null");
        return new DeliveryReport(channel, providerMessageId, status, failure, challengeId);
    }

    /**
     * Returns the name of the channel that sent the message.
     *
     * @return the name
     */
    public String channel() {
        return channel;
    }

    /**
     * Returns the provider's id of the message.
     *
     * @return the id, as in {@link dev.otpkit.SendResult.Sent#providerMessageId()}
     */
    public String providerMessageId() {
        return providerMessageId;
    }

    /**
     * Returns the status that the provider reports.
     *
     * @return the status
     */
    public Status status() {
        return status;
    }

    /**
     * Returns the reason for which the message did not arrive.
     *
     * @return empty if it was delivered
     */
    public Optional<DeliveryFailure> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Returns the id of the challenge whose code the message carried.
     *
     * @return an unchecked text; empty if the provider sent none back
     */
    public Optional<String> challengeId() {
        return Optional.ofNullable(challengeId);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DeliveryReport that
                && channel.equals(that.channel)
                && providerMessageId.equals(that.providerMessageId)
                && status == that.status
                && Objects.equals(failure, that.failure)
                && Objects.equals(challengeId, that.challengeId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(channel, providerMessageId, status, failure, challengeId);
    }

    /** Returns a text that is safe to log: without the id of the challenge. */
    @Override
    public String toString() {
        return "DeliveryReport[channel=" + channel + ", providerMessageId=" + providerMessageId + ", status=" + status
                + (failure == null ? "" : ", failure=" + failure) + "]";
    }
}
