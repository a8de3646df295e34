package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.testkit.LogRecorder;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class UnknownPropertiesTest {
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
            .withPropertyValues("otpkit.development-mode=true");

    private List<String> warnings(String... properties) {
        return warnings(getClass().getClassLoader(), properties);
    }

    private List<String> warnings(ClassLoader loader, String... properties) {
        try (LogRecorder log = LogRecorder.start(UnknownProperties.class.getName(), System.Logger.Level.WARNING)) {
            contexts.withClassLoader(loader)
                    .withPropertyValues(properties)
                    .run(context -> assertThat(context).hasNotFailed());
            return log.texts();
        }
    }

    @Test
    void namesAMisspelledPropertyWithoutItsValue() {
        assertThat(warnings("otpkit.polcy.length=8", "otpkit.policy.lenght=8", "otpkit.secrets=hidden"))
                .hasSize(3)
                .noneMatch(each -> each.contains("hidden"))
                .anyMatch(each -> each.contains("unknown property otpkit.polcy.length has no effect"))
                .anyMatch(each -> each.contains("otpkit.policy.lenght"))
                .anyMatch(each -> each.contains("otpkit.secrets"));
    }

    @Test
    void acceptsEachSpellingMapsAndLists() {
        assertThat(warnings(
                        "otpkit.appName=Acme",
                        "otpkit.policy.max_attempts=3",
                        "otpkit.policies.pay-out.length=8",
                        "otpkit.policies[pay.out].length=8",
                        "otpkit.policy.send-limits[0].max=5",
                        "otpkit.policy.send-limits[0].within=1h",
                        "otpkit.channels[0]=sms",
                        "otpkits.other=1"))
                .isEmpty();
    }

    @Test
    void readsTheMetadataOfTheApplication(@TempDir Path folder) throws Exception {
        try (URLClassLoader loader = withMetadata(folder, """
                {
                  "properties": [{"name": "acme.maxRetries"}, {"name": "otpkit.acme.maxRetries"}],
                  "hints": [{"name": "otpkit.policies.login.expiry"}]
                }
                """)) {
            assertThat(warnings(loader, "otpkit.acme.max-retries=1", "otpkit.polcy.length=8"))
                    .singleElement()
                    .asString()
                    .contains("otpkit.polcy.length");
        }
    }

    /** Its names are not known then, so that each property would be an unknown one. */
    @Test
    void namesNothingIfMetadataCannotBeRead(@TempDir Path folder) throws Exception {
        try (URLClassLoader broken = withMetadata(folder, "{\"properties\": [{\"name\": \"otpkit.store\"}")) {
            assertThat(warnings(broken, "otpkit.polcy.length=8")).isEmpty();
        }
        ClassLoader unreadable = new ClassLoader(getClass().getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                if (name.equals(METADATA)) {
                    throw new IOException("the disk is away");
                }
                return super.getResources(name);
            }
        };
        assertThat(warnings(unreadable, "otpkit.polcy.length=8")).isEmpty();
    }

    private static URLClassLoader withMetadata(Path folder, String json) throws IOException {
        Path file = folder.resolve(METADATA);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, UnknownPropertiesTest.class.getClassLoader());
    }
}
