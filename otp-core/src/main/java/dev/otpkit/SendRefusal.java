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

    /** Returns a refusal by the rules. */
    static SendRefusal of(Issue.Refused refused) {
        return new SendRefusal(
                refused.reason(),
                Optional.of(refused.retryAfter()),
                refused.limit().map(rate -> new OtpEvent.Limit(OtpEvent.Limit.Scope.RECIPIENT, rate)));
    }
}
