package dev.otpkit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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

    /** A field in quotes, or one without. */
    private static final Pattern FIELD = Pattern.compile("\"((?:[^\"]|\"\")*)\"(?:,|$)|([^\",]*)(?:,|$)");

    /** Writes samples as CSV with a line for the names of the columns. */
    static void write(Path file, List<Sample> samples) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                Stream.concat(Stream.of(HEAD), samples.stream().map(Sample::line))
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    /** Reads the samples that {@link #write} wrote. */
    static List<Sample> read(Path file) throws IOException {
        return Files.readAllLines(file).stream().skip(1).map(Sample::of).toList();
    }

    private static Sample of(String line) {
        List<String> fields = FIELD.matcher(line)
                .results()
                .map(field ->
                        field.group(1) == null ? field.group(2) : field.group(1).replace("\"\"", "\""))
                .toList();
        return new Sample(
                fields.get(0),
                fields.get(1),
                fields.get(2),
                fields.get(3),
                fields.get(4),
                Integer.parseInt(fields.get(5)),
                Double.parseDouble(fields.get(6)),
                fields.get(7).isEmpty() ? Double.NaN : Double.parseDouble(fields.get(7)));
    }

    /**
     * Returns older samples with newer ones in place of those of the same figures.
     *
     * @throws IllegalArgumentException if the older ones have another number of rounds than asked for
     */
    static List<Sample> replaced(List<Sample> older, List<Sample> newer, int rounds) {
        int olderRounds = older.stream().mapToInt(Sample::round).max().orElse(0);
        if (olderRounds != rounds) {
            throw new IllegalArgumentException(
                    "the stored figures must have " + rounds + " rounds like the new ones, but have " + olderRounds);
        }
        Map<String, List<Sample>> figures = new LinkedHashMap<>();
        older.forEach(sample -> figures.computeIfAbsent(sample.figure(), figure -> new ArrayList<>())
                .add(sample));
        Map<String, List<Sample>> measured = newer.stream().collect(Collectors.groupingBy(Sample::figure));
        figures.putAll(measured);
        return figures.values().stream().flatMap(List::stream).toList();
    }

    private String line() {
        return Stream.of(figure, unit, baseline, parameters, contender)
                        .map(text -> '"' + text.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(","))
                + "," + round + "," + value + "," + (Double.isNaN(allocation) ? "" : allocation);
    }
}
