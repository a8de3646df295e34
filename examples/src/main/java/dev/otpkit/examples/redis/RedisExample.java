package dev.otpkit.examples.redis;

import dev.otpkit.OtpSecret;
import dev.otpkit.store.redis.RedisOtpStore;
import java.time.Duration;

/** The examples of {@code docs/production.md}, word for word. */
final class RedisExample {
    private RedisExample() {}

    static RedisOtpStore oneServer() {
        return RedisOtpStore.create("rediss://otp:not-a-secret@redis.example:6380/0");
    }

    static RedisOtpStore sentinels() {
        return RedisOtpStore.create(
                "rediss-sentinel://otp:not-a-secret@a.example:26379,b.example:26379,c.example:26379/0#mymaster");
    }

    static RedisOtpStore cluster() {
        return RedisOtpStore.createCluster(
                "rediss://otp:not-a-secret@a.example:6380", "rediss://otp:not-a-secret@b.example:6380");
    }

    static RedisOtpStore withReplicas(String uri) {
        return RedisOtpStore.builder()
                .uri(uri)
                .replicas(1)
                .timeout(Duration.ofSeconds(1))
                .prefix("acme-otp:")
                .build();
    }

    static RedisOtpStore lazy(String uri) {
        return RedisOtpStore.builder().uri(uri).lazy(true).build();
    }

    static OtpSecret secret() {
        OtpSecret secret = OtpSecret.fromBase64(System.getenv("OTP_SECRET"));
        String other = System.getenv("OTP_SECRET_PREVIOUS");
        return other == null ? secret : secret.withPrevious(OtpSecret.fromBase64(other));
    }
}
