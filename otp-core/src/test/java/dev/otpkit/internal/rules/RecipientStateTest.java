package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecipientStateTest {
    private static final Challenge CHALLENGE =
            new Challenge(new ChallengeTag(1, 2), new Nonce(3, 4), 1_000, 2_000, 1_000, 0, 1);

    @Test
    void isEqualIfAllItsPartsAre() {
        RecipientState state = new RecipientState(List.of(1L), List.of(2L), List.of(CHALLENGE));
        assertThat(state)
                .isEqualTo(new RecipientState(List.of(1L), List.of(2L), List.of(CHALLENGE)))
                .hasSameHashCodeAs(new RecipientState(List.of(1L), List.of(2L), List.of(CHALLENGE)))
                .isNotEqualTo(new RecipientState(List.of(), List.of(2L), List.of(CHALLENGE)))
                .isNotEqualTo(new RecipientState(List.of(1L), List.of(), List.of(CHALLENGE)))
                .isNotEqualTo(new RecipientState(List.of(1L), List.of(2L), List.of()))
                .isNotEqualTo(List.of());
    }
}
