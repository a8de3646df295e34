package dev.otpkit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReport.Status;
import org.junit.jupiter.api.Test;

class DeliveryReportTest {
    private static final DeliveryFailure FAILURE = DeliveryFailure.of("sms-one", Kind.OPTED_OUT, "21610", "stopped");

    @Test
    void hasTheChannelTheIdTheStatusAndTheReason() {
        DeliveryReport delivered = DeliveryReport.delivered("sms-one", "SM1");
        assertThat(delivered.channel()).isEqualTo("sms-one");
        assertThat(delivered.providerMessageId()).isEqualTo("SM1");
        assertThat(delivered.status()).isEqualTo(Status.DELIVERED);
        assertThat(delivered.failure()).isEmpty();
        assertThat(delivered.challengeId()).isEmpty();

        DeliveryReport failed = DeliveryReport.failed(Status.FAILED, "SM2", FAILURE);
        assertThat(failed.channel()).isEqualTo("sms-one");
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.failure()).contains(FAILURE);
        assertThat(failed.forChallenge("id").challengeId()).contains("id");
        assertThat(failed.challengeId()).as("unchanged").isEmpty();
    }

    @Test
    void cleansAndCutsTheIdLikeAReceipt() {
        String id = "SM2\nforged " + "x".repeat(300);

        assertThat(DeliveryReport.delivered("sms-one", id).providerMessageId())
                .isEqualTo(DeliveryReceipt.of(id).providerMessageId().orElseThrow())
                .startsWith("SM2 forged x")
                .hasSizeLessThanOrEqualTo(201);
    }

    @Test
    void refusesAFailureWithStatusDeliveredAndNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeliveryReport.failed(Status.DELIVERED, "SM1", FAILURE))
                .withMessage("status must be UNDELIVERED or FAILED, but was DELIVERED");
        assertThatIllegalArgumentException().isThrownBy(() -> DeliveryReport.delivered(" ", "SM1"));
        assertThatNullPointerException().isThrownBy(() -> DeliveryReport.delivered("sms-one", null));
        assertThatNullPointerException().isThrownBy(() -> DeliveryReport.failed(null, "SM1", FAILURE));
        assertThatNullPointerException().isThrownBy(() -> DeliveryReport.failed(Status.FAILED, "SM1", null));
        assertThatNullPointerException()
                .isThrownBy(() -> DeliveryReport.delivered("sms-one", "SM1").forChallenge(null));
    }

    @Test
    void isEqualByAllThatItHas() {
        DeliveryReport one =
                DeliveryReport.failed(Status.FAILED, "SM1", FAILURE).forChallenge("id");

        assertThat(one)
                .isEqualTo(DeliveryReport.failed(Status.FAILED, "SM1", FAILURE).forChallenge("id"))
                .hasSameHashCodeAs(
                        DeliveryReport.failed(Status.FAILED, "SM1", FAILURE).forChallenge("id"))
                .isNotEqualTo(
                        DeliveryReport.failed(Status.FAILED, "SM1", FAILURE).forChallenge("other"))
                .isNotEqualTo(DeliveryReport.failed(Status.FAILED, "SM1", FAILURE))
                .isNotEqualTo(DeliveryReport.failed(Status.UNDELIVERED, "SM1", FAILURE)
                        .forChallenge("id"))
                .isNotEqualTo(
                        DeliveryReport.failed(Status.FAILED, "SM2", FAILURE).forChallenge("id"))
                .isNotEqualTo(DeliveryReport.delivered("sms-one", "SM1").forChallenge("id"))
                .isNotEqualTo(new Object());
        assertThat(DeliveryReport.delivered("a", "SM1")).isNotEqualTo(DeliveryReport.delivered("b", "SM1"));
    }

    @Test
    void showsNoChallengeId() {
        assertThat(DeliveryReport.delivered("sms-one", "SM1").forChallenge("secret-id"))
                .hasToString("DeliveryReport[channel=sms-one, providerMessageId=SM1, status=DELIVERED]");
        assertThat(DeliveryReport.failed(Status.FAILED, "SM1", FAILURE)
                        .forChallenge("secret-id")
                        .toString())
                .contains("21610")
                .doesNotContain("secret-id");
    }
}
