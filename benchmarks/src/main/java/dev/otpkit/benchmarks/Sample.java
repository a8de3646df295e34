package dev.otpkit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The value of one contender in one round: the mean of a fork, or the result of a measurement.
 *
 * @param figure the title of the figure
 * @param unit the unit of the value
 * @param baseline the contender of the figure whose ratio is 1
 * @param parameters the parameters, such as {@code "recipients=10000"}, or an empty text
 * @param contender the name of the contender
 * @param round the number of the round, from 1
 * @param value the value
 * @param allocation the bytes allocated per operation, or {@link Double#NaN} if they were not measured
 */
record Sample(
        String figure,
        String unit,
        String baseline,
        String parameters,
        String contender,
        int round,
        double value,
        double allocation) {

    private static final String HEAD = "figure,unit,baseline,parameters,contender,round,value,bytes";

    /** Writes samples as CSV with a line for the names of the columns. */
    static void write(Path file, List<Sample> samples) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                Stream.concat(Stream.of(HEAD), samples.stream().map(Sample::line))
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    private String line() {
        return Stream.of(figure, unit, baseline, parameters, contender)
                        .map(text -> '"' + text.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(","))
                + "," + round + "," + value + "," + (Double.isNaN(allocation) ? "" : allocation);
    }
}
