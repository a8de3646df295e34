package dev.otpkit.benchmarks;

import java.util.Map;
import java.util.function.Supplier;

/**
 * A figure that JMH cannot take, such as the heap that a million recipients fill. The runner makes an instance by the
 * public constructor without parameters and measures each contender once per round, in a JVM of its own.
 */
public interface Measurement {
    /**
     * Returns the title, as the tables and the plots show it.
     *
     * @return a few words without a full stop
     */
    String title();

    /**
     * Returns the contender whose ratio is 1.
     *
     * @return a key of {@link #contenders()}
     */
    String baseline();

    /**
     * Returns the unit of the values.
     *
     * @return a unit, such as {@code "ms"}
     */
    String unit();

    /**
     * Returns the contenders in the order of the table, and the measurement of each.
     *
     * @return a map in a fixed order; a supplier throws {@link IllegalStateException} if it cannot measure
     */
    Map<String, Supplier<Double>> contenders();
}
