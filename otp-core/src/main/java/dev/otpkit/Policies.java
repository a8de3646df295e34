package dev.otpkit;

import dev.otpkit.internal.rules.RecipientRules;
import java.util.LinkedHashMap;
import java.util.Map;

/** The policy of each purpose, the one of all others, and the rules that follow from them. Immutable. */
final class Policies {
    /** The purpose of a request that names none. */
    static final String DEFAULT_PURPOSE = "default";

    private final OtpPolicy byDefault;
    private final Map<String, OtpPolicy> byPurpose;
    private final RecipientRules rules;

    /**
     * Creates policies.
     *
     * @param remembersSuccess true if the rules remember the moment of a recipient's last right code
     */
    Policies(OtpPolicy byDefault, Map<String, OtpPolicy> byPurpose, boolean remembersSuccess) {
        this.byDefault = byDefault;
        this.byPurpose = Map.copyOf(byPurpose);
        this.rules = new RecipientRules(named().values(), remembersSuccess);
    }

    /** Returns the rules for all policies together. */
    RecipientRules rules() {
        return rules;
    }

    OtpPolicy of(String purpose) {
        return byPurpose.getOrDefault(purpose, byDefault);
    }

    /** Returns all policies by their names in a message to an operator. */
    Map<String, OtpPolicy> named() {
        Map<String, OtpPolicy> named = new LinkedHashMap<>();
        named.put("the default policy", byDefault);
        for (Map.Entry<String, OtpPolicy> each : byPurpose.entrySet()) {
            named.put("the policy of purpose " + each.getKey(), each.getValue());
        }
        return named;
    }
}
