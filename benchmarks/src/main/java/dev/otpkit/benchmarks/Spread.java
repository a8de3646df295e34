package dev.otpkit.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** The median, the least and the greatest of some values. */
record Spread(double median, double min, double max) {

    /** Returns the spread of at least one value. */
    static Spread of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Returns the least and the greatest value. */
    String range() {
        return number(min) + "–" + number(max);
    }

    /** Returns a number with three digits that count, and with all those before the point. */
    static String number(double value) {
        double size = Math.abs(value);
        int decimals = Arrays.stream(new double[] {0.0995, 0.9995, 9.995, 99.95})
                .mapToInt(bound -> size < bound ? 1 : 0)
                .sum();
        return String.format(Locale.ROOT, "%,." + (size == 0 ? 0 : Math.min(decimals, 4)) + "f", value);
    }
}
