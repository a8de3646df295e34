package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.TrafficLimits.Mode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficLimitsTest {
    private static final RateLimit LIMIT = RateLimit.of(7, Duration.ofHours(1));
    private static final RateLimit OTHER = RateLimit.of(8, Duration.ofHours(1));

    @Test
    void hasNoBudgetByDefaultAndRefusesToBeBuiltWithoutOne() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TrafficLimits.builder().build())
                .withMessage("traffic limits must have at least one budget");
        assertThatIllegalStateException()
                .isThrownBy(() -> TrafficLimits.builder().exemptVerified(true).build());

        TrafficLimits one = TrafficLimits.builder().inAll(LIMIT).build();
        assertThat(one.inAll()).isEqualTo(LIMIT);
        assertThat(one.perCountry()).isNull();
        assertThat(one.countries()).isEmpty();
        assertThat(one.perPrefix()).isNull();
        assertThat(one.perClient()).isNull();
        assertThat(one.countriesPerClient()).isNull();
        assertThat(one.conversion()).isEmpty();
        assertThat(one.exemptsVerified()).isFalse();
    }

    @Test
    void eachBudgetIsEnoughAlone() {
        assertThat(TrafficLimits.builder().perCountry(LIMIT).build().perCountry())
                .isEqualTo(LIMIT);
        assertThat(TrafficLimits.builder().country("sa", LIMIT).build().countries())
                .isEqualTo(Map.of("SA", LIMIT));
        assertThat(TrafficLimits.builder().perPrefix(LIMIT).build().perPrefix()).isEqualTo(LIMIT);
        assertThat(TrafficLimits.builder().perClient(LIMIT).build().perClient()).isEqualTo(LIMIT);
        assertThat(TrafficLimits.builder().countriesPerClient(LIMIT).build().countriesPerClient())
                .isEqualTo(LIMIT);
        assertThat(TrafficLimits.builder().conversion(Mode.ENFORCE).build().conversion())
                .contains(Mode.ENFORCE);
    }

    @Test
    void hasTheDefaultsThatItPromises() {
        TrafficLimits limits =
                TrafficLimits.builder().countriesPerClient().conversion().build();

        assertThat(limits.countriesPerClient()).isEqualTo(RateLimit.of(3, Duration.ofHours(24)));
        assertThat(limits.conversion()).contains(Mode.RECORD);
    }

    @Test
    void refusesWhatIsNoCountryAndWhatIsNull() {
        TrafficLimits.Builder builder = TrafficLimits.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.country("KSA", LIMIT))
                .withMessage("country must be an ISO 3166 country code such as SA, TZ or BD, but was KSA");
        assertThatNullPointerException().isThrownBy(() -> builder.country(null, LIMIT));
        assertThatNullPointerException().isThrownBy(() -> builder.country("SA", null));
        assertThatNullPointerException().isThrownBy(() -> builder.inAll(null)).withMessage("limit must not be null");
        assertThatNullPointerException().isThrownBy(() -> builder.perCountry(null));
        assertThatNullPointerException().isThrownBy(() -> builder.perPrefix(null));
        assertThatNullPointerException().isThrownBy(() -> builder.perClient(null));
        assertThatNullPointerException().isThrownBy(() -> builder.countriesPerClient(null));
        assertThatNullPointerException()
                .isThrownBy(() -> builder.conversion(null))
                .withMessage("mode must not be null");
    }

    @Test
    void doesNotChangeWithItsBuilder() {
        TrafficLimits.Builder builder = TrafficLimits.builder().country("SA", LIMIT);
        TrafficLimits limits = builder.build();

        builder.country("SA", OTHER).country("AE", OTHER);

        assertThat(limits.countries()).isEqualTo(Map.of("SA", LIMIT));
        assertThat(builder.build().countries()).isEqualTo(Map.of("AE", OTHER, "SA", OTHER));
        assertThat(limits)
                .hasToString("TrafficLimits[inAll=null, perCountry=null, countries={SA=" + LIMIT
                        + "}, perPrefix=null, perClient=null, countriesPerClient=null, conversion=null,"
                        + " exemptVerified=false]");
    }
}
