package dev.otpkit.spring.web;

import dev.otpkit.OtpPolicy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.env.Environment;

/**
 * The lifetimes of codes by purpose, for {@linkplain SentCode#standIn() stand-ins}: the properties of
 * {@code otpkit.policies.<purpose>}, then those of {@code otpkit.policy}, then the defaults.
 */
record StandInLifetimes(Map<String, Lifetime> byPurpose, Lifetime otherwise) {

    /** Reads the properties. */
    static StandInLifetimes from(Environment environment) {
        Binder binder = Binder.get(environment);
        return new StandInLifetimes(
                binder.bind("otpkit.policies", Bindable.mapOf(String.class, Lifetime.class))
                        .orElseGet(Map::of),
                binder.bind("otpkit.policy", Bindable.of(Lifetime.class))
                        .orElseGet(() -> new Lifetime(null, null, null)));
    }

    Duration expiry(String purpose) {
        Duration own = of(purpose).expiry;
        return own != null
                ? own
                : otherwise.expiry != null
                        ? otherwise.expiry
                        : OtpPolicy.defaults().expiry();
    }

    Duration resendCooldown(String purpose) {
        Duration own = of(purpose).resendCooldown;
        return own != null
                ? own
                : otherwise.resendCooldown != null
                        ? otherwise.resendCooldown
                        : OtpPolicy.defaults().resendCooldown();
    }

    int maxAttempts(String purpose) {
        Integer own = of(purpose).maxAttempts;
        return own != null
                ? own
                : otherwise.maxAttempts != null
                        ? otherwise.maxAttempts
                        : OtpPolicy.defaults().maxAttempts();
    }

    private Lifetime of(String purpose) {
        return byPurpose.getOrDefault(purpose, otherwise);
    }

    /** The part of a policy that a client can see. */
    record Lifetime(
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration expiry,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration resendCooldown,
            @Nullable Integer maxAttempts) {}
}
