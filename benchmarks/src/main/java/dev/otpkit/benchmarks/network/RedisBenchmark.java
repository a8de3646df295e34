package dev.otpkit.benchmarks.network;

import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.benchmarks.Quick;
import dev.otpkit.benchmarks.Requires;
import dev.otpkit.store.redis.RedisOtpStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Codes sent and verified in a Redis on this machine, which shares its cores with the callers. Each pair has another
 * address.
 */
@Figure(value = "Pairs on Redis", longerWarmup = 3)
@Baseline("tutorial")
@Requires("redis-server")
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class RedisBenchmark {
    /** The number of calling threads. */
    @Param({"1", "64"})
    @Quick("64")
    public int threads;

    private final RedisServer server = new RedisServer();
    private final RedisClient client = RedisClient.create(server.uri());
    private final StatefulRedisConnection<String, String> connection = client.connect();
    private final RedisOtpStore store =
            RedisOtpStore.builder().uri(server.uri()).build();
    private final RedisPasscodes tutorial = new RedisPasscodes.Tutorial(connection);
    private final RedisPasscodes separateCommands = new RedisPasscodes.SeparateCommands(connection);
    private final RedisPasscodes scriptEach = new RedisPasscodes.ScriptEach(connection);
    private final RedisPasscodes otpKit = new RedisPasscodes.OtpKit(store);

    /** Stops the server. */
    @TearDown
    public void stop() {
        store.close();
        client.shutdown();
        server.close();
    }

    /** Sends and verifies by the code of tutorials. */
    @Benchmark
    public void tutorial(Addresses addresses) {
        pair(tutorial, addresses);
    }

    /** Sends and verifies with limits, command by command. */
    @Benchmark
    public void separateCommands(Addresses addresses) {
        pair(separateCommands, addresses);
    }

    /** Sends and verifies with limits, script by script. */
    @Benchmark
    public void scriptEach(Addresses addresses) {
        pair(scriptEach, addresses);
    }

    /** Sends and verifies by a manager. */
    @Benchmark
    public void otpKit(Addresses addresses) {
        pair(otpKit, addresses);
    }

    private static void pair(RedisPasscodes passcodes, Addresses addresses) {
        String address = addresses.next();
        if (!passcodes.verify(address, passcodes.send(address))) {
            throw new IllegalStateException("the code of " + address + " was not accepted");
        }
    }

    /** The addresses of a thread. */
    @State(Scope.Thread)
    public static class Addresses {
        private int thread;
        private int next;

        /** Takes the number of the thread. */
        @Setup
        public void take(ThreadParams params) {
            thread = params.getThreadIndex();
        }

        String next() {
            return "user" + thread + "." + next++ + "@example.com";
        }
    }
}
