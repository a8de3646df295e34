package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.examples.Language.Javadoc;
import dev.otpkit.examples.Language.Place;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the rules for the language and the width of all texts of the tree. Shows of each rule that it bites. */
class LanguageTest {
    private static final Path ROOT = Path.of("..");
    private static final Set<String> HIDDEN_FOLDERS_OF_THE_PROJECT = Set.of(".ci", ".github", ".mvn");
    private static final List<String> PROSE = List.of(".java", ".md", ".properties", ".xml");
    private static final List<String> WITH_A_WIDTH = List.of(".java", ".md", ".properties", ".xml", ".yml", ".sh");
    private static final String A_HUNDRED = "0123456789".repeat(10);
    // In two parts, so that this file keeps the rules that it states.
    private static final String CAN_NOT = "can " + "not";
    private static final String WHO_EVER = "who" + "ever";

    @Test
    void cannotIsOneWord() throws IOException {
        assertThat(broken(PROSE, (file, text) -> Language.canNot(text))).isEmpty();

        assertThat(Language.canNot("It " + CAN_NOT + " be read.")).containsExactly(new Place(1, CAN_NOT));
        assertThat(Language.canNot("/**\n * It can\n * " + "not be read.\n */"))
                .extracting(Place::line)
                .containsExactly(2);
        assertThat(Language.canNot("C" + CAN_NOT.substring(1))).hasSize(1);
        assertThat(Language.canNot("It cannot be read. A toucan notices it. Cans not for sale."))
                .isEmpty();
    }

    @Test
    void anyoneIsAnyone() throws IOException {
        assertThat(broken(PROSE, (file, text) -> Language.wordForAnyone(text))).isEmpty();

        assertThat(Language.wordForAnyone("\nFor " + WHO_EVER + " asks.")).containsExactly(new Place(2, WHO_EVER));
        assertThat(Language.wordForAnyone("W" + WHO_EVER.substring(1) + " asks."))
                .hasSize(1);
        assertThat(Language.wordForAnyone("For anyone who ever asks.")).isEmpty();
    }

    @Test
    void aFirstSentenceDefines() throws IOException {
        assertUnderOnePercent("first sentences of Javadoc", Javadoc::firstSentences);

        assertThat(Language.javadoc("/** What a code is. */ class A {}").firstSentences())
                .containsExactly(new Place(1, "What a code is."));
        assertThat(Language.javadoc("\n/**\n * The rules.\n *\n * <p>What they say.\n * @see B\n */")
                        .firstSentences())
                .containsExactly(new Place(2, "The rules."));
        assertThat(Language.javadoc("/** @see B */").firstSentences()).isEmpty();
    }

    @Test
    void aTagDefines() throws IOException {
        assertUnderOnePercent("texts of @param, @return and @throws", Javadoc::tagTexts);

        String javadoc = """
                /**
                 * Sends.
                 *
                 * @param <T> which type
                 * @param message what is sent,
                 *     at most once
                 * @return
                 *     the result
                 * @throws IllegalStateException whether or not
                 * @see What
                 */
                void send() {}

                /** {@return how long it took} */
                """;
        assertThat(Language.javadoc(javadoc).tagTexts())
                .containsExactly(
                        new Place(4, "which type"),
                        new Place(5, "what is sent,"),
                        new Place(8, "the result"),
                        new Place(9, "whether or not"),
                        new Place(14, "how long it took}"));
        assertThat(Language.javadoc(javadoc).firstSentences()).containsExactly(new Place(1, "Sends."));
    }

    @Test
    void onlyJavadocIsJavadoc() {
        String source = """
                String glob = "a/**/b \\" /** What is this? */";
                String text = \"""
                        /** What is this? */ \"
                        \""";
                char quote = '"'; char other = '\\''; /* What is this? */ /**/
                // "An open quote
                /** Who is this? */
                """;

        assertThat(Language.javadoc(source).firstSentences()).containsExactly(new Place(7, "Who is this?"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What a code is.",
                "who asked",
                "Whom it reaches",
                "whose codes they are",
                "Where codes are",
                "how long",
                "Which store",
                "whether it is valid",
                "Whatever is sent",
                "  <p>What it is",
                "How."
            })
    void aQuestionWordBeginsNoDefinition(String bad) {
        assertThat(Language.beginsWithAQuestionWord(bad)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The rules for what a code is",
                "Whole minutes",
                "However long it takes",
                "When it ends",
                "{@code what}",
                "However",
                "wholly"
            })
    void otherWordsDo(String good) {
        assertThat(Language.beginsWithAQuestionWord(good)).isFalse();
    }

    @Test
    void aLineHasAtMost120Characters() throws IOException {
        assertThat(broken(WITH_A_WIDTH, Language::tooWide)).isEmpty();

        String wide = A_HUNDRED + " 0123456789 012345678";
        String widest = wide.substring(1);
        assertThat(Language.tooWide("A.java", widest + "\n" + wide)).containsExactly(new Place(2, wide));
        assertThat(Language.tooWide("a.properties", wide)).hasSize(1);
        assertThat(Language.tooWide("a.yml", "\n\n" + wide))
                .extracting(Place::line)
                .containsExactly(3);
    }

    @Test
    void aCharacterIsACodePoint() {
        assertThat(Language.tooWide("a.md", "x " + "\uD83D\uDE00".repeat(118))).isEmpty();
        assertThat(Language.tooWide("a.md", "x " + "\uD83D\uDE00".repeat(119))).hasSize(1);
    }

    /** It has one line, however long the name is. */
    @Test
    void anImportMayBeWide() {
        assertThat(Language.tooWide("A.java", "import a" + A_HUNDRED + A_HUNDRED + ";"))
                .isEmpty();
    }

    @Test
    void aRowOfATableMayBeWide() {
        String row = "| " + A_HUNDRED + " | " + A_HUNDRED + " |";

        assertThat(Language.tooWide("a.md", row)).isEmpty();
        assertThat(Language.tooWide("a.md", "text " + row)).hasSize(1);
        assertThat(Language.tooWide("A.java", row)).hasSize(1);
        assertThat(Language.tooWide("a.md", "```text\n" + row + "\n```")).hasSize(1);
    }

    @Test
    void aLinkAloneMayBeWide() {
        String url = "https://docs.example.com/" + A_HUNDRED;

        assertThat(Language.tooWide("a.md", "- [a page of theirs](" + url + ")."))
                .isEmpty();
        assertThat(Language.tooWide("A.java", "    // " + url)).isEmpty();
        assertThat(Language.tooWide("A.java", "    \"" + url + "\";")).isEmpty();
        assertThat(Language.tooWide("a.md", "as it says [here](" + url + ")")).hasSize(1);
        assertThat(Language.tooWide("A.java", "    // as it says: " + url)).hasSize(1);
        assertThat(Language.tooWide("a.md", "- " + A_HUNDRED + A_HUNDRED)).hasSize(1);
    }

    @Test
    void aUrlInABlockMayBeWide() {
        String command = "curl -X POST https://api.example.com/" + A_HUNDRED;

        assertThat(Language.tooWide("a.md", "```sh\n" + command + "\n```")).isEmpty();
        assertThat(Language.tooWide("a.md", "```sh\n```\n" + command)).hasSize(1);
        assertThat(Language.tooWide("a.sh", command)).hasSize(1);
        assertThat(Language.tooWide("a.md", "```sh\necho " + A_HUNDRED + A_HUNDRED + "\n```"))
                .hasSize(1);
    }

    @Test
    void theTreeIsTheTextsOfTheProject(@TempDir Path root) throws IOException {
        for (String file : List.of(
                "README.md",
                ".github/workflows/build.yml",
                ".ci/run",
                "otp-core/src/main/java/A.java",
                "otp-core/target/A.java",
                ".git/a.md",
                ".idea/a.xml",
                "a.png")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), file);
        }

        assertThat(texts(root, WITH_A_WIDTH).keySet())
                .containsExactly(
                        ".ci/run", ".github/workflows/build.yml", "README.md", "otp-core/src/main/java/A.java");
        assertThat(texts(root, PROSE).keySet()).containsExactly("README.md", "otp-core/src/main/java/A.java");
    }

    @Test
    void theWholeTreeIsRead() throws IOException {
        assertThat(texts(ROOT, PROSE).keySet())
                .contains(
                        "README.md",
                        "pom.xml",
                        "docs/decisions.md",
                        "otp-core/src/main/java/dev/otpkit/OtpManager.java",
                        "otp-core/src/main/resources/dev/otpkit/message/messages.properties",
                        "examples/src/test/java/dev/otpkit/examples/LanguageTest.java");
        assertThat(javadoc(Javadoc::firstSentences)).hasSizeGreaterThan(1000);
        assertThat(javadoc(Javadoc::tagTexts)).hasSizeGreaterThan(500);
    }

    private static void assertUnderOnePercent(String texts, Function<Javadoc, List<Place>> kind) throws IOException {
        List<String> all = javadoc(kind);
        List<String> bad = all.stream()
                .filter(place -> Language.beginsWithAQuestionWord(place.split(": ", 2)[1]))
                .toList();

        assertThat(100 * bad.size())
                .as(
                        "%s of %s %s begin with a question word:%n%s",
                        bad.size(), all.size(), texts, String.join("\n", bad))
                .isLessThan(all.size());
    }

    private static List<String> javadoc(Function<Javadoc, List<Place>> kind) throws IOException {
        return broken(List.of(".java"), (file, text) -> kind.apply(Language.javadoc(text)));
    }

    private static List<String> broken(List<String> kinds, BiFunction<String, String, List<Place>> rule)
            throws IOException {
        List<String> broken = new ArrayList<>();
        texts(ROOT, kinds)
                .forEach((file, text) -> rule.apply(file, text)
                        .forEach(place -> broken.add(file + ":" + place.line() + ": " + place.text())));
        return broken;
    }

    /** Returns the texts of these kinds by their paths from the root; a script in {@code .ci} has no suffix. */
    private static Map<String, String> texts(Path root, List<String> kinds) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean hidden = name.startsWith(".") && !HIDDEN_FOLDERS_OF_THE_PROJECT.contains(name);
                boolean skipped = hidden || name.equals("target");
                return skipped && !folder.equals(root) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = root.relativize(file).toString().replace('\\', '/');
                String name = path.startsWith(".ci/") ? path + ".sh" : path;
                if (kinds.stream().anyMatch(name::endsWith)) {
                    texts.put(path, Files.readString(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return texts;
    }
}
