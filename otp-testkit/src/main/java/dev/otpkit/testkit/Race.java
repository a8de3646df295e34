package dev.otpkit.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Threads that start at the same moment, any number of times. */
final class Race implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final int threads;
    private final ExecutorService executor;

    Race(int threads) {
        this.threads = threads;
        this.executor = Executors.newFixedThreadPool(threads);
    }

    /** Runs one task per thread, all at once, and returns what they returned. Throws what the first of them threw. */
    <T> List<T> run(IntFunction<Callable<T>> tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Callable<T> task = tasks.apply(i);
            running.add(executor.submit(() -> {
                start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return task.call();
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : running) {
            results.add(result(future));
        }
        return results;
    }

    private static <T> T result(Future<T> future) throws Exception {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError("a thread failed: " + e.getMessage(), e.getCause());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
