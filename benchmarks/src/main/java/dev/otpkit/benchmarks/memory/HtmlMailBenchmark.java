package dev.otpkit.benchmarks.memory;

import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.benchmarks.Quick;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.ThreadParams;

/** A code by mail, with plain text and HTML. */
@Baseline("tutorial")
@Figure(value = "Pair by mail with HTML", longerWarmup = 5)
public class HtmlMailBenchmark extends PairBenchmark {
    /** The number of recipients with a pending code. */
    @Param({"1000", "10000", "1000000"})
    @Quick("10000")
    public int recipients;

    /** Opens nothing yet. */
    public HtmlMailBenchmark() {
        super(Form.HTML_MAIL);
    }

    @Override
    int pending() {
        return recipients;
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
