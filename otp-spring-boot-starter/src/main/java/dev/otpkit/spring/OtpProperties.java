package dev.otpkit.spring;

import static dev.otpkit.spring.AdapterProperties.text;

import dev.otpkit.OtpManager;
import dev.otpkit.Resend;
import dev.otpkit.TrafficLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * The settings of the manager. A text that is not set, or blank, is null and leaves the default of the manager; ranges
 * are checked where a value is applied.
 *
 * @param appName Name of the application in messages, 1 to 64 characters. By default the value of
 *     spring.application.name, or else OTP.
 * @param secret Secret from which codes and keys are derived: Base64 of 32 to 1024 bytes, the same on all instances.
 *     Required for a store that other processes can see; by default a random one.
 * @param previousSecret Second secret, under which codes are verified too while a new one is rolled out: Base64 of 32
 *     to 1024 bytes. None by default.
 * @param namespace Name that separates this application from others with the same store and secret, 1 to 64 characters.
 *     None by default.
 * @param defaultRegion Country of phone numbers that are typed without a country code: an ISO 3166 code such as SA. By
 *     default such numbers are refused.
 * @param allowedRegions Countries to whose phone numbers codes are sent: ISO 3166 codes such as SA. By default all.
 *     Email addresses are always allowed.
 * @param mobileOnly Whether codes are sent only to those phone numbers that can be mobile; false by default.
 * @param developmentMode Whether nothing is sent, and codes are logged and returned instead; false by default. Refused
 *     if an active profile names production.
 * @param channels Names or media of channels, such as twilio-sms or email, in the order in which they are tried; other
 *     channels follow. By default in the order of their beans.
 * @param store Store that the starter creates if the application has none: caffeine in the memory of one process (the
 *     default), or redis.
 * @param testRecipients Recipients with a fixed code, as the reviewers of app stores ask for. None by default.
 * @param limits Limits over many recipients.
 * @param traffic Budgets against SMS pumping.
 * @param messages Texts of messages.
 * @param policy Policy of all purposes without a policy of their own.
 * @param policies Policies by purpose, with the properties of otpkit.policy. What one does not set, it takes from
 *     otpkit.policy. None by default.
 */
@ConfigurationProperties("otpkit")
record OtpProperties(
        @Nullable String appName,
        @Nullable String secret,
        @Nullable String previousSecret,
        @Nullable String namespace,
        @Nullable String defaultRegion,
        @Nullable List<String> allowedRegions,
        boolean mobileOnly,
        boolean developmentMode,
        @DefaultValue List<String> channels,
        @DefaultValue("caffeine") Store store,
        @DefaultValue List<TestRecipient> testRecipients,
        @DefaultValue Limits limits,
        @DefaultValue Traffic traffic,
        @DefaultValue Messages messages,
        @DefaultValue Policy policy,
        @DefaultValue Map<String, Policy> policies) {

    OtpProperties {
        appName = text(appName);
        // A blank secret stays: it must not become a random one.
        previousSecret = text(previousSecret);
        namespace = text(namespace);
        defaultRegion = text(defaultRegion);
    }

    /** Returns a constant text, since some values are secret. */
    @Override
    public String toString() {
        return "OtpProperties[hidden]";
    }

    /** The stores. */
    enum Store {
        /** In the memory of one process. */
        CAFFEINE,
        /** In Redis, for many processes. */
        REDIS
    }

    /**
     * A number within a window.
     *
     * @param max Number that is allowed within the window, 1 to 1000000. No limit by default.
     * @param within Length of the window, from 1 second to 31 days; a number without a unit is in seconds. No limit by
     *     default.
     */
    record Limit(
            @Nullable Integer max,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration within) {}

    /**
     * Limits over many recipients.
     *
     * @param clientSends Limit on the sends of each client address.
     * @param clientFailures Limit on the wrong codes of each client address.
     * @param mailboxSends Limit on the sends to each mailbox, over all its addresses.
     * @param deliveryTimeout Time that all channels of a send may take together, from 100 milliseconds to 10 minutes; a
     *     number without a unit is in seconds. 20 seconds by default.
     */
    record Limits(
            @Nullable Limit clientSends,
            @Nullable Limit clientFailures,
            @Nullable Limit mailboxSends,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration deliveryTimeout) {}

    /**
     * Budgets against SMS pumping.
     *
     * @param inAll Limit on the sends to all recipients together.
     * @param perCountry Limit on the sends to each country without one of its own.
     * @param countries Limits on the sends to single countries, by ISO 3166 code such as SA, each with max and within.
     *     None by default.
     * @param perPrefix Limit on the sends to each range of numbers that differ in the last four digits.
     * @param perClient Limit on the sends of each client address.
     * @param countriesPerClient Limit on the countries to which each client address requests sends, such as 3 within
     *     1d.
     * @param conversion Effect of a send that exceeds a threshold of unverified sends: record or enforce. Not watched
     *     by default.
     * @param exemptVerified Whether recipients that verified a code within the last 90 days are exempt from the budgets
     *     of their country; false by default.
     */
    record Traffic(
            @Nullable Limit inAll,
            @Nullable Limit perCountry,
            @DefaultValue Map<String, Limit> countries,
            @Nullable Limit perPrefix,
            @Nullable Limit perClient,
            @Nullable Limit countriesPerClient,
            TrafficLimits.@Nullable Mode conversion,
            boolean exemptVerified) {}

    /**
     * Texts of messages.
     *
     * @param basename Name of the application's own texts without language and extension, such as com.acme.otp for
     *     com/acme/otp_ar.properties; 1 to 256 characters. None by default.
     * @param origin Host name of the web site whose pages may fill in the code of an SMS, without scheme and port. None
     *     by default. Not together with app-hash.
     * @param appHash Hash of the Android application that receives an SMS by the SMS Retriever, 11 characters. None by
     *     default. Not together with origin.
     */
    record Messages(
            @Nullable String basename,
            @Nullable String origin,
            @Nullable String appHash) {
        Messages {
            basename = text(basename);
            origin = text(origin);
            appHash = text(appHash);
        }
    }

    /**
     * A policy.
     *
     * @param length Number of characters of a code, 4 to 12; 6 by default.
     * @param alphabet Characters that codes are made of: digits (the default), unambiguous (28 digits and capital
     *     letters), or 2 to 67 characters of your own.
     * @param expiry Time for which a code is valid, up to 24 hours; a number without a unit is in seconds. 5 minutes by
     *     default.
     * @param maxAttempts Number of guesses that are answered for one code, 1 to 10; 5 by default.
     * @param resend Effect of a second send while the code is valid: reuse repeats the code (the default), rotate
     *     replaces it.
     * @param resendCooldown Time between two sends for a valid code, up to 24 hours; a number without a unit is in
     *     seconds. 30 seconds by default.
     * @param sendLimits Limits on the sends to each recipient over all purposes, 1 to 10 of them with a max of 1 to 100
     *     each; by default 5 within 10 minutes and 10 within 24 hours.
     * @param failureLimit Limit on the wrong codes of each recipient over all purposes, with a max of 1 to 100; 10
     *     within 1 hour by default.
     */
    record Policy(
            @Nullable Integer length,
            @Nullable String alphabet,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration expiry,
            @Nullable Integer maxAttempts,
            @Nullable Resend resend,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration resendCooldown,
            @Nullable List<Limit> sendLimits,
            @Nullable Limit failureLimit) {
        Policy {
            alphabet = text(alphabet);
        }
    }

    /**
     * A recipient with a fixed code.
     *
     * @param address Phone number or email address.
     * @param purpose Purpose of the code, 1 to 64 characters.
     * @param code Code, which fits the policy of the purpose.
     * @param until End of the fixed code, at most 90 days from now, such as 2027-01-31T00:00:00Z.
     */
    record TestRecipient(
            @Nullable String address,
            @DefaultValue(OtpManager.DEFAULT_PURPOSE) String purpose,
            @Nullable String code,
            @Nullable Instant until) {

        /** Returns the text without address and code. */
        @Override
        public String toString() {
            return "TestRecipient[purpose=" + purpose + ", until=" + until + "]";
        }
    }
}
