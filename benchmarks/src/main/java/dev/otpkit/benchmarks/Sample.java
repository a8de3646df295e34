package dev.otpkit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
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
    private static final Pattern FIELD = Pattern.compile("\\G(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))(?:,|$)");

    /** Writes samples as CSV with a line for the names of the columns. */
    static void write(Path file, List<Sample> samples) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                Stream.concat(Stream.of(HEAD), samples.stream().map(Sample::line))
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    /** Reads samples that {@link #write} has written. */
    static List<Sample> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).equals(HEAD)) {
            throw new IOException(file + " must begin with the line " + HEAD);
        }
        return lines.stream().skip(1).map(Sample::parse).toList();
    }

    private String line() {
        return Stream.of(figure, unit, baseline, parameters, contender)
                        .map(text -> '"' + text.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(","))
                + "," + round + "," + value + "," + (Double.isNaN(allocation) ? "" : allocation);
    }

    private static Sample parse(String line) {
        List<String> fields = new ArrayList<>();
        for (MatchResult field : FIELD.matcher(line).results().toList()) {
            fields.add(field.group(1) != null ? field.group(1).replace("\"\"", "\"") : field.group(2));
        }
        String allocation = fields.get(7);
        return new Sample(
                fields.get(0),
                fields.get(1),
                fields.get(2),
                fields.get(3),
                fields.get(4),
                Integer.parseInt(fields.get(5)),
                Double.parseDouble(fields.get(6)),
                allocation.isEmpty() ? Double.NaN : Double.parseDouble(allocation));
    }
}
