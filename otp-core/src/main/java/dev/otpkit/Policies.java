package dev.otpkit;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The policy of each purpose, and the one of all others. */
final class Policies {
    /** The purpose of a request that names none. */
    static final String DEFAULT_PURPOSE = "default";

    private final OtpPolicy byDefault;
    private final Map<String, OtpPolicy> byPurpose;

    Policies(OtpPolicy byDefault, Map<String, OtpPolicy> byPurpose) {
        this.byDefault = byDefault;
        this.byPurpose = Map.copyOf(byPurpose);
    }

    OtpPolicy of(String purpose) {
        return byPurpose.getOrDefault(purpose, byDefault);
    }

    Collection<OtpPolicy> all() {
        return named().values();
    }

    /** Returns all policies by what to call them in a message to whoever configured them. */
    Map<String, OtpPolicy> named() {
        Map<String, OtpPolicy> named = new LinkedHashMap<>();
        named.put("the default policy", byDefault);
        byPurpose.forEach((purpose, policy) -> named.put("the policy of purpose " + purpose, policy));
        return named;
    }
}
