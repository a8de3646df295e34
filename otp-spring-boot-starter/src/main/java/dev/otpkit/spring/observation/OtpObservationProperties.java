package dev.otpkit.spring.observation;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of observations and meters.
 *
 * @param purposes Purposes that keep their names in metrics and traces, besides "default" and those with a policy; any
 *     other is "other". Without this property, the first 32 others that come keep theirs too.
 */
@ConfigurationProperties("otpkit.observations")
record OtpObservationProperties(Set<String> purposes) {
    OtpObservationProperties(@Nullable Set<String> purposes) {
        this.purposes = purposes == null ? Set.of() : Set.copyOf(purposes);
    }
}
