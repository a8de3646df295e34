package dev.otpkit.internal.input;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentModeTest {
    private static final Properties NONE = new Properties();

    @ParameterizedTest
    @MethodSource("variablesAndNames")
    void refusesEveryNameOfProductionInEveryVariable(String variable, String name) {
        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(Map.of(variable, name), NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("developmentMode must be off in production, but " + variable + " is " + name
                        + ": it logs codes and returns them");
    }

    static Stream<Arguments> variablesAndNames() {
        return DevelopmentMode.VARIABLES.stream()
                .flatMap(variable -> Stream.of("prod", "production", "prd", "live")
                        .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT)))
                        .map(name -> Arguments.of(variable, name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prod,eu",
                "eu, prod",
                "eu,prod,metrics",
                "eu;prod",
                "eu prod",
                "eu\tprod",
                "eu\nprod",
                ",,prod",
                "pRoD",
                "eu , ; Prd",
                "\"prod\"",
                "'production'",
                "prod-eu",
                "eu-prod",
                "prod_eu",
                "prod.eu",
                "prod/eu",
                "acme:prod",
                "prod1",
                "prod-01",
                "live-eu-west-1",
                "production-like",
                "[prod]",
                "{prod}",
                "non-prod,prod",
                "pre,prod",
                "no-prod",
                "lebanon-prod",
                "canon_live",
                "europre-prod",
                "{\"spring\":{\"profiles\":{\"active\":\"prod\"}}}",
                "\u00ABprod\u00BB"
            })
    void refusesProductionAmongOtherNames(String value) {
        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(Map.of("SPRING_PROFILES_ACTIVE", value), NONE))
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
                "PRE_PROD",
                "nonprod",
                "non-prod",
                "Non-Production-eu",
                "prods",
                "product-search-dev",
                "alive",
                "delivery",
                "produc",
                "pr\u00F3d",
                "prod\u00E9",
                "dev,local"
            })
    void letsEverythingElsePass(String value) {
        for (String variable : DevelopmentMode.VARIABLES) {
            assertThatCode(() -> DevelopmentMode.refuseProduction(Map.of(variable, value), NONE))
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spring.profiles.active",
                "spring_profiles_active",
                "SPRING_PROFILES_ACTIVE_0",
                "spring.profiles.active[1]",
                "spring.profiles-active",
                "quarkus.profile",
                "micronaut.environments",
                "mp.config.profile",
                "env",
                "app.env",
                "otp.env"
            })
    void knowsAVariableInEverySpelling(String name) {
        Properties properties = new Properties();
        properties.setProperty(name, "prod");

        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(Map.of(name, "prod"), NONE))
                .hasMessageContaining(name + " is prod");
        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(Map.of(), properties))
                .hasMessageContaining(name + " is prod");
    }

    @ParameterizedTest
    @CsvSource({
        "app.jar --spring.profiles.active=prod,                spring.profiles.active is prod",
        "'com.acme.Main --port=80 --spring.profiles.active=eu,prod', 'spring.profiles.active is eu,prod'",
        "com.acme.Main env=live,                               env is live",
        "'com.acme.Main --spring.profiles.active=dev, prod --x', 'spring.profiles.active is dev, prod'",
        "com.acme.Main --env production,                       env is production",
        "com.acme.Main -profile prod -x,                       profile is prod"
    })
    void readsTheArgumentsOfTheProgram(String command, String problem) {
        Properties properties = new Properties();
        properties.setProperty("sun.java.command", command);

        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(Map.of(), properties))
                .hasMessageContaining(problem);
    }

    @Test
    void looksAtNothingElse() {
        Properties properties = new Properties();
        properties.setProperty("sun.java.command", "/opt/prod/app.jar --name=prod prod --spring.profiles.active=dev");
        properties.setProperty("user.name", "prod");
        properties.put("env", new Object());

        assertThatCode(() ->
                        DevelopmentMode.refuseProduction(Map.of("HOSTNAME", "prod", "MY_ENVELOPE", "prod"), properties))
                .doesNotThrowAnyException();
        assertThatCode(() -> DevelopmentMode.refuseProduction(Map.of(), NONE)).doesNotThrowAnyException();
    }

    @Test
    void looksPastAVariableThatIsHarmless() {
        Map<String, String> environment =
                Map.of("OTP_ENV", "dev", "APP_ENV", "", "ENV", "test", "SPRING_PROFILES_ACTIVE", "live");
        assertThatThrownBy(() -> DevelopmentMode.refuseProduction(environment, NONE))
                .hasMessageContaining("SPRING_PROFILES_ACTIVE is live");
    }
}
