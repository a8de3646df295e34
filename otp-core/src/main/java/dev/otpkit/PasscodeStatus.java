package dev.otpkit;

import dev.otpkit.internal.rules.PurposeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The answers that {@code send} and {@code verify} would give for one recipient and purpose at a moment: whether a code
 * is pending, the attempts and sends that are left, and the moments at which locks, limits and cooldowns end.
 * Immutable.
 *
 * <p>{@link OtpManager#status(Recipient, String)} returns it. It says whether a code was sent to an address: show it
 * only to the person who requested the code, in the session that did so, or to staff.
 *
 * <p>It covers the recipient's own history alone. The limits per client and per mailbox, the traffic budgets, the
 * recipient filter, the guard, the channels and opt-outs may refuse a send all the same. Moments are of the manager's
 * clock, to the millisecond; the {@code retryAfter} of a refusal is the same moment, rounded up to a whole second.
 */
public final class PasscodeStatus {
    private final Recipient recipient;
    private final String purpose;
    private final PurposeStatus status;

    PasscodeStatus(Recipient recipient, String purpose, PurposeStatus status) {
        this.recipient = recipient;
        this.purpose = purpose;
        this.status = status;
    }

    /**
     * Returns the recipient.
     *
     * @return the recipient in canonical form
     */
    public Recipient recipient() {
        return recipient;
    }

    /**
     * Returns the purpose.
     *
     * @return the purpose of the codes
     */
    public String purpose() {
        return purpose;
    }

    /**
     * Returns the moment at which all of this holds. A later call of the manager may change it.
     *
     * @return the moment of the reading
     */
    public Instant at() {
        return Instant.ofEpochMilli(status.now());
    }

    /**
     * Returns whether a code is pending for the purpose, with any binding: sent, and neither used, replaced, cancelled,
     * expired nor exhausted. A {@linkplain OtpRequest#decoy() decoy} is pending like any other code, though no guess at
     * it is right.
     *
     * @return true if the right code would be accepted now, or after the {@linkplain #lockedUntil() lock} if there is
     *     one
     */
    public boolean isPending() {
        return status.isPending();
    }

    /**
     * Returns the moment from which no pending code is accepted any more: of several with different bindings, the
     * latest one.
     *
     * @return empty if no code is pending
     */
    public Optional<Instant> expiresAt() {
        return later(status.expiresAt());
    }

    /**
     * Returns the number of guesses that will still be answered: the smaller of the attempts at the pending code that
     * was sent last, and of the failures until a lock.
     *
     * @return 0 under a lock, otherwise at least 1; empty if no code is pending
     */
    public OptionalInt attemptsLeft() {
        return status.isPending() ? OptionalInt.of(status.attemptsLeft()) : OptionalInt.empty();
    }

    /**
     * Returns the number of sends that the tightest of {@link OtpPolicy#sendLimits()} allows now. Locks and cooldowns
     * do not count.
     *
     * @return at least 0; the sends of all purposes count
     */
    public int sendsLeft() {
        return status.sendsLeft();
    }

    /**
     * Returns the end of the {@linkplain OtpPolicy#resendCooldown() cooldown} of the pending code. A request with
     * another binding has none.
     *
     * @return empty if the cooldown is over, or no code is pending
     */
    public Optional<Instant> resendAfter() {
        return later(status.cooledAt());
    }

    /**
     * Returns the end of the lock that too many wrong codes have caused; see {@link OtpPolicy#failureLimit()}. During a
     * rotation of the secret there is none as long as a code can be verified under one of the two secrets.
     *
     * @return empty if the recipient is not locked
     */
    public Optional<Instant> lockedUntil() {
        return later(status.unlockedAt());
    }

    /**
     * Returns the moment from which a send for the purpose is allowed, whatever its binding: when lock, send limits and
     * cooldown are over.
     *
     * @return {@link #at()} if a send is allowed at once
     */
    public Instant nextSendAt() {
        return Instant.ofEpochMilli(status.nextSendAt());
    }

    /**
     * Returns the media over which the recipient wants no messages.
     *
     * @return the media, such as {@code sms}, in no order; unmodifiable
     */
    public List<String> optedOut() {
        return status.optedOut();
    }

    private Optional<Instant> later(long moment) {
        return moment > status.now() ? Optional.of(Instant.ofEpochMilli(moment)) : Optional.empty();
    }

    /** Returns a text that is safe to log: a masked recipient. */
    @Override
    public String toString() {
        return "PasscodeStatus[recipient=" + recipient + ", purpose=" + purpose + ", at=" + at() + ", expiresAt="
                + expiresAt() + ", attemptsLeft=" + attemptsLeft() + ", sendsLeft=" + sendsLeft() + ", resendAfter="
                + resendAfter() + ", lockedUntil=" + lockedUntil() + ", nextSendAt=" + nextSendAt() + ", optedOut="
                + optedOut() + "]";
    }
}
