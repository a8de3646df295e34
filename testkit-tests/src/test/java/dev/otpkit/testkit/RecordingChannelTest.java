package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.Alphabet;
import dev.otpkit.EmailAddress;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecordingChannelTest extends DeliveryChannelContract {
    private static final Recipient PHONE = new PhoneNumber("+966501234567");
    private static final Recipient MAILBOX = new EmailAddress("someone@example.com");

    private final RecordingChannel channel = RecordingChannel.sms();

    @Override
    protected DeliveryChannel createChannel(Duration timeout) {
        return channel;
    }

    @Override
    protected Recipient supportedRecipient() {
        return PHONE;
    }

    @Override
    protected List<Arrival> arrivals() {
        return channel.messages().stream()
                .map(message -> new Arrival(message.recipient().address(), message.text()))
                .toList();
    }

    @Override
    protected boolean makeRefusing(DeliveryFailure.Kind kind, String words) {
        channel.failWith(kind);
        return true;
    }

    @Override
    protected boolean makeUnreachable() {
        channel.failWith(DeliveryFailure.Kind.UNAVAILABLE);
        return true;
    }

    @Override
    protected boolean makeSilent() {
        return false;
    }

    @Override
    protected void recover() {
        channel.recover();
    }

    @Override
    protected List<String> credentials() {
        return List.of();
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

    @Test
    void findsTheLastCodeToAnAddress() throws DeliveryException {
        channel.deliver(message("123456"));
        channel.deliver(message(MAILBOX, "654321"));
        channel.deliver(message("234567"));
        channel.deliver(message(MAILBOX, "765432"));

        assertThat(channel.lastCodeTo("+966 50 123 4567")).isEqualTo("234567");
        assertThat(channel.lastCodeTo("Someone@Example.COM")).isEqualTo("765432");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> channel.lastCodeTo("+966501234568"))
                .withMessage("no message was delivered to +966•••••4568 over recording-sms,"
                        + " only to [+966•••••4567, s•••@example.com]");
        assertThatIllegalArgumentException().isThrownBy(() -> channel.lastCodeTo("0501234567"));
    }

    @Test
    void awaitsEachMessageOnce() throws DeliveryException {
        channel.deliver(message("111111"));
        channel.deliver(message("222222"));
        assertThat(channel.await(Duration.ZERO).code()).isEqualTo("111111");
        assertThat(channel.await(Duration.ZERO).code()).isEqualTo("222222");
        channel.deliver(message("333333"));
        assertThat(channel.lastCode()).isEqualTo("333333");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> channel.await(Duration.ofMillis(1)))
                .withMessage("no new message was delivered to recording-sms within PT0.001S; messages before that: 3");

        channel.clear();
        channel.deliver(message("444444"));
        assertThat(channel.await(Duration.ZERO).code()).isEqualTo("444444");
    }

    @Test
    void awaitsAMessageOfAnotherThread() throws Exception {
        CompletableFuture<OtpMessage> awaited = new CompletableFuture<>();
        Thread waiting = new Thread(() -> awaited.complete(channel.await(Duration.ofMinutes(10))));
        waiting.setDaemon(true);
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        channel.deliver(message("123456"));

        assertThat(awaited.get(30, TimeUnit.SECONDS).code()).isEqualTo("123456");
    }

    @Test
    void stopsWaitingWhenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> channel.await(Duration.ofSeconds(30)))
                .withMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void makesAWrongCodeOfTheSameCharacters() throws DeliveryException {
        channel.deliver(message("001000"));
        assertThat(channel.wrongCode()).isEqualTo("100000");
        assertThat(RecordingChannel.wrongCode("BC7DF8")).isEqualTo("CB7DF8");
        assertThat(RecordingChannel.wrongCode("000000")).isEqualTo("200000");
        assertThat(RecordingChannel.wrongCode("2222")).isEqualTo("3222");
        assertThatIllegalArgumentException().isThrownBy(() -> RecordingChannel.wrongCode(""));
    }

    @Test
    void everyWrongCodeIsComparedAndRejected() {
        for (Alphabet alphabet : List.of(Alphabet.DIGITS, Alphabet.UNAMBIGUOUS, Alphabet.of("xyzw"))) {
            OtpManager otp = OtpManager.builder()
                    .store(FaultyStore.create())
                    .channel(channel)
                    .policy(OtpPolicy.builder()
                            .alphabet(alphabet)
                            .length(8)
                            .maxAttempts(3)
                            .build())
                    .build();
            otp.send(PHONE.address());

            assertThat(otp.verify(PHONE.address(), channel.wrongCode()))
                    .isEqualTo(new VerifyResult.Rejected(
                            VerifyResult.Rejected.Reason.WRONG_CODE, OptionalInt.of(2), Optional.empty()));
            assertThat(otp.verify(PHONE.address(), channel.lastCode()).isVerified())
                    .isTrue();
        }
    }

    private DeliveryFailure.Kind failureOfDelivery() {
        return catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message("123456")))
                .failure()
                .kind();
    }

    private static OtpMessage message(String code) {
        return message(PHONE, code);
    }

    private static OtpMessage message(Recipient recipient, String code) {
        return new OtpMessage(
                recipient, code, "login", Locale.ENGLISH, Duration.ofMinutes(5), "Code", code, Optional.empty());
    }
}
