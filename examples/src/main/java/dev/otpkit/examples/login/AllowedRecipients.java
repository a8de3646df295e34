package dev.otpkit.examples.login;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Allows email addresses, and the mobile numbers of some countries.
 *
 * @param countries ISO 3166 codes in upper case, such as {@code SA}
 */
public record AllowedRecipients(Set<String> countries) implements Predicate<Recipient> {
    /** Copies the set. */
    public AllowedRecipients {
        countries = Set.copyOf(countries);
    }

    @Override
    public boolean test(Recipient recipient) {
        if (recipient instanceof PhoneNumber phone) {
            return phone.isMobile() && countries.contains(phone.region());
        }
        return recipient instanceof EmailAddress;
    }
}
