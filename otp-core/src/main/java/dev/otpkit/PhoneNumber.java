package dev.otpkit;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber.CountryCodeSource;
import dev.otpkit.internal.input.TypedText;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A phone number in E.164 form, such as {@code +966501234567}.
 *
 * <p>The number matches a pattern of its country in the metadata of libphonenumber, which does not prove that it is in
 * use. It has at most 15 digits with the country code, no letters (so no vanity numbers) and no extension. Numbers that
 * cannot belong to a person are refused: premium rate, shared cost, pagers, voicemail and universal access numbers
 * (UAN). A landline is valid: to exclude it, set {@link Recipients#mobile()} as the
 * {@linkplain OtpManager.Builder#recipientFilter recipient filter}.
 *
 * <p>Some mobile numbers have two spellings, of which one is canonical: in Argentina the one with the 9 after the
 * country code ({@code +54 9 11 …}), so that an Argentine landline is treated as the mobile number with the same
 * digits; in Mexico the one without the 1 ({@code +52 55 …}), and without the former prefixes 01, 044 and 045; for
 * Palestinian numbers the one with 970 rather than 972.
 *
 * <p>Equal by {@link #address()}.
 */
public final class PhoneNumber implements Recipient {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    /** The types of numbers that belong to an organisation or a machine, many of which cost the sender extra. */
    private static final Set<PhoneNumberType> IMPERSONAL = EnumSet.of(
            PhoneNumberType.PREMIUM_RATE,
            PhoneNumberType.SHARED_COST,
            PhoneNumberType.PAGER,
            PhoneNumberType.UAN,
            PhoneNumberType.VOICEMAIL);

    private static final char FULL_WIDTH_PLUS = '\uFF0B';

    private static final int ARGENTINA = 54;
    private static final int ISRAEL = 972;
    private static final int MEXICO = 52;
    private static final int PALESTINE = 970;

    /** 10 digits after one of the prefixes that were dialled within Mexico before August 2019. */
    private static final Pattern FORMER_MEXICAN = Pattern.compile("(?:01|044|045)([0-9]{10})");

    /** 10 digits after one of those prefixes, or after the 1 that was dialled from abroad. */
    private static final Pattern FORMER_MEXICAN_ABROAD = Pattern.compile("(?:1|01|044|045)([0-9]{10})");

    /** A Palestinian mobile number, which can be dialled with the codes of both countries. */
    private static final Pattern PALESTINIAN = Pattern.compile("5[69][0-9]{7}");

    private final String address;

    // As libphonenumber parsed it, so that nothing parses the address again; never changed.
    private final Phonenumber.PhoneNumber number;
    private final boolean mobile;

    /**
     * Creates the number.
     *
     * @param address the number with its plus sign and country code; stored as E.164
     * @throws InvalidRecipientException if it is not a valid number that begins with a plus sign
     */
    public PhoneNumber(String address) {
        this(valid(address, null));
    }

    private PhoneNumber(Reading.Valid valid) {
        this.address = valid.address();
        this.number = valid.number();
        this.mobile = isMobile(valid.type());
    }

    /** The outcome of reading a text. */
    private sealed interface Reading {
        record Valid(String address, Phonenumber.PhoneNumber number, PhoneNumberType type) implements Reading {}

        record Refused(String reason) implements Reading {}
    }

    static PhoneNumber parse(String text, @Nullable String region) {
        return new PhoneNumber(valid(text, region == null ? null : knownRegion("region", region)));
    }

    /** Returns the number that a person typed; empty if the text is none. */
    static Optional<Recipient> read(String text, @Nullable String knownRegion) {
        String typed = TypedText.phone(text);
        return mayBeNumber(typed, knownRegion) && reading(typed, knownRegion) instanceof Reading.Valid valid
                ? Optional.of(new PhoneNumber(valid))
                : Optional.empty();
    }

    /**
     * Returns false if libphonenumber certainly throws an exception, which is dearer than a look at the text: it needs
     * two digits, and a plus sign if there is no region.
     */
    private static boolean mayBeNumber(String typed, @Nullable String region) {
        int digits = 0;
        boolean international = false;
        for (int i = 0; i < typed.length(); i++) {
            char c = typed.charAt(i);
            digits += c >= '0' && c <= '9' ? 1 : 0;
            international |= c == '+' || c == FULL_WIDTH_PLUS;
        }
        return digits >= 2 && (international || region != null);
    }

    /** Returns the region in upper case, or throws an exception that names the argument. */
    static String knownRegion(String argument, String region) {
        String upper = region.toUpperCase(Locale.ROOT);
        if (!NUMBERS.getSupportedRegions().contains(upper)) {
            throw new IllegalArgumentException(
                    argument + " must be an ISO 3166 country code such as SA, TZ or BD, but was " + region);
        }
        return upper;
    }

    private static Reading.Valid valid(String text, @Nullable String region) {
        Reading reading = reading(TypedText.phone(TypedText.boundedAddress(text)), region);
        if (reading instanceof Reading.Valid valid) {
            return valid;
        }
        throw new InvalidRecipientException(((Reading.Refused) reading).reason());
    }

    private static Reading reading(String typed, @Nullable String region) {
        if (hasLetter(typed)) {
            return new Reading.Refused("recipient must be a phone number without letters");
        }
        Found found;
        try {
            found = asMeant(Found.of(NUMBERS.parseAndKeepRawInput(typed, region)), typed);
        } catch (NumberParseException e) {
            return new Reading.Refused("recipient must be a phone number, but is not: " + e.getErrorType());
        }
        if (found.number().hasExtension()) {
            return new Reading.Refused("recipient must be a phone number without an extension");
        }
        found = otherSpelling(found).orElse(found);
        String canonical = NUMBERS.format(found.number(), PhoneNumberFormat.E164);
        if (found.type() == PhoneNumberType.UNKNOWN || canonical.length() > 16) {
            return new Reading.Refused("recipient must be a valid phone number of at most 15 digits, but country code "
                    + found.number().getCountryCode() + " has no such number");
        }
        if (IMPERSONAL.contains(found.type())) {
            return new Reading.Refused(
                    "recipient must be a number that a person can have, but its type is " + found.type());
        }
        return new Reading.Valid(canonical, found.number().clearRawInput(), found.type());
    }

    private static boolean hasLetter(String text) {
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (Character.isLetter(c)) {
                return true;
            }
        }
        return false;
    }

    /** A number and its type, which libphonenumber looks up in every pattern of the country. */
    private record Found(Phonenumber.PhoneNumber number, PhoneNumberType type) {
        static Found of(Phonenumber.PhoneNumber number) {
            return new Found(number, NUMBERS.getNumberType(number));
        }
    }

    /**
     * Returns the mobile number that was typed with its country code but without a plus sign, if libphonenumber has
     * read the code as national digits because that makes a valid number too, though not a mobile one; otherwise the
     * number.
     */
    private static Found asMeant(Found found, String typed) throws NumberParseException {
        if (found.number().getCountryCodeSource() != CountryCodeSource.FROM_DEFAULT_COUNTRY || isMobile(found.type())) {
            return found;
        }
        String digits = PhoneNumberUtil.normalizeDigitsOnly(typed);
        if (!digits.startsWith(String.valueOf(found.number().getCountryCode()))) {
            return found;
        }
        Found other = Found.of(NUMBERS.parseAndKeepRawInput("+" + digits, null));
        return isMobile(other.type()) ? other : found;
    }

    /** Returns the canonical spelling of a number that was typed in the other one of its country. */
    private static Optional<Found> otherSpelling(Found found) {
        Phonenumber.PhoneNumber number = found.number();
        int country = number.getCountryCode();
        if (country == ARGENTINA && found.type() == PhoneNumberType.FIXED_LINE) {
            return valid(ARGENTINA, "9" + NUMBERS.getNationalSignificantNumber(number));
        }
        if (country == ISRAEL) {
            String national = NUMBERS.getNationalSignificantNumber(number);
            return PALESTINIAN.matcher(national).matches() ? valid(PALESTINE, national) : Optional.empty();
        }
        if (country == MEXICO && found.type() == PhoneNumberType.UNKNOWN) {
            boolean abroad = number.getCountryCodeSource() != CountryCodeSource.FROM_DEFAULT_COUNTRY;
            Matcher former = (abroad ? FORMER_MEXICAN_ABROAD : FORMER_MEXICAN)
                    .matcher(NUMBERS.getNationalSignificantNumber(number));
            return former.matches() ? valid(MEXICO, former.group(1)) : Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<Found> valid(int country, String national) {
        return Optional.of(Found.of(new Phonenumber.PhoneNumber()
                        .setCountryCode(country)
                        .setNationalNumber(Long.parseLong(national))))
                .filter(found -> found.type() != PhoneNumberType.UNKNOWN);
    }

    @Override
    public String address() {
        return address;
    }

    /**
     * Returns the country or region that the number belongs to.
     *
     * @return an ISO 3166 code such as {@code SA}; {@code 001} for a number of no country
     */
    public String region() {
        return NUMBERS.getRegionCodeForNumber(number);
    }

    /** Returns the country calling code, such as 966. */
    int callingCode() {
        return number.getCountryCode();
    }

    /**
     * Returns whether the pattern of the number allows a mobile line.
     *
     * @return true also in countries whose numbers do not distinguish mobile and fixed lines, as in North America
     */
    public boolean isMobile() {
        return mobile;
    }

    private static boolean isMobile(PhoneNumberType type) {
        return type == PhoneNumberType.MOBILE || type == PhoneNumberType.FIXED_LINE_OR_MOBILE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PhoneNumber that && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }

    /** Returns the masked number: country code and last four digits, such as {@code +966•••••4567}. */
    @Override
    public String toString() {
        int national =
                address.length() - 1 - String.valueOf(number.getCountryCode()).length();
        int shown = Math.min(4, national / 2);
        return address.substring(0, address.length() - national)
                + "•".repeat(national - shown)
                + address.substring(address.length() - shown);
    }
}
