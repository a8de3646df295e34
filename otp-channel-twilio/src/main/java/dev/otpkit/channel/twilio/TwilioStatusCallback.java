package dev.otpkit.channel.twilio;

import com.twilio.security.RequestValidator;
import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.channel.twilio.CallbackForm.MalformedException;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.DeliveryReport.Status;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reader of Twilio's reports on messages that it had accepted: the POST requests to the URL that is set as a
 * channel's {@code statusCallback}. Thread-safe and without state or I/O: the application receives the request, calls
 * this reader, and hands the report to {@link dev.otpkit.OtpManager#report}.
 *
 * <p>A report counts only if its {@code X-Twilio-Signature} was made with the account's token, over the URL that Twilio
 * has and everything that was posted. That URL is {@link Builder#publicUrl}, never the URL of the request that arrived,
 * which differs behind a proxy. The URL with its port and without it are the same for Twilio, and here. Of the query of
 * the request that arrived, one parameter counts, {@code otpkit-challenge}, with which the channel has extended the
 * public URL: it is part of the URL that must be signed. Nothing else of that query is authenticated: anyone can add
 * some to a recorded report. Do not read it. Put other values that Twilio has to send back into the query of the public
 * URL, or look them up by the message id.
 *
 * <p>Reports may come twice, late and in any order, {@code sent} even after {@code delivered}. The same request always
 * makes the same report, so a receiver that keeps the last of delivered, undelivered and failed by message id is
 * correct. The signature has no time stamp: anyone who has recorded a report (TLS keeps strangers from that) can send
 * it again at any time. That repeats an old event about an old message. Nobody can invent a message, or change the id,
 * the status or the challenge of one. But the signature does not mark the end of a parameter, so in a recorded report
 * the error code, the two numbers and the id of the challenge can be merged into a neighbouring parameter, and are then
 * missing or name nothing.
 *
 * <p>The channel is the WhatsApp one if sender or recipient begins with {@code whatsapp:}, or else the one for SMS.
 *
 * <p>{@code delivered} and {@code read} are {@link Status#DELIVERED}, {@code undelivered} is
 * {@link Status#UNDELIVERED}, {@code failed} and {@code canceled} are {@link Status#FAILED}; the failure's kind is that
 * of the error code, as in {@link TwilioSmsChannel}. Without a code, or with one that is not in that table, undelivered
 * is {@link Kind#UNCERTAIN} and failed is {@link Kind#UNAVAILABLE}.
 */
public final class TwilioStatusCallback {
    private static final Pattern STATUS = Pattern.compile("[A-Za-z_-]{1,40}");
    private static final Pattern ERROR_CODE = Pattern.compile("[1-9][0-9]{0,8}");

    private final List<RequestValidator> validators;
    private final List<String> urls;
    private final Map<String, String> query;
    private final String smsChannel;
    private final String whatsAppChannel;

    private TwilioStatusCallback(Builder builder, String authToken, URI publicUrl, Map<String, String> query) {
        this.validators = new ArrayList<>(List.of(new RequestValidator(authToken)));
        if (builder.previousAuthToken != null) {
            validators.add(new RequestValidator(builder.previousAuthToken));
        }
        this.urls = PublicUrl.spellings(publicUrl);
        this.query = query;
        this.smsChannel = builder.smsChannel;
        this.whatsAppChannel = builder.whatsAppChannel;
    }

    /**
     * Returns a builder that holds the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a report from the query and the body of the request.
     *
     * @param signature the header {@code X-Twilio-Signature}; null if there was none
     * @param query the unchanged query of the request that arrived; null or empty if there was none
     * @param formBody the unchanged body, {@code application/x-www-form-urlencoded}; any text has a result, none throws
     * @return the report, or a result that says that it is not from Twilio
     */
    public Result read(@Nullable String signature, @Nullable String query, String formBody) {
        Objects.requireNonNull(formBody, "formBody must not be null");
        try {
            return read(signature, PublicUrl.challengeIn(query), () -> CallbackForm.parse(formBody));
        } catch (MalformedException e) {
            return new Result.Forged(e.reason());
        }
    }

    /**
     * Reads a report from the parameters of the request, as a servlet has them: those of the query, which must be among
     * them, before those of the body.
     *
     * @param signature the header {@code X-Twilio-Signature}; null if there was none
     * @param parameters decoded, in UTF-8; any parameters have a result, none throw
     * @return the report, or a result that says that it is not from Twilio
     */
    public Result read(@Nullable String signature, Map<String, String[]> parameters) {
        Objects.requireNonNull(parameters, "parameters must not be null");
        try {
            String challengeId = CallbackForm.first(parameters, PublicUrl.CHALLENGE);
            Map<String, String> signed = new HashMap<>(query);
            if (challengeId != null) {
                signed.put(PublicUrl.CHALLENGE, challengeId);
            }
            return read(signature, challengeId, () -> CallbackForm.of(parameters, signed));
        } catch (MalformedException e) {
            return new Result.Forged(e.reason());
        }
    }

    private Result read(@Nullable String signature, @Nullable String challengeId, Form form) throws MalformedException {
        if (signature == null || signature.isBlank()) {
            return new Result.Forged("no signature");
        }
        if (challengeId != null && !PublicUrl.isChallengeId(challengeId)) {
            return new Result.Forged("a challenge id that no channel has made");
        }
        Map<String, String> parameters = form.read();
        List<String> called = challengeId == null
                ? urls
                : urls.stream()
                        .map(url -> PublicUrl.withChallenge(url, challengeId))
                        .toList();
        if (validators.stream()
                .noneMatch(
                        validator -> called.stream().anyMatch(url -> validator.validate(url, parameters, signature)))) {
            return new Result.Forged("a signature that does not match URL, token and content");
        }
        return report(parameters, challengeId);
    }

    private Result report(Map<String, String> parameters, @Nullable String challengeId) {
        String messageStatus = parameters.getOrDefault("MessageStatus", "");
        String sid = parameters.getOrDefault("MessageSid", "");
        Status status = switch (messageStatus) {
            case "delivered", "read" -> Status.DELIVERED;
            case "undelivered" -> Status.UNDELIVERED;
            case "failed", "canceled" -> Status.FAILED;
            default -> null;
        };
        if (status == null || !TwilioResponse.MESSAGE_SID.matcher(sid).matches()) {
            return new Result.Ignored(STATUS.matcher(messageStatus).matches() ? messageStatus : "");
        }
        boolean whatsApp = parameters.getOrDefault("From", "").startsWith(TwilioWhatsAppChannel.PREFIX)
                || parameters.getOrDefault("To", "").startsWith(TwilioWhatsAppChannel.PREFIX);
        String channel = whatsApp ? whatsAppChannel : smsChannel;
        DeliveryReport report = status == Status.DELIVERED
                ? DeliveryReport.delivered(channel, sid)
                : DeliveryReport.failed(
                        status, sid, failure(channel, status, messageStatus, parameters.get("ErrorCode")));
        return new Result.Reported(challengeId == null ? report : report.forChallenge(challengeId));
    }

    private static DeliveryFailure failure(
            String channel, Status status, String messageStatus, @Nullable String errorCode) {
        Kind otherwise = status == Status.UNDELIVERED ? Kind.UNCERTAIN : Kind.UNAVAILABLE;
        boolean hasCode = errorCode != null && ERROR_CODE.matcher(errorCode).matches();
        return DeliveryFailure.of(
                channel,
                hasCode ? TwilioErrors.of(Integer.valueOf(errorCode), otherwise) : otherwise,
                hasCode ? errorCode : null,
                "Twilio reports the message " + messageStatus);
    }

    /** Returns the names of the channels, without a token. */
    @Override
    public String toString() {
        return "TwilioStatusCallback[sms=" + smsChannel + ", whatsApp=" + whatsAppChannel + "]";
    }

    private interface Form {
        Map<String, String> read() throws MalformedException;
    }

    /** The outcome of reading a callback. Kinds may be added: ignore one that is not known to you. */
    public sealed interface Result {

        /**
         * Returns whether Twilio sent it. If so, respond with 204, otherwise with 403.
         *
         * @return false if it is {@link Forged}, or a kind that is not known yet
         */
        default boolean isGenuine() {
            return this instanceof Reported || this instanceof Ignored;
        }

        /**
         * A report on the delivery of a message.
         *
         * @param report the report to pass on
         */
        record Reported(DeliveryReport report) implements Result {

            /** Checks that nothing is null. */
            public Reported {
                Objects.requireNonNull(report, "report must not be null");
            }
        }

        /**
         * A genuine callback without an outcome: on a message that is still on its way, or on no message.
         *
         * @param status such as {@code queued}, {@code sent} or {@code accepted}; empty if there was none, or none of
         *     at most 40 letters
         */
        record Ignored(String status) implements Result {

            /** Checks that nothing is null. */
            public Ignored {
                Objects.requireNonNull(status, "status must not be null");
            }
        }

        /**
         * A callback that is not from Twilio, or one for which the token or the URL differs from Twilio's.
         *
         * @param reason the reason, in words that repeat nothing of the callback
         */
        record Forged(String reason) implements Result {

            /** Checks that nothing is null. */
            public Forged {
                Objects.requireNonNull(reason, "reason must not be null");
            }
        }
    }

    /** Builds a reader. Not thread-safe; each setter checks its range at once. */
    public static final class Builder {
        private @Nullable String authToken;
        private @Nullable String previousAuthToken;
        private @Nullable URI publicUrl;
        private String smsChannel = "twilio-sms";
        private String whatsAppChannel = "twilio-whatsapp";

        private Builder() {}

        /**
         * Sets the account's primary token, with which Twilio signs; required, even if an API key is used to send.
         *
         * @param authToken 1 to 256 characters of printable ASCII without blanks; never logged or shown
         * @return this builder
         */
        public Builder authToken(String authToken) {
            this.authToken = TwilioBuilder.secret("authToken", authToken);
            return this;
        }

        /**
         * Sets another token with which a report may be signed, while one replaces the other; none by default.
         *
         * @param previousAuthToken 1 to 256 characters of printable ASCII without blanks; never logged or shown
         * @return this builder
         */
        public Builder previousAuthToken(String previousAuthToken) {
            this.previousAuthToken = TwilioBuilder.secret("previousAuthToken", previousAuthToken);
            return this;
        }

        /**
         * Sets the URL that is set as {@code statusCallback}, character by character; required.
         *
         * @param publicUrl https, or http to this machine; with its query if it has one, without user and fragment
         * @return this builder
         */
        public Builder publicUrl(URI publicUrl) {
            this.publicUrl = TwilioBuilder.withoutChallenge("publicUrl", publicUrl);
            return this;
        }

        /**
         * Sets the name of the channel that sends SMS; {@code twilio-sms} by default.
         *
         * @param name 1 to 64 characters without controls
         * @return this builder
         */
        public Builder smsChannel(String name) {
            this.smsChannel = ChannelSettings.text("smsChannel", name, DeliveryChannel.MAX_NAME_LENGTH);
            return this;
        }

        /**
         * Sets the name of the channel that sends over WhatsApp; {@code twilio-whatsapp} by default.
         *
         * @param name 1 to 64 characters without controls
         * @return this builder
         */
        public Builder whatsAppChannel(String name) {
            this.whatsAppChannel = ChannelSettings.text("whatsAppChannel", name, DeliveryChannel.MAX_NAME_LENGTH);
            return this;
        }

        /**
         * Returns the reader.
         *
         * @return a reader; there is nothing to close
         * @throws IllegalStateException if authToken or publicUrl is missing, or the query of the latter cannot be read
         */
        public TwilioStatusCallback build() {
            if (authToken == null || publicUrl == null) {
                throw new IllegalStateException((authToken == null ? "authToken" : "publicUrl") + " must be set");
            }
            try {
                Map<String, String> query = CallbackForm.parse(Objects.requireNonNullElse(publicUrl.getRawQuery(), ""));
                return new TwilioStatusCallback(this, authToken, publicUrl, query);
            } catch (MalformedException e) {
                throw new IllegalStateException("publicUrl must not have a query with " + e.reason());
            }
        }

        /** Returns the settings, without the tokens. */
        @Override
        public String toString() {
            return "TwilioStatusCallback.Builder[sms=" + smsChannel + ", whatsApp=" + whatsAppChannel + "]";
        }
    }
}
