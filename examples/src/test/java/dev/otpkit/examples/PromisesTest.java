package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the promises of the README, those of {@code OtpManager} and the tests of each together. */
class PromisesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern SECTION = Pattern.compile("(?ms)^## Promises$(.*?)^## ");
    private static final Pattern NUMBER = Pattern.compile("(?m)^(\\d+)\\. ");
    private static final Pattern LIST = Pattern.compile("(?s)<ol>(.*?)</ol>");
    private static final Pattern ITEM = Pattern.compile("<li>");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"promise-([^\"]*)\"\\)");
    private static final Pattern TAGGED_TEST =
            Pattern.compile("(?m)^ +@(?:Parameterized)?Test(?:\\(.*\\))?\\R(?: +@Tag\\(\"[^\"]*\"\\)\\R)+");

    @Test
    void theReadmeAndTheJavadocNumberTheSamePromises() {
        assertThat(promisesOfTheReadme()).isNotEmpty().isEqualTo(promisesOfTheJavadoc());
    }

    @Test
    void eachPromiseHasATest() {
        Set<String> tested = new TreeSet<>();
        for (String source : sources().values()) {
            TAGGED_TEST.matcher(source).results().forEach(test -> tested.addAll(tagsIn(test.group())));
        }
        assertThat(tested).containsAll(promisesOfTheReadme());
    }

    @Test
    void noTagNamesAPromiseThatIsNotThere() {
        List<String> promises = promisesOfTheReadme();
        sources()
                .forEach((path, source) -> assertThat(promises)
                        .as("promises, beside tags in %s", path)
                        .containsAll(tagsIn(source)));
    }

    private static List<String> promisesOfTheReadme() {
        String section = only(SECTION, read(ROOT.resolve("README.md")));
        return NUMBER.matcher(section).results().map(number -> number.group(1)).toList();
    }

    /** Returns the numbers of the items of the list in the Javadoc of the type: from 1 on, as a browser counts. */
    private static List<String> promisesOfTheJavadoc() {
        String list = only(LIST, read(ROOT.resolve("otp-core/src/main/java/dev/otpkit/OtpManager.java")));
        long items = ITEM.matcher(list).results().count();
        return IntStream.rangeClosed(1, (int) items).mapToObj(String::valueOf).toList();
    }

    private static String only(Pattern pattern, String text) {
        List<MatchResult> found = pattern.matcher(text).results().toList();
        assertThat(found).as("%s", pattern).hasSize(1);
        return found.get(0).group(1);
    }

    private static Set<String> tagsIn(String source) {
        return TAG.matcher(source).results().map(tag -> tag.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<Path, String> sources() {
        Map<Path, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.find(
                ROOT,
                20,
                (file, attributes) ->
                        file.toString().endsWith(".java") && file.toString().contains("/src/"))) {
            files.filter(file -> !file.endsWith("PromisesTest.java")).forEach(file -> sources.put(file, read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
