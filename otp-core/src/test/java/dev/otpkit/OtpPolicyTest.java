package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtpPolicyTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** A policy that differs from the default one in every value. */
    private static final OtpPolicy NO_DEFAULT = OtpPolicy.builder()
            .length(8)
            .alphabet(Alphabet.UNAMBIGUOUS)
            .expiry(Duration.ofMinutes(2))
            .maxAttempts(3)
            .resend(Resend.ROTATE)
            .resendCooldown(Duration.ofSeconds(7))
            .sendLimits(RateLimit.of(1, HOUR))
            .failureLimit(RateLimit.of(2, HOUR))
            .build();

    @Test
    void hasTheDefaultsThatItPromises() {
        for (OtpPolicy policy :
                new OtpPolicy[] {OtpPolicy.defaults(), OtpPolicy.builder().build()}) {
            assertThat(policy.length()).isEqualTo(6);
            assertThat(policy.alphabet()).isEqualTo(Alphabet.DIGITS);
            assertThat(policy.expiry()).isEqualTo(Duration.ofMinutes(5));
            assertThat(policy.maxAttempts()).isEqualTo(5);
            assertThat(policy.resend()).isEqualTo(Resend.REUSE);
            assertThat(policy.resendCooldown()).isEqualTo(Duration.ofSeconds(30));
            assertThat(policy.sendLimits())
                    .containsExactly(RateLimit.of(5, Duration.ofMinutes(10)), RateLimit.of(10, Duration.ofHours(24)));
            assertThat(policy.failureLimit()).isEqualTo(RateLimit.of(10, HOUR));
        }
    }

    @Test
    void aBuilderOfAPolicyHoldsItsValuesAndLeavesItAsItIs() {
        OtpPolicy policy = NO_DEFAULT;

        assertThat(policy.toBuilder().build()).usingRecursiveComparison().isEqualTo(policy);
        assertThat(policy.toBuilder().length(10).build())
                .usingRecursiveComparison()
                .ignoringFields("length")
                .isEqualTo(policy);
        assertThat(policy.length()).isEqualTo(8);
        assertThatThrownBy(() -> OtpPolicy.defaults().toBuilder()
                        .length(4)
                        .maxAttempts(10)
                        .alphabet(Alphabet.of("01"))
                        .build())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsWhatWasSet() {
        OtpPolicy policy = NO_DEFAULT;
        assertThat(policy.length()).isEqualTo(8);
        assertThat(policy.alphabet()).isEqualTo(Alphabet.UNAMBIGUOUS);
        assertThat(policy.expiry()).isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.resend()).isEqualTo(Resend.ROTATE);
        assertThat(policy.resendCooldown()).isEqualTo(Duration.ofSeconds(7));
        assertThat(policy.sendLimits()).containsExactly(RateLimit.of(1, HOUR));
        assertThat(policy.failureLimit()).isEqualTo(RateLimit.of(2, HOUR));
        assertThat(policy)
                .hasToString("OtpPolicy[length=8, alphabet=23456789BCDFGHJKMNPQRSTVWXYZ, expiry=PT2M, maxAttempts=3,"
                        + " resend=ROTATE, resendCooldown=PT7S, sendLimits=[RateLimit[max=1, window=PT1H]],"
                        + " failureLimit=RateLimit[max=2, window=PT1H]]");
    }

    @Test
    void doesNotChangeWithTheBuilderItCameFrom() {
        OtpPolicy.Builder builder = OtpPolicy.builder();
        OtpPolicy before = builder.build();
        RateLimit[] limits = {RateLimit.of(1, HOUR)};
        OtpPolicy after = builder.length(9).sendLimits(limits).build();
        limits[0] = RateLimit.of(100, HOUR);
        assertThat(before.length()).isEqualTo(6);
        assertThat(after.length()).isEqualTo(9);
        assertThat(after.sendLimits()).containsExactly(RateLimit.of(1, HOUR));
        assertThatThrownBy(() -> after.sendLimits().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 11, 12})
    void acceptsALengthWithinItsRange(int length) {
        assertThat(OtpPolicy.builder().length(length).build().length()).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 3, 13, Integer.MAX_VALUE})
    void refusesALengthOutsideItsRange(int length) {
        assertIllegal(() -> OtpPolicy.builder().length(length), "length must be within [4, 12], but was " + length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.001S", "PT1S", "PT24H"})
    void acceptsAnExpiryWithinItsRange(Duration expiry) {
        assertThat(OtpPolicy.builder().expiry(expiry).build().expiry()).isEqualTo(expiry);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT24H0.000000001S", "PT48H", "PT1000000000000000H"})
    void refusesAnExpiryOutsideItsRange(Duration expiry) {
        assertIllegal(
                () -> OtpPolicy.builder().expiry(expiry), "expiry must be within (PT0S, PT24H], but was " + expiry);
    }

    @Test
    void keepsAnExpiryInWholeMilliseconds() {
        assertThat(OtpPolicy.builder()
                        .expiry(Duration.ofNanos(1_999_999))
                        .build()
                        .expiry())
                .isEqualTo(Duration.ofMillis(1));
        assertThat(OtpPolicy.builder().expiry(Duration.ofNanos(1)).build().expiry())
                .isEqualTo(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 10})
    void acceptsAttemptsWithinTheirRange(int maxAttempts) {
        assertThat(OtpPolicy.builder().maxAttempts(maxAttempts).build().maxAttempts())
                .isEqualTo(maxAttempts);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 11, Integer.MAX_VALUE})
    void refusesAttemptsOutsideTheirRange(int maxAttempts) {
        assertIllegal(
                () -> OtpPolicy.builder().maxAttempts(maxAttempts),
                "maxAttempts must be within [1, 10], but was " + maxAttempts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.001S", "PT24H"})
    void acceptsACooldownWithinItsRange(Duration cooldown) {
        assertThat(OtpPolicy.builder().resendCooldown(cooldown).build().resendCooldown())
                .isEqualTo(cooldown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.000000001S", "PT24H0.000000001S", "PT48H"})
    void refusesACooldownOutsideItsRange(Duration cooldown) {
        assertIllegal(
                () -> OtpPolicy.builder().resendCooldown(cooldown),
                "resendCooldown must be within [PT0S, PT24H], but was " + cooldown);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 10})
    void acceptsThatManySendLimits(int count) {
        RateLimit[] limits = Collections.nCopies(count, RateLimit.of(100, HOUR)).toArray(new RateLimit[0]);
        assertThat(OtpPolicy.builder().sendLimits(limits).build().sendLimits()).containsExactly(limits);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11})
    void refusesNoneOrTooManySendLimits(int count) {
        RateLimit[] limits = Collections.nCopies(count, RateLimit.of(1, HOUR)).toArray(new RateLimit[0]);
        assertIllegal(
                () -> OtpPolicy.builder().sendLimits(limits),
                "number of sendLimits must be within [1, 10], but was " + count);
    }

    @Test
    void refusesLimitsThatNeedMoreThanAHundredTimesOfHistory() {
        RateLimit greatest = RateLimit.of(100, HOUR);
        RateLimit tooGreat = RateLimit.of(101, HOUR);
        OtpPolicy policy =
                OtpPolicy.builder().sendLimits(greatest).failureLimit(greatest).build();
        assertThat(policy.sendLimits()).containsExactly(greatest);
        assertThat(policy.failureLimit()).isEqualTo(greatest);
        assertIllegal(
                () -> OtpPolicy.builder().sendLimits(greatest, tooGreat),
                "max of sendLimits must be within [1, 100], but was 101");
        assertIllegal(
                () -> OtpPolicy.builder().failureLimit(tooGreat),
                "max of failureLimit must be within [1, 100], but was 101");
    }

    @ParameterizedTest
    @CsvSource({
        "0123456789, 4, 10", // exactly one in a thousand
        "0123456789, 4, 1",
        "01, 12, 4",
        "012, 7, 2",
        "01, 10, 1",
        "23456789BCDFGHJKMNPQRSTVWXYZ, 4, 10"
    })
    void acceptsAChanceOfOneInAThousand(String characters, int length, int maxAttempts) {
        assertThatCode(() -> policy(characters, length, maxAttempts)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "01, 12, 5, 2^12", // 5 of 4096
        "01, 9, 1, 2^9",
        "012, 7, 3, 3^7", // 3 of 2187
        "012345678, 4, 7, 9^4", // 7 of 6561
        "01, 4, 1, 2^4"
    })
    void refusesAGreaterChance(String characters, int length, int maxAttempts, String space) {
        assertThatThrownBy(() -> policy(characters, length, maxAttempts))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "maxAttempts / alphabet^length must be at most 1/1000, but was " + maxAttempts + " / " + space);
    }

    @Test
    void refusesNothingByName() {
        assertNull(() -> OtpPolicy.builder().alphabet(null), "alphabet");
        assertNull(() -> OtpPolicy.builder().expiry(null), "expiry");
        assertNull(() -> OtpPolicy.builder().resend(null), "resend");
        assertNull(() -> OtpPolicy.builder().resendCooldown(null), "resendCooldown");
        assertNull(() -> OtpPolicy.builder().failureLimit(null), "failureLimit");
    }

    private static OtpPolicy policy(String characters, int length, int maxAttempts) {
        return OtpPolicy.builder()
                .alphabet(Alphabet.of(characters))
                .length(length)
                .maxAttempts(maxAttempts)
                .build();
    }

    private static void assertIllegal(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static void assertNull(ThrowingCallable call, String argument) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
