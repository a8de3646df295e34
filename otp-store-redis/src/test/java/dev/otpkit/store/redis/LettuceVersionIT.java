package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.LettuceVersion;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The build runs some tests on an older Lettuce too: this one sees to it that it is really there, and alone. */
class LettuceVersionIT {
    @Test
    void runsOnTheLettuceThatTheBuildNames() throws IOException {
        assertThat(LettuceVersion.getVersion()).startsWith(System.getProperty("lettuce-version", "unnamed") + "/");
        assertThat(Collections.list(getClass().getClassLoader().getResources("io/lettuce/core/RedisClient.class")))
                .hasSize(1);
    }
}
