package dev.otpkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The time that deliveries take: measures it, and lets a decoy wait. Thread-safe; tests have one of their own. */
interface DeliveryPace {

    /** Returns the pace of this machine. */
    static DeliveryPace real() {
        return new Real();
    }

    /** Returns the time since a moment in the past, which is always the same. */
    Duration now();

    /**
     * Waits.
     *
     * @throws InterruptedException if the thread is interrupted; its flag is cleared
     */
    void sleep(Duration time) throws InterruptedException;

    /** The pace of this machine. */
    final class Real implements DeliveryPace {
        private final Stopwatch watch = Stopwatch.start();

        @Override
        public Duration now() {
            return watch.elapsed();
        }

        // Thread.sleep rounds up to a whole millisecond before JDK 21, by which one could tell a decoy.
        @Override
        public void sleep(Duration time) throws InterruptedException {
            Stopwatch slept = Stopwatch.start();
            for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = time.minus(slept.elapsed())) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(this, left.toNanos());
            }
        }
    }
}
