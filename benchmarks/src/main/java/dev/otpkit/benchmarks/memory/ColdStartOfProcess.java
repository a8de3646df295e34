package dev.otpkit.benchmarks.memory;

import dev.otpkit.benchmarks.Fork;
import dev.otpkit.benchmarks.FullOnly;
import dev.otpkit.benchmarks.Measurement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The time of a whole process that sends one code: the start of the JVM, its logging, the send and the end. */
@FullOnly
public final class ColdStartOfProcess implements Measurement {
    /** Starts nothing yet. */
    public ColdStartOfProcess() {}

    @Override
    public String title() {
        return "Cold start: the whole process of one mail with HTML";
    }

    @Override
    public String baseline() {
        return "tutorial";
    }

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public Map<String, Supplier<Double>> contenders() {
        Map<String, Supplier<Double>> contenders = new LinkedHashMap<>();
        for (String contender : ColdStart.CONTENDERS) {
            contenders.put(contender, () -> milliseconds(contender));
        }
        return contenders;
    }

    private static double milliseconds(String contender) {
        long start = System.nanoTime();
        Fork.run(List.of(), FirstSend.class, contender);
        return (System.nanoTime() - start) / 1_000_000.0;
    }
}
