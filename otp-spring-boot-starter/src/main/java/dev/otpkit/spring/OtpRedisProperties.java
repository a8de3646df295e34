package dev.otpkit.spring;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Properties of the store in Redis, which otpkit.store=redis selects.
 *
 * @param uri One server, such as rediss://user:password@redis.example:6380/0, or Sentinels, such as
 *     redis-sentinel://a.example,b.example/0#mymaster. Default: the servers of spring.data.redis.*.
 * @param uris Nodes of a Cluster, all redis:// or all rediss://. Default: the servers of spring.data.redis.*.
 * @param prefix Prefix of each key; 1 to 64 printable ASCII characters without blanks and braces.
 * @param timeout Time limit of a call; more than zero, at most a minute. Seconds if there is no unit.
 * @param connectTimeout Time limit of the first connection; more than zero, at most a minute. Seconds if there is no
 *     unit.
 * @param replicas Number of replicas that must confirm each change; 0 to 10.
 * @param lazy Whether the store connects in its first call, so that the application starts while Redis is unavailable.
 *     Otherwise it connects at the start, which fails without Redis, with a wrong password, or before Redis 6.2.
 */
@ConfigurationProperties("otpkit.redis")
record OtpRedisProperties(
        @Nullable String uri,
        @DefaultValue List<String> uris,
        @DefaultValue("otp:") String prefix,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("2s")
        Duration timeout,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s")
        Duration connectTimeout,

        @DefaultValue("0") int replicas,
        @DefaultValue("true") boolean lazy) {
    /** Returns a text without the values, some of which are secret. */
    @Override
    public String toString() {
        return "OtpRedisProperties";
    }
}
