package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordingChannelTest extends DeliveryChannelContract {
    private static final Recipient PHONE = new PhoneNumber("+966501234567");
    private static final Recipient MAILBOX = new EmailAddress("someone@example.com");

    private final RecordingChannel channel = RecordingChannel.sms();

    @Override
    protected DeliveryChannel createChannel() {
        return channel;
    }

    @Override
    protected Recipient supportedRecipient() {
        return PHONE;
    }

    @Override
    protected List<String> deliveredTexts() {
        return channel.messages().stream().map(OtpMessage::text).toList();
    }

    @Override
    protected void makeRefusing() {
        channel.failWith(DeliveryFailure.Kind.RECIPIENT_REJECTED);
    }

    @Test
    void reachesWhatItsMediumReaches() {
        assertThat(RecordingChannel.sms().supports(PHONE)).isTrue();
        assertThat(RecordingChannel.sms().supports(MAILBOX)).isFalse();
        assertThat(RecordingChannel.named("a", "whatsapp").supports(MAILBOX)).isFalse();
        assertThat(RecordingChannel.email().supports(PHONE)).isFalse();
        assertThat(RecordingChannel.email().supports(MAILBOX)).isTrue();
        assertThat(RecordingChannel.named("a", "push").supports(PHONE)).isTrue();
        assertThat(RecordingChannel.named("a", "push").supports(MAILBOX)).isTrue();
    }

    @Test
    void remembersWhatItWasGivenUntilItIsCleared() throws DeliveryException {
        assertThatIllegalStateException().isThrownBy(channel::lastCode).withMessageContaining("recording-sms");

        channel.deliver(message("123456"));
        channel.deliver(message("012345"));

        assertThat(channel.messages()).extracting(OtpMessage::code).containsExactly("123456", "012345");
        assertThat(channel.lastCode()).isEqualTo("012345");
        assertThat(channel.last().code()).isEqualTo("012345");
        channel.clear();
        assertThat(channel.messages()).isEmpty();
        assertThatIllegalStateException().isThrownBy(channel::last);
    }

    @Test
    void failsOnceThenAsToldThenNoMore() throws DeliveryException {
        channel.failWith(DeliveryFailure.Kind.UNAVAILABLE);
        channel.failNext(DeliveryFailure.Kind.OPTED_OUT);

        assertThat(failureOfDelivery()).isEqualTo(DeliveryFailure.Kind.OPTED_OUT);
        assertThat(failureOfDelivery()).isEqualTo(DeliveryFailure.Kind.UNAVAILABLE);
        channel.clear();
        assertThat(failureOfDelivery()).isEqualTo(DeliveryFailure.Kind.UNAVAILABLE);
        assertThat(channel.messages()).isEmpty();
        channel.recover();
        channel.deliver(message("123456"));
        assertThat(channel.messages()).hasSize(1);
    }

    @Test
    void keepsAMessageWhoseOutcomeIsUncertain() {
        channel.failNext(DeliveryFailure.Kind.UNCERTAIN);

        assertThat(failureOfDelivery()).isEqualTo(DeliveryFailure.Kind.UNCERTAIN);
        assertThat(channel.lastCode()).isEqualTo("123456");
    }

    private DeliveryFailure.Kind failureOfDelivery() {
        return catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message("123456")))
                .failure()
                .kind();
    }

    private static OtpMessage message(String code) {
        return new OtpMessage(
                PHONE, code, "login", Locale.ENGLISH, Duration.ofMinutes(5), "Code", code, Optional.empty());
    }
}
