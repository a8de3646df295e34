package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares {@code docs/dependencies.md} with the artifacts that the build resolves for each published module. */
class DependenciesTest {
    private static final Path ROOT = Path.of("..");
    private static final String CORE = "otp-core";

    private static final Pattern ARTIFACT_ID = Pattern.compile("<artifactId>(otp-[a-z-]+)</artifactId>");
    private static final Pattern RESOLVED =
            Pattern.compile("(?m)^ +([^:\\s]+):([^:\\s]+):jar:([^:\\s]+):(?:compile|runtime):(.+?)(?: -- .*)?$");
    /** A line of the tree without the parentheses of those that another one replaces. */
    private static final Pattern MANAGED =
            Pattern.compile("(?m)^[| +\\\\-]*([^:\\s(]+:[^:\\s]+):jar:([^:\\s]+):.*version managed from ([^;)\\s]+)");

    private static final Pattern ARTIFACT_AND_VERSION = Pattern.compile("(?m)^\\| `[^`]+` \\| \\S+ \\|");
    private static final Pattern PARENT = Pattern.compile("(?s)<parent>(.*?)</parent>");
    private static final Pattern LICENCE = Pattern.compile("(?s)<license>.*?<name>(.*?)</name>.*?</license>");

    private static final Pattern REGISTERED =
            Pattern.compile("META-INF/(services/.+|spring.*|web-fragment\\.xml|beans\\.xml)");

    /** The names that licences have in POMs, by their SPDX identifiers. */
    private static final Map<String, List<String>> NAMES = Map.of(
            "Apache-2.0",
                    List.of(
                            "Apache 2.0",
                            "Apache License, Version 2.0",
                            "The Apache License, Version 2.0",
                            "The Apache Software License, Version 2.0"),
            "BSD-2-Clause", List.of("The BSD 2-Clause License"),
            "BSD-3-Clause", List.of("EDL 1.0"),
            "EPL-2.0", List.of("EPL 2.0", "Eclipse Public License v2.0"),
            "GPL-2.0-only WITH Classpath-exception-2.0", List.of("GPL2 w/ CPE"),
            "MIT", List.of("MIT License", "The MIT License (MIT)"));

    /** A jar that a user of a module gets. */
    private record Jar(String group, String artifact, String version, Path file) {
        String line() throws IOException {
            Path pom = file.resolveSibling(artifact + "-" + version + ".pom");
            return String.format(
                    Locale.ROOT,
                    "| `%s:%s` | %s | %s | %,d |",
                    group,
                    artifact,
                    version,
                    licence(pom),
                    kilobytes(Files.size(file)));
        }

        /** Returns the licences in a POM, or else in that of its parent, which is in the same repository. */
        private String licence(Path pom) throws IOException {
            String xml = Files.readString(pom);
            List<String> names = LICENCE.matcher(xml)
                    .results()
                    .map(found -> spdx(found.group(1).strip()))
                    .toList();
            Matcher parent = PARENT.matcher(xml);
            if (!names.isEmpty() || !parent.find()) {
                return String.join(" or ", names);
            }
            String parentArtifact = element(parent.group(1), "artifactId");
            String parentVersion = element(parent.group(1), "version");
            return licence(repository()
                    .resolve(element(parent.group(1), "groupId").replace('.', '/'))
                    .resolve(parentArtifact)
                    .resolve(parentVersion)
                    .resolve(parentArtifact + "-" + parentVersion + ".pom"));
        }

        /** Returns the root of the repository that the jar is in. */
        private Path repository() {
            Path folder = file;
            for (int up = group.split("\\.").length + 3; up > 0; up--) {
                folder = folder.getParent();
            }
            return folder;
        }
    }

    /** Those of the starter are those of other modules, and of Spring Boot. */
    @ParameterizedTest
    @MethodSource("withoutTheStarter")
    void thePageListsWhatAUserOfAModuleGets(String module) throws IOException {
        List<String> expected = section(module);

        assertThat(actual(module))
                .as("docs/dependencies.md must have this under \"## `%s`\":%n%s", module, String.join("\n", expected))
                .isEqualTo(expected);
    }

    /**
     * Maven manages versions for our build alone: users of a module get those that its dependencies ask for. An
     * application on the starter gets those that its Spring Boot manages.
     */
    @ParameterizedTest
    @MethodSource("withoutTheStarter")
    void aUserOfAModuleGetsTheVersionsThatItIsTestedWith(String module) throws IOException {
        List<String> others = MANAGED.matcher(written(module, "tree.txt"))
                .results()
                .filter(found -> !found.group(2).equals(found.group(3)))
                .map(found -> found.group(1) + ": the build has " + found.group(2) + ", users get " + found.group(3))
                .toList();

        assertThat(others)
                .as("to be declared in %s/pom.xml, or not managed for it", module)
                .isEmpty();
    }

    @Test
    void thePageHasASectionForEachPublishedModuleAndNoOther() throws IOException {
        List<String> sections = Pattern.compile("(?m)^## `(.+)`$")
                .matcher(page())
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(sections).containsExactlyElementsOf(published().toList());
    }

    @Test
    void noModuleBringsAVersionWithAKnownVulnerability() throws IOException {
        String page = page();
        int known = page.indexOf("\n## Known vulnerabilities\n");
        List<String> artifacts = ARTIFACT_AND_VERSION
                .matcher(page.substring(known))
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(artifacts).isNotEmpty();
        assertThat(page.substring(0, known)).doesNotContain(artifacts);
    }

    @Test
    void thePageListsWhatTheJarsRegister() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (String module : withoutTheStarter().toList()) {
            for (Jar jar : jars(module)) {
                for (String service : registered(jar.file())) {
                    expected.add("| `" + jar.artifact() + "` | `" + service + "` |");
                }
            }
        }
        String page = page();
        String section = page.substring(page.indexOf("\n## Services\n"), page.indexOf("\n## Known vulnerabilities\n"));

        assertThat(section.lines().filter(line -> line.startsWith("| `")))
                .as("docs/dependencies.md must have this under \"## Services\":%n%s", String.join("\n", expected))
                .containsExactlyElementsOf(expected);
    }

    /** Returns the entries of a jar that loaders of services, Spring, servlet containers and CDI look for. */
    static List<String> registered(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(JarEntry::getName)
                    .filter(name -> REGISTERED.matcher(name).matches())
                    .map(name -> name.replaceFirst("META-INF/services/", ""))
                    .toList();
        }
    }

    static Stream<String> published() throws IOException {
        return ARTIFACT_ID
                .matcher(Files.readString(ROOT.resolve("otp-bom/pom.xml")))
                .results()
                .map(found -> found.group(1))
                .filter(Predicate.not("otp-bom"::equals));
    }

    static Stream<String> withoutTheStarter() throws IOException {
        return published().filter(Predicate.not("otp-spring-boot-starter"::equals));
    }

    /** Returns the table and the sum that the page must have for a module. */
    private static List<String> section(String module) throws IOException {
        List<Jar> ofCore = jars(CORE);
        List<Jar> all = jars(module);
        List<String> lines = new ArrayList<>(List.of("| Artifact | Version | Licence | kB |", "|---|---|---|---|"));
        for (Jar jar : all) {
            if (module.equals(CORE) || !ofCore.contains(jar)) {
                lines.add(jar.line());
            }
        }
        long bytes = 0;
        for (Jar jar : all) {
            bytes += Files.size(jar.file());
        }
        lines.add(String.format(
                Locale.ROOT,
                module.equals(CORE) ? "%d jars, %,d kB." : "%d jars, %,d kB, with those of `otp-core`.",
                all.size(),
                kilobytes(bytes)));
        return lines;
    }

    /** Returns the table and the sum that the page has for a module. */
    private static List<String> actual(String module) throws IOException {
        Matcher section =
                Pattern.compile("(?ms)^## `" + module + "`$(.*?)(?=^## |\\z)").matcher(page());
        return section.find()
                ? section.group(1)
                        .lines()
                        .filter(line -> line.startsWith("|") || line.matches("\\d+ jars.*"))
                        .toList()
                : List.of();
    }

    private static List<Jar> jars(String module) throws IOException {
        return RESOLVED.matcher(written(module, "list.txt"))
                .results()
                .filter(found -> !found.group(1).equals("dev.otpkit"))
                .filter(found -> !found.group(4).endsWith(" (optional)"))
                .map(found -> new Jar(found.group(1), found.group(2), found.group(3), Path.of(found.group(4))))
                .sorted(Comparator.comparing(Jar::group).thenComparing(Jar::artifact))
                .toList();
    }

    private static String written(String module, String name) throws IOException {
        Path file = ROOT.resolve(module).resolve("target/dependencies").resolve(name);
        assertThat(file)
                .as("written by the build of %s: run it too, with -am", module)
                .exists();
        return Files.readString(file);
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/dependencies.md"));
    }

    private static long kilobytes(long bytes) {
        return Math.round(bytes / 1000.0);
    }

    private static String spdx(String name) {
        return NAMES.entrySet().stream()
                .filter(licence -> licence.getValue().contains(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(name);
    }

    private static String element(String xml, String name) {
        Matcher found =
                Pattern.compile("<" + name + ">\\s*(.*?)\\s*</" + name + ">").matcher(xml);
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }
}
