package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisLoadingException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The servers of these tests. */
class RedisServerIT {
    @Test
    void isAwaitedWhileItReadsItsData() {
        try (RedisServer server = RedisServer.start("--appendonly", "no", "--rdbcompression", "no")) {
            server.commands()
                    .mset(IntStream.range(0, 300)
                            .boxed()
                            .collect(Collectors.toMap(i -> "key" + i, i -> "x".repeat(50_000))));
            server.commands().save();
            server.kill();
            server.restart("--key-load-delay", "5000");
            AtomicInteger refusals = new AtomicInteger();

            RedisServer.await("a server that has read its data", () -> {
                try {
                    return server.commands().dbsize() == 300;
                } catch (RedisLoadingException e) {
                    refusals.incrementAndGet();
                    throw e;
                }
            });

            assertThat(refusals).hasPositiveValue();
        }
    }
}
