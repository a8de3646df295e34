package dev.otpkit.benchmarks.memory;

import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.ThreadParams;

/** A code to a phone number, with 10 000 pending recipients. */
@Baseline("tutorial")
@Figure(value = "Pair by SMS", longerWarmup = 3)
public class PhoneBenchmark extends PairBenchmark {
    private static final int PENDING = 10_000;

    /** Opens nothing yet. */
    public PhoneBenchmark() {
        super(Form.SMS);
    }

    @Override
    int pending() {
        return PENDING;
    }

    /**
     * The code of tutorials.
     *
     * @param thread the calling thread
     */
    @Benchmark
    public void tutorial(ThreadParams thread) {
        pair(thread);
    }

    /**
     * The code of tutorials after libphonenumber, at the send and at the verification.
     *
     * @param thread the calling thread
     */
    @Benchmark
    public void tutorialWithLibphonenumber(ThreadParams thread) {
        pair(thread);
    }

    /**
     * A manager on Caffeine.
     *
     * @param thread the calling thread
     */
    @Benchmark
    public void otpKit(ThreadParams thread) {
        pair(thread);
    }
}
