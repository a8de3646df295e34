package dev.otpkit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final List<Sample> SAMPLES = Stream.concat(
                    samples("tutorial", 1, 2, 4).stream(), samples("otpKit", 3, 4, 20).stream())
            .toList();

    @Test
    void aRatioIsTakenRoundByRound() {
        Report.Row row = new Report(SAMPLES).rows().get(1);

        assertThat(row.value()).isEqualTo(new Spread(4, 3, 20));
        assertThat(row.ratio()).isEqualTo(new Spread(3, 2, 5));
        assertThat(row.bytes()).isEqualTo(102);
    }

    @Test
    void theBaselineHasTheRatioOne() {
        assertThat(new Report(SAMPLES).rows().get(0).ratio()).isEqualTo(new Spread(1, 1, 1));
    }

    @Test
    void samplesAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
        List<Sample> samples = List.of(
                new Sample("Heap, of 1 000 \"users\"", "µs", "a", "", "a", 1, 1.5, Double.NaN),
                new Sample("Mail", "µs", "a", "threads=2, replyMillis=5", "b", 3, 1e-7, 12));
        Path file = folder.resolve("results.csv");
        Sample.write(file, samples);

        assertThat(Sample.read(file)).isEqualTo(samples);
    }

    @Test
    void figuresThatRanAgainReplaceThoseOfTheSameNameAlone() {
        Sample other = new Sample("Redis", "1/s", "tutorial", "", "otpKit", 3, 7, Double.NaN);
        List<Sample> older = Stream.concat(SAMPLES.stream(), Stream.of(other)).toList();
        List<Sample> newer = samples("tutorial", 9, 9, 9);

        assertThat(Sample.replaced(older, newer, 3))
                .containsExactlyElementsOf(
                        Stream.concat(newer.stream(), Stream.of(other)).toList());
        assertThatThrownBy(() -> Sample.replaced(older, newer, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the stored figures must have 2 rounds like the new ones, but have 3");
    }

    @Test
    void aRoundWithoutItsBaselineHasNoRatio() {
        List<Sample> firstRoundFailed = SAMPLES.subList(1, SAMPLES.size());

        assertThat(new Report(firstRoundFailed).rows().get(1).ratio()).isEqualTo(new Spread(3.5, 2, 5));
        assertThat(new Report(samples("otpKit", 3, 4)).rows().get(0).ratio()).isNull();
    }

    @Test
    void otherParametersHaveTheirOwnBaseline() {
        List<Sample> more = Stream.concat(
                        SAMPLES.stream(),
                        Stream.of(new Sample("Mail", "µs", "tutorial", "threads=2", "otpKit", 1, 9, Double.NaN)))
                .toList();

        assertThat(new Report(more).rows()).hasSize(3);
        assertThat(new Report(more).rows().get(2).ratio()).isNull();
    }

    @Test
    void aTableIsMarkdown() {
        assertThat(new Report(SAMPLES).markdown("##").lines())
                .containsExactly(
                        "## Mail (µs)",
                        "",
                        "| Parameters | Contender | Median |     Range | Bytes | Ratio | Range of ratios |",
                        "| ---------- | --------- | -----: | --------: | ----: | ----: | --------------: |",
                        "|            | tutorial  |   2.00 | 1.00–4.00 |   102 |  1.00 |       1.00–1.00 |",
                        "|            | otpKit    |   4.00 | 3.00–20.0 |   102 |  3.00 |       2.00–5.00 |");
    }

    @Test
    void aContenderIsComparedWithItselfAtTheFirstParameters() {
        List<Sample> samples = List.of(
                with("threads=1", "tutorial", 4),
                with("threads=1", "otpKit", 2),
                with("threads=2", "tutorial", 6),
                with("threads=2", "otpKit", 4),
                with("threads=2", "springJdbc", 1));

        assertThat(new Report(samples).markdown("##").lines().skip(2))
                .containsExactly(
                        "| Parameters | Contender  | Median |     Range | Ratio | Range of ratios | Growth |",
                        "| ---------- | ---------- | -----: | --------: | ----: | --------------: | -----: |",
                        "| threads=1  | tutorial   |   4.00 | 4.00–4.00 |  1.00 |       1.00–1.00 |   1.00 |",
                        "| threads=1  | otpKit     |   2.00 | 2.00–2.00 | 0.500 |     0.500–0.500 |   1.00 |",
                        "| threads=2  | tutorial   |   6.00 | 6.00–6.00 |  1.00 |       1.00–1.00 |   1.50 |",
                        "| threads=2  | otpKit     |   4.00 | 4.00–4.00 | 0.667 |     0.667–0.667 |   2.00 |",
                        "| threads=2  | springJdbc |   1.00 | 1.00–1.00 | 0.167 |     0.167–0.167 |        |");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.01234, 0.0123",
        "0.2345, 0.235",
        "0.9996, 1.00",
        "1.234, 1.23",
        "9.996, 10.0",
        "12.34, 12.3",
        "99.96, 100",
        "123.4, 123",
        "'12345.6', '12,346'"
    })
    void aNumberHasThreeDigitsThatCount(double number, String text) {
        assertThat(Spread.number(number)).isEqualTo(text);
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMiddleOfTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(2.5, 1, 4));
    }

    @Test
    void aFileHoldsTheSamples(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("new/results.csv");
        List<Sample> samples = List.of(
                new Sample("Mail, with \"HTML\"", "µs", "tutorial", "a=1, b=2", "otpKit", 1, 1.25, 48.5),
                new Sample("", "ms", "", "", "", 2, 3, Double.NaN));

        Sample.write(file, samples);

        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "figure,unit,baseline,parameters,contender,round,value,bytes",
                        "\"Mail, with \"\"HTML\"\"\",\"µs\",\"tutorial\",\"a=1, b=2\",\"otpKit\",1,1.25,48.5",
                        "\"\",\"ms\",\"\",\"\",\"\",2,3.0,");
    }

    @Test
    void aSectionOfThePageIsReplaced() throws IOException {
        String page = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n";

        assertThat(Page.replaced(page, "x", "new")).isEqualTo("a\n<!-- begin x -->\n\nnew\n<!-- end x -->\nb\n");
        assertThatThrownBy(() -> Page.replaced(page, "y", "new")).isInstanceOf(IOException.class);
    }

    @Test
    void aPlotIsMadeOfEachFigureWithSeveralValuesOfAnAxis(@TempDir Path folder) throws IOException {
        List<Sample> samples = List.of(
                at("delay=0, threads=1"), at("delay=0, threads=8"), at("delay=5, threads=1"), at("recipients=10"));

        assertThat(Plots.write(folder, new Report(samples).rows()))
                .hasSize(1)
                .containsEntry(folder.resolve("mail-delay-0.svg"), "Mail, delay 0");
        assertThat(Files.readString(folder.resolve("mail-delay-0.svg")))
                .contains("<svg", ">otpKit</text>", ">Mail, delay 0</text>");
    }

    private static Sample with(String parameters, String contender, double value) {
        return new Sample("Mail", "1/s", "tutorial", parameters, contender, 1, value, Double.NaN);
    }

    private static Sample at(String parameters) {
        return new Sample("Mail", "1/s", "tutorial", parameters, "otpKit", 1, 3, Double.NaN);
    }

    private static List<Sample> samples(String contender, double... values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> new Sample("Mail", "µs", "tutorial", "", contender, i + 1, values[i], 101 + i))
                .toList();
    }
}
