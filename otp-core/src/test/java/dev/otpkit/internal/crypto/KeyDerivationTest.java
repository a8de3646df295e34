package dev.otpkit.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.Alphabet;
import dev.otpkit.OtpPolicy;
import dev.otpkit.Recipient;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDerivationTest {
    private static final byte[] SECRET =
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient MAIL = Recipient.email("user@example.com");
    private static final OtpPolicy SIX_DIGITS = OtpPolicy.defaults();
    private static final ChallengeTag TAG = new ChallengeTag(0x40639f6c7a604f20L, 0x75516a21fc6495acL);
    private static final Nonce NONCE = new Nonce(0x0123456789abcdefL, 0xfedcba9876543210L);
    private static final OtpPolicy UNAMBIGUOUS =
            OtpPolicy.builder().alphabet(Alphabet.UNAMBIGUOUS).build();

    private final KeyDerivation derivations = new KeyDerivation(SECRET, "");

    // The literals of the golden vectors were computed with another implementation of HMAC, in another language.

    @Test
    void derivesTheStoreKeyAsEver() {
        assertThat(derivations.storeKey(PHONE))
                .isEqualTo("2f0HIUHDFgXxG8ZKjNWgsg")
                .isEqualTo(formula("store key", "+966501234567").name());
        assertThat(derivations.storeKey(MAIL))
                .isEqualTo("vyGaFUguuKDMx52J_t1_-A")
                .isEqualTo(formula("store key", "user@example.com").name());
    }

    @Test
    void derivesTheTagAsEver() {
        assertThat(derivations.tag(PHONE, "login", null, SIX_DIGITS)).isEqualTo(TAG);
        assertThat(derivations.tag(PHONE, "login", "", SIX_DIGITS))
                .isEqualTo(new ChallengeTag(TAG.purpose(), 0x38b9c2f85e650412L));
        assertThat(derivations.tag(PHONE, "login", "session-1", SIX_DIGITS))
                .isEqualTo(new ChallengeTag(TAG.purpose(), 0xf8605606fdc2536aL));
        assertThat(derivations.tag(PHONE, "login", null, digits(8)))
                .isEqualTo(new ChallengeTag(TAG.purpose(), 0xd5999dfaf2c29da6L));
        assertThat(derivations.tag(PHONE, "login", null, UNAMBIGUOUS))
                .isEqualTo(new ChallengeTag(TAG.purpose(), 0xe9dc94fa98926927L));
    }

    @Test
    void derivesTheTagByTheFormula() {
        for (String purpose : List.of("login", "password-reset", "تسجيل", "a".repeat(64))) {
            for (String binding : Arrays.asList(null, "", "session-1", "s".repeat(4096), "é")) {
                for (OtpPolicy policy : List.of(SIX_DIGITS, digits(12), UNAMBIGUOUS)) {
                    Formula half = formula("challenge tag", "purpose", PHONE.address(), purpose);
                    long length = policy.length();
                    String characters = policy.alphabet().characters();
                    long form = fnv1a((char) length + characters);
                    long request = binding == null
                            ? ByteBuffer.wrap(half.bytes).getLong(8) ^ form
                            : formula("challenge tag", "request", PHONE.address(), purpose, binding, length, characters)
                                    .number();
                    assertThat(derivations.tag(PHONE, purpose, binding, policy))
                            .isEqualTo(new ChallengeTag(half.number(), request));
                }
            }
        }
    }

    @Test
    void derivesTheTagOfDetailsAsEver() {
        Map<String, String> payment = details("amount", "100.00 SAR", "payee", "Café");

        assertThat(derivations.tag(PHONE, "login", null, payment, SIX_DIGITS))
                .isEqualTo(new ChallengeTag(TAG.purpose(), 0x8326fe0905de7404L));
        assertThat(derivations.tag(PHONE, "login", "session-1", payment, SIX_DIGITS))
                .isEqualTo(new ChallengeTag(TAG.purpose(), 0x10e3bdea230b3b23L));
    }

    @Test
    void derivesTheTagOfDetailsByTheFormula() {
        Map<String, String> eight = new TreeMap<>();
        for (int i = 0; i < 8; i++) {
            eight.put("n".repeat(31) + i, "é".repeat(128));
        }
        for (String binding : Arrays.asList(null, "", "s".repeat(4096))) {
            for (OtpPolicy policy : List.of(SIX_DIGITS, digits(12), UNAMBIGUOUS)) {
                for (Map<String, String> details : List.of(details("amount", "5"), eight)) {
                    List<Object> fields = new ArrayList<>(Arrays.asList(
                            "details",
                            PHONE.address(),
                            "pay",
                            binding,
                            (long) policy.length(),
                            policy.alphabet().characters()));
                    details.forEach((name, value) -> fields.addAll(List.of(name, value)));
                    assertThat(derivations.tag(PHONE, "pay", binding, details, policy))
                            .isEqualTo(new ChallengeTag(
                                    derivations.purposeTag(PHONE, "pay"),
                                    formula("challenge tag", fields.toArray()).number()));
                }
            }
        }
    }

    @Test
    void withoutDetailsTheTagIsAsItWas() {
        for (String binding : Arrays.asList(null, "", "session-1")) {
            assertThat(derivations.tag(PHONE, "login", binding, Map.of(), SIX_DIGITS))
                    .isEqualTo(derivations.tag(PHONE, "login", binding, SIX_DIGITS));
        }
    }

    @Test
    void separatesDetailsByEveryField() {
        List<ChallengeTag> tags = List.of(
                TAG,
                derivations.tag(PHONE, "login", "", SIX_DIGITS),
                derivations.tag(PHONE, "login", "amount", SIX_DIGITS),
                derivations.tag(PHONE, "login", null, details("amount", "5"), SIX_DIGITS),
                derivations.tag(PHONE, "login", "", details("amount", "5"), SIX_DIGITS),
                derivations.tag(PHONE, "login", "s", details("amount", "5"), SIX_DIGITS),
                derivations.tag(PHONE, "login", null, details("amount", "5"), digits(7)),
                derivations.tag(PHONE, "login", null, details("amount", "5"), UNAMBIGUOUS),
                derivations.tag(PHONE, "login", null, details("amount", "6"), SIX_DIGITS),
                derivations.tag(PHONE, "login", null, details("amount", "5 "), SIX_DIGITS),
                derivations.tag(PHONE, "login", null, details("amoun", "t5"), SIX_DIGITS),
                derivations.tag(PHONE, "login", null, details("payee", "5"), SIX_DIGITS),
                derivations.tag(PHONE, "login", null, details("amount", "5", "payee", "6"), SIX_DIGITS),
                derivations.tag(PHONE, "login", null, details("amount", "6", "payee", "5"), SIX_DIGITS));
        assertThat(tags).extracting(ChallengeTag::purpose).containsOnly(TAG.purpose());
        assertThat(tags).extracting(ChallengeTag::request).doesNotHaveDuplicates();
        assertThat(derivations
                        .tag(MAIL, "login", null, details("amount", "5"), SIX_DIGITS)
                        .request())
                .isNotEqualTo(tags.get(3).request());
        assertThat(derivations
                        .tag(PHONE, "pay", null, details("amount", "5"), SIX_DIGITS)
                        .request())
                .isNotEqualTo(tags.get(3).request());
    }

    @Test
    void derivesTheHandleAsEver() {
        assertThat(derivations.handle(NONCE))
                .isEqualTo(0x02406cc762f33a08L)
                .isEqualTo(
                        formula("challenge handle", NONCE.high(), NONCE.low()).number())
                .isNotEqualTo(NONCE.high())
                .isNotEqualTo(NONCE.low());
    }

    @Test
    void derivesTheNumbersOfACodeAsEver() {
        RandomGenerator numbers = derivations.codeNumbers(PHONE, TAG, NONCE);
        assertThat(Stream.generate(() -> HexFormat.of().toHexDigits(numbers.nextLong()))
                        .limit(6))
                .containsExactly(
                        "75841e5c6055ae8a",
                        "f6ef357648d9447c",
                        "8565d52704be2691",
                        "ec6b7d1b1768d609",
                        "29657b24319b6df8",
                        "ffe763bac037c727");
    }

    @Test
    void derivesTheNumbersOfACodeByTheFormulaBlockAfterBlock() {
        RandomGenerator numbers = derivations.codeNumbers(MAIL, TAG, NONCE);
        for (long block = 0; block < 20; block++) {
            byte[] expected = formula(
                            "code", "user@example.com", TAG.purpose(), TAG.request(), NONCE.high(), NONCE.low(), block)
                    .bytes;
            ByteBuffer actual = ByteBuffer.allocate(32);
            for (int i = 0; i < 4; i++) {
                actual.putLong(numbers.nextLong());
            }
            assertThat(actual.array()).as("block %d", block).isEqualTo(expected);
        }
    }

    @Test
    void derivesACounterAsEver() {
        assertThat(derivations.counter("client sends", "203.0.113.9", 472_222))
                .isEqualTo("AIaYxWx932APQtNe3eYm_g")
                .isEqualTo(formula("counter", "client sends", "203.0.113.9", 472_222L)
                        .name());
    }

    @Test
    void derivesTheTagsOfAClientAsEver() {
        assertThat(derivations.clientTag("203.0.113.9"))
                .isEqualTo(0x1d1c0d8b7c89daf4L)
                .isEqualTo(formula("challenge tag", "client", "203.0.113.9").number());
        assertThat(derivations.clientMask(PHONE))
                .isEqualTo(0x9e0d567a7a178129L)
                .isEqualTo(
                        formula("challenge tag", "client mask", "+966501234567").number());
        assertThat(derivations.clientLogTag("203.0.113.9")).isEqualTo("673c2d59");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tenant-1", "staging", "é", "n"})
    void derivesAllKeysWithinANamespaceByTheFormula(String namespace) {
        KeyDerivation other = new KeyDerivation(SECRET, namespace);
        assertThat(other.storeKey(PHONE))
                .isEqualTo(Formula.of(SECRET, namespace, "store key", PHONE.address())
                        .name());
        assertThat(other.purposeTag(PHONE, "login"))
                .isEqualTo(Formula.of(SECRET, namespace, "challenge tag", "purpose", PHONE.address(), "login")
                        .number());
        assertThat(other.handle(NONCE))
                .isEqualTo(Formula.of(SECRET, namespace, "challenge handle", NONCE.high(), NONCE.low())
                        .number());
    }

    @Test
    void separatesEverythingByNamespaceAndSecret() {
        byte[] nearlyTheSame = SECRET.clone();
        nearlyTheSame[31] ^= 1;
        List<KeyDerivation> all = List.of(
                derivations,
                new KeyDerivation(SECRET, "a"),
                new KeyDerivation(SECRET, "A"),
                new KeyDerivation(nearlyTheSame, ""),
                new KeyDerivation(nearlyTheSame, "a"));
        assertThat(all).extracting(each -> each.storeKey(PHONE)).doesNotHaveDuplicates();
        assertThat(all).extracting(each -> each.purposeTag(PHONE, "login")).doesNotHaveDuplicates();
        assertThat(all)
                .extracting(each -> each.tag(PHONE, "login", null, SIX_DIGITS).request())
                .doesNotHaveDuplicates();
        assertThat(all).extracting(each -> each.handle(NONCE)).doesNotHaveDuplicates();
        assertThat(all)
                .extracting(each -> each.codeNumbers(PHONE, TAG, NONCE).nextLong())
                .doesNotHaveDuplicates();
        assertThat(all).extracting(each -> each.counter("send", "c", 1)).doesNotHaveDuplicates();
        assertThat(all).extracting(each -> each.clientTag("c")).doesNotHaveDuplicates();
        assertThat(all).extracting(each -> each.clientMask(PHONE)).doesNotHaveDuplicates();
        assertThat(all).extracting(each -> each.clientLogTag("c")).doesNotHaveDuplicates();
        for (KeyDerivation maker : all) {
            String id = maker.challengeTokens().seal(PHONE, "login", 7);
            for (KeyDerivation opener : all) {
                assertThat(opener.challengeTokens().open(id).isPresent()).isEqualTo(opener == maker);
            }
        }
    }

    @Test
    void separatesTheNumbersOfACodeByEveryField() {
        List<RandomGenerator> all = List.of(
                derivations.codeNumbers(PHONE, TAG, NONCE),
                derivations.codeNumbers(MAIL, TAG, NONCE),
                derivations.codeNumbers(PHONE, new ChallengeTag(TAG.purpose() ^ 1, TAG.request()), NONCE),
                derivations.codeNumbers(PHONE, new ChallengeTag(TAG.purpose(), TAG.request() ^ 1), NONCE),
                derivations.codeNumbers(PHONE, new ChallengeTag(TAG.request(), TAG.purpose()), NONCE),
                derivations.codeNumbers(PHONE, TAG, new Nonce(NONCE.high() ^ 1, NONCE.low())),
                derivations.codeNumbers(PHONE, TAG, new Nonce(NONCE.high(), NONCE.low() ^ 1)),
                derivations.codeNumbers(PHONE, TAG, new Nonce(NONCE.low(), NONCE.high())));
        assertThat(all).extracting(RandomGenerator::nextLong).doesNotHaveDuplicates();
    }

    @Test
    void separatesAnAbsentBindingFromAnEmptyOne() {
        assertThat(derivations.tag(PHONE, "login", null, SIX_DIGITS))
                .isNotEqualTo(derivations.tag(PHONE, "login", "", SIX_DIGITS));
    }

    @Test
    void separatesFieldsThatReadTheSameInARow() {
        assertThat(derivations.tag(PHONE, "a", "bc", SIX_DIGITS).request())
                .isNotEqualTo(derivations.tag(PHONE, "ab", "c", SIX_DIGITS).request());
        assertThat(derivations.counter("a", "bc", 1)).isNotEqualTo(derivations.counter("ab", "c", 1));
        assertThat(new KeyDerivation(SECRET, "").storeKey(PHONE))
                .isNotEqualTo(new KeyDerivation(SECRET, "\0").storeKey(PHONE));
    }

    @Test
    void sharesNoHalfOfATagBetweenTwoRecipientsOfOneBinding() {
        ChallengeTag phone = derivations.tag(PHONE, "login", "session-1", SIX_DIGITS);
        ChallengeTag mail = derivations.tag(MAIL, "login", "session-1", SIX_DIGITS);

        assertThat(phone.request()).isNotEqualTo(mail.request());
        assertThat(phone.purpose()).isNotEqualTo(mail.purpose());
    }

    @Test
    void changesOnlyTheRequestHalfOfTheTagWithBindingAndPolicy() {
        OtpPolicy sameCodes =
                OtpPolicy.builder().expiry(Duration.ofMinutes(1)).maxAttempts(3).build();
        assertThat(derivations.tag(PHONE, "login", null, sameCodes)).isEqualTo(TAG);

        List<ChallengeTag> tags = List.of(
                TAG,
                derivations.tag(PHONE, "login", "", SIX_DIGITS),
                derivations.tag(PHONE, "login", "s", SIX_DIGITS),
                derivations.tag(PHONE, "login", null, digits(7)),
                derivations.tag(PHONE, "login", null, UNAMBIGUOUS),
                derivations.tag(
                        PHONE,
                        "login",
                        null,
                        OtpPolicy.builder().alphabet(Alphabet.of("9876543210")).build()));
        assertThat(tags).extracting(ChallengeTag::purpose).containsOnly(derivations.purposeTag(PHONE, "login"));
        assertThat(tags).extracting(ChallengeTag::request).doesNotHaveDuplicates();
        assertThat(derivations.tag(PHONE, "Login", null, SIX_DIGITS).purpose()).isNotEqualTo(TAG.purpose());
    }

    @Test
    void makesStoreKeysThatShowNothingOfTheRecipient() {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Recipient recipient = i % 2 == 0
                    ? Recipient.phone("+96650123" + (4000 + i), null)
                    : Recipient.email("user" + i + "@example.com");
            String key = derivations.storeKey(recipient);
            assertThat(key).matches("[A-Za-z0-9_-]{22}").doesNotContain(recipient.address(), "user", "966", "example");
            keys.add(key);
        }
        assertThat(keys).hasSize(1_000);
    }

    @Test
    void countsClientsUnderNamesOfTheirOwn() {
        List<String> counters = List.of(
                derivations.counter("client sends", "203.0.113.9", 1),
                derivations.counter("client sends", "203.0.113.9", 2),
                derivations.counter("client sends", "203.0.113.9", -1),
                derivations.counter("client sends", "203.0.113.8", 1),
                derivations.counter("failure", "203.0.113.9", 1),
                derivations.storeKey(PHONE));
        assertThat(counters).doesNotHaveDuplicates().allMatch(counter -> counter.matches("[A-Za-z0-9_-]{22}"));
    }

    @Test
    void drawsNoncesThatDiffer() {
        Set<Nonce> nonces = new HashSet<>();
        Set<Long> halves = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Nonce nonce = derivations.nonce();
            nonces.add(nonce);
            halves.add(nonce.high());
            halves.add(nonce.low());
        }
        assertThat(nonces).hasSize(1_000);
        assertThat(halves).hasSize(2_000);
    }

    @ParameterizedTest
    @CsvSource({"AB23456789, B#23456789", "0123456789Pq, 0123456789QR"})
    void tellsAlphabetsApartWhoseHashCodesAreEqual(String one, String other) {
        assertThat(one).hasSameHashCodeAs(other);
        assertThat(derivations.tag(PHONE, "login", null, of(one)))
                .isNotEqualTo(derivations.tag(PHONE, "login", null, of(other)));
    }

    private static OtpPolicy of(String characters) {
        return OtpPolicy.builder().alphabet(Alphabet.of(characters)).build();
    }

    /** A second implementation, with numbers of any length. */
    private static long fnv1a(String text) {
        BigInteger hash = new BigInteger("cbf29ce484222325", 16);
        for (int i = 0; i < text.length(); i++) {
            hash = hash.xor(BigInteger.valueOf(text.charAt(i)))
                    .multiply(new BigInteger("100000001b3", 16))
                    .mod(BigInteger.ONE.shiftLeft(64));
        }
        return hash.longValue();
    }

    private static Map<String, String> details(String... namesAndValues) {
        Map<String, String> details = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            details.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return details;
    }

    private static OtpPolicy digits(int length) {
        return OtpPolicy.builder().length(length).build();
    }

    private static Formula formula(String use, @Nullable Object... fields) {
        return Formula.of(SECRET, "", use, fields);
    }
}
