package dev.otpkit;

import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFeedback;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feedback that waits to be given to channels. One daemon thread gives it, which is started with the first and ends
 * when it has had nothing to do for a while, since a manager has no end. Thread-safe; nothing here throws or blocks.
 */
final class FeedbackQueue {
    /** The number of calls that may wait; further ones are dropped. */
    static final int CAPACITY = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.ENGINE);
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final Map<String, DeliveryFeedback> channels;
    private final @Nullable ThreadPoolExecutor executor;
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /**
     * Creates a queue without a thread.
     *
     * @param channels the channels that want feedback, by name
     */
    FeedbackQueue(Map<String, DeliveryFeedback> channels) {
        this(channels, IDLE);
    }

    FeedbackQueue(Map<String, DeliveryFeedback> channels, Duration idle) {
        this.channels = Map.copyOf(channels);
        this.executor = channels.isEmpty() ? null : executor(idle);
    }

    private static ThreadPoolExecutor executor(Duration idle) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1, 1, idle.toNanos(), TimeUnit.NANOSECONDS, new LinkedBlockingQueue<>(CAPACITY), FeedbackQueue::thread);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static Thread thread(Runnable work) {
        // Without the thread locals of the verification that happens to start it.
        Thread thread = new Thread(null, work, "otpkit-feedback", 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /** Gives feedback on a message whose code was used, if its channel wants any: later, and perhaps never. */
    void add(SentMessage message) {
        DeliveryFeedback channel = channels.get(message.channel());
        if (channel == null || executor == null) {
            return;
        }
        try {
            executor.execute(() -> give(channel, message));
        } catch (Throwable e) {
            // The queue is full, or the JVM has no thread to give. The code is used up, and its answer must not fail.
            failed(message.channel(), e.getClass().getName());
        }
    }

    private void give(DeliveryFeedback channel, SentMessage message) {
        try {
            channel.used(message.providerMessageId());
            failing.remove(message.channel());
        } catch (DeliveryException e) {
            DeliveryFailure failure = e.failure();
            failed(
                    message.channel(),
                    failure.kind() + " " + failure.providerCode().orElse("-") + " " + failure.detail());
        } catch (Throwable e) {
            failed(message.channel(), e.getClass().getName());
        }
    }

    /** Logs a failure: at WARN the first after a success, since an outage would repeat it for every code. */
    private void failed(String channel, String reason) {
        String text = "channel {} got no feedback on a code that was used: {}";
        if (failing.add(channel)) {
            LOG.warn(text + " (logged at WARN once, then at DEBUG until it succeeds)", channel, reason);
        } else {
            LOG.debug(text, channel, reason);
        }
    }
}
