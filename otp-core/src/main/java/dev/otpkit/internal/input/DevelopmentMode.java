package dev.otpkit.internal.input;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The check that refuses development mode in production. */
public final class DevelopmentMode {
    /**
     * The environment variables that name the environment of an application; the system properties and the program's
     * arguments of the same letters count too, such as {@code spring.profiles.active} for
     * {@code SPRING_PROFILES_ACTIVE}.
     */
    public static final List<String> VARIABLES = List.of(
            "OTP_ENV",
            "OTP_ENVIRONMENT",
            "OTP_PROFILE",
            "APP_ENV",
            "APP_ENVIRONMENT",
            "APP_PROFILE",
            "APP_STAGE",
            "APPLICATION_ENV",
            "ENV",
            "ENV_NAME",
            "ENVIRONMENT",
            "ENVIRONMENT_NAME",
            "DEPLOY_ENV",
            "DEPLOY_ENVIRONMENT",
            "DEPLOY_STAGE",
            "DEPLOYMENT_ENV",
            "DEPLOYMENT_ENVIRONMENT",
            "PROFILE",
            "STAGE",
            "SPRING_PROFILES_ACTIVE",
            "SPRING_PROFILES_DEFAULT",
            "SPRING_PROFILES_INCLUDE",
            "SPRING_APPLICATION_JSON",
            "QUARKUS_PROFILE",
            "SMALLRYE_CONFIG_PROFILE",
            "MP_CONFIG_PROFILE",
            "MICRONAUT_ENVIRONMENTS",
            "MICRONAUT_ENV",
            "HELIDON_CONFIG_PROFILE",
            "CONFIG_PROFILE",
            "VERTXWEB_ENVIRONMENT",
            "GRAILS_ENV",
            "NODE_ENV",
            "RAILS_ENV",
            "RACK_ENV",
            "ASPNETCORE_ENVIRONMENT",
            "DOTNET_ENVIRONMENT",
            "DD_ENV",
            "SENTRY_ENVIRONMENT",
            "ELASTIC_APM_ENVIRONMENT",
            "RAILWAY_ENVIRONMENT",
            "VERCEL_ENV");

    /** A name of production that is a word, with or without a number, and not behind {@code non-} or {@code pre-}. */
    private static final Pattern PRODUCTION =
            Pattern.compile("(?i)(?<![\\p{L}\\p{N}])(?<!(?<![\\p{L}\\p{N}])(?:non|pre)[-_])"
                    + "(?:prod|production|prd|live)\\p{N}*(?![\\p{L}\\p{N}])");

    /**
     * An option with its value, behind an equals sign or a blank, which may have blanks and ends before the next
     * option.
     */
    private static final Pattern ARGUMENT = Pattern.compile("(?<=\\s)-{0,2}([\\w.-]+)[= ](.*?)(?=\\s-|$)");

    private DevelopmentMode() {}

    /**
     * Refuses development mode if the environment names production.
     *
     * @param properties the system properties, of which {@code sun.java.command} has the program's arguments on HotSpot
     * @throws IllegalStateException if a setting names production; the message names that setting
     */
    public static void refuseProduction(Map<String, String> environment, Properties properties) {
        Set<String> known = VARIABLES.stream().map(DevelopmentMode::letters).collect(Collectors.toSet());
        environment.forEach((name, value) -> refuseProduction(known, name, value));
        for (String name : properties.stringPropertyNames()) {
            refuseProduction(known, name, properties.getProperty(name));
        }
        Matcher argument = ARGUMENT.matcher(properties.getProperty("sun.java.command", ""));
        while (argument.find()) {
            refuseProduction(known, argument.group(1), argument.group(2));
        }
    }

    private static void refuseProduction(Set<String> known, String name, String value) {
        if (known.contains(letters(name)) && PRODUCTION.matcher(value).find()) {
            throw new IllegalStateException("developmentMode must be off in production, but " + name + " is " + value
                    + ": it logs codes and returns them");
        }
    }

    /** Returns the letters of a name in lower case: frameworks take many spellings, and lists by index. */
    private static String letters(String name) {
        return name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    }
}
