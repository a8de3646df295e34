package dev.otpkit.benchmarks.memory;

import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.benchmarks.Quick;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.ThreadParams;

/** Pairs of several threads, by mail with HTML, with 10 000 pending recipients. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Baseline("tutorial")
@Figure(value = "Pairs per second by mail with HTML", longerWarmup = 3)
public class ThreadsBenchmark extends PairBenchmark {
    private static final int PENDING = 10_000;

    /** The number of threads that send and verify, each for its own recipients. */
    @Param({"1", "2"})
    @Quick("2")
    public int threads;

    /** Opens nothing yet. */
    public ThreadsBenchmark() {
        super(Form.HTML_MAIL);
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
