package dev.otpkit.benchmarks.network;

import dev.otpkit.benchmarks.Measurement;
import dev.otpkit.benchmarks.Requires;
import dev.otpkit.store.redis.RedisOtpStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** The commands that a code sent and verified takes. All callers wait for the reply to each. */
@Requires("redis-server")
public final class RedisRoundTrips implements Measurement {
    private static final int PAIRS = 200;

    /** Creates the measurement. */
    public RedisRoundTrips() {}

    @Override
    public String title() {
        return "Round trips of a pair on Redis";
    }

    @Override
    public String baseline() {
        return "tutorial";
    }

    @Override
    public String unit() {
        return "round trips";
    }

    @Override
    public Map<String, Supplier<Double>> contenders() {
        Map<String, Supplier<Double>> contenders = new LinkedHashMap<>();
        contenders.put("tutorial", () -> count(RedisPasscodes.Tutorial::new));
        contenders.put("separateCommands", () -> count(RedisPasscodes.SeparateCommands::new));
        contenders.put("scriptEach", () -> count(RedisPasscodes.ScriptEach::new));
        contenders.put(
                "otpKit",
                () -> count(connection -> new RedisPasscodes.OtpKit(
                        RedisOtpStore.builder().connection(connection).build())));
        return contenders;
    }

    private static double count(Function<StatefulRedisConnection<String, String>, RedisPasscodes> contender) {
        AtomicLong commands = new AtomicLong();
        try (RedisServer server = new RedisServer();
                RedisClient client = RedisClient.create(server.uri())) {
            client.addListener(new CommandListener() {
                @Override
                public void commandStarted(CommandStartedEvent event) {
                    commands.incrementAndGet();
                }
            });
            RedisPasscodes passcodes = contender.apply(client.connect());
            // The first pair may load scripts.
            pair(passcodes, "first@example.com");
            commands.set(0);
            for (int i = 0; i < PAIRS; i++) {
                pair(passcodes, "user" + i + "@example.com");
            }
            return (double) commands.get() / PAIRS;
        }
    }

    private static void pair(RedisPasscodes passcodes, String address) {
        if (!passcodes.verify(address, passcodes.send(address))) {
            throw new IllegalStateException("the code of " + address + " was not accepted");
        }
    }
}
