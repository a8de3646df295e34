package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipientsTest {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
    private static final Set<PhoneNumberType> MOBILE =
            Set.of(PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE);

    @ParameterizedTest
    @CsvSource({
        "+966501234567,    true",
        "+971501234567,    true",
        "+966112345678,    true", // a landline
        "+8801719159900,   false",
        "+12025550123,     false",
        "+882161234567890, false", // of no country
        "+80012345678,     false"
    })
    void allowsTheNumbersOfSomeCountries(String number, boolean allowed) {
        for (Predicate<Recipient> filter : List.of(
                Recipients.countries("SA", "AE"),
                Recipients.countries("ae", "sa", "SA"),
                Recipients.countries(Set.of("AE", "SA")))) {
            assertThat(filter.test(new PhoneNumber(number))).as("%s", filter).isEqualTo(allowed);
        }
    }

    /** Several countries share a code: the plan of North America, Russia and Kazakhstan, Britain and its islands. */
    @ParameterizedTest
    @CsvSource({
        "US, +12025550123,   true",
        "US, +14165550123,   false",
        "CA, +14165550123,   true",
        "CA, +18762101234,   false",
        "RU, +79161234567,   true",
        "RU, +77012345678,   false",
        "KZ, +77012345678,   true",
        "GB, +447400123456,  true",
        "GB, +447797712345,  false",
        "JE, +447797712345,  true"
    })
    void separatesCountriesThatShareACode(String country, String number, boolean allowed) {
        assertThat(Recipients.countries(country).test(new PhoneNumber(number))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "+966501234567,  true", // mobile
        "+12025550123,   true", // fixed line or mobile
        "+966112345678,  false", // fixed line
        "+9668001234567, false", // toll-free
        "+447012345678,  false", // personal number
        "+5491123456789, true"
    })
    void allowsTheNumbersThatCanBeMobile(String number, boolean allowed) {
        assertThat(Recipients.mobile().test(new PhoneNumber(number))).isEqualTo(allowed);
    }

    /** libphonenumber has an example for each type that a region has. */
    @Test
    void agreesWithLibphonenumberOnTheExamplesOfEveryRegionAndType() throws NumberParseException {
        Map<PhoneNumberType, Integer> allowed = new EnumMap<>(PhoneNumberType.class);
        Map<PhoneNumberType, Integer> refused = new EnumMap<>(PhoneNumberType.class);
        Predicate<Recipient> mobile = Recipients.mobile();
        for (String region : NUMBERS.getSupportedRegions()) {
            Predicate<Recipient> inRegion = Recipients.countries(region);
            String other = region.equals("SA") ? "AE" : "SA";
            for (PhoneNumberType type : PhoneNumberType.values()) {
                Optional<PhoneNumber> read = example(region, type);
                if (read.isEmpty()) {
                    continue;
                }
                PhoneNumber number = read.get();
                Phonenumber.PhoneNumber parsed = NUMBERS.parse(number.address(), null);
                PhoneNumberType known = NUMBERS.getNumberType(parsed);
                assertThat(mobile.test(number)).as("%s of %s", known, region).isEqualTo(MOBILE.contains(known));
                assertThat(inRegion.test(number))
                        .as("%s in %s", number, region)
                        .isEqualTo(region.equals(NUMBERS.getRegionCodeForNumber(parsed)));
                assertThat(Recipients.countries(other).test(number))
                        .as("%s in %s", number, other)
                        .isEqualTo(other.equals(NUMBERS.getRegionCodeForNumber(parsed)));
                (mobile.test(number) ? allowed : refused).merge(known, 1, Integer::sum);
            }
        }
        assertThat(allowed).containsOnlyKeys(MOBILE);
        assertThat(allowed.get(PhoneNumberType.MOBILE)).isGreaterThan(200);
        assertThat(refused)
                .containsOnlyKeys(
                        PhoneNumberType.FIXED_LINE,
                        PhoneNumberType.TOLL_FREE,
                        PhoneNumberType.VOIP,
                        PhoneNumberType.PERSONAL_NUMBER);
        assertThat(refused.get(PhoneNumberType.VOIP)).isGreaterThan(20);
    }

    private static Optional<PhoneNumber> example(String region, PhoneNumberType type) {
        Phonenumber.PhoneNumber example = NUMBERS.getExampleNumberForType(region, type);
        if (example == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PhoneNumber(NUMBERS.format(example, PhoneNumberFormat.E164)));
        } catch (InvalidRecipientException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user@example.com", "user+tag@mail.example.org"})
    void letEmailAddressesPass(String address) {
        Recipient email = new EmailAddress(address);
        assertThat(Recipients.countries("SA").test(email)).isTrue();
        assertThat(Recipients.mobile().test(email)).isTrue();
        assertThat(Recipients.countries("SA").and(Recipients.mobile()).test(email))
                .isTrue();
    }

    @Test
    void canBeCombined() {
        Predicate<Recipient> both = Recipients.countries("SA", "AE").and(Recipients.mobile());
        assertThat(both.test(new PhoneNumber("+966501234567"))).isTrue();
        assertThat(both.test(new PhoneNumber("+966112345678"))).isFalse();
        assertThat(both.test(new PhoneNumber("+8801719159900"))).isFalse();

        Predicate<Recipient> blocked =
                both.and(recipient -> !recipient.address().endsWith("67"));
        assertThat(blocked.test(new PhoneNumber("+966501234567"))).isFalse();
        assertThat(blocked.test(new PhoneNumber("+966501234568"))).isTrue();
        assertThat(Recipients.mobile().negate().test(new PhoneNumber("+966112345678")))
                .isTrue();
        assertThat(Recipients.mobile().or(Recipients.countries("SA")).test(new PhoneNumber("+966112345678")))
                .isTrue();
    }

    @Test
    void haveAReadableText() {
        assertThat(Recipients.countries("sa", "AE")).hasToString("countries AE, SA");
        assertThat(Recipients.mobile()).hasToString("mobile");
        assertThat(Recipients.countries("SA").and(Recipients.mobile()).and(Recipients.countries("AE")))
                .hasToString("countries SA and mobile and countries AE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX", "", "SAU", "966", "001", "UK", " SA"})
    void knowTheCodesOfCountries(String code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipients.countries("SA", code))
                .withMessage("countries must be an ISO 3166 country code such as SA, TZ or BD, but was " + code);
    }

    @Test
    void needACountry() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipients.countries())
                .withMessage("countries must have at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipients.countries(List.of()))
                .withMessage("countries must have at least one");
        assertThatNullPointerException()
                .isThrownBy(() -> Recipients.countries(Arrays.asList("SA", null)))
                .withMessage("countries must not contain null");
    }

    @Test
    void copyTheCountries() {
        Set<String> countries = new LinkedHashSet<>(Set.of("SA"));
        Predicate<Recipient> filter = Recipients.countries(countries);
        countries.add("AE");
        assertThat(filter.test(new PhoneNumber("+971501234567"))).isFalse();
    }
}
