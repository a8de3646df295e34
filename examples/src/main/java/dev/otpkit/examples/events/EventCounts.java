package dev.otpkit.examples.events;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts events by outcome. Thread-safe. */
public final class EventCounts implements OtpListener {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    @Override
    public void on(OtpEvent event) {
        if (event instanceof OtpEvent.Sent sent) {
            count((sent.decoy() ? "decoy " : "sent ") + sent.channel() + (sent.confirmed() ? "" : " unconfirmed"));
            sent.failures().forEach(failure -> count("failed " + failure.channel() + " " + failure.kind()));
        } else if (event instanceof OtpEvent.Undelivered undelivered) {
            count(undelivered.decoy() ? "decoy undelivered" : "undelivered");
            undelivered.failures().forEach(failure -> count("failed " + failure.channel() + " " + failure.kind()));
        } else if (event instanceof OtpEvent.Refused refused) {
            count("refused " + refused.reason());
        } else if (event instanceof OtpEvent.Verified) {
            count("verified");
        } else if (event instanceof OtpEvent.Rejected rejected) {
            count("rejected " + rejected.reason());
        } else if (event instanceof OtpEvent.StoreFailed failed) {
            count("store failed " + failed.operation());
        }
    }

    private void count(String name) {
        counts.computeIfAbsent(name, key -> new LongAdder()).increment();
    }

    /**
     * Returns the number of events with an outcome.
     *
     * @param name the outcome, such as {@code rejected WRONG_CODE}
     * @return 0 or more
     */
    public long of(String name) {
        LongAdder count = counts.get(name);
        return count == null ? 0 : count.sum();
    }
}
