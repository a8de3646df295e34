package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the project for authors of adapters is the one of the page, with the versions of this build. */
class AdapterProjectTest {
    private static final Path ROOT = Path.of("..");
    private static final Path POM = Path.of("src/test/adapter/pom.xml");
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>([\\w-]+)</artifactId>\\s*<version>([^<]+)</version>");

    @Test
    void thePageShowsTheWholePom() throws IOException {
        assertThat(read(ROOT.resolve("docs/adapter-project.md")))
                .as("docs/adapter-project.md, which has all of examples/%s", POM)
                .contains("```xml\n" + read(POM) + "```\n");
    }

    @Test
    void thePomHasTheVersionsOfTheBuild() throws IOException {
        String parent = read(ROOT.resolve("pom.xml"));
        String pom = read(POM);
        Map<String, String> versions = new TreeMap<>();
        VERSION.matcher(pom)
                .results()
                .filter(found -> !found.group(1).equals("otp-adapter"))
                .forEach(found -> versions.put(found.group(1), resolved(found.group(2), pom)));

        assertThat(versions)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "otp-core", project(parent),
                        "otp-testkit", project(parent),
                        "junit-bom", property("junit.version", parent),
                        "slf4j-jdk14", property("slf4j.version", parent),
                        "h2", property("h2.version", parent),
                        "HikariCP", property("hikari.version", parent),
                        "maven-compiler-plugin", property("compiler-plugin.version", parent),
                        "maven-surefire-plugin", property("surefire-plugin.version", parent)));
        assertThat(property("maven.compiler.release", pom)).isEqualTo(property("maven.compiler.release", parent));
    }

    private static String project(String parent) {
        return first("<artifactId>otp-parent</artifactId>\\s*<version>([^<]+)</version>", parent);
    }

    private static String resolved(String version, String pom) {
        return version.startsWith("${") ? property(version.substring(2, version.length() - 1), pom) : version;
    }

    private static String property(String name, String pom) {
        return first("<" + Pattern.quote(name) + ">([^<]+)</", pom);
    }

    private static String first(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}
