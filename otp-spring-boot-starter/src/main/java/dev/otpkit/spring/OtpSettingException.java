package dev.otpkit.spring;

import java.io.Serial;

/** Stops the start of the application because of a setting. The report of Spring Boot shows its two texts alone. */
final class OtpSettingException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * Creates an exception.
     *
     * @param description names the property, its range and its value, which is neither a secret nor an address; without
     *     a full stop
     * @param action names the properties to set
     */
    OtpSettingException(String description, String action) {
        super(description);
        this.action = action;
    }

    /** Returns an exception for a value that its setter refuses. */
    static OtpSettingException invalid(String property, RuntimeException refusal) {
        return new OtpSettingException(
                property + " is not valid: " + refusal.getMessage(), "Correct " + property + ".");
    }

    /** Returns an exception for a property without which another one has no meaning. */
    static OtpSettingException missing(String property, String other) {
        return new OtpSettingException(
                property + " must be set beside " + other, "Set " + property + ", or remove " + other + ".");
    }

    String action() {
        return action;
    }
}
