package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.DeliveryChain.Outcome;
import dev.otpkit.spi.DeliveryFailure;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryChainTest {
    /** The kinds as their Javadoc and docs/write-a-channel.md promise them. */
    private static final Map<DeliveryFailure.Kind, Outcome> PROMISED = new EnumMap<>(Map.of(
            DeliveryFailure.Kind.UNAVAILABLE, Outcome.NEXT_CHANNEL,
            DeliveryFailure.Kind.THROTTLED, Outcome.NEXT_CHANNEL,
            DeliveryFailure.Kind.RECIPIENT_REJECTED, Outcome.NEXT_CHANNEL,
            DeliveryFailure.Kind.MISCONFIGURED, Outcome.NEXT_CHANNEL,
            DeliveryFailure.Kind.OPTED_OUT, Outcome.STOP,
            DeliveryFailure.Kind.UNCERTAIN, Outcome.MAYBE_SENT));

    private final ManagerFixture fixture = new ManagerFixture();

    @Test
    void knowsTheOutcomeOfEveryKindOfFailure() {
        assertThat(PROMISED).containsOnlyKeys(DeliveryFailure.Kind.values());
        for (DeliveryFailure.Kind kind : DeliveryFailure.Kind.values()) {
            assertThat(Outcome.of(kind)).as("%s", kind).isEqualTo(PROMISED.get(kind));
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnStopsOrCountsAsSentByTheKindOfTheFailure(DeliveryFailure.Kind kind) {
        ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.fails(kind);

        SendResult result = otp.send(PHONE);

        Outcome promised = PROMISED.get(kind);
        assertThat(second.messages).hasSize(promised == Outcome.NEXT_CHANNEL ? 1 : 0);
        assertThat(result.isSent()).isEqualTo(promised != Outcome.STOP);
        boolean pending = promised != Outcome.STOP;
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isEqualTo(pending);
        if (result instanceof SendResult.Sent sent) {
            assertThat(sent.confirmed()).isEqualTo(promised == Outcome.NEXT_CHANNEL);
            assertThat(sent.channel()).isEqualTo(promised == Outcome.NEXT_CHANNEL ? "sms-two" : "sms-one");
        } else {
            assertThat(result).isInstanceOf(SendResult.Undelivered.class);
        }
    }
}
