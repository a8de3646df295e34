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
 * (UAN). A landline is valid: to exclude it, use {@link #isMobile()} in a
 * {@linkplain OtpManager.Builder#recipientFilter filter}.
 *
 * <p>Some mobile numbers have two spellings, of which one is canonical: in Argentina the one with the 9 after the
 * country code ({@code +54 9 11 …}), so that an Argentine landline is treated as the mobile number with the same
 * digits; in Mexico the one without the 1 ({@code +52 55 …}), and without the former prefixes 01, 044 and 045; for
 * Palestinian numbers the one with 970 rather than 972.
 *
 * @param address the number with its plus sign and country code; stored as E.164
 */
public record PhoneNumber(String address) implements Recipient {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    /** The types of numbers that belong to an organisation or a machine, many of which cost the sender extra. */
    private static final Set<PhoneNumberType> IMPERSONAL = EnumSet.of(
            PhoneNumberType.PREMIUM_RATE,
            PhoneNumberType.SHARED_COST,
            PhoneNumberType.PAGER,
            PhoneNumberType.UAN,
            PhoneNumberType.VOICEMAIL);

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

    /**
     * Checks the number.
     *
     * @throws InvalidRecipientException if it is not a valid number that begins with a plus sign
     */
    public PhoneNumber {
        address = e164(address, null);
    }

    static PhoneNumber parse(String text, @Nullable String region) {
        return new PhoneNumber(e164(text, region == null ? null : knownRegion("region", region)));
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

    private static String e164(String text, @Nullable String region) {
        String typed = TypedText.phone(TypedText.boundedAddress(text));
        if (typed.codePoints().anyMatch(Character::isLetter)) {
            throw new InvalidRecipientException("recipient must be a phone number without letters");
        }
        Phonenumber.PhoneNumber number;
        try {
            number = asMeant(NUMBERS.parseAndKeepRawInput(typed, region), typed);
        } catch (NumberParseException e) {
            throw new InvalidRecipientException("recipient must be a phone number, but is not: " + e.getErrorType());
        }
        if (number.hasExtension()) {
            throw new InvalidRecipientException("recipient must be a phone number without an extension");
        }
        PhoneNumberType type = NUMBERS.getNumberType(number);
        Optional<Phonenumber.PhoneNumber> other = otherSpelling(number, type);
        if (other.isPresent()) {
            number = other.get();
            type = NUMBERS.getNumberType(number);
        }
        String canonical = NUMBERS.format(number, PhoneNumberFormat.E164);
        if (type == PhoneNumberType.UNKNOWN || canonical.length() > 16) {
            throw new InvalidRecipientException(
                    "recipient must be a valid phone number of at most 15 digits, but country code "
                            + number.getCountryCode() + " has no such number");
        }
        if (IMPERSONAL.contains(type)) {
            throw new InvalidRecipientException(
                    "recipient must be a number that a person can have, but its type is " + type);
        }
        return canonical;
    }

    /**
     * Returns the mobile number that was typed with its country code but without a plus sign, if libphonenumber has
     * read the code as national digits because that makes a valid number too, though not a mobile one; otherwise the
     * number.
     */
    private static Phonenumber.PhoneNumber asMeant(Phonenumber.PhoneNumber number, String typed)
            throws NumberParseException {
        String digits = PhoneNumberUtil.normalizeDigitsOnly(typed);
        if (number.getCountryCodeSource() != CountryCodeSource.FROM_DEFAULT_COUNTRY
                || !digits.startsWith(String.valueOf(number.getCountryCode()))
                || isMobile(NUMBERS.getNumberType(number))) {
            return number;
        }
        Phonenumber.PhoneNumber other = NUMBERS.parseAndKeepRawInput("+" + digits, null);
        return isMobile(NUMBERS.getNumberType(other)) ? other : number;
    }

    /** Returns the canonical spelling of a number that was typed in the other one of its country. */
    private static Optional<Phonenumber.PhoneNumber> otherSpelling(
            Phonenumber.PhoneNumber number, PhoneNumberType type) {
        String national = NUMBERS.getNationalSignificantNumber(number);
        if (number.getCountryCode() == ARGENTINA && type == PhoneNumberType.FIXED_LINE) {
            return valid(ARGENTINA, "9" + national);
        }
        if (number.getCountryCode() == ISRAEL && PALESTINIAN.matcher(national).matches()) {
            return valid(PALESTINE, national);
        }
        if (number.getCountryCode() == MEXICO && type == PhoneNumberType.UNKNOWN) {
            boolean abroad = number.getCountryCodeSource() != CountryCodeSource.FROM_DEFAULT_COUNTRY;
            Matcher former = (abroad ? FORMER_MEXICAN_ABROAD : FORMER_MEXICAN).matcher(national);
            return former.matches() ? valid(MEXICO, former.group(1)) : Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<Phonenumber.PhoneNumber> valid(int country, String national) {
        Phonenumber.PhoneNumber number =
                new Phonenumber.PhoneNumber().setCountryCode(country).setNationalNumber(Long.parseLong(national));
        return NUMBERS.isValidNumber(number) ? Optional.of(number) : Optional.empty();
    }

    /**
     * Returns the country or region that the number belongs to.
     *
     * @return an ISO 3166 code such as {@code SA}; {@code 001} for a number of no country
     */
    public String region() {
        return NUMBERS.getRegionCodeForNumber(number());
    }

    /**
     * Returns whether the pattern of the number allows a mobile line.
     *
     * @return true also in countries whose numbers do not distinguish mobile and fixed lines, as in North America
     */
    public boolean isMobile() {
        return isMobile(NUMBERS.getNumberType(number()));
    }

    private static boolean isMobile(PhoneNumberType type) {
        return type == PhoneNumberType.MOBILE || type == PhoneNumberType.FIXED_LINE_OR_MOBILE;
    }

    private Phonenumber.PhoneNumber number() {
        try {
            return NUMBERS.parse(address, null);
        } catch (NumberParseException e) {
            throw new IllegalStateException("a phone number that was valid is no longer valid", e);
        }
    }

    /** Returns the masked number: country code and last four digits, such as {@code +966•••••4567}. */
    @Override
    public String toString() {
        int national =
                address.length() - 1 - String.valueOf(number().getCountryCode()).length();
        int shown = Math.min(4, national / 2);
        return address.substring(0, address.length() - national)
                + "•".repeat(national - shown)
                + address.substring(address.length() - shown);
    }
}
