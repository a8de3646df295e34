package dev.otpkit;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Ready-made filters of recipients, for {@link OtpManager.Builder#recipientFilter}. They restrict phone numbers, and
 * allow every email address:
 *
 * <pre>{@code
 * .recipientFilter(Recipients.countries("SA", "AE").and(Recipients.mobile()))
 * }</pre>
 *
 * <p>Each is immutable and thread-safe, looks at nothing but the number, and has a {@code toString()} for the log of an
 * application. A combination by {@link Predicate#and} has one too.
 */
public final class Recipients {
    private Recipients() {}

    /**
     * Returns a filter that allows the phone numbers of some countries, and every email address.
     *
     * @param countries ISO 3166 codes such as {@code SA}, in any case; at least one
     * @return true for each {@link EmailAddress}, and for each {@link PhoneNumber} with a {@link PhoneNumber#region()}
     *     among these; so false for a number of no country, such as a satellite phone's
     * @throws IllegalArgumentException if there is none, or one is not the code of a country with phone numbers
     */
    public static Predicate<Recipient> countries(String... countries) {
        return countries(Arrays.asList(countries));
    }

    /**
     * Returns a filter that allows the phone numbers of some countries, and every email address; see
     * {@link #countries(String...)}.
     *
     * @param countries ISO 3166 codes such as {@code SA}, in any case; at least one
     * @return the filter
     * @throws IllegalArgumentException if there is none, or one is not the code of a country with phone numbers
     */
    public static Predicate<Recipient> countries(Collection<String> countries) {
        Set<String> allowed = new TreeSet<>();
        for (String country : countries) {
            Objects.requireNonNull(country, "countries must not contain null");
            allowed.add(PhoneNumber.knownRegion("countries", country));
        }
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("countries must have at least one");
        }
        Set<String> regions = Set.copyOf(allowed);
        return new Filter(
                "countries " + String.join(", ", allowed),
                recipient -> !(recipient instanceof PhoneNumber phone) || regions.contains(phone.region()));
    }

    /**
     * Returns a filter that allows the phone numbers that can be mobile, and every email address.
     *
     * <p>Landlines, toll-free and VoIP numbers and personal numbers are not allowed; premium rate, shared cost, pagers,
     * voicemail and universal access numbers are no {@link PhoneNumber} in the first place. A number is judged by the
     * pattern that it matches in the metadata of libphonenumber: neither a number that was ported to a landline nor a
     * range that fraudsters have rented can be seen in it.
     *
     * @return true for each {@link EmailAddress}, and for each {@link PhoneNumber} that
     *     {@linkplain PhoneNumber#isMobile() is mobile}
     */
    public static Predicate<Recipient> mobile() {
        return new Filter("mobile", recipient -> !(recipient instanceof PhoneNumber phone) || phone.isMobile());
    }

    /**
     * A filter with a name.
     *
     * @param words the name
     * @param allowed the filter
     */
    private record Filter(String words, Predicate<Recipient> allowed) implements Predicate<Recipient> {
        @Override
        public boolean test(Recipient recipient) {
            return allowed.test(recipient);
        }

        @Override
        public Predicate<Recipient> and(Predicate<? super Recipient> other) {
            Objects.requireNonNull(other, "other must not be null");
            return new Filter(this + " and " + other, allowed.and(other));
        }

        /** Returns the name, such as {@code countries AE, SA and mobile}. */
        @Override
        public String toString() {
            return words;
        }
    }
}
