package dev.otpkit.spring.web;

import dev.otpkit.Recipient;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A code that a session has asked for, or the stand-in for one that was never sent.
 *
 * @param id the id by which the client names it; random, so it says nothing about the recipient
 * @param binding the random value that the code is bound to. It is not the id of the session, which changes at a log-in
 *     and would take pending codes with it
 * @param address the canonical address
 * @param purpose the purpose
 * @param details the details by name
 * @param language the language tag of the message
 * @param via the channels or media
 * @param expiresAt the moment from which it is not accepted any more
 * @param resendAfter the moment from which another send is not too soon
 * @param attemptsLeft the last number that the client was given; {@link #UNKNOWN} before the first wrong code
 * @param standIn true if nothing was sent, which the client must not learn
 */
record SentCode(
        String id,
        String binding,
        String address,
        String purpose,
        Map<String, String> details,
        String language,
        List<String> via,
        Instant expiresAt,
        Instant resendAfter,
        int attemptsLeft,
        boolean standIn)
        implements Serializable {
    /** The attempts left before the first wrong code. */
    static final int UNKNOWN = -1;

    private static final long serialVersionUID = 1;

    SentCode {
        details = Map.copyOf(details);
        via = List.copyOf(via);
    }

    Recipient recipient() {
        return Recipient.parse(address, null);
    }

    boolean isPending(Instant now) {
        return now.isBefore(expiresAt) && attemptsLeft != 0;
    }

    SentCode withAttemptsLeft(int attempts) {
        return new SentCode(
                id, binding, address, purpose, details, language, via, expiresAt, resendAfter, attempts, standIn);
    }

    /** Shows no binding, no full address and no value of a detail. */
    @Override
    public String toString() {
        return "SentCode[recipient=" + recipient() + ", purpose=" + purpose + ", expiresAt=" + expiresAt + "]";
    }
}
