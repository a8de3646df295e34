package dev.otpkit.benchmarks.memory;

import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.benchmarks.FullOnly;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.ThreadParams;

/** A code by mail of plain text, with 10 000 pending recipients. */
@FullOnly
@Baseline("tutorial")
@Figure(value = "Pair by mail of plain text", longerWarmup = 5)
public class PlainMailBenchmark extends PairBenchmark {
    private static final int PENDING = 10_000;

    /** Opens nothing yet. */
    public PlainMailBenchmark() {
        super(Form.PLAIN_MAIL);
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
     * Spring Security's service in memory.
     *
     * @param thread the calling thread
     */
    @Benchmark
    public void springInMemory(ThreadParams thread) {
        pair(thread);
    }

    /**
     * Spring Security's service on H2.
     *
     * @param thread the calling thread
     */
    @Benchmark
    public void springJdbc(ThreadParams thread) {
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
