package dev.otpkit.benchmarks.memory;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/** A code sent and one verified, by the peer with the name of the benchmark method. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public abstract class PairBenchmark {
    private final Form form;
    private @Nullable Peer peer;
    private Visitors[] visitors = new Visitors[0];

    PairBenchmark(Form form) {
        this.form = form;
    }

    /** Returns the number of recipients with a pending code, of all threads together. */
    abstract int pending();

    /**
     * Opens the peer and sends the codes that are pending.
     *
     * @param params the name of the benchmark method and the number of threads
     */
    @Setup
    public void open(BenchmarkParams params) {
        String benchmark = params.getBenchmark();
        Peer opened = Peer.of(benchmark.substring(benchmark.lastIndexOf('.') + 1), form);
        peer = opened;
        visitors = new Visitors[params.getThreads()];
        for (int thread = 0; thread < visitors.length; thread++) {
            visitors[thread] = new Visitors(opened, form, pending() / visitors.length, thread);
        }
    }

    /** Closes the peer. */
    @TearDown
    public void close() {
        if (peer != null) {
            peer.close();
        }
    }

    final void pair(ThreadParams thread) {
        visitors[thread.getThreadIndex()].pair();
    }
}
