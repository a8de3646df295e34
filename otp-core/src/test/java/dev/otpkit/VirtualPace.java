package dev.otpkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A pace whose time passes only when something takes time: nothing waits. */
final class VirtualPace implements DeliveryPace {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public Duration now() {
        return Duration.ofNanos(nanos.get());
    }

    @Override
    public void sleep(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
