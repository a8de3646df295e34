package dev.otpkit.internal.input;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.internal.input.SecretPattern.Gaps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Removes secrets from the texts of providers, many of which repeat a request in the same form or another.
 * {@link dev.otpkit.spi.OtpMessage#redact} lists the forms. Immutable. The time is proportional to the length of any
 * text.
 */
public final class Redaction {
    private static final String HIDDEN = "••••••";

    /** The greatest length of a result: more than any log or failure shows of a provider's text. */
    private static final int MAX_SHOWN = 16 * 1024;

    /** The length that is searched: a secret that is cut by the end of the result is found as well. */
    private static final int MAX_SEARCHED = 2 * MAX_SHOWN;

    private static final int ARGENTINA = 54;

    /** Loaded with the first phone number: a mail needs none of its tables. */
    private static final class Numbers {
        static final PhoneNumberUtil UTIL = PhoneNumberUtil.getInstance();
    }

    private final List<SecretPattern> secrets;
    private final List<SecretPattern> addresses;
    private final @Nullable Recipient recipient;

    private Redaction(List<SecretPattern> secrets, List<SecretPattern> addresses, @Nullable Recipient recipient) {
        this.secrets = secrets;
        this.addresses = addresses;
        this.recipient = recipient;
    }

    /**
     * Returns a redaction that hides credentials.
     *
     * @param credentials passwords, tokens, keys; an empty one is ignored
     */
    public static Redaction of(String... credentials) {
        return new Redaction(patternsOf(credentials), List.of(), null);
    }

    /**
     * Returns a redaction that hides a code and credentials, and masks an address.
     *
     * @param credentials as above
     */
    public static Redaction of(Recipient recipient, String code, String... credentials) {
        List<SecretPattern> secrets = new ArrayList<>(patternsOf(credentials));
        secrets.add(SecretPattern.of(code, Gaps.SIGNS));
        return new Redaction(
                secrets,
                recipient instanceof PhoneNumber
                        ? spellingsOf(recipient.address().substring(1))
                        : List.of(SecretPattern.of(recipient.address(), Gaps.INVISIBLE)),
                recipient);
    }

    private static List<SecretPattern> patternsOf(String... credentials) {
        List<SecretPattern> patterns = new ArrayList<>();
        for (String credential : credentials) {
            Objects.requireNonNull(credential, "credentials must not be null");
            if (!credential.isEmpty()) {
                patterns.add(SecretPattern.credential(credential));
            }
        }
        return patterns;
    }

    /** Returns the national number and the longer forms of the number, all of which are replaced by the mask. */
    private static List<SecretPattern> spellingsOf(String digits) {
        int length = 1;
        while (!Numbers.UTIL.getSupportedCallingCodes().contains(Integer.valueOf(digits.substring(0, length)))) {
            length++;
        }
        String country = digits.substring(0, length);
        String national = digits.substring(length);
        List<SecretPattern> spellings = new ArrayList<>(spellingsOf(country, national));
        if (Integer.parseInt(country) == ARGENTINA) {
            spellings.addAll(spellingsOf(country, dialledInArgentina(national)));
            if (national.startsWith("9")) {
                spellings.addAll(spellingsOf(country, national.substring(1)));
            }
        }
        return spellings;
    }

    private static List<SecretPattern> spellingsOf(String country, String national) {
        return List.of(
                SecretPattern.of(national, Gaps.SIGNS),
                SecretPattern.of("+" + country + national, Gaps.SIGNS),
                SecretPattern.of("+" + country + "0" + national, Gaps.SIGNS),
                SecretPattern.wholeNumber("0" + national),
                SecretPattern.wholeNumber(country + national),
                SecretPattern.wholeNumber(country + "0" + national),
                SecretPattern.wholeNumber("00" + country + national),
                SecretPattern.wholeNumber("00" + country + "0" + national));
    }

    /** Returns a number as dialled in Argentina, where mobile numbers have other digits than from abroad. */
    private static String dialledInArgentina(String national) {
        Phonenumber.PhoneNumber number =
                new Phonenumber.PhoneNumber().setCountryCode(ARGENTINA).setNationalNumber(Long.parseLong(national));
        return Numbers.UTIL
                .format(number, PhoneNumberFormat.NATIONAL)
                .replaceAll("[^0-9]", "")
                .replaceFirst("^0", "");
    }

    /**
     * Returns a text without the secrets. Of one with more than 16384 characters the rest is left out.
     *
     * <p>If forms of several secrets overlap, all of them are hidden, and the mask is that of the longest.
     */
    public String hide(String text) {
        List<Part> parts = new ArrayList<>();
        search(text, parts);
        parts.sort(Comparator.comparingInt(Part::start));
        StringBuilder harmless = new StringBuilder();
        int shown = shown(text);
        int at = 0;
        int next = 0;
        while (next < parts.size() && parts.get(next).start() < shown) {
            Part longest = parts.get(next);
            harmless.append(text, at, longest.start());
            at = longest.end();
            for (next++; next < parts.size() && parts.get(next).start() < at; next++) {
                Part other = parts.get(next);
                at = Math.max(at, other.end());
                longest = other.length() > longest.length() ? other : longest;
            }
            harmless.append(longest.isAddress() ? mask() : HIDDEN);
        }
        return harmless.append(text, Math.min(at, shown), shown).toString();
    }

    /**
     * Returns the number of steps that {@link #hide} takes, for tests: the cost of a step does not depend on the text.
     */
    long steps(String text) {
        return search(text, new ArrayList<>());
    }

    private long search(String text, List<Part> parts) {
        long steps = 0;
        if (secrets.isEmpty()) {
            return steps;
        }
        for (TextReading reading : readings(text)) {
            SecretPattern.Search search = new SecretPattern.Search(reading);
            search.find(secrets, (start, end) -> parts.add(new Part(start, end, false)));
            search.find(addresses, (start, end) -> parts.add(new Part(start, end, true)));
            steps += reading.size() + search.steps();
        }
        return steps;
    }

    private static List<TextReading> readings(String text) {
        TextReading plain = TextReading.of(text, Math.min(text.length(), MAX_SEARCHED));
        List<TextReading> readings = new ArrayList<>();
        addWithEncoded(plain, readings);
        for (int level = 0; level < plain.levels(); level++) {
            TextReading unescaped = plain.unescaped(level);
            if (unescaped.size() < plain.size()) {
                addWithEncoded(unescaped, readings);
            }
        }
        return readings;
    }

    private static void addWithEncoded(TextReading text, List<TextReading> readings) {
        readings.add(text);
        TextReading base64 = text.base64();
        readings.add(base64);
        // A mail may contain base64, and Gmail accepts mails in base64.
        readings.add(base64.base64());
        readings.add(text.hexadecimal());
    }

    /** Returns the end of the result, which never splits a character. */
    private static int shown(String text) {
        boolean cut = text.length() > MAX_SHOWN;
        return !cut ? text.length() : Character.isHighSurrogate(text.charAt(MAX_SHOWN - 1)) ? MAX_SHOWN - 1 : MAX_SHOWN;
    }

    /** Returns the masked address. It shows digits of the number, of which the code may consist. */
    private String mask() {
        return new Redaction(secrets, List.of(), null).hide(String.valueOf(recipient));
    }

    /** A part of a text that is a secret. */
    private record Part(int start, int end, boolean isAddress) {
        int length() {
            return end - start;
        }
    }
}
