package dev.otpkit.examples.web;

import dev.otpkit.SendResult.Refused;
import dev.otpkit.VerifyResult.Rejected;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.http.HttpStatus;

/**
 * A reason why a page is shown again. Its text is {@code error.} and the key in messages.properties.
 *
 * @param key the name of the reason
 * @param status the status of the response
 * @param field the name of the field to correct; empty if none is wrong
 * @param retryAfter the moment from which another try makes sense
 * @param attemptsLeft the remaining attempts at the code
 */
record Problem(String key, HttpStatus status, String field, Optional<Instant> retryAfter, OptionalInt attemptsLeft) {
    Problem {
        Objects.requireNonNull(key, "key must not be null");
        Objects.requireNonNull(status, "status must not be null");
        Objects.requireNonNull(field, "field must not be null");
        Objects.requireNonNull(retryAfter, "retryAfter must not be null");
        Objects.requireNonNull(attemptsLeft, "attemptsLeft must not be null");
    }

    /** Returns the problem of a field that holds no usable value. The key is the name of the field. */
    static Problem ofField(String field) {
        return ofInput(field, field);
    }

    /** Returns the problem of a store or a provider that does not answer. */
    static Problem ofOutage(String key) {
        return new Problem(key, HttpStatus.SERVICE_UNAVAILABLE, "", Optional.empty(), OptionalInt.empty());
    }

    /** Returns the problem of a payment that is not the one that the page showed. */
    static Problem ofChange() {
        return ofInput("changed", "");
    }

    /** Returns the problem of a refused send. */
    static Problem of(Refused refused) {
        return switch (refused.reason()) {
            case INVALID_RECIPIENT -> ofField("address");
            case LOCKED -> ofWait("locked", refused.retryAfter());
            case RATE_LIMITED, TRAFFIC_LIMITED -> ofWait("limited", refused.retryAfter());
            case RESEND_TOO_SOON -> ofWait("soon", refused.retryAfter());
            default -> ofInput("notallowed", "address");
        };
    }

    /** Returns the problem of a rejected code. */
    static Problem of(Rejected rejected) {
        return switch (rejected.reason()) {
            case WRONG_CODE ->
                new Problem(
                        "wrong", HttpStatus.UNPROCESSABLE_CONTENT, "code", Optional.empty(), rejected.attemptsLeft());
            case EXPIRED -> ofInput("expired", "code");
            case TOO_MANY_ATTEMPTS -> ofInput("exhausted", "code");
            case LOCKED -> ofWait("locked", rejected.retryAfter());
            case RATE_LIMITED -> ofWait("limited", rejected.retryAfter());
            case MALFORMED_CODE -> ofInput("malformed", "code");
            default -> ofInput("gone", "code");
        };
    }

    /** Returns the problem that a redirect of the starter's log-in names. */
    static Problem ofLogin(String error, OptionalInt attemptsLeft) {
        return switch (error) {
            case "wrong" ->
                new Problem(error, HttpStatus.UNPROCESSABLE_CONTENT, "code", Optional.empty(), attemptsLeft);
            case "malformed", "expired" -> ofInput(error, "code");
            case "attempts" -> ofInput("exhausted", "code");
            case "none" -> ofInput("gone", "code");
            case "too-soon" -> ofWait("soon", Optional.empty());
            case "locked", "limited" -> ofWait(error, Optional.empty());
            case "invalid" -> ofField("address");
            case "unavailable" -> ofOutage("away");
            default -> ofInput("notallowed", "address");
        };
    }

    private static Problem ofInput(String key, String field) {
        return new Problem(key, HttpStatus.UNPROCESSABLE_CONTENT, field, Optional.empty(), OptionalInt.empty());
    }

    private static Problem ofWait(String key, Optional<Instant> retryAfter) {
        return new Problem(key, HttpStatus.TOO_MANY_REQUESTS, "", retryAfter, OptionalInt.empty());
    }
}
