package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.Alphabet;
import dev.otpkit.OtpPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The texts that an editor shows for the properties. */
class MetadataTest {
    private final JsonNode metadata = read();

    private static JsonNode read() {
        try (InputStream in = MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Map<String, JsonNode> properties() {
        Map<String, JsonNode> properties = new TreeMap<>();
        for (JsonNode each : metadata.get("properties")) {
            String name = each.get("name").asString();
            if (name.startsWith("otpkit.")) {
                properties.put(name, each);
            }
        }
        return properties;
    }

    @Test
    void describesEachProperty() {
        assertThat(properties()).isNotEmpty().allSatisfy((name, property) -> {
            assertThat(property.path("description").asString(""))
                    .as(name)
                    .matches("[A-Z].*[.]")
                    .doesNotContain("{@", "<", "\n")
                    .doesNotMatch("(The|A|An) .*");
            if (property.path("type").asString().equals("java.lang.Boolean")) {
                assertThat(property.get("description").asString()).startsWith("Whether ");
            }
            if (property.path("type").asString().equals("java.time.Duration")) {
                assertThat(property.get("description").asString()).contains(" unit");
            }
        });
    }

    @Test
    void namesTheDefaultOfEachPropertyOfTheManager() {
        assertThat(properties()).allSatisfy((name, property) -> {
            if (property.path("sourceType").asString("").startsWith(OtpProperties.class.getName())) {
                assertThat(property.get("description").asString()).as(name).containsAnyOf(" default", "Default");
            }
        });
    }

    @Test
    void hasEachPropertyOfTheRecords() {
        List<String> names = new ArrayList<>();
        collect("otpkit", OtpProperties.class, names);
        assertThat(names).hasSizeGreaterThan(30);
        assertThat(properties()).containsKeys(names.toArray(String[]::new));
    }

    private static void collect(String prefix, Class<?> type, List<String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                collect(name, component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }

    @Test
    void hasTheDefaultsOfThePolicy() {
        OtpPolicy policy = OtpPolicy.defaults();
        assertThat(defaultOf("policy.length")).isEqualTo(Integer.toString(policy.length()));
        assertThat(defaultOf("policy.max-attempts")).isEqualTo(Integer.toString(policy.maxAttempts()));
        assertThat(duration("policy.expiry")).isEqualTo(policy.expiry());
        assertThat(duration("policy.resend-cooldown")).isEqualTo(policy.resendCooldown());
        assertThat(defaultOf("policy.resend"))
                .isEqualToIgnoringCase(policy.resend().name());
        assertThat(defaultOf("policy.alphabet")).isEqualTo("digits");
        assertThat(policy.alphabet()).isEqualTo(Alphabet.DIGITS);
        assertThat(defaultOf("policy.failure-limit.max"))
                .isEqualTo(Integer.toString(policy.failureLimit().max()));
        assertThat(duration("policy.failure-limit.within"))
                .isEqualTo(policy.failureLimit().window());
    }

    private String defaultOf(String property) {
        return properties().get("otpkit." + property).get("defaultValue").asString();
    }

    private Duration duration(String property) {
        return DurationStyle.detectAndParse(defaultOf(property));
    }

    @Test
    void hintsAtTheValuesOfTexts() {
        List<String> hinted = new ArrayList<>();
        metadata.get("hints").forEach(each -> hinted.add(each.get("name").asString()));
        assertThat(hinted).contains("otpkit.channels", "otpkit.policy.alphabet");
    }
}
