package dev.otpkit;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber;
import dev.otpkit.internal.TypedText;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A phone number in E.164 form, such as {@code +966501234567}.
 *
 * <p>It has a valid pattern for its country by libphonenumber's metadata, which does not prove that anyone has it, at
 * most 15 digits with the country code, no letters (so no vanity numbers) and no extension. A landline is valid too:
 * use {@link #isMobile()} in a {@linkplain OtpManager.Builder#recipientFilter filter} where that matters.
 *
 * @param address the number with its plus sign and country code; stored as E.164
 */
public record PhoneNumber(String address) implements Recipient {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

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
        String visible = TypedText.dropInvisible(TypedText.boundedAddress(text));
        if (visible.codePoints().anyMatch(Character::isLetter)) {
            throw new InvalidRecipientException("recipient must be a phone number without letters");
        }
        Phonenumber.PhoneNumber number;
        try {
            number = NUMBERS.parse(visible, region);
        } catch (NumberParseException e) {
            throw new InvalidRecipientException("recipient must be a phone number, but is not: " + e.getErrorType());
        }
        if (number.hasExtension()) {
            throw new InvalidRecipientException("recipient must be a phone number without an extension");
        }
        String canonical = NUMBERS.format(number, PhoneNumberFormat.E164);
        if (!NUMBERS.isValidNumber(number) || canonical.length() > 16) {
            throw new InvalidRecipientException(
                    "recipient must be a valid phone number of at most 15 digits, but country code "
                            + number.getCountryCode() + " has no such number");
        }
        return canonical;
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
     * Tells whether the number can be a mobile one, by its pattern.
     *
     * @return true also where a country does not tell mobile and fixed lines apart, as in North America
     */
    public boolean isMobile() {
        PhoneNumberType type = NUMBERS.getNumberType(number());
        return type == PhoneNumberType.MOBILE || type == PhoneNumberType.FIXED_LINE_OR_MOBILE;
    }

    private Phonenumber.PhoneNumber number() {
        try {
            return NUMBERS.parse(address, null);
        } catch (NumberParseException e) {
            throw new IllegalStateException("a number that was valid is not any more", e);
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
