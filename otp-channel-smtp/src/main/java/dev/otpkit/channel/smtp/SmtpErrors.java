package dev.otpkit.channel.smtp;

import dev.otpkit.channel.http.TransportErrors;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of failure for a refusal or a broken exchange, by reply code (RFC 5321, 4.2), enhanced status code (RFC
 * 3463) and known texts of providers.
 *
 * <p>A reply that begins with 4 is a temporary refusal, one that begins with 5 a permanent refusal; both are certain,
 * after the content too. Postfix and others apply all their rules at {@code RCPT TO}, so a permanent refusal there is
 * about the sender, the account or the client as often as about the recipient: statuses x.7.x and x.5.x, the sender's
 * x.1.7 and x.1.8, refused relaying and missing authentication are for the operator. After the content every refusal is
 * for the operator, unless the status or the text names the recipient's mailbox.
 */
final class SmtpErrors {
    /**
     * Texts about sending limits; Gmail reports the daily one as 550 5.4.5, which is temporary in spite of its code.
     */
    private static final Pattern THROTTLED = Pattern.compile("(?i)"
            + "\\brate[ -]?limit|\\bat a rate\\b|\\bunusual rate\\b|\\brate (is )?exceeded|\\bthrottl"
            + "|\\b(sending|messages?|hourly|daily) (rate|limit|quota)\\b|\\be?-?mail (rate|limit)\\b"
            + "|\\bquota exceeded for sender|\\bsender'?s? (submission )?quota|\\bsubmission quota"
            + "|\\btoo many (concurrent |simultaneous |smtp |failed )*"
            + "(messages|mails|e-?mails|connections|sessions|requests|logins?|auth\\w*|recipients|attempts)\\b");

    private static final Set<String> THROTTLED_STATUSES = Set.of("4.5.3", "4.7.28", "5.4.5", "5.7.28");
    private static final Set<String> SENDER_STATUSES = Set.of("5.1.7", "5.1.8");
    private static final Pattern NAMES_RECIPIENT =
            Pattern.compile("(?i)\\brecipient (address )?rejected|\\buser unknown|\\bunknown (user|recipient)"
                    + "|\\bno such (user|mailbox|recipient)"
                    + "|\\bmailbox (full|unavailable|not found|disabled|over quota)");
    private static final Pattern NAMES_SENDER_OR_CLIENT = Pattern.compile(
            "(?i)\\brelay|\\bauth(entication|orization|orized)?\\b|\\bsender\\b|\\brcpthosts\\b|\\bclient host\\b"
                    + "|\\bblack ?list");

    /** Texts of Exchange, with the recipient's status 5.2.z, for an account that may not send as this sender. */
    private static final Pattern SENDS_AS_ANOTHER =
            Pattern.compile("(?i)\\bSendAsDenied|\\bSTOREDRV\\.Submission|\\bsend (as|on behalf)\\b");

    private static final Set<Integer> NOT_ABOUT_RECIPIENT = Set.of(500, 502, 503, 504, 530, 534, 535, 538);

    private SmtpErrors() {}

    /** Returns the kind of failure for a refusal. */
    static Kind refused(SmtpStage stage, SmtpReply reply) {
        boolean temporary = reply.code() < 500;
        if (stage == SmtpStage.LOGIN && !temporary) {
            return Kind.MISCONFIGURED;
        }
        if (THROTTLED_STATUSES.contains(reply.enhanced())
                || THROTTLED.matcher(reply.text()).find()) {
            return Kind.THROTTLED;
        }
        if (temporary) {
            return Kind.UNAVAILABLE;
        }
        if (SENDS_AS_ANOTHER.matcher(reply.text()).find()) {
            return Kind.MISCONFIGURED;
        }
        boolean recipient = switch (stage) {
            case RECIPIENT -> refusesRecipient(reply);
            case DATA, CONTENT, END ->
                namesRecipient(reply)
                        || (reply.code() == 552 && reply.enhanced().isEmpty());
            default -> false;
        };
        return recipient ? Kind.RECIPIENT_REJECTED : Kind.MISCONFIGURED;
    }

    /** Returns the kind of failure if there was no reply, or none that is an SMTP reply. */
    static Kind broken(SmtpStage stage, @Nullable Throwable cause) {
        if (stage == SmtpStage.END) {
            return Kind.UNCERTAIN;
        }
        return TransportErrors.isCausedBy(MissingExtensionException.class, cause)
                ? Kind.MISCONFIGURED
                : TransportErrors.kindOfUnsent(cause);
    }

    private static boolean refusesRecipient(SmtpReply reply) {
        if (NOT_ABOUT_RECIPIENT.contains(reply.code())) {
            return false;
        }
        if (namesRecipient(reply)) {
            return true;
        }
        String status = reply.enhanced();
        return !status.startsWith("5.7.")
                && !status.startsWith("5.5.")
                && !SENDER_STATUSES.contains(status)
                && !NAMES_SENDER_OR_CLIENT.matcher(reply.text()).find();
    }

    private static boolean namesRecipient(SmtpReply reply) {
        String status = reply.enhanced();
        return ((status.startsWith("5.1.") || status.startsWith("5.2.")) && !SENDER_STATUSES.contains(status))
                || NAMES_RECIPIENT.matcher(reply.text()).find();
    }
}
