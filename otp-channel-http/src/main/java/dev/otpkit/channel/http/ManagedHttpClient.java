package dev.otpkit.channel.http;

import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;

/**
 * A client of the JDK whose threads and connections can be ended without waiting for the garbage collector. It counts
 * its calls, and ends once it is retired and has none. Used under the lock of its owner, except for {@link #http}.
 *
 * <p>From JDK 21 on, a client has a method that ends it. Before that, it ends when its selector thread is interrupted:
 * the thread of the client's package whose name has the number at the end of the client's {@code toString()}. If there
 * is no such thread, the client cannot be ended.
 */
final class ManagedHttpClient {
    private static final Optional<Method> SHUTDOWN_NOW = shutdownNow();

    private final HttpClient http;
    private final Optional<Method> ending;
    private final Optional<Thread> selector;

    /** The times since which connections may be idle. The JDK first uses the one that has been idle longest. */
    private final Queue<Long> idleSince = new ArrayDeque<>();

    private final long since;
    private int calls;
    private boolean retired;

    ManagedHttpClient(HttpClient.Builder settings, long now) {
        this(settings, now, SHUTDOWN_NOW);
    }

    /**
     * Makes a client that ends as on another JDK.
     *
     * @param ending the method that ends a client at once; empty before JDK 21
     */
    ManagedHttpClient(HttpClient.Builder settings, long now, Optional<Method> ending) {
        this.http = settings.build();
        this.ending = ending;
        this.selector = ending.isPresent() ? Optional.empty() : selectorOf(http);
        this.since = now;
    }

    HttpClient http() {
        return http;
    }

    /**
     * Returns whether the next call may get a connection that has been idle for too long.
     *
     * @param maxAge the greatest age of the client: connections are kept by address, and may stay unused until the
     *     host's name resolves to that address again
     */
    boolean isStale(long now, Duration maxIdle, Duration maxAge) {
        Long longestIdle = idleSince.peek();
        return longestIdle != null && (now - longestIdle > maxIdle.toNanos() || now - since > maxAge.toNanos());
    }

    /** Returns whether the selector thread has died. After that no call returns, not even after its time-out. */
    boolean isDead() {
        return selector.isPresent() && !selector.get().isAlive();
    }

    boolean canEnd() {
        return ending.isPresent() || selector.isPresent();
    }

    void callBegins() {
        calls++;
        idleSince.poll();
    }

    /** Notes the end of a call. Its connection counts as idle, even if it was closed. */
    void callEnds(long now) {
        calls--;
        idleSince.add(now);
        endIfUnused();
    }

    /** Ends the client with the last of its calls. No other call may begin. */
    void retire() {
        retired = true;
        endIfUnused();
    }

    private void endIfUnused() {
        if (!retired || calls > 0) {
            return;
        }
        selector.ifPresent(Thread::interrupt);
        ending.ifPresent(method -> {
            try {
                method.invoke(http);
            } catch (ReflectiveOperationException e) {
                // Then it ends when it is garbage-collected. Its last call already has its outcome.
            }
        });
    }

    private static Optional<Method> shutdownNow() {
        try {
            return Optional.of(HttpClient.class.getMethod("shutdownNow"));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    private static Optional<Thread> selectorOf(HttpClient client) {
        String name = client.toString().replaceFirst("(?s).*\\((\\d+)\\)", "HttpClient-$1-SelectorManager");
        String ofPackage = client.getClass().getPackageName() + ".";
        return Arrays.stream(threads())
                .filter(thread -> thread != null
                        && thread.getName().equals(name)
                        && thread.getClass().getName().startsWith(ofPackage))
                .findFirst();
    }

    /** Returns the live threads, and nulls. */
    private static Thread[] threads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[root.activeCount() + 16];
        while (root.enumerate(threads) == threads.length) {
            threads = new Thread[threads.length * 2];
        }
        return threads;
    }
}
