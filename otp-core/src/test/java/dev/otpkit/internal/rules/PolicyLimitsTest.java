package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The limits against each other, and against the figures that the Javadoc and the pages promise. */
class PolicyLimitsTest {
    private static final Pattern DAYS = Pattern.compile("\\b(\\d+)[\\s*]+days\\b");

    @Test
    void askAStoreForAtMostTheLifetimeThatItsAuthorsArePromised() throws IOException {
        assertThat(PolicyLimits.MAX_LIFETIME)
                .isEqualTo(PolicyLimits.OPT_OUT_LIFE.plus(PolicyLimits.MARGIN))
                .isGreaterThan(PolicyLimits.SUCCESS_MEMORY.plus(PolicyLimits.MARGIN))
                .isGreaterThan(PolicyLimits.counterLifetime(PolicyLimits.MAX_WINDOW));
        assertThat(Duration.ofDays(PolicyLimits.MAX_LIFETIME_DAYS)).isGreaterThanOrEqualTo(PolicyLimits.MAX_LIFETIME);
        assertThat(days(Path.of("src/main/java/dev/otpkit/spi/OtpStore.java")))
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly(PolicyLimits.MAX_LIFETIME_DAYS);
        assertThat(days(Path.of("../docs/write-a-store.md"))).contains(PolicyLimits.MAX_LIFETIME_DAYS);
    }

    @Test
    void keepNoRecordLongerThanTheLongestLifetime() {
        RateLimit longest = RateLimit.of(100, PolicyLimits.MAX_WINDOW);
        RecipientRules rules = new RecipientRules(List.of(
                OtpPolicy.builder().sendLimits(longest).failureLimit(longest).build()));
        RecipientState state = new RecipientState(List.of(0L), List.of(0L), List.of());

        assertThat(rules.lifetime(state, 0))
                .isEqualTo(PolicyLimits.MAX_WINDOW.plus(PolicyLimits.MARGIN))
                .isLessThan(PolicyLimits.MAX_LIFETIME);
        assertThat(rules.lifetime(rules.optOut(state, 0, "sms"), 0)).isEqualTo(PolicyLimits.MAX_LIFETIME);
        RecipientState verified =
                new RecipientState(List.of(0L), List.of(0L), List.of(), new RecipientState.Standing(0L, List.of()));
        assertThat(rules.lifetime(verified, 0)).isEqualTo(PolicyLimits.SUCCESS_MEMORY.plus(PolicyLimits.MARGIN));
    }

    @Test
    void areTheLongestWindowOfALimitAndOfItsJavadoc() throws IOException {
        assertThatCode(() -> RateLimit.of(1, PolicyLimits.MAX_WINDOW)).doesNotThrowAnyException();
        assertThatThrownBy(() -> RateLimit.of(1, PolicyLimits.MAX_WINDOW.plusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(days(Path.of("src/main/java/dev/otpkit/RateLimit.java")))
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly(PolicyLimits.MAX_WINDOW.toDays());
    }

    @Test
    void leaveNoAttemptToAnExhaustedChallenge() {
        assertThat(Challenge.EXHAUSTED).isEqualTo(PolicyLimits.MAX_ATTEMPTS);
        assertThatCode(() -> OtpPolicy.builder().maxAttempts(PolicyLimits.MAX_ATTEMPTS))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> OtpPolicy.builder().maxAttempts(PolicyLimits.MAX_ATTEMPTS + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Returns each number of days that a file names. */
    private static List<Long> days(Path file) throws IOException {
        return DAYS.matcher(Files.readString(file))
                .results()
                .map(found -> Long.valueOf(found.group(1)))
                .toList();
    }
}
