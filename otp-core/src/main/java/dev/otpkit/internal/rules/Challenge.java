package dev.otpkit.internal.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One pending code, without the code. Times are epoch milliseconds.
 *
 * @param tag the tag of its recipient, purpose and request
 * @param nonce the random bits from which its code is derived
 * @param createdAt the moment at which its code was made
 * @param expiresAt the moment from which on it is not accepted
 * @param lastSentAt the moment of its last send
 * @param attemptsUsed the number of guesses that were compared; {@link #EXHAUSTED} once the policy's last one was used,
 *     so that no other or later policy has an attempt left
 * @param sends the number of its sends, counted up to 255
 * @param decoy true if no guess is ever right: its message was not sent
 * @param trace what is known of its messages
 */
public record Challenge(
        ChallengeTag tag,
        Nonce nonce,
        long createdAt,
        long expiresAt,
        long lastSentAt,
        int attemptsUsed,
        int sends,
        boolean decoy,
        Trace trace) {
    /** The greatest number of attempts that any policy allows: no policy has one left. */
    public static final int EXHAUSTED = PolicyLimits.MAX_ATTEMPTS;

    /** The greatest count of sends. */
    public static final int MAX_SENDS = 255;

    /** Creates a challenge that is no decoy, and of whose messages nothing is known. */
    public Challenge(
            ChallengeTag tag,
            Nonce nonce,
            long createdAt,
            long expiresAt,
            long lastSentAt,
            int attemptsUsed,
            int sends) {
        this(tag, nonce, createdAt, expiresAt, lastSentAt, attemptsUsed, sends, false, Trace.NONE);
    }

    /**
     * The facts about the messages of a challenge that the configured features need.
     *
     * @param message the last message that a channel wants to be notified about; null if there is none
     * @param failedChannel the name of the channel that reported last that its message did not arrive; null if none did
     * @param clients the tags of the clients that requested its sends, the latest last; at most {@link #MAX_CLIENTS}
     */
    public record Trace(
            @Nullable SentMessage message, @Nullable String failedChannel, List<Long> clients) {
        /** Nothing. */
        public static final Trace NONE = new Trace(null, null, List.of());

        /** The greatest number of clients. */
        public static final int MAX_CLIENTS = 16;

        /** Copies the list. */
        public Trace {
            clients = List.copyOf(clients);
        }

        /** Returns a trace with another message. */
        public Trace withMessage(@Nullable SentMessage other) {
            return new Trace(other, failedChannel, clients);
        }

        /** Returns a trace with another channel whose message did not arrive. */
        public Trace withFailedChannel(@Nullable String other) {
            return new Trace(message, other, clients);
        }

        /** Returns the trace of the same code, sent again: its last message is no longer the last one. */
        Trace sentAgain() {
            return message == null ? this : withMessage(null);
        }

        /** Returns the trace of the code that replaces this one: the channel that failed, which may fail again. */
        Trace replaced() {
            return failedChannel == null ? NONE : NONE.withFailedChannel(failedChannel);
        }

        /** Returns a trace with other clients. */
        Trace withClients(List<Long> others) {
            return new Trace(message, failedChannel, others);
        }

        /** Returns a trace with one more client; of too many, the oldest are left out. */
        public Trace withClient(long client) {
            List<Long> more = new ArrayList<>(clients);
            more.add(client);
            return new Trace(message, failedChannel, more.subList(Math.max(0, more.size() - MAX_CLIENTS), more.size()));
        }

        // Written out, like hashCode: the generated ones are linked at run time, which takes a fresh JVM 10 ms and
        // more.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Trace that
                    && Objects.equals(message, that.message)
                    && Objects.equals(failedChannel, that.failedChannel)
                    && clients.equals(that.clients);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * Objects.hashCode(message) + Objects.hashCode(failedChannel)) + clients.hashCode();
        }
    }

    /**
     * A message that a provider has accepted.
     *
     * @param channel the name of the channel
     * @param providerMessageId the provider's id of the message
     */
    public record SentMessage(String channel, String providerMessageId) {}

    /** Returns whether this challenge has a tag, by which the challenges of a recipient differ. */
    public boolean hasTag(ChallengeTag other) {
        return tag.purpose() == other.purpose() && tag.request() == other.request();
    }

    boolean isExpired(long now) {
        return now >= expiresAt;
    }

    boolean isExhausted(int maxAttempts) {
        return attemptsUsed >= maxAttempts;
    }

    Challenge sentAgain(long now, long expiry) {
        return new Challenge(
                tag,
                nonce,
                createdAt,
                now + expiry,
                now,
                attemptsUsed,
                Math.min(sends + 1, MAX_SENDS),
                decoy,
                trace.sentAgain());
    }

    /**
     * Returns true if this is a challenge as a send left it: neither replaced nor sent again since. Guesses do not
     * matter.
     */
    boolean isAsSent(Challenge sent) {
        return nonce.equals(sent.nonce) && sends == sent.sends && lastSentAt == sent.lastSentAt;
    }

    Challenge attemptsUsed(int used) {
        return new Challenge(tag, nonce, createdAt, expiresAt, lastSentAt, used, sends, decoy, trace);
    }

    /** Returns a challenge of whose messages something else is known. */
    public Challenge traced(Trace other) {
        return new Challenge(tag, nonce, createdAt, expiresAt, lastSentAt, attemptsUsed, sends, decoy, other);
    }
}
