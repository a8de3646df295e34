package dev.otpkit.benchmarks;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A class of JMH benchmarks as a figure. Its methods are the contenders. */
record JmhFigure(Class<?> type, String title, String baseline, List<String> contenders) {
    private static final Pattern PER_OPERATION = Pattern.compile("(\\w+)/op");

    /** Returns the figures of all classes that have a {@link Figure}, by the names of package and class. */
    static List<JmhFigure> all() {
        Map<String, List<String>> methods = new TreeMap<>();
        for (BenchmarkListEntry entry : BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())) {
            String name = entry.getUsername();
            methods.computeIfAbsent(entry.getUserClassQName(), type -> new ArrayList<>())
                    .add(name.substring(name.lastIndexOf('.') + 1));
        }
        List<JmhFigure> figures = new ArrayList<>();
        methods.forEach((name, contenders) -> {
            Class<?> type = type(name);
            if (type.isAnnotationPresent(Figure.class)) {
                figures.add(of(type, contenders));
            }
        });
        return figures;
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a benchmark is not on the class path", e);
        }
    }

    private static JmhFigure of(Class<?> type, List<String> contenders) {
        String baseline = type.getAnnotation(Baseline.class).value();
        contenders.sort(Comparator.comparing((String contender) -> !contender.equals(baseline))
                .thenComparing(contender -> contender.equals("otpKit"))
                .thenComparing(Comparator.naturalOrder()));
        return new JmhFigure(type, type.getAnnotation(Figure.class).value(), baseline, contenders);
    }

    /** Returns each combination of the values of the parameters; one that is empty if there is no parameter. */
    List<Map<String, String>> cases(Profile profile) {
        List<Map<String, String>> cases = List.of(Map.of());
        for (Field field : type.getDeclaredFields()) {
            Param param = field.getAnnotation(Param.class);
            if (param != null) {
                Quick quick = field.getAnnotation(Quick.class);
                List<String> values =
                        List.of(profile == Profile.QUICK && quick != null ? quick.value() : param.value());
                cases = cases.stream()
                        .flatMap(each -> values.stream().map(value -> with(each, field.getName(), value)))
                        .toList();
            }
        }
        return cases;
    }

    private static Map<String, String> with(Map<String, String> parameters, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return more;
    }

    /** Runs one fork of one contender. */
    Sample sample(String contender, Map<String, String> parameters, int round, Profile profile) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(type.getName() + "." + contender) + "$")
                .forks(1)
                .warmupForks(0)
                .warmupIterations(warmups(profile))
                .warmupTime(TimeValue.milliseconds(Profile.ITERATION.toMillis()))
                .measurementIterations(profile.measured())
                .measurementTime(TimeValue.milliseconds(Profile.ITERATION.toMillis()))
                .jvmArgsPrepend(Fork.OPTIONS.toArray(String[]::new))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (type.getAnnotation(Figure.class).bytes()) {
            options.addProfiler(GCProfiler.class);
        }
        parameters.forEach(options::param);
        if (parameters.containsKey("threads")) {
            options.threads(Integer.parseInt(parameters.get("threads")));
        }
        try {
            RunResult result = new Runner(options.build()).runSingle();
            Result<?> primary = result.getPrimaryResult();
            Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
            return new Sample(
                    title,
                    unit(primary.getScoreUnit()),
                    baseline,
                    text(parameters),
                    contender,
                    round,
                    primary.getScore(),
                    bytes == null ? Double.NaN : bytes.getScore());
        } catch (RunnerException e) {
            throw new IllegalStateException("the fork of " + type.getName() + "." + contender + " failed", e);
        }
    }

    /** Returns the number of forks in each round. */
    long forks(Profile profile) {
        return cases(profile).size() * (long) contenders.size();
    }

    /** Returns the time by which the warm-up of each fork is longer than the usual one. */
    Duration longerWarmup(Profile profile) {
        return Profile.ITERATION.multipliedBy(warmups(profile) - profile.warmups());
    }

    private int warmups(Profile profile) {
        int times = profile == Profile.FULL ? type.getAnnotation(Figure.class).longerWarmup() : 1;
        return times * profile.warmups();
    }

    private static String unit(String ofJmh) {
        return PER_OPERATION
                .matcher(ofJmh)
                .replaceFirst("$1")
                .replace("us", "µs")
                .replace("ops/s", "1/s");
    }

    private static String text(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining(", "));
    }
}
