package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.spi.OtpGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeDeriverTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient MAIL = Recipient.email("user@example.com");
    private static final KeyDerivation DERIVATIONS = new KeyDerivation(countingUp(), "");
    private static final Nonce NONCE = new Nonce(0x0123456789abcdefL, 0xfedcba9876543210L);

    private final CodeDeriver codes = new CodeDeriver(CodeDeriver.uniform());

    /**
     * Computed with another implementation of HMAC, in another language. A change strands every code that is on its
     * way, and a difference between two JDKs would strand those sent from one and verified on the other.
     */
    @ParameterizedTest
    @CsvSource({
        "0123456789,                   6,  +966501234567,    893858",
        "0123456789,                   6,  user@example.com, 227375",
        "0123456789,                   12, +966501234567,    577091766917",
        "0123456789,                   12, user@example.com, 940988922629",
        "23456789BCDFGHJKMNPQRSTVWXYZ, 8,  +966501234567,    H2XQX5Q5",
        "23456789BCDFGHJKMNPQRSTVWXYZ, 8,  user@example.com, 6XYSJ844",
        "aBc!?,                        7,  +966501234567,    a!!!cc?",
        "aBc!?,                        7,  user@example.com, cca?!Ba"
    })
    void derivesTheSameCodesAsEver(String characters, int length, String address, String code) {
        OtpPolicy policy = policy(Alphabet.of(characters), length);
        Recipient recipient = Recipient.parse(address, null);
        Challenge challenge = challenge(DERIVATIONS.tag(recipient, "login", null, policy), NONCE);
        for (int i = 0; i < 2; i++) {
            assertThat(codes.of(DERIVATIONS, recipient, policy, challenge)).isEqualTo(code);
        }
    }

    @Test
    void derivesACodeOfRecipientTagAndNonceAlone() {
        OtpPolicy policy = OtpPolicy.defaults();
        ChallengeTag tag = DERIVATIONS.tag(PHONE, "login", null, policy);
        assertThat(codes.of(DERIVATIONS, PHONE, policy, new Challenge(tag, NONCE, 1, 2, 3, 4, 5)))
                .isEqualTo("893858");
        assertThat(codes.of(DERIVATIONS, PHONE, policy, challenge(tag, new Nonce(1, 2))))
                .isNotEqualTo("893858");
        assertThat(codes.of(DERIVATIONS, PHONE, policy, challenge(new ChallengeTag(1, 2), NONCE)))
                .isNotEqualTo("893858");
    }

    /**
     * Critical values of chi-square at p = 10^-6, for one degree of freedom less than there are characters. Of a byte
     * taken modulo 10, this many codes make it about 155.
     */
    @ParameterizedTest
    @CsvSource({
        "0123456789,                   44.811",
        "23456789BCDFGHJKMNPQRSTVWXYZ, 77.188",
        "aBc!?#7,                      38.258"
    })
    void drawsEveryCharacterAtEveryPositionEquallyOften(String characters, double critical) {
        int codeCount = 400_000;
        int length = 4;
        OtpPolicy policy = policy(Alphabet.of(characters), length);
        ChallengeTag tag = DERIVATIONS.tag(PHONE, "login", null, policy);
        int[] counts = IntStream.range(0, codeCount)
                .parallel()
                .mapToObj(i -> codes.of(DERIVATIONS, PHONE, policy, challenge(tag, new Nonce(2026, i))))
                .collect(
                        () -> new int[length * 128],
                        (tally, code) -> {
                            for (int position = 0; position < length; position++) {
                                tally[position * 128 + code.charAt(position)]++;
                            }
                        },
                        (tally, other) -> Arrays.setAll(tally, i -> tally[i] + other[i]));
        double expected = (double) codeCount / characters.length();
        for (int position = 0; position < length; position++) {
            double chiSquare = 0;
            int total = 0;
            for (int i = 0; i < characters.length(); i++) {
                int count = counts[position * 128 + characters.charAt(i)];
                assertThat(count).as("%s at %d", characters.charAt(i), position).isPositive();
                chiSquare += (count - expected) * (count - expected) / expected;
                total += count;
            }
            assertThat(total).isEqualTo(codeCount);
            assertThat(chiSquare).as("chi-square at %d", position).isLessThan(critical);
        }
    }

    @Test
    void makesCodesThatBeginWithZero() {
        OtpPolicy policy = OtpPolicy.defaults();
        ChallengeTag tag = DERIVATIONS.tag(PHONE, "login", null, policy);
        int zeros = 0;
        for (int i = 0; i < 2_000; i++) {
            String code = codes.of(DERIVATIONS, MAIL, policy, challenge(tag, new Nonce(i, 0)));
            assertThat(code).matches("[0-9]{6}");
            zeros += code.startsWith("0") ? 1 : 0;
        }
        assertThat(zeros).isBetween(140, 260);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6, 12})
    void acceptsTheDefaultGenerator(int length) {
        for (Alphabet alphabet : new Alphabet[] {Alphabet.DIGITS, Alphabet.UNAMBIGUOUS, Alphabet.of("abcdefgh!?")}) {
            assertThatCode(() ->
                            CodeDeriver.tryOut(CodeDeriver.uniform(), "the default policy", policy(alphabet, length)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void acceptsAGeneratorThatDrawsInAWayOfItsOwn() {
        OtpGenerator pairs = (policy, random) -> {
            int pair = random.nextInt(1_000);
            return String.format(Locale.ROOT, "%03d%03d", pair, pair);
        };
        assertThatCode(() -> CodeDeriver.tryOut(pairs, "the default policy", OtpPolicy.defaults()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAGeneratorWithNumbersOfItsOwn() {
        Random seeded = new Random(1);
        OtpGenerator stateful = (policy, random) -> String.format(Locale.ROOT, "%06d", seeded.nextInt(1_000_000));
        OtpGenerator unseeded = (policy, random) ->
                String.format(Locale.ROOT, "%06d", ThreadLocalRandom.current().nextInt(1_000_000));
        AtomicInteger calls = new AtomicInteger();
        OtpGenerator counting = (policy, random) -> String.format(Locale.ROOT, "%06d", calls.incrementAndGet());
        for (OtpGenerator generator : new OtpGenerator[] {stateful, unseeded, counting}) {
            assertThatThrownBy(() -> CodeDeriver.tryOut(generator, "the policy of purpose login", OtpPolicy.defaults()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("generator must make the same code of the same numbers, but for the policy of purpose"
                            + " login it did not; a code is derived again when it is verified");
        }
    }

    @Test
    void refusesAGeneratorThatDrawsNothing() {
        assertThatThrownBy(() ->
                        CodeDeriver.tryOut((policy, random) -> "123456", "the default policy", OtpPolicy.defaults()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "generator must make its code of the numbers it is given, but for the default policy it made"
                                + " the same code of 8 different rows");
    }

    @Test
    void triesEightRowsTwiceEach() {
        List<Integer> drawn = new ArrayList<>();
        OtpGenerator generator = (policy, random) -> {
            int number = random.nextInt(1_000_000);
            drawn.add(number);
            return String.format(Locale.ROOT, "%06d", number);
        };
        CodeDeriver.tryOut(generator, "the default policy", OtpPolicy.defaults());
        assertThat(drawn).hasSize(16);
        assertThat(new HashSet<>(drawn)).hasSize(8);
        for (int i = 0; i < 16; i += 2) {
            assertThat(drawn.get(i)).isEqualTo(drawn.get(i + 1));
        }
    }

    @Test
    void refusesAGeneratorOfAnotherLengthWithoutRepeatingItsCode() {
        assertUnfit((policy, random) -> "12345", "5 characters");
        assertUnfit((policy, random) -> "1234567", "7 characters");
        assertUnfit((policy, random) -> "", "0 characters");
        assertUnfit((policy, random) -> "" + random.nextInt(10), "1 characters");
    }

    @Test
    void refusesAGeneratorOfForeignCharacters() {
        assertUnfit((policy, random) -> "12345a", "6 characters");
        assertUnfit((policy, random) -> "123 45", "6 characters");
        assertUnfit((policy, random) -> "١٢٣٤٥٦", "6 characters");
        assertUnfit((policy, random) -> String.format(Locale.ROOT, "-%05d", random.nextInt(100_000)), "6 characters");
    }

    @Test
    void refusesAGeneratorThatMakesNothing() {
        assertUnfit((policy, random) -> null, "null");
    }

    @Test
    void refusesACodeThatDoesNotFitWhenItIsSentToo() {
        OtpPolicy policy = OtpPolicy.defaults();
        CodeDeriver broken = new CodeDeriver((each, random) -> "12345");
        Challenge challenge = challenge(DERIVATIONS.tag(PHONE, "login", null, policy), NONCE);
        assertThatThrownBy(() -> broken.of(DERIVATIONS, PHONE, policy, challenge))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("5 characters");
    }

    @Test
    void comparesCodes() {
        assertThat(CodeDeriver.same("123456", "123456")).isTrue();
        assertThat(CodeDeriver.same("123456", "123457")).isFalse();
        assertThat(CodeDeriver.same("023456", "123456")).isFalse();
        assertThat(CodeDeriver.same("12345", "123456")).isFalse();
        assertThat(CodeDeriver.same("123456", "12345")).isFalse();
        assertThat(CodeDeriver.same("012345", "12345")).isFalse();
        assertThat(CodeDeriver.same("123456", "")).isFalse();
        assertThat(CodeDeriver.same("BCD234", "bcd234")).isFalse();
    }

    private static void assertUnfit(OtpGenerator generator, String made) {
        assertThatThrownBy(() -> CodeDeriver.tryOut(generator, "the default policy", OtpPolicy.defaults()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "generator must make codes of 6 characters of the policy's alphabet, but made one of " + made);
    }

    private static OtpPolicy policy(Alphabet alphabet, int length) {
        return OtpPolicy.builder()
                .alphabet(alphabet)
                .length(length)
                .maxAttempts(1)
                .build();
    }

    private static Challenge challenge(ChallengeTag tag, Nonce nonce) {
        return new Challenge(tag, nonce, 0, 300_000, 0, 0, 1);
    }

    private static byte[] countingUp() {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) i;
        }
        return secret;
    }
}
