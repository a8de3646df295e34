package dev.otpkit.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a run: of each contender the median of its rounds, its ratio to the baseline of the same round, and its
 * growth: the median divided by its own median with the first parameters of the figure.
 */
final class Report {
    private static final List<String> HEAD =
            List.of("Parameters", "Contender", "Median", "Range", "Bytes", "Ratio", "Range of ratios", "Growth");

    /** The columns from this one on have numbers. */
    private static final int NUMBERS = 2;

    private final List<Row> rows;

    Report(List<Sample> samples) {
        this.rows = rows(samples);
    }

    /**
     * One line of a table.
     *
     * @param bytes the median of the bytes allocated per operation, or {@link Double#NaN}
     * @param ratio the ratios to the baseline, round by round; null if the baseline was not measured
     */
    record Row(
            String figure,
            String unit,
            String parameters,
            String contender,
            Spread value,
            double bytes,
            @Nullable Spread ratio) {}

    List<Row> rows() {
        return rows;
    }

    private static List<Row> rows(List<Sample> samples) {
        Map<List<String>, List<Sample>> contenders = samples.stream()
                .collect(Collectors.groupingBy(
                        sample -> List.of(sample.figure(), sample.parameters(), sample.contender()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<Row> rows = new ArrayList<>();
        for (List<Sample> rounds : contenders.values()) {
            Sample first = rounds.get(0);
            List<Sample> baseline =
                    contenders.getOrDefault(List.of(first.figure(), first.parameters(), first.baseline()), List.of());
            List<Double> ratios = ratios(rounds, baseline);
            rows.add(new Row(
                    first.figure(),
                    first.unit(),
                    first.parameters(),
                    first.contender(),
                    Spread.of(rounds.stream().map(Sample::value).toList()),
                    Spread.of(rounds.stream().map(Sample::allocation).toList()).median(),
                    ratios.isEmpty() ? null : Spread.of(ratios)));
        }
        return rows;
    }

    private static List<Double> ratios(List<Sample> rounds, List<Sample> baseline) {
        Map<Integer, Double> byRound = baseline.stream().collect(Collectors.toMap(Sample::round, Sample::value));
        List<Double> ratios = new ArrayList<>();
        for (Sample sample : rounds) {
            Double base = byRound.get(sample.round());
            if (base != null) {
                ratios.add(sample.value() / base);
            }
        }
        return ratios;
    }

    /** Returns a heading and a table for each figure, in Markdown that can be read as it is. */
    String markdown(String headings) {
        Map<String, List<Row>> figures =
                rows.stream().collect(Collectors.groupingBy(Row::figure, LinkedHashMap::new, Collectors.toList()));
        return figures.entrySet().stream()
                .map(figure -> headings + " " + figure.getKey() + " ("
                        + figure.getValue().get(0).unit() + ")\n\n" + table(figure.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String table(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEAD);
        rows.forEach(row -> lines.add(cells(row, growth(row, rows))));
        dropEmptyColumns(lines);
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        List<String> rule = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            rule.add("-".repeat(i < NUMBERS ? widths[i] : widths[i] - 1) + (i < NUMBERS ? "" : ":"));
        }
        lines.add(1, rule);
        return lines.stream().map(line -> padded(line, widths)).collect(Collectors.joining());
    }

    private static void dropEmptyColumns(List<List<String>> lines) {
        for (int i = lines.get(0).size() - 1; i >= NUMBERS; i--) {
            int column = i;
            if (lines.stream().skip(1).allMatch(line -> line.get(column).isEmpty())) {
                lines.replaceAll(line -> without(column, line));
            }
        }
    }

    private static List<String> without(int column, List<String> line) {
        List<String> less = new ArrayList<>(line);
        less.remove(column);
        return less;
    }

    /** Returns nothing if the figure has no other parameters, or the contender was not measured with the first ones. */
    private static String growth(Row row, List<Row> figure) {
        String first = figure.get(0).parameters();
        if (figure.stream().allMatch(each -> each.parameters().equals(first))) {
            return "";
        }
        return figure.stream()
                .filter(each ->
                        each.parameters().equals(first) && each.contender().equals(row.contender()))
                .findFirst()
                .map(each -> Spread.number(row.value().median() / each.value().median()))
                .orElse("");
    }

    private static String padded(List<String> line, int[] widths) {
        StringBuilder padded = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String blanks = " ".repeat(widths[i] - line.get(i).length());
            padded.append(' ')
                    .append(i < NUMBERS ? line.get(i) + blanks : blanks + line.get(i))
                    .append(" |");
        }
        return padded.append('\n').toString();
    }

    private static List<String> cells(Row row, String growth) {
        Spread ratio = row.ratio();
        return List.of(
                row.parameters(),
                row.contender(),
                Spread.number(row.value().median()),
                row.value().range(),
                Double.isNaN(row.bytes()) ? "" : String.format(Locale.ROOT, "%,.0f", row.bytes()),
                ratio == null ? "" : Spread.number(ratio.median()),
                ratio == null ? "" : ratio.range(),
                growth);
    }
}
