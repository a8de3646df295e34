package dev.otpkit.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Messages in the order of their arrival, with a mark behind the last one read. Thread-safe. */
final class Inbox<M> {
    private final String name;
    private final List<M> messages = new ArrayList<>();
    private int read;

    Inbox(String name) {
        this.name = name;
    }

    synchronized void add(M message) {
        messages.add(message);
        notifyAll();
    }

    synchronized List<M> all() {
        return List.copyOf(messages);
    }

    synchronized int size() {
        return messages.size();
    }

    /** Returns and reads the last message that matches. */
    synchronized Optional<M> last(Predicate<M> wanted) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            M message = messages.get(i);
            if (wanted.test(message)) {
                read = Math.max(read, i + 1);
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    /** Returns and reads the first message behind the mark, and waits for it if it is not here yet. */
    synchronized M await(Duration patience) {
        Objects.requireNonNull(patience, "patience must not be null");
        long end = System.nanoTime() + patience.toNanos();
        while (messages.size() <= read) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("no new message was delivered to " + name + " within " + patience
                        + "; messages before that: " + messages.size());
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for a message to " + name, e);
            }
        }
        return messages.get(read++);
    }

    synchronized void clear() {
        messages.clear();
        read = 0;
    }
}
