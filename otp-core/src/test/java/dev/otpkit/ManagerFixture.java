package dev.otpkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.StateCodec;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The surroundings of a manager under test: a clock that stands still, a plain map, channels that keep their messages.
 */
final class ManagerFixture {
    static final Instant START = Instant.parse("2026-03-01T08:00:00Z");
    static final String PHONE = "+966501234567";
    static final String EMAIL = "user@example.com";

    final Clock clock = new Clock();
    final MapStore store = new MapStore();
    final Outbox sms = new Outbox("sms-one", "sms", true);
    final Outbox email = new Outbox("mail", "email", false);
    final List<OtpEvent> events = Collections.synchronizedList(new ArrayList<>());

    OtpManager.Builder builder() {
        return bare().channel(sms).channel(email);
    }

    OtpManager.Builder bare() {
        return OtpManager.builder()
                .appName("Acme")
                .secret(OtpSecret.of(new byte[32]))
                .store(store)
                .defaultRegion("SA")
                // Without a filter, each build with a channel for phone numbers warns.
                .recipientFilter(recipient -> true)
                .clock(clock)
                .listener(events::add);
    }

    /** Returns the number of requests to the store that some work makes. */
    int calls(Runnable work) {
        int before = store.calls.get();
        work.run();
        return store.calls.get() - before;
    }

    /** Waits in real time; ends early if the thread is interrupted. */
    static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the stored states of all recipients under all secrets. */
    List<RecipientState> states() {
        return store.records.values().stream().map(StateCodec::decode).toList();
    }

    /** Returns another code of the same shape. */
    static String wrong(String code) {
        char first = code.charAt(0);
        return (first == '9' ? '8' : (char) (first + 1)) + code.substring(1);
    }

    static final class Clock implements InstantSource {
        private final AtomicReference<Instant> now = new AtomicReference<>(START);

        @Override
        public Instant instant() {
            return now.get();
        }

        void advance(Duration time) {
            now.updateAndGet(instant -> instant.plus(time));
        }

        void set(Instant instant) {
            now.set(instant);
        }
    }

    /** A store without expiry: the rules must not depend on it. */
    static class MapStore implements OtpStore {
        final Map<String, StoredRecord> records = new ConcurrentHashMap<>();
        final Map<String, Long> counters = new ConcurrentHashMap<>();
        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger increments = new AtomicInteger();

        @Override
        public StoredRecord get(String key) {
            calls.incrementAndGet();
            return records.get(key);
        }

        @Override
        public StoredRecord compareAndExchange(String key, StoredRecord expected, StoredRecord update, Duration ttl) {
            calls.incrementAndGet();
            AtomicReference<StoredRecord> found = new AtomicReference<>();
            records.compute(key, (k, current) -> {
                found.set(current);
                return Objects.equals(current, expected) ? update : current;
            });
            return found.get();
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            calls.incrementAndGet();
            increments.incrementAndGet();
            Long value = counters.compute(counter, (name, current) -> {
                long sum = (current == null ? 0 : current) + delta;
                return sum > 0 ? sum : null;
            });
            return value == null ? 0 : value;
        }
    }

    /** A channel that keeps its messages, and delivers or fails as configured. */
    static final class Outbox implements DeliveryChannel {
        final List<OtpMessage> messages = Collections.synchronizedList(new ArrayList<>());
        private final String name;
        private final String medium;
        private final boolean phones;
        private volatile Behaviour behaviour = message -> DeliveryReceipt.of("id-1");

        interface Behaviour {
            DeliveryReceipt deliver(OtpMessage message) throws DeliveryException;
        }

        Outbox(String name, String medium, boolean phones) {
            this.name = name;
            this.medium = medium;
            this.phones = phones;
        }

        Outbox fails(DeliveryFailure.Kind kind) {
            return does(message -> {
                throw new DeliveryException(DeliveryFailure.of(name, kind, "42", "no luck"));
            });
        }

        Outbox does(Behaviour behaviour) {
            this.behaviour = behaviour;
            return this;
        }

        String lastCode() {
            return messages.get(messages.size() - 1).code();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String medium() {
            return medium;
        }

        @Override
        public boolean supports(Recipient recipient) {
            return recipient instanceof PhoneNumber == phones;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            messages.add(message);
            return behaviour.deliver(message);
        }
    }
}
