package dev.otpkit.spring;

import static dev.otpkit.spring.AdapterProperties.isSet;
import static dev.otpkit.spring.AdapterProperties.missing;
import static dev.otpkit.spring.AdapterProperties.required;

import org.jspecify.annotations.Nullable;

/**
 * The account and the credentials at Twilio: those of the API key if there is one, since the token also checks reports.
 */
record TwilioSignIn(
        String prefix,
        String accountSid,
        @Nullable String authToken,
        @Nullable String apiKey,
        @Nullable String apiSecret) {
    /** @param prefix the properties of the channel */
    static TwilioSignIn of(TwilioProperties properties, String prefix) {
        String reason = ", since " + prefix + ".* is";
        String account = required("otpkit.twilio.account-sid", properties.accountSid(), reason);
        if (isSet(properties.apiKey()) || isSet(properties.apiSecret())) {
            return new TwilioSignIn(
                    prefix,
                    account,
                    null,
                    required("otpkit.twilio.api-key", properties.apiKey(), ", since otpkit.twilio.api-secret is"),
                    required("otpkit.twilio.api-secret", properties.apiSecret(), ", since otpkit.twilio.api-key is"));
        }
        String token = required(
                "otpkit.twilio.auth-token",
                properties.authToken(),
                ", or otpkit.twilio.api-key and otpkit.twilio.api-secret" + reason);
        return new TwilioSignIn(prefix, account, token, null, null);
    }

    void requireOneSender(@Nullable String from, @Nullable String messagingServiceSid) {
        if (isSet(from) && isSet(messagingServiceSid)) {
            throw new OtpSettingException(
                    prefix + ".from and " + prefix + ".messaging-service-sid must not be set together",
                    "Remove one of them.");
        }
        if (!isSet(from) && !isSet(messagingServiceSid)) {
            throw missing(prefix + ".from or " + prefix + ".messaging-service-sid", ", since " + prefix + ".* is");
        }
    }

    /** Returns a text without the values, some of which are secret. */
    @Override
    public String toString() {
        return "TwilioSignIn";
    }
}
