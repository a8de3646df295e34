package dev.otpkit.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentModeTest {

    @ParameterizedTest
    @MethodSource("variablesAndNames")
    void refusesEveryNameOfProductionInEveryVariable(String variable, String name) {
        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(Map.of(variable, name)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("developmentMode must be off in production, but " + variable + " is " + name
                        + ": it logs codes and returns them");
    }

    static Stream<Arguments> variablesAndNames() {
        return Stream.of("OTP_ENV", "APP_ENV", "ENV", "SPRING_PROFILES_ACTIVE")
                .flatMap(variable -> Stream.of("prod", "production", "prd", "live")
                        .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT)))
                        .map(name -> Arguments.of(variable, name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prod,eu",
                "eu,prod",
                "eu, prod",
                "eu,prod,metrics",
                "eu;prod",
                "prod;",
                ";prod",
                "eu prod",
                "eu\tprod",
                "eu\nprod",
                " prod ",
                ",,prod",
                "dev,prod",
                "Production",
                "pRoD",
                "LIVE;eu",
                "eu , ; Prd"
            })
    void refusesProductionAmongOtherNames(String value) {
        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(Map.of("SPRING_PROFILES_ACTIVE", value)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SPRING_PROFILES_ACTIVE is " + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",;",
                "dev",
                "test",
                "staging",
                "preproduction",
                "pre-production",
                "production-like",
                "nonprod",
                "non-prod",
                "prod1",
                "prods",
                "alive",
                "live-test",
                "delivery",
                "prod.eu",
                "prod/eu",
                "produc",
                "dev,local"
            })
    void letsEverythingElsePass(String value) {
        for (String variable : new String[] {"OTP_ENV", "APP_ENV", "ENV", "SPRING_PROFILES_ACTIVE"}) {
            assertThatCode(() -> DevelopmentMode.refuseProduction(Map.of(variable, value)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void letsAnEmptyEnvironmentPass() {
        assertThatCode(() -> DevelopmentMode.refuseProduction(Map.of())).doesNotThrowAnyException();
    }

    @Test
    void looksAtNoOtherVariable() {
        assertThatCode(() -> DevelopmentMode.refuseProduction(Map.of("NODE_ENV", "production", "otp_env", "prod")))
                .doesNotThrowAnyException();
    }

    @Test
    void looksPastAVariableThatIsHarmless() {
        Map<String, String> environment =
                Map.of("OTP_ENV", "dev", "APP_ENV", "", "ENV", "test", "SPRING_PROFILES_ACTIVE", "live");
        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(environment))
                .hasMessageContaining("SPRING_PROFILES_ACTIVE is live");
    }
}
