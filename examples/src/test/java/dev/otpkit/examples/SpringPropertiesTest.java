package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/spring-properties.md} with the metadata in the jar of the Spring Boot starter. */
class SpringPropertiesTest {
    private static final Path PAGE = Path.of("../docs/spring-properties.md");
    private static final Path METADATA =
            Path.of("../otp-spring-boot-starter/target/classes/META-INF/spring-configuration-metadata.json");

    @Test
    void thePageHasARowForEachProperty() throws IOException {
        TreeMap<String, String> rows = new TreeMap<>();
        for (JsonObject property : properties()) {
            String name = property.get("name").getAsString();
            rows.put(
                    name,
                    "| `" + name + "` | " + standard(property.get("defaultValue")) + " | "
                            + property.get("description").getAsString() + " |");
        }
        List<String> expected = List.copyOf(rows.values());

        assertThat(expected).isNotEmpty();
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")))
                .as("docs/spring-properties.md must have these rows:%n%s", String.join("\n", expected))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void aNameOnAPageIsAPropertyOrThePrefixOfSome() {
        assertThat(names("otpkit.policy.length", "otpkit.policy.length")).isTrue();
        assertThat(names("otpkit.policy", "otpkit.policy.length")).isTrue();
        assertThat(names("otpkit.policies.login.length", "otpkit.policies")).isTrue();
        assertThat(names("otpkit.policy.send-limits[0].max", "otpkit.policy.send-limits"))
                .isTrue();
        assertThat(names("otpkit.pol", "otpkit.policy.length")).isFalse();
        assertThat(names("otpkit.policy.length.max", "otpkit.policy.length")).isFalse();
    }

    /**
     * Returns true if a name on a page stands for a property: for it, for all under a prefix, or for one of its
     * entries.
     */
    static boolean names(String onThePage, String property) {
        return property.equals(onThePage)
                || property.startsWith(onThePage + ".")
                || onThePage.startsWith(property + "[")
                || (property.matches(".*(countries|languages|policies|content-sids)")
                        && onThePage.startsWith(property + "."));
    }

    /** Returns the names of all properties. */
    static Set<String> names() {
        return properties().stream()
                .map(property -> property.get("name").getAsString())
                .collect(Collectors.toSet());
    }

    private static List<JsonObject> properties() {
        try {
            return JsonParser.parseString(Files.readString(METADATA))
                    .getAsJsonObject()
                    .getAsJsonArray("properties")
                    .asList()
                    .stream()
                    .map(JsonElement::getAsJsonObject)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String standard(JsonElement value) {
        if (value == null) {
            return "";
        }
        String text = value.isJsonArray()
                ? String.join(
                        ", ",
                        value.getAsJsonArray().asList().stream()
                                .map(JsonElement::getAsString)
                                .toList())
                : value.getAsString();
        return text.isEmpty() ? "" : "`" + text + "`";
    }
}
