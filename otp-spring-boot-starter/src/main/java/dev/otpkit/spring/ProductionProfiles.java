package dev.otpkit.spring;

import java.util.regex.Pattern;
import org.springframework.core.env.Environment;

/** The check that refuses development mode under a profile that names production. */
final class ProductionProfiles {
    /** The rule by which the manager judges environment variables; a test compares the two. */
    private static final Pattern PRODUCTION =
            Pattern.compile("(?i)(?<![\\p{L}\\p{N}])(?<!(?<![\\p{L}\\p{N}])(?:non|pre)[-_])"
                    + "(?:prod|production|prd|live)\\p{N}*(?![\\p{L}\\p{N}])");

    private ProductionProfiles() {}

    /**
     * Refuses development mode if a profile names production: an active one, or a default one if none is active.
     *
     * @throws OtpSettingException if one does; it names that profile
     */
    static void refuse(Environment environment) {
        String[] active = environment.getActiveProfiles();
        for (String profile : active.length == 0 ? environment.getDefaultProfiles() : active) {
            if (PRODUCTION.matcher(profile).find()) {
                throw new OtpSettingException(
                        "otpkit.development-mode is true, but the profile " + profile
                                + " is active, which names production: development mode logs codes and returns them",
                        "Remove otpkit.development-mode there, and configure a channel.");
            }
        }
    }
}
