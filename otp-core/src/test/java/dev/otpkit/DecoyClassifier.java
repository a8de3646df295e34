package dev.otpkit;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * An attacker who sees the results and the times of many requests, and knows of the first half which ones were decoys:
 * it learns from them, and says of the other half which ones are.
 */
final class DecoyClassifier {
    private static final int POSITIONS = 10;

    private final boolean[] decoys;
    private final double[] times;

    /** The values of each feature, by their numbers; 0 where a result does not have the feature. */
    private final Map<String, int[]> features = new HashMap<>();

    private final Map<String, Integer> numbers = new HashMap<>();

    private final Map<Class<?>, Method[]> methods = new HashMap<>();

    /** A request as the attacker sees it, with the moment to which moments in the results are compared. */
    record Observation(boolean decoy, Duration time, Instant now, List<?> results) {}

    DecoyClassifier(List<Observation> observations) {
        int count = observations.size();
        decoys = new boolean[count];
        times = new double[count];
        for (int i = 0; i < count; i++) {
            Observation each = observations.get(i);
            decoys[i] = each.decoy();
            times[i] = each.time().toNanos();
            for (int result = 0; result < each.results().size(); result++) {
                see(i, "result " + result, each.results().get(result), each.now());
            }
        }
    }

    Set<String> features() {
        return features.keySet();
    }

    /** Returns the classifiers, by name, with the share of the second half of which each says the truth. */
    Map<String, Double> accuracies() {
        Map<String, Double> accuracies = new TreeMap<>();
        accuracies.put("a threshold of the time", byTime());
        accuracies.put("the best of " + features.size() + " features", byBestFeature());
        accuracies.put("all features together", byAllFeatures());
        return accuracies;
    }

    /**
     * Returns the accuracy that one who only guesses exceeds in one of 1000 cases: half, and 3.09 standard deviations
     * of the binomial distribution.
     */
    static double boundOfChance(int observations) {
        return 0.5 + 3.09 * Math.sqrt(0.25 / (observations - observations / 2));
    }

    private void see(int row, String name, Object value, Instant now) {
        feature(row, name, value == null ? "null" : value.getClass().getSimpleName());
        if (value instanceof Optional<?> optional) {
            feature(row, name + " is present", String.valueOf(optional.isPresent()));
            optional.ifPresent(present -> see(row, name, present, now));
        } else if (value instanceof Collection<?> collection) {
            feature(row, name + " size", String.valueOf(collection.size()));
            int index = 0;
            for (Object element : collection) {
                see(row, name + " " + index++, element, now);
            }
        } else if (value instanceof Instant moment) {
            feature(row, name, Duration.between(now, moment).toString());
        } else if (value instanceof SendResult || value instanceof VerifyResult) {
            seeAccessors(row, name, value, now);
        } else if (value instanceof Record) {
            seeText(row, name, value.toString());
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                see(row, name + "." + component.getName(), call(component.getAccessor(), value), now);
            }
        } else if (value != null) {
            seeText(row, name, value.toString());
        }
    }

    private void seeAccessors(int row, String name, Object value, Instant now) {
        for (Method method : methods.computeIfAbsent(value.getClass(), Class::getMethods)) {
            if (method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getDeclaringClass() != Object.class
                    && !method.getName().equals("hashCode")) {
                see(row, name + "." + method.getName(), call(method, value), now);
            }
        }
    }

    private void seeText(int row, String name, String text) {
        feature(row, name + " length", String.valueOf(text.length()));
        feature(row, name + " digits", count(text, Character::isDigit));
        feature(row, name + " capitals", count(text, Character::isUpperCase));
        feature(row, name + " small letters", count(text, Character::isLowerCase));
        if (text.length() <= 16) {
            feature(row, name + " text", text);
        }
        for (int i = 0; i < Math.min(POSITIONS, text.length()); i++) {
            feature(row, name + " from the start " + i, text.substring(i, i + 1));
            int end = text.length() - i;
            feature(row, name + " from the end " + i, text.substring(end - 1, end));
        }
    }

    private static String count(String text, IntPredicate kind) {
        return String.valueOf(text.chars().filter(kind).count());
    }

    private void feature(int row, String name, String value) {
        features.computeIfAbsent(name, key -> new int[decoys.length])[row] =
                numbers.computeIfAbsent(value, key -> numbers.size() + 1);
    }

    private static Object call(Method accessor, Object value) {
        try {
            accessor.setAccessible(true);
            return accessor.invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private double byTime() {
        int half = decoys.length / 2;
        Integer[] order = new Integer[half];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> times[i]));
        int all = 0;
        for (int i = 0; i < half; i++) {
            all += decoys[i] ? 1 : 0;
        }
        // Right if a decoy is what takes longer than the threshold; else the other way round.
        int best = Math.max(all, half - all);
        double threshold = -1;
        boolean longer = all >= half - all;
        int right = all;
        for (int i = 0; i < half; i++) {
            right += decoys[order[i]] ? -1 : 1;
            if (Math.max(right, half - right) > best) {
                best = Math.max(right, half - right);
                threshold = times[order[i]];
                longer = right >= half - right;
            }
        }
        int truths = 0;
        for (int i = half; i < decoys.length; i++) {
            truths += (times[i] > threshold == longer) == decoys[i] ? 1 : 0;
        }
        return (double) truths / (decoys.length - half);
    }

    /** Returns, for each value, the number of real requests with it in the first half, and then that of decoys. */
    private int[] learn(int[] values) {
        int[] counts = new int[2 * numbers.size() + 2];
        for (int i = 0; i < decoys.length / 2; i++) {
            counts[2 * values[i] + (decoys[i] ? 1 : 0)]++;
        }
        return counts;
    }

    private double byBestFeature() {
        int[] best = {};
        int[] values = {};
        int most = -1;
        for (int[] each : features.values()) {
            int[] counts = learn(each);
            int right = 0;
            for (int i = 0; i < counts.length; i += 2) {
                right += Math.max(counts[i], counts[i + 1]);
            }
            if (right > most) {
                most = right;
                best = counts;
                values = each;
            }
        }
        int truths = 0;
        for (int i = decoys.length / 2; i < decoys.length; i++) {
            truths += (best[2 * values[i] + 1] > best[2 * values[i]]) == decoys[i] ? 1 : 0;
        }
        return (double) truths / (decoys.length - decoys.length / 2);
    }

    /** A naive Bayes classifier: adds up what each feature says. */
    private double byAllFeatures() {
        double[] scores = new double[decoys.length];
        for (int[] each : features.values()) {
            int[] counts = learn(each);
            for (int i = decoys.length / 2; i < decoys.length; i++) {
                scores[i] += Math.log((counts[2 * each[i] + 1] + 1.0) / (counts[2 * each[i]] + 1.0));
            }
        }
        int truths = 0;
        for (int i = decoys.length / 2; i < decoys.length; i++) {
            truths += (scores[i] > 0) == decoys[i] ? 1 : 0;
        }
        return (double) truths / (decoys.length - decoys.length / 2);
    }

    /** Returns a list of the same observations, with others of the decoys. */
    static List<Observation> changed(List<Observation> observations, UnaryOperator<Observation> ofDecoys) {
        List<Observation> changed = new ArrayList<>();
        for (Observation each : observations) {
            changed.add(each.decoy() ? ofDecoys.apply(each) : each);
        }
        return changed;
    }
}
