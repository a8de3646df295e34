package dev.otpkit;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * A code that is to be delivered. Its {@code toString()} does not show the code.
 *
 * @param call the call that it answers
 * @param code the code
 * @param expiresAt the moment from which on the code is not accepted
 * @param challengeIds makes ids of the challenge
 */
record Passcode(SendCall call, String code, Instant expiresAt, Supplier<String> challengeIds) {
    @Override
    public String toString() {
        return "Passcode[recipient=" + call.recipient() + ", purpose=" + call.purpose() + "]";
    }
}
