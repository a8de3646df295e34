package dev.otpkit.benchmarks;

import dev.otpkit.benchmarks.memory.ColdStart;
import dev.otpkit.benchmarks.memory.ColdStartOfProcess;
import dev.otpkit.benchmarks.memory.HeapPerRecipient;
import dev.otpkit.benchmarks.network.RedisRoundTrips;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the benchmarks, prints a table of their figures, and writes them as CSV and as plots.
 *
 * <p>The forks of the contenders of a figure are interleaved: each round runs one fork of each contender, and begins
 * with the next one. A slow phase of the machine then slows all of them, and the ratio is taken round by round.
 */
public final class Benchmarks {
    private static final List<Measurement> MEASUREMENTS =
            List.of(new HeapPerRecipient(), new ColdStart(), new ColdStartOfProcess(), new RedisRoundTrips());

    private static final String RESULTS = "results.csv";

    private final Profile profile;
    private final Pattern filter;
    private final List<Sample> samples = new ArrayList<>();
    private boolean failed;
    private boolean skipped;

    private Benchmarks(Profile profile, Pattern filter) {
        this.profile = profile;
        this.filter = filter;
    }

    /**
     * Runs the benchmarks.
     *
     * @param args {@code --profile=}quick or full; {@code --filter=} with a regular expression that is found in the
     *     name of a class; {@code --output=} with a folder; {@code --root=} with the folder of the project;
     *     {@code --publish=} with a folder below that one, or nothing; with a filter, the figures that ran replace
     *     those in the folder
     * @throws IOException if the results cannot be written
     */
    public static void main(String[] args) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Map<String, String> options = Arrays.stream(args)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(option -> option[0], option -> option[1]));
        Profile profile =
                Profile.valueOf(options.getOrDefault("--profile", "quick").toUpperCase(Locale.ROOT));
        String filter = options.getOrDefault("--filter", "");
        String publish = options.getOrDefault("--publish", "");
        if (!publish.isEmpty() && !filter.isEmpty() && profile != Profile.FULL) {
            throw new IllegalArgumentException(
                    "with a filter, only figures of the full profile are published: they replace those of a full run");
        }
        Benchmarks benchmarks = new Benchmarks(profile, Pattern.compile(filter));
        benchmarks.run();
        Path output = Path.of(options.getOrDefault("--output", "target/benchmarks"));
        Report report = new Report(benchmarks.samples);
        System.out.println("\n" + Machine.description() + "\n\n" + report.markdown("##"));
        Sample.write(output.resolve(RESULTS), benchmarks.samples);
        Plots.write(output, report.rows());
        System.out.println("Written to " + output);
        if (!publish.isEmpty() && (benchmarks.failed || benchmarks.skipped)) {
            System.out.println("Not published, since a fork failed or a figure was skipped");
            System.exit(1);
        }
        if (!publish.isEmpty()) {
            Path root = Path.of(options.getOrDefault("--root", ".."));
            Path folder = root.resolve(publish);
            List<Sample> published = filter.isEmpty()
                    ? benchmarks.samples
                    : Sample.replaced(Sample.read(folder.resolve(RESULTS)), benchmarks.samples, profile.rounds());
            publish(root, folder, profile, published);
            System.out.println("Published in " + publish);
        }
        System.exit(benchmarks.failed ? 1 : 0);
    }

    /** Replaces all figures in a folder and in the section of the page with its name. */
    private static void publish(Path root, Path folder, Profile profile, List<Sample> measured) throws IOException {
        Sample.write(folder.resolve(RESULTS), measured);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path plot :
                    files.filter(file -> file.toString().endsWith(".svg")).toList()) {
                Files.delete(plot);
            }
        }
        Report report = new Report(measured);
        StringBuilder text = new StringBuilder("%s. The %s profile.%n%n%s"
                .formatted(Machine.description(), profile.name().toLowerCase(Locale.ROOT), report.markdown("###")));
        Path pages = root.resolve("docs").toAbsolutePath();
        Plots.write(folder, report.rows())
                .forEach((file, title) -> text.append("\n![")
                        .append(title)
                        .append("](")
                        .append(pages.relativize(file.toAbsolutePath())
                                .toString()
                                .replace('\\', '/'))
                        .append(")\n"));
        new Page(pages.resolve("performance.md")).replace(folder.getFileName().toString(), text.toString());
    }

    private void run() {
        List<JmhFigure> figures =
                JmhFigure.all().stream().filter(figure -> runs(figure.type())).toList();
        List<Measurement> measurements = MEASUREMENTS.stream()
                .filter(measurement -> runs(measurement.getClass()))
                .toList();
        System.out.println(Machine.description());
        long forks = figures.stream().mapToLong(figure -> figure.forks(profile)).sum();
        Duration longerWarmups = figures.stream()
                .map(figure -> figure.longerWarmup(profile).multipliedBy(figure.forks(profile)))
                .reduce(Duration.ZERO, Duration::plus);
        long shortForks = measurements.stream()
                .mapToLong(measurement -> measurement.contenders().size())
                .sum();
        Duration time = profile.fork()
                .multipliedBy(forks)
                .plus(longerWarmups)
                .plus(Profile.shortFork().multipliedBy(shortForks))
                .multipliedBy(profile.rounds());
        System.out.printf(
                Locale.ROOT,
                "%d forks in each of %d rounds, about %d minutes on a machine that does nothing else%n",
                forks + shortForks,
                profile.rounds(),
                time.plusSeconds(59).toMinutes());
        for (JmhFigure figure : figures) {
            for (Map<String, String> parameters : figure.cases(profile)) {
                rounds(figure.contenders(), (contender, round) -> figure.sample(contender, parameters, round, profile));
            }
        }
        for (Measurement measurement : measurements) {
            rounds(
                    List.copyOf(measurement.contenders().keySet()),
                    (contender, round) -> sample(measurement, contender, round));
        }
    }

    private boolean runs(Class<?> type) {
        boolean leftOut = profile == Profile.QUICK && type.isAnnotationPresent(FullOnly.class);
        if (leftOut || !filter.matcher(type.getSimpleName()).find()) {
            return false;
        }
        Requires requires = type.getAnnotation(Requires.class);
        if (requires == null || isOnPath(requires.value())) {
            return true;
        }
        skipped = true;
        System.out.println(type.getSimpleName() + " is skipped: there is no " + requires.value() + " on the PATH");
        return false;
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private void rounds(List<String> contenders, Figures figures) {
        for (int round = 1; round <= profile.rounds(); round++) {
            List<String> rotated = new ArrayList<>(contenders);
            Collections.rotate(rotated, 1 - round);
            for (String contender : rotated) {
                try {
                    Sample sample = figures.sample(contender, round);
                    samples.add(sample);
                    System.out.printf(
                            Locale.ROOT,
                            "%s%s, round %d, %s: %s %s%n",
                            sample.figure(),
                            sample.parameters().isEmpty() ? "" : ", " + sample.parameters(),
                            round,
                            contender,
                            Spread.number(sample.value()),
                            sample.unit());
                } catch (RuntimeException e) {
                    failed = true;
                    System.out.println(contender + " failed");
                    e.printStackTrace(System.out);
                }
            }
        }
    }

    private static Sample sample(Measurement measurement, String contender, int round) {
        String value = Fork.run(Fork.OPTIONS, Fork.class, measurement.getClass().getName(), contender);
        return new Sample(
                measurement.title(),
                measurement.unit(),
                measurement.baseline(),
                "",
                contender,
                round,
                Double.parseDouble(value),
                Double.NaN);
    }

    /** One fork. */
    @FunctionalInterface
    private interface Figures {
        Sample sample(String contender, int round);
    }
}
