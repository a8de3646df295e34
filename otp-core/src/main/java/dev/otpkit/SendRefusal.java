package dev.otpkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import java.time.Instant;
import java.util.Optional;

/**
 * A refusal to send.
 *
 * @param reason the reason
 * @param retryAfter the moment from which it may be different, if waiting helps
 * @param limit the limit that is used up, if the reason is one
 */
record SendRefusal(SendResult.Refused.Reason reason, Optional<Instant> retryAfter, Optional<OtpEvent.Limit> limit) {

    /** Returns a refusal for which waiting does not help. */
    static SendRefusal of(SendResult.Refused.Reason reason) {
        return new SendRefusal(reason, Optional.empty(), Optional.empty());
    }

    /** Returns the refusal by the rules; empty if they allow the send. */
    static Optional<SendRefusal> of(Issue issue) {
        if (issue instanceof Issue.Refused refused) {
            return Optional.of(new SendRefusal(
                    refused.reason(),
                    Optional.of(refused.retryAfter()),
                    refused.limit().map(rate -> new OtpEvent.Limit(OtpEvent.Limit.Scope.RECIPIENT, rate))));
        }
        return issue instanceof Issue.OptedOut
                ? Optional.of(of(SendResult.Refused.Reason.OPTED_OUT))
                : Optional.empty();
    }
}
