package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;
import dev.otpkit.testkit.ServerFaults;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on exclusive servers, which stores reach through a proxy with faults. */
@ExtendWith(SkippedOnOlderLettuce.class)
abstract class RedisStoreContract extends OtpStoreContract {
    private static final String PASS_TIME = """
            for _, key in ipairs(redis.call('KEYS', '*')) do
              local left = redis.call('PTTL', key)
              if left >= 0 then
                redis.call('PEXPIRE', key, left - ARGV[1])
              end
            end
            """;

    private static final String COUNT = """
            redis.call('SCAN', '0', 'COUNT', '1000000')
            return redis.call('DBSIZE')
            """;

    /** Returns the servers, the same ones for each test. */
    abstract ProxiedTopology servers();

    @Override
    protected OtpStore createStore() {
        return servers().builder().build();
    }

    @Override
    protected Optional<ServerFaults> server() {
        return Optional.of(servers().proxy());
    }

    @Override
    protected boolean passTime(Duration time) {
        String millis = Long.toString(time.toMillis());
        for (RedisServer server : servers().primaries()) {
            server.commands().eval(PASS_TIME, ScriptOutputType.STATUS, new String[0], millis);
        }
        return true;
    }

    /** Makes Redis visit every key first: by itself it takes minutes to find expired keys among thousands. */
    @Override
    protected OptionalLong entries() {
        return OptionalLong.of(servers().primaries().stream()
                .mapToLong(server -> server.commands().eval(COUNT, ScriptOutputType.INTEGER))
                .sum());
    }

    /** Returns false: a Redis store with its own connection takes no part in an application's transaction. */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
