package dev.otpkit.benchmarks.memory;

import dev.otpkit.benchmarks.Fork;
import dev.otpkit.benchmarks.Measurement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The time of the first send in a JVM, with all that has to be built for it. The logging of the application has started
 * before. No option of the JVM is set.
 */
public final class ColdStart implements Measurement {
    static final List<String> CONTENDERS = List.of("tutorial", "springInMemory", "otpKit");

    /** Starts nothing yet. */
    public ColdStart() {}

    @Override
    public String title() {
        return "Cold start: from main to the first mail with HTML";
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
        for (String contender : CONTENDERS) {
            contenders.put(
                    contender, () -> Double.parseDouble(Fork.run(List.of(), FirstSend.class, contender)) / 1_000_000);
        }
        return contenders;
    }
}
