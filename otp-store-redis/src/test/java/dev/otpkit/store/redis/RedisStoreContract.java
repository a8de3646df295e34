package dev.otpkit.store.redis;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;
import dev.otpkit.testkit.ServerFaults;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on servers that nobody else uses, and that stores reach through a proxy with faults. */
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

    /** Returns the servers, which are the same ones for each test. */
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

    /** Has Redis look at every key first: by itself it finds those that have expired among thousands in minutes. */
    @Override
    protected OptionalLong entries() {
        return OptionalLong.of(servers().primaries().stream()
                .mapToLong(server -> server.commands().eval(COUNT, ScriptOutputType.INTEGER))
                .sum());
    }

    /**
     * Returns false: Redis has no transaction of an application that a store with a connection of its own could see.
     */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
