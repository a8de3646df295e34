package dev.otpkit.testkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A listener that keeps its events in order, for a test of the events of an application. Thread-safe. */
public final class RecordingListener implements OtpListener {
    private final List<OtpEvent> events = new ArrayList<>();

    private RecordingListener() {}

    /**
     * Returns a listener without events.
     *
     * @return a new listener
     */
    public static RecordingListener create() {
        return new RecordingListener();
    }

    @Override
    public synchronized void on(OtpEvent event) {
        events.add(Objects.requireNonNull(event, "event must not be null"));
        notifyAll();
    }

    /**
     * Returns all events.
     *
     * @return a copy, in the order in which they came
     */
    public synchronized List<OtpEvent> events() {
        return List.copyOf(events);
    }

    /**
     * Returns the events of one kind.
     *
     * @param <E> the kind
     * @param kind such as {@code OtpEvent.Sent.class}
     * @return a copy, in the order in which they came
     */
    public synchronized <E extends OtpEvent> List<E> events(Class<E> kind) {
        Objects.requireNonNull(kind, "kind must not be null");
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * Returns the latest event of one kind, and waits for it if there is none yet, for an application that works on
     * another thread.
     *
     * @param <E> the kind
     * @param kind such as {@code OtpEvent.Sent.class}
     * @param patience the longest time to wait
     * @return the latest event of this kind since the listener was made or cleared
     * @throws AssertionError if there is none in time, or the thread is interrupted; names the events that came
     */
    public synchronized <E extends OtpEvent> E await(Class<E> kind, Duration patience) {
        Objects.requireNonNull(patience, "patience must not be null");
        long end = System.nanoTime() + patience.toNanos();
        Optional<E> found = latest(kind);
        while (found.isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError(
                        "no event " + kind.getSimpleName() + " within " + patience + ", only " + events);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for an event " + kind.getSimpleName(), e);
            }
            found = latest(kind);
        }
        return found.get();
    }

    private <E extends OtpEvent> Optional<E> latest(Class<E> kind) {
        List<E> all = events(kind);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Forgets the events. */
    public synchronized void clear() {
        events.clear();
    }

    @Override
    public synchronized String toString() {
        return "RecordingListener" + events;
    }
}
