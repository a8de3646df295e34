package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.SendResult.Refused;
import dev.otpkit.VerifyResult.Rejected;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpObserver;
import dev.otpkit.spi.SendGuard.Decision;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OtpObserverTest {
    private static final String OTHER = "+966507654321";
    private static final String DELIVERY =
            "start Delivery[recipient=+966•••••4567, purpose=default, channel=sms-one, medium=sms]";

    private final ManagerFixture fixture = new ManagerFixture();
    private final ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
    private final Recording recording = new Recording();
    private final LogRecorder log = new LogRecorder();

    @AfterEach
    void everyObservationHasEndedOnceOnItsThread() {
        log.close();
        assertThat(recording.open).isEmpty();
        assertThat(recording.wrongEnds).isEmpty();
    }

    @Test
    void aDeliveryIsNestedInItsSend() {
        OtpManager otp = observed().build();

        otp.send(PHONE);
        otp.verify(PHONE, wrong(fixture.sms.lastCode()));
        otp.verify(PHONE, fixture.sms.lastCode());

        assertThat(recording.lines)
                .containsExactly(
                        "start Send[purpose=default]",
                        DELIVERY,
                        "delivered",
                        "ended Sent",
                        "start Verify[purpose=default]",
                        "ended Rejected",
                        "start Verify[purpose=default]",
                        "ended Verified");
    }

    @Test
    void theEventOfTheEndIsTheOneThatListenersHaveReceived() {
        OtpManager otp = observed().build();

        otp.send(PHONE);
        otp.send(PHONE);
        otp.send("nobody");
        otp.verify(PHONE, "1");

        assertThat(recording.events).containsExactlyElementsOf(fixture.events);
        assertThat(recording.heardBefore).containsExactly(1, 2, 3, 4);
    }

    @Test
    void hearsOfEachEventWithoutAListener() {
        OtpManager otp = OtpManager.builder()
                .secret(OtpSecret.of(new byte[32]))
                .store(fixture.store)
                .channel(fixture.sms)
                .recipientFilter(recipient -> true)
                .observer(recording)
                .build();

        otp.send(PHONE);
        otp.send(PHONE);
        otp.verify(PHONE, "1");
        otp.verify(PHONE, fixture.sms.lastCode());

        assertThat(recording.lines)
                .filteredOn(line -> line.startsWith("ended"))
                .containsExactly("ended Sent", "ended Refused", "ended Rejected", "ended Verified");
    }

    @Test
    void eachChannelThatIsTriedIsADelivery() {
        OtpManager otp = observed().channel(second).build();
        fixture.sms.fails(Kind.UNAVAILABLE);
        second.fails(Kind.UNCERTAIN);
        otp.send(PHONE);
        second.fails(Kind.RECIPIENT_REJECTED);
        otp.send(OTHER);

        assertThat(recording.lines)
                .filteredOn(line -> !line.startsWith("start"))
                .containsExactly(
                        "failed sms-one UNAVAILABLE",
                        "failed sms-two UNCERTAIN",
                        "ended Sent",
                        "failed sms-one UNAVAILABLE",
                        "failed sms-two RECIPIENT_REJECTED",
                        "ended Undelivered");
    }

    @Test
    void aTestRecipientHasNoDelivery() {
        OtpManager otp = observed()
                .testRecipient(PHONE, "default", "424242", ManagerFixture.START.plusSeconds(9))
                .build();

        otp.send(PHONE);

        assertThat(recording.lines).containsExactly("start Send[purpose=default]", "ended Sent");
    }

    @Test
    @Tag("promise-9")
    void aDecoyIsObservedAsARealSendIs() {
        OtpManager otp = observed().channel(second).build();
        fixture.sms.fails(Kind.UNAVAILABLE);
        otp.send(PHONE);
        List<String> real = List.copyOf(recording.lines);
        fixture.store.records.clear();
        recording.lines.clear();

        otp.send(OtpRequest.to(PHONE).decoy());

        assertThat(recording.lines).isEqualTo(real).contains("failed sms-one UNAVAILABLE", "delivered");
    }

    @Test
    void aStoreThatCannotAnswerEndsTheCallWithItsEvent() {
        OtpManager otp = observed().store(new Away()).build();

        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.verify(PHONE, "123456")).isInstanceOf(OtpStoreException.class);

        assertThat(recording.lines)
                .containsExactly(
                        "start Send[purpose=default]",
                        "ended StoreFailed",
                        "start Verify[purpose=default]",
                        "ended StoreFailed");
    }

    @Test
    void aStoreThatFailsAsideEndsNothingEarly() {
        List<Boolean> openAtTheFailure = new ArrayList<>();
        AtomicBoolean away = new AtomicBoolean();
        ManagerFixture.Outbox failing = new ManagerFixture.Outbox("failing", "sms", true).does(message -> {
            away.set(true);
            throw new DeliveryException(DeliveryFailure.of("failing", Kind.UNAVAILABLE, null, "away"));
        });
        OtpManager otp = fixture.bare()
                .channel(failing)
                .observer(recording)
                .store(new ManagerFixture.MapStore() {
                    @Override
                    public StoredRecord compareAndExchange(
                            String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                        if (away.get()) {
                            throw new OtpStoreException("away");
                        }
                        return super.compareAndExchange(key, expected, update, ttl);
                    }
                })
                .listener(event -> {
                    if (event instanceof OtpEvent.StoreFailed) {
                        openAtTheFailure.add(!recording.open.isEmpty());
                    }
                })
                .build();

        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);

        assertThat(openAtTheFailure).containsExactly(true);
        assertThat(recording.lines).last().isEqualTo("ended Undelivered");
    }

    @Test
    void aPartOfTheApplicationThatThrowsEndsTheCallWithoutAnEvent() {
        RuntimeException fault = new UnsupportedOperationException("fault");
        assertEndsByThrowing(
                observed().recipientFilter(recipient -> {
                    throw fault;
                }),
                "start Send[purpose=default]",
                "threw UnsupportedOperationException");
        assertEndsByThrowing(
                observed().messages(context -> {
                    throw fault;
                }),
                "start Send[purpose=default]",
                "threw UnsupportedOperationException");

        OtpManager verifying = observed()
                .verifier(checks -> request -> {
                    throw fault;
                })
                .build();
        assertThatThrownBy(() -> verifying.verify(PHONE, "123456")).isSameAs(fault);
        assertThat(recording.lines)
                .containsExactly("start Verify[purpose=default]", "threw UnsupportedOperationException");
    }

    @Test
    void aGuardThatThrowsRefuses() {
        OtpManager otp = observed()
                .sendGuard(send -> {
                    throw new IllegalStateException("guard");
                })
                .build();

        otp.send(PHONE);

        assertThat(recording.lines).containsExactly("start Send[purpose=default]", "ended Refused");
    }

    @Test
    void anErrorOfTheJvmInAChannelEndsTheDeliveryAndTheSend() {
        fixture.sms.does(message -> {
            throw new NoClassDefFoundError("missing " + message.code());
        });
        OtpManager otp = observed().build();

        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(NoClassDefFoundError.class);

        assertThat(recording.lines)
                .containsExactly(
                        "start Send[purpose=default]",
                        DELIVERY,
                        "threw NoClassDefFoundError",
                        "threw NoClassDefFoundError");
    }

    @Test
    void anErrorOfTheJvmInAGuardEndsTheSend() {
        OtpManager otp = observed()
                .sendGuard(send -> {
                    throw new OutOfMemoryError("fault");
                })
                .build();

        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OutOfMemoryError.class);

        assertThat(recording.lines).containsExactly("start Send[purpose=default]", "threw OutOfMemoryError");
    }

    @Test
    @Tag("promise-5")
    void anObserverThatThrowsChangesNoResult() {
        for (Throwing throwing : List.of(
                new Throwing(new IllegalStateException("at the start"), null),
                new Throwing(new AssertionError("at the start"), null),
                new Throwing(null, new IllegalStateException("at the end")),
                new Throwing(null, new OutOfMemoryError("at the end")),
                new Throwing(null, null))) {
            fixture.store.records.clear();
            fixture.sms.messages.clear();
            recording.lines.clear();
            log.clear();
            OtpManager otp = observed().observer(throwing).observer(recording).build();

            assertThat(otp.send(PHONE).isSent()).isTrue();
            assertThat(((Refused) otp.send(PHONE)).reason()).isEqualTo(Refused.Reason.RESEND_TOO_SOON);
            assertThat(((Rejected) otp.verify(PHONE, "1")).reason()).isEqualTo(Rejected.Reason.MALFORMED_CODE);
            assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();

            assertThat(fixture.sms.messages).hasSize(1);
            assertThat(recording.lines)
                    .as("by the observers before and after it")
                    .hasSize(20);
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("ERROR"))
                    .hasSize(5)
                    .containsOnly("ERROR an observer threw; ignored");
        }
    }

    @Test
    void observationsEndInTheReverseOrder() {
        List<String> calls = new ArrayList<>();
        OtpManager otp = fixture.builder()
                .observer(operation -> new Named("one", calls))
                .observer(operation -> new Named("two", calls))
                .build();

        otp.verify(PHONE, "1");

        assertThat(calls).containsExactly("start one", "start two", "end two", "end one");
    }

    @Test
    @Tag("promise-6")
    void receivesNoCodeAndNoSecretOfTheRequest() {
        OtpManager otp = observed().build();

        String id = ((SendResult.Sent) otp.send(OtpRequest.to(PHONE)
                        .boundTo("session-cookie")
                        .detail("amount", "100.00 SAR")
                        .clientAddress("203.0.113.9")))
                .challengeId();
        otp.verify(VerifyRequest.ofChallenge(id, fixture.sms.lastCode()).boundTo("session-cookie"));

        assertThat(recording.lines).hasSize(6);
        assertThat(recording.texts)
                .hasSize(6)
                .noneMatch(text -> text.contains(fixture.sms.lastCode())
                        || text.contains("session-cookie")
                        || text.contains("100.00")
                        || text.contains("203.0.113.9")
                        || text.contains(id)
                        || text.contains(PHONE));
    }

    @Test
    void aMisusedCallIsNotObserved() {
        OtpManager otp = observed().build();

        assertThatThrownBy(() -> otp.send((OtpRequest) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> otp.verify((VerifyRequest) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> OtpManager.builder().observer(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("observer must not be null");

        assertThat(recording.lines).isEmpty();
    }

    @Test
    void otherMethodsAreNotObserved() {
        OtpManager otp = observed().sendGuard(send -> Decision.ALLOW).build();

        otp.cancel(PHONE, "default");
        otp.unlock(PHONE);
        otp.status(PHONE, "default");
        otp.optIn(PHONE, "sms");
        otp.forget(PHONE);

        assertThat(recording.lines).isEmpty();
    }

    private OtpManager.Builder observed() {
        return fixture.builder().observer(recording);
    }

    private void assertEndsByThrowing(OtpManager.Builder builder, String... lines) {
        OtpManager otp = builder.build();
        ThrowingCallable send = () -> otp.send(PHONE);
        assertThatThrownBy(send).isInstanceOf(UnsupportedOperationException.class);
        assertThat(recording.lines).containsExactly(lines);
        recording.lines.clear();
    }

    /** A store that cannot answer. */
    private static final class Away extends ManagerFixture.MapStore {
        @Override
        public StoredRecord get(String key) {
            throw new OtpStoreException("away");
        }

        @Override
        public StoredRecord compareAndExchange(String key, StoredRecord expected, StoredRecord update, Duration ttl) {
            throw new OtpStoreException("away");
        }
    }

    /** Keeps a line for each start and each end, and the observations that are open. */
    private final class Recording implements OtpObserver {
        final List<String> lines = new ArrayList<>();
        final List<String> texts = new ArrayList<>();
        final List<OtpEvent> events = new ArrayList<>();
        final List<Integer> heardBefore = new ArrayList<>();
        final List<String> wrongEnds = new ArrayList<>();
        final Deque<Observation> open = new ArrayDeque<>();

        @Override
        public Observation start(Operation operation) {
            lines.add("start " + operation);
            texts.add(operation.toString());
            Thread thread = Thread.currentThread();
            Observation observation = new Observation() {
                @Override
                public void ended(OtpEvent event) {
                    events.add(event);
                    heardBefore.add(fixture.events.size());
                    end("ended " + event.getClass().getSimpleName(), event.toString());
                }

                @Override
                public void delivered(Optional<DeliveryFailure> failure) {
                    end(
                            failure.map(each -> "failed " + each.channel() + " " + each.kind())
                                    .orElse("delivered"),
                            failure.toString());
                }

                @Override
                public void threw(Class<? extends Throwable> type) {
                    end("threw " + type.getSimpleName(), type.getName());
                }

                private void end(String line, String text) {
                    lines.add(line);
                    texts.add(text);
                    if (!equals(open.peek()) || !thread.equals(Thread.currentThread())) {
                        wrongEnds.add(line);
                    }
                    open.remove(this);
                }
            };
            open.push(observation);
            return observation;
        }
    }

    /** Throws at the start or at the end, or returns null in the place of an observation. */
    private record Throwing(Throwable atStart, Throwable atEnd) implements OtpObserver {
        @Override
        public Observation start(Operation operation) {
            if (atStart != null) {
                sneak(atStart);
            }
            return atEnd == null
                    ? null
                    : new Observation() {
                        @Override
                        public void ended(OtpEvent event) {
                            sneak(atEnd);
                        }

                        @Override
                        public void delivered(Optional<DeliveryFailure> failure) {
                            sneak(atEnd);
                        }

                        @Override
                        public void threw(Class<? extends Throwable> type) {
                            sneak(atEnd);
                        }
                    };
        }

        private static void sneak(Throwable e) {
            if (e instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e;
        }
    }

    /** Adds its name to a list when it starts and when it ends. */
    private record Named(String name, List<String> calls) implements OtpObserver.Observation {
        Named {
            calls.add("start " + name);
        }

        @Override
        public void ended(OtpEvent event) {
            calls.add("end " + name);
        }

        @Override
        public void delivered(Optional<DeliveryFailure> failure) {
            calls.add("end " + name);
        }

        @Override
        public void threw(Class<? extends Throwable> type) {
            calls.add("end " + name);
        }
    }
}
