package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otpkit.DeliveryChain.Outcome;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    private final ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);

    @Test
    void knowsTheOutcomeOfEveryKindOfFailure() {
        assertThat(PROMISED).containsOnlyKeys(DeliveryFailure.Kind.values());
        for (DeliveryFailure.Kind kind : DeliveryFailure.Kind.values()) {
            assertThat(Outcome.of(kind)).as("%s", kind).isEqualTo(PROMISED.get(kind));
        }
    }

    @Test
    @Tag("promise-12")
    void handsWhatIsLeftToEachChannel() {
        List<Duration> left = new ArrayList<>();
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.does(message -> {
            left.add(message.deadline().remaining());
            ManagerFixture.pause(20);
            throw new DeliveryException(DeliveryFailure.of("sms-one", Kind.UNAVAILABLE, null, "slow"));
        });
        second.does(message -> {
            left.add(message.deadline().remaining());
            return DeliveryReceipt.accepted();
        });

        assertThat(otp.send(PHONE).isSent()).isTrue();

        assertThat(left).hasSize(2);
        assertThat(left.get(0)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
        assertThat(left.get(1)).isLessThanOrEqualTo(left.get(0).minusMillis(20));
    }

    @Test
    @Tag("promise-12")
    void triesNoFurtherChannelWhenNothingIsLeft() {
        OtpManager otp = fixture.builder()
                .channel(second)
                .deliveryTimeout(Duration.ofMillis(100))
                .build();
        fixture.sms.does(message -> {
            ManagerFixture.pause(120);
            throw new DeliveryException(DeliveryFailure.of("sms-one", Kind.UNAVAILABLE, null, "slow"));
        });

        SendResult result = otp.send(PHONE);

        assertThat(result).isInstanceOf(SendResult.Undelivered.class);
        assertThat(((SendResult.Undelivered) result).failures())
                .extracting(DeliveryFailure::channel)
                .containsExactly("sms-one");
        assertThat(second.messages).isEmpty();
        assertThat(fixture.states())
                .singleElement()
                .satisfies(state -> assertThat(state.challenges())
                        .as("withdrawn, since no channel can have sent it")
                        .isEmpty());
    }

    /** A renderer of the application that is slow must not make every send fail. */
    @Test
    void triesTheFirstChannelInAnyCase() {
        OtpManager otp = fixture.builder()
                .deliveryTimeout(Duration.ofMillis(100))
                .messages(context -> {
                    ManagerFixture.pause(120);
                    return context.message("Your code", context.code());
                })
                .build();

        assertThat(otp.send(PHONE).isSent()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.099S", "PT10M0.001S", "PT-1S"})
    void refusesADeliveryTimeoutOutOfRange(String timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.builder().deliveryTimeout(Duration.parse(timeout)))
                .withMessage("deliveryTimeout must be within [PT0.1S, PT10M], but was " + Duration.parse(timeout));
    }

    @ParameterizedTest
    @EnumSource
    void goesOnStopsOrCountsAsSentByTheKindOfTheFailure(DeliveryFailure.Kind kind) {
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
