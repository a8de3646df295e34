package dev.otpkit.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.internal.rules.Challenge.Trace;
import dev.otpkit.internal.rules.RecipientState.Standing;
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
                .isNotEqualTo(
                        new RecipientState(List.of(1L), List.of(2L), List.of(CHALLENGE), new Standing(5L, List.of())))
                .isNotEqualTo(List.of());
    }

    @Test
    void aStandingIsEqualIfAllItsPartsAre() {
        Standing standing = new Standing(5L, List.of("sms"));
        assertThat(standing)
                .isEqualTo(new Standing(5L, List.of("sms")))
                .hasSameHashCodeAs(new Standing(5L, List.of("sms")))
                .isNotEqualTo(new Standing(6L, List.of("sms")))
                .isNotEqualTo(new Standing(null, List.of("sms")))
                .isNotEqualTo(new Standing(5L, List.of()))
                .isNotEqualTo(Standing.NONE)
                .isNotEqualTo(List.of());
    }

    @Test
    void aTraceIsEqualIfAllItsPartsAre() {
        Trace trace = new Trace(new SentMessage("sms-one", "1"), "mail", List.of(7L));
        assertThat(trace)
                .isEqualTo(new Trace(new SentMessage("sms-one", "1"), "mail", List.of(7L)))
                .hasSameHashCodeAs(new Trace(new SentMessage("sms-one", "1"), "mail", List.of(7L)))
                .isNotEqualTo(trace.withMessage(null))
                .isNotEqualTo(trace.withMessage(new SentMessage("sms-one", "2")))
                .isNotEqualTo(trace.withFailedChannel(null))
                .isNotEqualTo(trace.withClient(8))
                .isNotEqualTo(Trace.NONE)
                .isNotEqualTo(List.of());
    }

    @Test
    void aTraceKeepsTheLatestClients() {
        Trace trace = Trace.NONE;
        for (long client = 0; client < Trace.MAX_CLIENTS + 3; client++) {
            trace = trace.withClient(client);
        }

        assertThat(trace.clients()).hasSize(Trace.MAX_CLIENTS).startsWith(3L).endsWith(Trace.MAX_CLIENTS + 2L);
    }

    @Test
    void isUnknownOnlyIfThereIsNothingToKeep() {
        assertThat(RecipientState.UNKNOWN.isUnknown()).isTrue();
        assertThat(with(new Standing(null, List.of())).isUnknown()).isTrue();
        assertThat(with(new Standing(0L, List.of())).isUnknown()).isFalse();
        assertThat(with(new Standing(null, List.of("sms"))).isUnknown()).isFalse();
        assertThat(new RecipientState(List.of(1L), List.of(), List.of()).isUnknown())
                .isFalse();
        assertThat(new RecipientState(List.of(), List.of(1L), List.of()).isUnknown())
                .isFalse();
        assertThat(new RecipientState(List.of(), List.of(), List.of(CHALLENGE)).isUnknown())
                .isFalse();
    }

    private static RecipientState with(Standing standing) {
        return new RecipientState(List.of(), List.of(), List.of(), standing);
    }
}
