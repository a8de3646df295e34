package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.otpkit.OtpManager;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** The rule of the manager for environment variables is the rule for profiles. */
class ProductionProfilesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "prod",
                "Production",
                "PRD",
                "live",
                "prod2",
                "prod-eu",
                "eu_prod",
                "prod.eu",
                "my-prod",
                "prod৪",
                "nonprod",
                "non-prod",
                "non_prod",
                "pre-prod",
                "preprod",
                "pre-live",
                "xnon-prod",
                "anon-prod",
                "product",
                "productive",
                "alive",
                "livestream",
                "dev",
                "test",
                "staging",
                "default",
                "prodigy",
                "eu1prod",
                "уprod"
            })
    void judgesAProfileAsTheManagerJudgesAVariable(String name) {
        assertThat(isRefusedAsProfile(name)).isEqualTo(isRefusedAsVariable(name));
    }

    private static boolean isRefusedAsProfile(String name) {
        MockEnvironment environment = new MockEnvironment();
        environment.setActiveProfiles(name);
        return catchThrowable(() -> ProductionProfiles.refuse(environment)) != null;
    }

    private static boolean isRefusedAsVariable(String name) {
        OtpManager.Builder builder =
                OtpManager.builder().store(CaffeineOtpStore.create()).developmentMode(true);
        System.setProperty("otp.env", name);
        try {
            return catchThrowable(builder::build) != null;
        } finally {
            System.clearProperty("otp.env");
        }
    }
}
