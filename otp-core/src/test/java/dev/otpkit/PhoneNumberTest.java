package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneNumberTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0501234567",
                "501234567",
                "966501234567",
                "+966501234567",
                "00966501234567",
                "+966 (0) 50 123 4567",
                "+966 050 123 4567",
                "+9660501234567",
                "050 123 4567",
                "050-123-4567",
                "050\u2013123\u20134567",
                "(050) 123.4567",
                "050/1234567",
                "٠٥٠١٢٣٤٥٦٧",
                "٠٥٠ ١٢٣ ٤٥٦٧",
                "۰۵۰۱۲۳۴۵۶۷",
                "०५०१२३४५६७",
                "০৫০১২৩৪৫৬৭",
                "０５０１２３４５６７",
                "+٩٦٦٥٠١٢٣٤٥٦٧",
                "＋９６６５０１２３４５６７",
                "050123٤٥٦٧",
                " 0501234567 ",
                "\u00A00501234567\u2003",
                "0501234567\n",
                "\t0501234567\r\n",
                "+966\u200E501234567",
                "\u202A+966 50 123 4567\u202C",
                "\u2066+966501234567\u2069",
                "\u2068\u200F٠٥٠١٢٣٤٥٦٧\u2069",
                "050\u200B123\uFEFF4567",
                "050\u00AD1234567",
                // Mathematical digits and those of Adlam, two characters each.
                "\uD835\uDFCE\uD835\uDFD3\uD835\uDFCE\uD835\uDFCF\uD835\uDFD0"
                        + "\uD835\uDFD1\uD835\uDFD2\uD835\uDFD3\uD835\uDFD4\uD835\uDFD5",
                "050123456\uD83A\uDD57"
            })
    void readsEverySpellingOfASaudiNumberAsOne(String text) {
        PhoneNumber number = Recipient.phone(text, "SA");
        assertThat(number.address()).isEqualTo("+966501234567");
        assertThat(number)
                .isEqualTo(new PhoneNumber("+966501234567"))
                .hasSameHashCodeAs(new PhoneNumber("+966501234567"));
    }

    /** Twelve digits, one of which takes two characters: without it they are the number of another person. */
    @Test
    void dropsNoDigitThatTakesTwoCharacters() {
        assertThatThrownBy(() -> Recipient.phone("+96650123456\uD835\uDFD77", null))
                .isInstanceOf(InvalidRecipientException.class);
        assertThat(Recipient.phone("+9665012345\uD835\uDFD47", null).address()).isEqualTo("+966501234567");
    }

    @ParameterizedTest
    @CsvSource({
        "AR, +54 9 11 2345-6789,    +5491123456789",
        "AR, +54 11 2345-6789,      +5491123456789",
        "AR, +54 11 15-2345-6789,   +5491123456789",
        "AR, 011 15-2345-6789,      +5491123456789",
        "AR, 011 2345-6789,         +5491123456789",
        "AR, 03435 15-551212,       +5493435551212",
        "AR, +54 3435 551212,       +5493435551212",
        "MX, +52 55 1234 5678,      +525512345678",
        "MX, +52 1 55 1234 5678,    +525512345678",
        "MX, 5215512345678,         +525512345678",
        "MX, 55 1234 5678,          +525512345678",
        "MX, 01 55 1234 5678,       +525512345678",
        "MX, 044 55 1234 5678,      +525512345678",
        "MX, 045 55 1234 5678,      +525512345678",
        "MX, +52 1 222 123 4567,    +522221234567",
        "PS, +970 59 912 3456,      +970599123456",
        "PS, 0599 123 456,          +970599123456",
        "PS, +972 59 912 3456,      +970599123456",
        "IL, 059 912 3456,          +970599123456",
        "PS, +972 56 912 3456,      +970569123456",
        "DE, 4915123456789,         +4915123456789",
        "DE, 015123456789,          +4915123456789",
        "ID, 62812345678,           +62812345678",
        "XK, 38344123456,           +38344123456"
    })
    void readsEverySpellingOfAMobileNumberAsOne(String region, String text, String canonical) {
        PhoneNumber number = Recipient.phone(text, region);
        assertThat(number).isEqualTo(new PhoneNumber(canonical));
        assertThat(number.address()).isEqualTo(canonical);
        assertThat(number.isMobile()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+52 2 55 1234 5678", "+52 1 11 1111 1111", "+52 1 55 1234 567", "+54 9 1"})
    void makesNoValidNumberOfAnInvalidOneOfTheseCountries(String text) {
        assertThatThrownBy(() -> Recipient.phone(text, null)).isInstanceOf(InvalidRecipientException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "+1 900 555 1234,  PREMIUM_RATE",
        "+44 909 879 0879, PREMIUM_RATE",
        "+979 123 456 789, PREMIUM_RATE",
        "+966 920 012345,  SHARED_COST",
        "+44 7640 123456,  PAGER",
        "+44 5512 345678,  UAN",
        "+92 21 111825888, UAN",
        "+54 810 271 5920, UAN",
        "+41 860 123456789, VOICEMAIL"
    })
    void refusesNumbersThatCannotBeAPersons(String text, String type) {
        assertThatThrownBy(() -> Recipient.phone(text, null))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessage("recipient must be a number that a person can have, but its type is " + type);
    }

    /** Of the United States, typed with their country code and without a plus sign. */
    @Test
    void makesNoMexicanNumberOfAForeignOne() {
        assertThatThrownBy(() -> Recipient.phone("14155552671", "MX")).isInstanceOf(InvalidRecipientException.class);
        assertThatThrownBy(() -> Recipient.phone("1 415 555 2671", "MX")).isInstanceOf(InvalidRecipientException.class);
    }

    /** libphonenumber has an example for each type that a region has. */
    @Test
    void refusesTheImpersonalNumbersOfEveryRegion() {
        Map<PhoneNumberType, Integer> refused = new EnumMap<>(PhoneNumberType.class);
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        for (String region : numbers.getSupportedRegions()) {
            for (PhoneNumberType type : PhoneNumberType.values()) {
                Phonenumber.PhoneNumber example = numbers.getExampleNumberForType(region, type);
                if (example == null) {
                    continue;
                }
                String address = numbers.format(example, PhoneNumberFormat.E164);
                PhoneNumberType known = numbers.getNumberType(example);
                switch (known) {
                    case PREMIUM_RATE, SHARED_COST, PAGER, UAN, VOICEMAIL -> {
                        assertThatThrownBy(() -> new PhoneNumber(address))
                                .as("%s of %s", known, region)
                                .isInstanceOf(InvalidRecipientException.class);
                        refused.merge(known, 1, Integer::sum);
                    }
                    default ->
                        assertThat(new PhoneNumber(address).region())
                                .as("%s of %s", known, region)
                                .isNotNull();
                }
            }
        }
        assertThat(refused).hasSize(5);
        assertThat(refused.get(PhoneNumberType.PREMIUM_RATE)).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({
        "TZ, +255694230173,  +255694230173",
        "TZ, 255694230173,   +255694230173",
        "TZ, 0694230173,     +255694230173",
        "TZ, 0694 230 173,   +255694230173",
        "TZ, ٠٦٩٤٢٣٠١٧٣,     +255694230173",
        "BD, +8801719159900, +8801719159900",
        "BD, 8801719159900,  +8801719159900",
        "BD, 01719159900,    +8801719159900",
        "BD, 01719-159900,   +8801719159900",
        "BD, ০১৭১৯১৫৯৯০০,    +8801719159900",
        "BD, +৮৮০১৭১৯১৫৯৯০০, +8801719159900",
        "IN, 098765 43210,   +919876543210",
        "IN, ०९८७६५४३२१०,    +919876543210",
        "US, (202) 555-0123, +12025550123",
        "US, 1-202-555-0123, +12025550123",
        "IT, 06 6982,        +39066982"
    })
    void readsNationalNumbersByTheirRegion(String region, String text, String canonical) {
        assertThat(Recipient.phone(text, region).address()).isEqualTo(canonical);
        assertThat(Recipient.phone(text, region.toLowerCase(Locale.ROOT)).address())
                .isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "+966501234567,    SA,  true", // mobile
        "+966112345678,    SA,  false", // fixed line
        "+9668001234567,   SA,  false", // toll-free
        "+255694230173,    TZ,  true",
        "+8801719159900,   BD,  true",
        "+12025550123,     US,  true", // fixed line or mobile
        "+447012345678,    GB,  false", // personal number
        "+5491123456789,   AR,  true",
        "+882161234567890, 001, false", // of no country
        "+80012345678,     001, false"
    })
    void knowsRegionAndKind(String address, String region, boolean mobile) {
        PhoneNumber number = Recipient.phone(address, null);
        assertThat(number.address()).isEqualTo(address);
        assertThat(number.region()).isEqualTo(region);
        assertThat(number.isMobile()).isEqualTo(mobile);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "966501234567",
                "00966501234567",
                "0501234567",
                "255694230173",
                "+801719159900",
                "",
                " ",
                "+",
                "+966",
                "-",
                "()",
                "\u2066\u2069",
                "+96650123456",
                "+9665012345678",
                "+966811234567",
                "+966700123456",
                "+521123456789012",
                "+00966501234567",
                "+1234567890123456"
            })
    void refusesWithoutARegionWhatIsNoInternationalNumber(String text) {
        assertRefused(text, null);
    }

    @ParameterizedTest
    @CsvSource({
        "SA, 255694230173",
        "SA, 1-800-356-9377",
        "SA, 050123456",
        "SA, 05012345678",
        "BD, 801719159900",
        "BD, +801719159900",
        "US, 0501234567",
        "US, 911",
        "GB, 999"
    })
    void refusesWhatIsNoNumberOfTheRegion(String region, String text) {
        assertRefused(text, region);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "1-800-FLOWERS",
                "call 0501234567 now",
                "0501234567x5",
                "0501234567;ext=5",
                "0501234567 ext. 5",
                "tel:0501234567",
                "tel:+966-50-123-4567;ext=5",
                "tel:0501234567;phone-context=+966",
                "+966501234567 رقم",
                "0501234567\r\nBcc: x",
                "ＦＬＯＷＥＲＳ0501234567",
                "0501234567\u0430"
            })
    void refusesLetters(String text) {
        for (String region : new String[] {"SA", "US"}) {
            assertThatThrownBy(() -> Recipient.phone(text, region))
                    .isInstanceOf(InvalidRecipientException.class)
                    .hasMessage("recipient must be a phone number without letters");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0501234567#5",
                "0501234567 #5",
                "0501234567,5",
                "0501234567,,,5#",
                "0501234567;5",
                "0501234567~5"
            })
    void refusesAnExtensionWithoutLetters(String text) {
        assertThatThrownBy(() -> Recipient.phone(text, "SA"))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessage("recipient must be a phone number without an extension");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0501234567\r\n0501234568",
                "0501234567\n5",
                "05012\n34567",
                "0501234567,0501234568",
                "0501234567;0501234568",
                "0501234567/0501234568",
                "0501234567*5",
                "+966501234567+966501234568",
                "+966501234567\u0661",
                "0501234567\u00005"
            })
    void refusesTwoNumbersInOne(String text) {
        assertRefused(text, "SA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<0501234567>", "\"0501234567\"", "'0501234567'", "$0501234567?", "++966501234567"})
    void keepsNothingOfWhatStandsAroundANumber(String text) {
        assertThat(Recipient.phone(text, "SA").address()).isEqualTo("+966501234567");
    }

    /** Germany's plan has longer numbers, which libphonenumber considers valid. */
    @Test
    void acceptsNumbersOf15DigitsAndNotOf16() {
        assertThat(Recipient.phone("+49" + "2".repeat(13), null).address()).hasSize(1 + 15);
        assertRefused("+49" + "2".repeat(14), null);
        assertRefused("+49" + "2".repeat(15), null);
    }

    @Test
    void looksAt320CharactersAndNotAt321() {
        assertThat(Recipient.phone("\u200E".repeat(320 - 13) + "+966501234567", null)
                        .address())
                .isEqualTo("+966501234567");
        assertThatThrownBy(() -> Recipient.phone("\u200E".repeat(321 - 13) + "+966501234567", null))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessage("recipient must have at most 320 characters, but has 321");
        assertRefused("1".repeat(251), "SA");
        assertRefused("1".repeat(320), "SA");
        assertRefused("1".repeat(1 << 20), "SA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX", "", " ", "001", "SAU", "966", "SA ", "ＳＡ"})
    void refusesAnUnknownRegionByName(String region) {
        assertThatThrownBy(() -> Recipient.phone("0501234567", region))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(InvalidRecipientException.class)
                .hasMessage("region must be an ISO 3166 country code such as SA, TZ or BD, but was " + region);
    }

    @Test
    void knowsRegionsInEitherCaseWhateverTheLocaleOfTheMachine() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(PhoneNumber.knownRegion("defaultRegion", "in")).isEqualTo("IN");
            assertThat(PhoneNumber.knownRegion("defaultRegion", "sA")).isEqualTo("SA");
        } finally {
            Locale.setDefault(before);
        }
        assertThatThrownBy(() -> PhoneNumber.knownRegion("defaultRegion", "XX"))
                .hasMessage("defaultRegion must be an ISO 3166 country code such as SA, TZ or BD, but was XX");
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> Recipient.phone(null, "SA"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("recipient must not be null");
        assertThatThrownBy(() -> new PhoneNumber(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("recipient must not be null");
    }

    @Test
    void isCanonicalHoweverItIsMade() {
        assertThat(new PhoneNumber("+966 50 123-4567").address()).isEqualTo("+966501234567");
        assertThatThrownBy(() -> new PhoneNumber("0501234567")).isInstanceOf(InvalidRecipientException.class);
    }

    /**
     * A number is parsed once, as it was typed: its canonical form must be read as the same number by another send, and
     * with the challenge id. libphonenumber drops prefixes, so this depends on its metadata.
     */
    @Test
    void readsTheCanonicalFormOfEveryNumberAsItself() {
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        Random random = new Random(42);
        int valid = 0;
        for (String region : numbers.getSupportedRegions()) {
            String prefix = Objects.requireNonNullElse(numbers.getNddPrefixForRegion(region, true), "");
            for (PhoneNumberType type : PhoneNumberType.values()) {
                Phonenumber.PhoneNumber example = numbers.getExampleNumberForType(region, type);
                if (example == null) {
                    continue;
                }
                String national = numbers.getNationalSignificantNumber(example);
                char[] other = national.toCharArray();
                other[random.nextInt(other.length)] = (char) ('0' + random.nextInt(10));
                for (String text : List.of(
                        national,
                        prefix + national,
                        prefix + prefix + national.substring(Math.min(prefix.length(), national.length())),
                        prefix + new String(other),
                        "+" + example.getCountryCode() + prefix + national,
                        numbers.format(example, PhoneNumberFormat.NATIONAL))) {
                    try {
                        PhoneNumber number = Recipient.phone(text, region);
                        assertThat(new PhoneNumber(number.address()))
                                .as("%s in %s", text, region)
                                .isEqualTo(number)
                                .hasToString(number.toString());
                        valid++;
                    } catch (InvalidRecipientException e) {
                        assertThat(e).hasMessageStartingWith("recipient must be ");
                    }
                }
            }
        }
        assertThat(valid).isGreaterThan(3000);
    }

    @Test
    void isEqualByItsAddressAlone() {
        PhoneNumber number = Recipient.phone("0501234567", "SA");
        assertThat(number)
                .isEqualTo(new PhoneNumber("+966 50 123 4567"))
                .hasSameHashCodeAs(new PhoneNumber("+966501234567"))
                .isNotEqualTo(new PhoneNumber("+966501234568"))
                .isNotEqualTo(number.address());
    }

    @ParameterizedTest
    @CsvSource({
        "+966501234567,    +966•••••4567",
        "+255694230173,    +255•••••0173",
        "+8801719159900,   +880••••••9900",
        "+12025550123,     +1••••••0123",
        "+882161234567890, +882••••••••7890",
        "+39066982,        +39•••982",
        "+6834000,         +683••00",
        "+4930123,         +49•••23"
    })
    void showsNeverMoreThanHalfOfANumber(String address, String masked) {
        PhoneNumber number = new PhoneNumber(address);
        assertThat(number.address()).isEqualTo(address);
        assertThat(number).hasToString(masked);
        assertThat("to " + number).doesNotContain(address.substring(1));
    }

    private static void assertRefused(String text, String region) {
        assertThatThrownBy(() -> Recipient.phone(text, region))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessageStartingWith("recipient must ")
                .message()
                .satisfies(message -> {
                    String digits = text.replaceAll("[^0-9]", "");
                    if (digits.length() > 3) {
                        assertThat(message).doesNotContain(digits.substring(digits.length() - 4));
                    }
                });
    }
}
