package dev.otpkit.spring.observation;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import java.util.Locale;
import java.util.Optional;

/** The names and values of the keys of observations and meters. All values are of small sets. */
final class OtpKeys {
    static final String PURPOSE = "otpkit.purpose";
    static final String OUTCOME = "otpkit.outcome";
    static final String CHANNEL = "otpkit.channel";
    static final String MEDIUM = "otpkit.medium";
    static final String COUNTRY = "otpkit.country";

    /** The value of a key that does not apply, or is not known. */
    static final String NONE = "none";

    private OtpKeys() {}

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static String country(Optional<Recipient> recipient) {
        return recipient.isPresent() && recipient.get() instanceof PhoneNumber phone ? phone.region() : NONE;
    }
}
