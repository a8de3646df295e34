package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverLossTest {
    private static final List<Long> MOMENTS = List.of(1_000_000L, 2_000_000L, 3_000_000L);

    @Test
    void isWhatTheNewPrimaryLacks() {
        assertThat(FailoverLoss.of(MOMENTS, "1", 5_000_000)).isEqualTo(new FailoverLoss(3, 2, 3, false));
    }

    @Test
    void isNothingIfTheNewPrimaryHasAllOrMore() {
        assertThat(FailoverLoss.of(MOMENTS, "3", 5_000_000)).isEqualTo(new FailoverLoss(3, 0, 0, false));
        assertThat(FailoverLoss.of(MOMENTS, "4", 5_000_000)).isEqualTo(new FailoverLoss(3, 0, 0, false));
    }

    @Test
    void isAllIfTheNewPrimaryHasNoCounter() {
        assertThat(FailoverLoss.of(MOMENTS, null, 5_000_000))
                .isEqualTo(new FailoverLoss(3, 3, 4, true))
                .hasToString(
                        "of 3 acknowledged writes 3 were lost, of the last 4.00 ms: the new primary has none of them");
    }
}
