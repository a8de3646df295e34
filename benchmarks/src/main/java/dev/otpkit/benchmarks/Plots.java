package dev.otpkit.benchmarks;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/** A plot as SVG for each figure that was measured with several numbers of recipients, or of threads. */
final class Plots {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final List<String> AXES = List.of("recipients", "threads");
    private static final Color GRID = new Color(0xdddddd);
    private static final List<Color> COLOURS = List.of(
            new Color(0x4477aa),
            new Color(0xee6677),
            new Color(0x228833),
            new Color(0xccbb44),
            new Color(0x66ccee),
            new Color(0xaa3377));

    private Plots() {}

    /** Writes the plots and returns their files with their titles, in the order of the figures. */
    static Map<Path, String> write(Path folder, List<Report.Row> rows) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        for (String axis : AXES) {
            Map<String, List<Report.Row>> plots = new LinkedHashMap<>();
            for (Report.Row row : rows) {
                Map<String, String> parameters = parameters(row);
                if (parameters.remove(axis) != null) {
                    String others = parameters.isEmpty() ? "" : ", " + text(parameters);
                    plots.computeIfAbsent(row.figure() + others, title -> new ArrayList<>())
                            .add(row);
                }
            }
            for (Map.Entry<String, List<Report.Row>> plot : plots.entrySet()) {
                if (plot.getValue().stream()
                                .map(row -> at(row, axis))
                                .distinct()
                                .count()
                        > 1) {
                    Path file = folder.resolve(
                            plot.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".svg");
                    write(file, plot.getKey(), axis, plot.getValue());
                    files.put(file, plot.getKey());
                }
            }
        }
        return files;
    }

    private static void write(Path file, String title, String axis, List<Report.Row> rows) throws IOException {
        Map<String, XYIntervalSeries> contenders = new LinkedHashMap<>();
        for (Report.Row row : rows) {
            double x = at(row, axis);
            contenders
                    .computeIfAbsent(row.contender(), XYIntervalSeries::new)
                    .add(
                            x,
                            x,
                            x,
                            row.value().median(),
                            row.value().min(),
                            row.value().max());
        }
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        contenders.values().forEach(data::addSeries);
        boolean logarithmic = axis.equals("recipients");
        ValueAxis y = logarithmic
                ? logarithmic(rows.get(0).unit())
                : linear(rows.get(0).unit());
        XYPlot plot =
                new XYPlot(data, logarithmic ? logarithmic(axis) : numbers(axis), y, lines(data.getSeriesCount()));
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(GRID);
        plot.setRangeGridlinePaint(GRID);
        JFreeChart chart = new JFreeChart(title, new Font(Font.SANS_SERIF, Font.BOLD, 15), plot, true);
        chart.setBackgroundPaint(Color.WHITE);
        chart.getLegend().setFrame(BlockBorder.NONE);
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            new SVGProcessor()
                    .getDocument(graphics.getCommands(), new PageSize(WIDTH, HEIGHT))
                    .writeTo(out);
        }
    }

    private static XYErrorRenderer lines(int contenders) {
        XYErrorRenderer lines = new XYErrorRenderer();
        lines.setDefaultLinesVisible(true);
        lines.setDrawXError(false);
        for (int i = 0; i < contenders; i++) {
            lines.setSeriesPaint(i, COLOURS.get(i % COLOURS.size()));
            lines.setSeriesStroke(i, new BasicStroke(2));
        }
        return lines;
    }

    /** Returns an axis of the older of two kinds, since the newer one draws its numbers as outlines. */
    private static LogarithmicAxis logarithmic(String label) {
        LogarithmicAxis axis = new LogarithmicAxis(label);
        axis.setLog10TickLabelsFlag(false);
        axis.setExpTickLabelsFlag(false);
        axis.setNumberFormatOverride(NumberFormat.getInstance(Locale.ROOT));
        return axis;
    }

    private static NumberAxis linear(String label) {
        NumberAxis axis = new NumberAxis(label);
        axis.setAutoRangeIncludesZero(true);
        axis.setNumberFormatOverride(NumberFormat.getInstance(Locale.ROOT));
        return axis;
    }

    private static NumberAxis numbers(String label) {
        NumberAxis axis = linear(label);
        axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
        return axis;
    }

    private static double at(Report.Row row, String axis) {
        return Double.parseDouble(parameters(row).get(axis));
    }

    private static Map<String, String> parameters(Report.Row row) {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : row.parameters().split(", ", -1)) {
            int sign = parameter.indexOf('=');
            if (sign > 0) {
                parameters.put(parameter.substring(0, sign), parameter.substring(sign + 1));
            }
        }
        return parameters;
    }

    private static String text(Map<String, String> parameters) {
        return String.join(
                ", ",
                parameters.entrySet().stream()
                        .map(parameter -> parameter.getKey() + " " + parameter.getValue())
                        .toList());
    }
}
