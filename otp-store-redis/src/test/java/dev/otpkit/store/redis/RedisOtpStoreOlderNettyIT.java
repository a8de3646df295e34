package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The start of a store whose Lettuce needs a newer Netty. The build runs it in a JVM with an older one. */
class RedisOtpStoreOlderNettyIT {
    @Test
    void namesTheVersionsThatDoNotRunTogetherAndWhatToManage() {
        List<Supplier<RedisOtpStore>> starts = List.of(
                () -> RedisOtpStore.create("redis://127.0.0.1:1"),
                () -> RedisOtpStore.create("rediss://127.0.0.1:1"),
                () -> RedisOtpStore.create("redis-sentinel://127.0.0.1:1/0#mymaster"),
                () -> RedisOtpStore.createCluster("redis://127.0.0.1:1"));

        assertThat(starts).allSatisfy(start -> {
            assertThatIllegalStateException()
                    .isThrownBy(start::get)
                    .withMessage("Lettuce " + version("lettuce") + " needs Netty 4.2, but Netty " + version("netty")
                            + " is on the class path: manage io.netty to 4.2 or io.lettuce:lettuce-core to 6.8")
                    .withCauseInstanceOf(NoClassDefFoundError.class);
            RedisServer.await(
                    "the end of a client's threads",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("lettuce-")));
        });
    }

    private static String version(String library) {
        return System.getProperty(library + "-version", "unnamed").replaceFirst("\\.[A-Z].*", "");
    }
}
