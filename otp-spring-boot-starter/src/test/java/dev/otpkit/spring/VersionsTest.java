package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.RedisClient;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;

/** Each run of these tests has the versions that its Spring Boot manages. */
class VersionsTest {
    private final Properties expected = System.getProperties();

    @Test
    void runsOnTheSpringBootOfThisRun() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(expected.getProperty("spring-boot-version"));
    }

    @Test
    void runsOnTheLettuceThatItBrings() {
        assertThat(jar(RedisClient.class)).endsWith("lettuce-core-" + expected.getProperty("lettuce-version") + ".jar");
    }

    @Test
    void runsOnTheCaffeineThatItBrings() {
        assertThat(jar(Caffeine.class)).endsWith("caffeine-" + expected.getProperty("caffeine-version") + ".jar");
    }

    private static String jar(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }
}
