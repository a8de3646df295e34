package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryFeedback;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeliveryFeedbackTest {
    private static final Duration COOLDOWN = Duration.ofSeconds(30);

    private final LogRecorder log = new LogRecorder();
    private final ManagerFixture fixture = new ManagerFixture();
    private final Wanting wanting = new Wanting("sms-wanting", true);

    @AfterEach
    void stopRecording() {
        wanting.proceed.countDown();
        log.close();
    }

    @Test
    void aChannelHearsWhichOfItsMessagesWasUsed() throws Exception {
        OtpManager otp = manager(wanting);
        otp.send(PHONE);
        fixture.clock.advance(COOLDOWN);
        otp.send(PHONE);

        otp.verify(PHONE, ManagerFixture.wrong(wanting.code));
        assertThat(wanting.verify(otp)).isTrue();

        assertThat(wanting.used()).as("the last one").isEqualTo("sms-wanting-2");
        assertThat(wanting.thread.getName()).isEqualTo("otpkit-feedback");
        assertThat(wanting.thread.isDaemon()).isTrue();
        assertThat(wanting.nothingMore()).isTrue();
    }

    @Test
    void aChannelHearsNothingOfAMessageOfAnother() {
        OtpManager otp = fixture.bare().channel(wanting).channel(fixture.sms).build();
        otp.send(PHONE);
        fixture.clock.advance(COOLDOWN);
        otp.send(OtpRequest.to(PHONE).via("sms-one"));

        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();

        assertThat(wanting.nothingMore()).isTrue();
    }

    @Test
    void aMessageThatWasNotDeliveredLeavesTheOneBefore() throws Exception {
        OtpManager otp = manager(wanting);
        otp.send(PHONE);
        fixture.clock.advance(COOLDOWN);
        wanting.failure = Kind.UNAVAILABLE;
        assertThat(otp.send(PHONE).isSent()).isFalse();

        assertThat(wanting.verify(otp)).isTrue();

        assertThat(wanting.used()).isEqualTo("sms-wanting-1");
    }

    @Test
    void aChannelThatWantsNoFeedbackHearsNothingAndTheStoreIsNotAsked() {
        Wanting declining = new Wanting("declining", false);
        OtpManager otp = manager(declining);

        assertThat(fixture.calls(() -> otp.send(PHONE))).isEqualTo(1);
        assertThat(fixture.calls(() -> declining.verify(otp))).isEqualTo(1);

        assertThat(declining.nothingMore()).isTrue();
        assertThat(messages()).isEmpty();
    }

    @Test
    void takesOneExchangeMoreForASendAndNoneForAVerification() throws Exception {
        OtpManager otp = manager(wanting);

        assertThat(fixture.calls(() -> otp.send(PHONE))).isEqualTo(2);
        assertThat(messages()).containsExactly(new SentMessage("sms-wanting", "sms-wanting-1"));
        assertThat(fixture.calls(() -> wanting.verify(otp))).isEqualTo(1);

        wanting.used();
    }

    @Test
    void remembersNoMessageThatIsUncertainHasNoIdOrWasNotSent() {
        OtpManager otp = manager(wanting);
        wanting.failure = Kind.UNCERTAIN;
        assertThat(fixture.calls(() -> otp.send(PHONE))).isEqualTo(1);
        assertThat(wanting.verify(otp)).isTrue();

        wanting.failure = null;
        wanting.receipt = DeliveryReceipt.accepted();
        assertThat(fixture.calls(() -> otp.send(PHONE))).isEqualTo(1);
        wanting.receipt = DeliveryReceipt.of("\u0645".repeat(200));
        fixture.clock.advance(COOLDOWN);
        assertThat(fixture.calls(() -> otp.send(PHONE)))
                .as("too long for a record")
                .isEqualTo(1);
        assertThat(wanting.verify(otp)).isTrue();

        assertThat(wanting.nothingMore()).isTrue();
    }

    @Test
    void aDecoyTakesTheSameRequestsAndItsMessageIsNeverFedBack() throws Exception {
        OtpManager otp = manager(wanting);
        otp.send("+966501234569");
        int real = fixture.calls(() -> otp.send("+966501234568"));

        assertThat(fixture.calls(() -> otp.send(OtpRequest.to(PHONE).decoy()))).isEqualTo(real);

        fixture.clock.advance(COOLDOWN);
        otp.send(PHONE);
        assertThat(wanting.verify(otp)).isTrue();
        assertThat(wanting.used()).as("the message of the real send").isEqualTo("sms-wanting-3");
        assertThat(wanting.nothingMore()).isTrue();
    }

    @Test
    void aSlowChannelDelaysNoVerificationAndTooMuchIsDropped() throws Exception {
        wanting.slow = true;
        OtpManager otp = manager(wanting);
        int sends = FeedbackQueue.CAPACITY + 50;
        for (int i = 0; i < sends; i++) {
            String address = "+96650" + (1_000_000 + i);
            otp.send(address);
            assertThat(otp.verify(address, wanting.code).isVerified()).isTrue();
        }

        wanting.proceed.countDown();
        // One that is given, and those that wait.
        for (int i = 0; i <= FeedbackQueue.CAPACITY; i++) {
            wanting.used();
        }
        assertThat(wanting.nothingMore()).isTrue();
        assertThat(log.lines())
                .filteredOn(line -> line.startsWith("WARN"))
                .containsExactly("WARN channel sms-wanting got no feedback on a code that was used:"
                        + " java.util.concurrent.RejectedExecutionException"
                        + " (logged at WARN once, then at DEBUG until it succeeds)");
    }

    @Test
    void aChannelThatThrowsIsLoggedOnceUntilItSucceeds() throws Exception {
        OtpManager otp = manager(wanting);
        wanting.thrown = new DeliveryException(DeliveryFailure.of("x", Kind.UNAVAILABLE, "503", "try\nlater"));
        use(otp);
        wanting.thrown = new IllegalStateException("with a " + wanting.code);
        use(otp);
        wanting.thrown = new AssertionError();
        use(otp);
        wanting.thrown = null;
        use(otp);
        wanting.thrown = new IllegalStateException("with a " + wanting.code);
        use(otp);

        String once = " (logged at WARN once, then at DEBUG until it succeeds)";
        String text = "channel sms-wanting got no feedback on a code that was used: ";
        waitFor(() -> warnings().size() == 2);
        assertThat(warnings())
                .containsExactly(
                        "WARN " + text + "UNAVAILABLE 503 try later" + once,
                        "WARN " + text + "java.lang.IllegalStateException" + once);
    }

    private List<String> warnings() {
        return log.lines().stream().filter(line -> line.startsWith("WARN")).toList();
    }

    private void use(OtpManager otp) throws Exception {
        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(wanting.verify(otp)).isTrue();
        wanting.used();
        fixture.clock.advance(Duration.ofHours(1));
    }

    @Test
    void theThreadEndsWhenItHasNothingToDo() throws Exception {
        FeedbackQueue queue = new FeedbackQueue(Map.of("sms-wanting", wanting), Duration.ofMillis(50));
        for (String id : List.of("one", "two")) {
            queue.add(new SentMessage("sms-wanting", id));
            queue.add(new SentMessage("another", id));
            assertThat(wanting.used()).isEqualTo(id);
            Thread thread = wanting.thread;
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(wanting.nothingMore()).isTrue();
    }

    @Test
    void aStoreThatCannotRememberTheMessageDoesNotChangeTheResult() {
        int[] exchanges = {0};
        OtpStore failing = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                if (++exchanges[0] == 2) {
                    throw new OtpStoreException("away");
                }
                return super.compareAndExchange(key, expected, update, ttl);
            }
        };
        OtpManager otp = fixture.bare().store(failing).channel(wanting).build();

        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(fixture.events.get(0))
                .isInstanceOfSatisfying(
                        OtpEvent.StoreFailed.class,
                        failed -> assertThat(failed.thrown()).isFalse());
        assertThat(wanting.verify(otp)).isTrue();
        assertThat(wanting.nothingMore()).isTrue();
    }

    @Test
    void theCodeIsUsedOnceSoTheFeedbackIsGivenOnce() throws Exception {
        OtpManager otp = manager(wanting);
        otp.send(PHONE);

        assertThat(wanting.verify(otp)).isTrue();
        assertThat(wanting.verify(otp)).isFalse();

        wanting.used();
        assertThat(wanting.nothingMore()).isTrue();
    }

    @Test
    void aCodeUnderThePreviousSecretHasItsFeedback() throws Exception {
        manager(wanting).send(PHONE);
        OtpManager rotated = fixture.bare()
                .channel(wanting)
                .secret(OtpSecret.random().withPrevious(OtpSecret.of(new byte[32])))
                .build();

        assertThat(wanting.verify(rotated)).isTrue();

        assertThat(wanting.used()).isEqualTo("sms-wanting-1");
    }

    @Test
    void mailsHaveTheirFeedbackToo() throws Exception {
        OtpManager otp = fixture.bare().channel(wanting).build();
        otp.send(EMAIL);

        assertThat(otp.verify(EMAIL, wanting.code).isVerified()).isTrue();

        assertThat(wanting.used()).isEqualTo("sms-wanting-1");
    }

    private OtpManager manager(DeliveryChannel channel) {
        return fixture.bare().channel(channel).build();
    }

    private List<SentMessage> messages() {
        List<SentMessage> messages = new ArrayList<>();
        fixture.states()
                .forEach(state -> state.challenges().stream()
                        .map(Challenge::trace)
                        .map(Challenge.Trace::message)
                        .filter(message -> message != null)
                        .forEach(messages::add));
        return messages;
    }

    private static void waitFor(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    /** A channel that keeps its last code and the feedback that it gets. */
    private static final class Wanting implements DeliveryChannel, DeliveryFeedback {
        final CountDownLatch proceed = new CountDownLatch(1);
        private final BlockingQueue<String> used = new LinkedBlockingQueue<>();
        private final String name;
        private final boolean wants;
        private int messages;
        String code = "";
        Kind failure;
        DeliveryReceipt receipt;
        volatile boolean slow;
        volatile Throwable thrown;
        volatile Thread thread;

        Wanting(String name, boolean wants) {
            this.name = name;
            this.wants = wants;
        }

        boolean verify(OtpManager otp) {
            return otp.verify(PHONE, code).isVerified();
        }

        String used() throws InterruptedException {
            String id = used.poll(20, TimeUnit.SECONDS);
            assertThat(id).isNotNull();
            return id;
        }

        boolean nothingMore() {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return used.isEmpty();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String medium() {
            return "sms";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return true;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            code = message.code();
            if (failure != null) {
                throw new DeliveryException(DeliveryFailure.of(name, failure, null, "set by the test"));
            }
            messages++;
            return receipt == null ? DeliveryReceipt.of(name + "-" + messages) : receipt;
        }

        @Override
        public boolean wantsFeedback() {
            return wants;
        }

        @Override
        public void used(String providerMessageId) throws DeliveryException {
            thread = Thread.currentThread();
            if (slow) {
                try {
                    proceed.await();
                } catch (InterruptedException e) {
                    slow = false;
                    throw new IllegalStateException(e);
                }
            }
            Throwable now = thrown;
            used.add(providerMessageId);
            if (now instanceof DeliveryException e) {
                throw e;
            } else if (now instanceof Error e) {
                throw e;
            } else if (now instanceof RuntimeException e) {
                throw e;
            }
        }
    }
}
