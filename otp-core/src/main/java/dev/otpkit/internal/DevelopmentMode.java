package dev.otpkit.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Keeps development mode out of production. */
public final class DevelopmentMode {
    private static final List<String> VARIABLES = List.of("OTP_ENV", "APP_ENV", "ENV", "SPRING_PROFILES_ACTIVE");
    private static final Set<String> PRODUCTION = Set.of("prod", "production", "prd", "live");

    private DevelopmentMode() {}

    /**
     * Does nothing, unless the environment says that this is production.
     *
     * @throws IllegalStateException if it does, naming the variable
     */
    public static void refuseProduction(Map<String, String> environment) {
        for (String variable : VARIABLES) {
            String value = environment.getOrDefault(variable, "");
            boolean production = Arrays.stream(value.split("[,;\\s]+"))
                    .anyMatch(name -> PRODUCTION.contains(name.toLowerCase(Locale.ROOT)));
            if (production) {
                throw new IllegalStateException("developmentMode must be off in production, but " + variable + " is "
                        + value + ": it logs codes and returns them");
            }
        }
    }
}
