package dev.otpkit.spring.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of the endpoints. */
final class WebMessages {
    private WebMessages() {}

    /** The body of a send. */
    record Send(
            @Nullable String to,
            @Nullable String purpose,
            @Nullable String locale,
            @Nullable List<String> via,
            @Nullable Map<String, String> details,
            @Nullable String proof) {
        @Override
        public String toString() {
            return "Send[purpose=" + purpose + "]";
        }
    }

    /** The body of a resend. */
    record Resend(@Nullable String challengeId, @Nullable String proof) {
        @Override
        public String toString() {
            return "Resend[]";
        }
    }

    /** The body of a verification. */
    record Verify(
            @Nullable String challengeId,
            @Nullable String to,
            @Nullable String code,
            @Nullable String purpose,
            @Nullable Map<String, String> details) {
        @Override
        public String toString() {
            return "Verify[purpose=" + purpose + "]";
        }
    }

    /** The answer to a send or resend. */
    record Sent(String challengeId, String recipient, Instant expiresAt, Instant resendAfter) {}

    /** The same in development mode. */
    record SentInDevelopment(
            String challengeId, String recipient, Instant expiresAt, Instant resendAfter, String developmentCode) {
        @Override
        public String toString() {
            return "SentInDevelopment[recipient=" + recipient + "]";
        }
    }

    /** The answer to a right code. */
    record Verified(boolean verified, String purpose, Instant verifiedAt) {}

    /** The status of a code. */
    record Status(
            boolean pending,
            String recipient,
            String purpose,
            Instant expiresAt,
            Instant resendAfter,
            @Nullable Integer attemptsLeft) {}
}
