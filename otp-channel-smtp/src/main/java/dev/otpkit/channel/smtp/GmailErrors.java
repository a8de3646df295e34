package dev.otpkit.channel.smtp;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds of failure of the Gmail API, by status, reason and text. */
final class GmailErrors {
    private static final Set<String> LIMITS = Set.of(
            "rateLimitExceeded",
            "userRateLimitExceeded",
            "dailyLimitExceeded",
            "quotaExceeded",
            "RESOURCE_EXHAUSTED",
            "RATE_LIMIT_EXCEEDED");
    private static final Pattern NAMES_RECIPIENT =
            Pattern.compile("(?i)\\binvalid to header\\b|\\brecipient'?s? (e-?mail )?address\\b");

    private GmailErrors() {}

    /** Returns the kind of failure for a response that does not, or not clearly, accept the message. */
    static Kind kind(GmailResponse response) {
        int status = response.status();
        if (status == 429 || (status == 403 && response.reasons().stream().anyMatch(LIMITS::contains))) {
            return Kind.THROTTLED;
        }
        return switch (status) {
            case 401, 403, 404 -> Kind.MISCONFIGURED;
            case 400 ->
                NAMES_RECIPIENT.matcher(response.message()).find() ? Kind.RECIPIENT_REJECTED : Kind.MISCONFIGURED;
            default -> status / 100 == 4 ? Kind.UNAVAILABLE : Kind.UNCERTAIN;
        };
    }

    /** Returns Google's name for the error, or the status if there is none. */
    static String code(GmailResponse response) {
        return response.reasons().isEmpty()
                ? String.valueOf(response.status())
                : response.reasons().get(0);
    }
}
