package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.LettuceVersion;
import io.netty.util.Version;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that a run on older versions has these versions on its class path, and no others. */
class LettuceVersionIT {
    @Test
    void runsOnTheVersionsThatTheBuildNames() {
        assertThat(LettuceVersion.getVersion()).startsWith(System.getProperty("lettuce-version", "unnamed") + "/");
        assertThat(Version.identify().values())
                .extracting(Version::artifactVersion)
                .containsOnly(System.getProperty("netty-version", "unnamed"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io/lettuce/core/RedisClient.class",
                "io/netty/handler/ssl/SslHandler.class",
                "io/netty/channel/Channel.class",
                "io/netty/util/Version.class"
            })
    void hasEachOfThemOnce(String name) throws IOException {
        assertThat(Collections.list(getClass().getClassLoader().getResources(name)))
                .hasSize(1);
    }

    @Test
    void knowsTheVersionsThatAreThere() {
        assertThat(ClientVersions.present()).isEqualTo(new ClientVersions(plain("lettuce"), plain("netty")));
    }

    private static String plain(String library) {
        return System.getProperty(library + "-version", "unnamed").replaceFirst("\\.[A-Z].*", "");
    }
}
