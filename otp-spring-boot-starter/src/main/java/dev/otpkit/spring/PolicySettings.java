package dev.otpkit.spring;

import dev.otpkit.Alphabet;
import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.TrafficLimits;
import dev.otpkit.spring.OtpProperties.Limit;
import dev.otpkit.spring.OtpProperties.Policy;
import dev.otpkit.spring.OtpProperties.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns properties into policies, limits and budgets. Each refusal names the property. */
final class PolicySettings {
    private PolicySettings() {}

    /** Applies a value, unless it is null. */
    static <T> void set(String property, @Nullable T value, Consumer<T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw OtpSettingException.invalid(property, e);
        }
    }

    /** Applies a limit, unless it is null. */
    static void setLimit(String property, @Nullable Limit limit, Consumer<RateLimit> setter) {
        if (limit != null) {
            set(property, rateLimit(property, limit), setter);
        }
    }

    /** Returns the policy that has the values of the properties, and those of the given one where they have none. */
    static OtpPolicy policy(String prefix, Policy properties, OtpPolicy inherited) {
        OtpPolicy.Builder policy = inherited.toBuilder();
        set(prefix + ".length", properties.length(), policy::length);
        set(prefix + ".alphabet", properties.alphabet(), text -> policy.alphabet(alphabet(text)));
        set(prefix + ".expiry", properties.expiry(), policy::expiry);
        set(prefix + ".max-attempts", properties.maxAttempts(), policy::maxAttempts);
        set(prefix + ".resend", properties.resend(), policy::resend);
        set(prefix + ".resend-cooldown", properties.resendCooldown(), policy::resendCooldown);
        set(
                prefix + ".send-limits",
                properties.sendLimits(),
                limits -> policy.sendLimits(rateLimits(prefix + ".send-limits", limits)));
        setLimit(prefix + ".failure-limit", properties.failureLimit(), policy::failureLimit);
        try {
            return policy.build();
        } catch (IllegalStateException e) {
            throw OtpSettingException.invalid(prefix, e);
        }
    }

    /** Returns the budgets; empty if there is none. */
    static Optional<TrafficLimits> traffic(Traffic properties) {
        if (properties.equals(new Traffic(null, null, properties.countries(), null, null, null, null, false))
                && properties.countries().isEmpty()) {
            return Optional.empty();
        }
        TrafficLimits.Builder traffic = TrafficLimits.builder();
        setLimit("otpkit.traffic.in-all", properties.inAll(), traffic::inAll);
        setLimit("otpkit.traffic.per-country", properties.perCountry(), traffic::perCountry);
        properties
                .countries()
                .forEach((country, limit) -> setLimit(
                        "otpkit.traffic.countries." + country, limit, value -> traffic.country(country, value)));
        setLimit("otpkit.traffic.per-prefix", properties.perPrefix(), traffic::perPrefix);
        setLimit("otpkit.traffic.per-client", properties.perClient(), traffic::perClient);
        setLimit("otpkit.traffic.countries-per-client", properties.countriesPerClient(), traffic::countriesPerClient);
        set("otpkit.traffic.conversion", properties.conversion(), traffic::conversion);
        traffic.exemptVerified(properties.exemptVerified());
        try {
            return Optional.of(traffic.build());
        } catch (IllegalStateException e) {
            throw OtpSettingException.invalid("otpkit.traffic", e);
        }
    }

    private static RateLimit[] rateLimits(String property, List<Limit> limits) {
        RateLimit[] all = new RateLimit[limits.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = rateLimit(property + "[" + i + "]", limits.get(i));
        }
        return all;
    }

    private static RateLimit rateLimit(String property, Limit limit) {
        Integer max = limit.max();
        Duration within = limit.within();
        if (max == null) {
            throw OtpSettingException.missing(property + ".max", property + ".within");
        }
        if (within == null) {
            throw OtpSettingException.missing(property + ".within", property + ".max");
        }
        // Each alone, so that the refusal is that of one property.
        set(property + ".max", max, value -> RateLimit.of(value, Duration.ofSeconds(1)));
        set(property + ".within", within, value -> RateLimit.of(1, value));
        return RateLimit.of(max, within);
    }

    private static Alphabet alphabet(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "digits" -> Alphabet.DIGITS;
            case "unambiguous" -> Alphabet.UNAMBIGUOUS;
            default -> Alphabet.of(text);
        };
    }
}
