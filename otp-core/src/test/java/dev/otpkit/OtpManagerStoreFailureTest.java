package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OtpManagerStoreFailureTest {
    private final ManagerFixture fixture = new ManagerFixture();
    private final AtomicBoolean away = new AtomicBoolean();
    private final OtpManager otp = fixture.builder().store(new Absent()).build();

    /** The fixture's store, while it is available. */
    private final class Absent implements OtpStore {
        @Override
        public StoredRecord get(String key) {
            check();
            return fixture.store.get(key);
        }

        @Override
        public StoredRecord compareAndExchange(String key, StoredRecord expected, StoredRecord update, Duration ttl) {
            check();
            return fixture.store.compareAndExchange(key, expected, update, ttl);
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            check();
            return fixture.store.increment(counter, delta, ttl);
        }

        private void check() {
            if (away.get()) {
                throw new OtpStoreException("away");
            }
        }
    }

    @Test
    void withTheStoreAwayNothingIsSentAndNothingAccepted() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        String code = fixture.sms.lastCode();
        away.set(true);

        assertThatThrownBy(() -> otp.verify(PHONE, code)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), code)))
                .isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.send("user@example.com")).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.cancel(PHONE, "default")).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.unlock(PHONE)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.status(PHONE, "default")).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.forget(PHONE)).isInstanceOf(OtpStoreException.class);
        assertThat(fixture.email.messages).isEmpty();

        away.set(false);
        assertThat(otp.verify(PHONE, code).isVerified()).isTrue();
    }

    @Test
    void publishesAndLogsEveryFailureOfTheStore() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        fixture.events.clear();
        away.set(true);
        List<String> lines;
        try (LogRecorder log = new LogRecorder()) {
            List<ThrowingCallable> calls = List.of(
                    () -> otp.send(OtpRequest.to("user@example.com").purpose("login")),
                    () -> otp.verify(PHONE, "123456"),
                    () -> otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), "123456")),
                    () -> otp.cancel(PHONE, "default"),
                    () -> otp.unlock(PHONE),
                    () -> otp.status(PHONE, "login"),
                    () -> otp.forget(PHONE));
            assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(OtpStoreException.class));
            lines = log.lines();
        }

        Optional<Recipient> phone = Optional.of(new PhoneNumber(PHONE));
        assertThat(fixture.events)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("duration")
                .containsExactly(
                        failed(Operation.SEND, Optional.of(Recipient.email("user@example.com")), Optional.of("login")),
                        failed(Operation.VERIFY, phone, Optional.of("default")),
                        failed(Operation.VERIFY, phone, Optional.of("default")),
                        failed(Operation.CANCEL, phone, Optional.of("default")),
                        failed(Operation.UNLOCK, phone, Optional.empty()),
                        failed(Operation.STATUS, phone, Optional.of("login")),
                        failed(Operation.FORGET, phone, Optional.empty()));
        String phoneTag = "+966•••••4567 [" + otp.logTag(phone.get()) + "]";
        String mailTag = "u•••@example.com [" + otp.logTag(Recipient.email("user@example.com")) + "]";
        assertThat(lines.stream().map(line -> line.replaceAll("\\d+ ms", "n ms")))
                .containsExactly(
                        "ERROR store failed to send login code of " + mailTag + " after n ms: away",
                        "ERROR store failed to verify default code of " + phoneTag + " after n ms: away",
                        "ERROR store failed to verify default code of " + phoneTag + " after n ms: away",
                        "ERROR store failed to cancel default code of " + phoneTag + " after n ms: away",
                        "ERROR store failed to unlock " + phoneTag + " after n ms: away",
                        "ERROR store failed to read the status of login code of " + phoneTag + " after n ms: away",
                        "ERROR store failed to forget " + phoneTag + " after n ms: away");
    }

    private static OtpEvent failed(Operation operation, Optional<Recipient> recipient, Optional<String> purpose) {
        return new OtpEvent.StoreFailed(
                ManagerFixture.START, operation, recipient, purpose, true, "away", Duration.ZERO);
    }

    @Test
    void aStoreThatGoesAwayWhileAMessageFailsLeavesTheFailureToBeSeen() {
        fixture.sms.does(message -> {
            away.set(true);
            throw new DeliveryException(
                    DeliveryFailure.of("sms-one", DeliveryFailure.Kind.UNAVAILABLE, null, "away too"));
        });

        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
        assertThat(fixture.events).hasSize(2);
        assertThat(fixture.events.get(0)).isInstanceOfSatisfying(OtpEvent.StoreFailed.class, event -> {
            assertThat(event.operation()).isEqualTo(Operation.SEND);
            assertThat(event.thrown()).isFalse();
        });
    }

    @Test
    void aSuccessSurvivesACounterThatCanNotBeGivenBack() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public long increment(String counter, long delta, Duration ttl) {
                if (delta < 0) {
                    throw new OtpStoreException("counters are away");
                }
                return super.increment(counter, delta, ttl);
            }
        };
        OtpManager limited = fixture.builder()
                .store(store)
                .clientSendLimit(RateLimit.of(1, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(5, Duration.ofHours(1)))
                .build();
        OtpRequest request = OtpRequest.to(PHONE).clientAddress("203.0.113.9");
        limited.send(request);

        assertThat(limited.verify(
                                VerifyRequest.of(PHONE, fixture.sms.lastCode()).clientAddress("203.0.113.9"))
                        .isVerified())
                .isTrue();
        assertThat(limited.send(request)).isInstanceOf(SendResult.Refused.class);
        assertThat(failures())
                .as("the permit of the success, and that of the refusal")
                .containsExactly("VERIFY false counters are away", "SEND false counters are away");
    }

    private List<String> failures() {
        return fixture.events.stream()
                .filter(OtpEvent.StoreFailed.class::isInstance)
                .map(OtpEvent.StoreFailed.class::cast)
                .map(event -> event.operation() + " " + event.thrown() + " " + event.detail())
                .toList();
    }

    @Test
    void aSuccessSurvivesFailuresThatCannotBeForgottenUnderTheOtherSecret() {
        OtpSecret next = OtpSecret.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        OtpSecret current = OtpSecret.of(new byte[32]);
        AtomicBoolean readOnlyAfterNext = new AtomicBoolean();
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            private int exchanges;

            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                if (readOnlyAfterNext.get() && ++exchanges > 1) {
                    throw new OtpStoreException("read-only");
                }
                return super.compareAndExchange(key, expected, update, ttl);
            }
        };
        fixture.builder().store(store).secret(next).build().send(PHONE);
        OtpManager rotating = fixture.builder()
                .store(store)
                .secret(current.withPrevious(next))
                .build();
        rotating.send(PHONE);
        readOnlyAfterNext.set(true);

        assertThat(rotating.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();

        assertThat(failures()).containsExactly("VERIFY false read-only");
    }

    @Test
    void aStoreWithoutRoomForCountersRefusesSendsOfNewClientsButNoVerification() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public long increment(String counter, long delta, Duration ttl) {
                if (delta > 0) {
                    throw new OtpStoreFullException("no room for counters");
                }
                return super.increment(counter, delta, ttl);
            }
        };
        OtpManager limited = fixture.builder()
                .store(store)
                .clientSendLimit(RateLimit.of(5, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(5, Duration.ofHours(1)))
                .build();
        limited.send(PHONE);
        String code = fixture.sms.lastCode();
        VerifyRequest right = VerifyRequest.of(PHONE, code).clientAddress("203.0.113.9");

        VerifyResult.Rejected wrong = (VerifyResult.Rejected) limited.verify(
                VerifyRequest.of(PHONE, ManagerFixture.wrong(code)).clientAddress("203.0.113.9"));
        assertThat(wrong.attemptsLeft()).as("the recipient's own count").hasValue(4);
        assertThat(limited.verify(right).isVerified()).isTrue();
        assertThat(failures())
                .containsExactly("VERIFY false no room for counters", "VERIFY false no room for counters");
        assertThatThrownBy(() -> limited.send(OtpRequest.to("user@example.com").clientAddress("203.0.113.9")))
                .isInstanceOf(OtpStoreFullException.class);
        assertThat(fixture.email.messages).isEmpty();
    }

    @Test
    void whatTheStoreDidNotCommitCountsForNoClientAndNoMailbox() {
        AtomicBoolean readOnly = new AtomicBoolean();
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                if (readOnly.get()) {
                    throw new OtpStoreException("read-only");
                }
                return super.compareAndExchange(key, expected, update, ttl);
            }
        };
        RateLimit limit = RateLimit.of(1, Duration.ofDays(1));
        OtpManager limited = fixture.builder()
                .store(store)
                .clientSendLimit(RateLimit.of(2, Duration.ofDays(1)))
                .mailboxSendLimit(limit)
                .clientFailureLimit(limit)
                .build();
        limited.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"));
        VerifyRequest right = VerifyRequest.of(PHONE, fixture.sms.lastCode()).clientAddress("203.0.113.9");
        OtpRequest mail = OtpRequest.to("user@gmail.com").clientAddress("203.0.113.9");
        readOnly.set(true);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> limited.verify(right)).isInstanceOf(OtpStoreException.class);
            assertThatThrownBy(() -> limited.send(mail)).isInstanceOf(OtpStoreException.class);
        }

        readOnly.set(false);
        assertThat(limited.verify(right).isVerified()).isTrue();
        assertThat(limited.send(mail).isSent()).isTrue();
    }

    @Test
    void aMailboxCounterThatFailsLeavesTheClientsCountAsItWas() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            private int left = 3;

            @Override
            public long increment(String counter, long delta, Duration ttl) {
                if (--left == 0) {
                    throw new OtpStoreException("away");
                }
                return super.increment(counter, delta, ttl);
            }
        };
        OtpManager limited = fixture.builder()
                .store(store)
                .clientSendLimit(RateLimit.of(1, Duration.ofDays(1)))
                .mailboxSendLimit(RateLimit.of(1, Duration.ofDays(1)))
                .build();

        assertThatThrownBy(() -> limited.send(OtpRequest.to("user@gmail.com").clientAddress("203.0.113.9")))
                .isInstanceOf(OtpStoreException.class);
        assertThat(store.counters).isEmpty();
    }

    @Test
    void countersThatAreAwayLetNoGuessPass() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public long increment(String counter, long delta, Duration ttl) {
                throw new OtpStoreException("counters are away");
            }
        };
        OtpManager limited = fixture.builder()
                .store(store)
                .clientFailureLimit(RateLimit.of(5, Duration.ofHours(1)))
                .build();
        limited.send(PHONE);
        VerifyRequest right = VerifyRequest.of(PHONE, fixture.sms.lastCode());

        assertThatThrownBy(() -> limited.verify(right.clientAddress("203.0.113.9")))
                .isInstanceOf(OtpStoreException.class);
        assertThat(limited.verify(right).isVerified())
                .as("without a client, since nothing was used up")
                .isTrue();
    }

    @Test
    void whatAStoreThrowsWhileAMessageIsTakenBackHidesNothing() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord get(String key) {
                throw new IllegalStateException("pool closed");
            }
        };
        fixture.sms.fails(DeliveryFailure.Kind.UNAVAILABLE);
        assertThat(fixture.builder().store(store).build().send(PHONE)).isInstanceOf(SendResult.Undelivered.class);

        IllegalArgumentException problem = new IllegalArgumentException("no such text");
        OtpManager broken = fixture.builder()
                .store(store)
                .messages(context -> {
                    throw problem;
                })
                .build();
        assertThatThrownBy(() -> broken.send("user@example.com")).isSameAs(problem);
    }

    @Test
    @Tag("promise-7")
    void aMalformedRecordIsNeverTakenForAnAbsentOne() {
        otp.send(PHONE);
        fixture.store.records.replaceAll((key, record) -> StoredRecord.of(new byte[] {1, 0, 0, 0}));

        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.verify(PHONE, "123456")).isInstanceOf(OtpStoreException.class);
    }

    @Test
    void givesUpAfterAHundredLostRaces() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            private byte round;

            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                calls.incrementAndGet();
                return StoredRecord.of(new byte[] {2, 1, 0, 0, 0, 0, 0, ++round, 0, 0});
            }
        };
        OtpManager unlucky = fixture.builder().store(store).build();

        assertThatThrownBy(() -> unlucky.send(PHONE))
                .isInstanceOf(OtpStoreException.class)
                .hasMessageContaining("100");
        assertThat(store.calls).hasValue(100);
        assertThat(fixture.sms.messages).isEmpty();
    }

    @Test
    void aLossWhoseRecordEqualsOnesOwnUpdateIsStillALoss() {
        otp.send(PHONE);
        String code = fixture.sms.lastCode();
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord get(String key) {
                return fixture.store.records.get(key);
            }

            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                if (calls.incrementAndGet() == 1) {
                    fixture.store.records.put(key, update);
                }
                return fixture.store.compareAndExchange(key, expected, update, ttl);
            }
        };

        VerifyResult result = fixture.builder().store(store).build().verify(PHONE, ManagerFixture.wrong(code));

        assertThat(((VerifyResult.Rejected) result).attemptsLeft())
                .as("someone else's wrong guess came first")
                .hasValue(3);
        assertThat(store.calls).hasValue(2);
    }
}
