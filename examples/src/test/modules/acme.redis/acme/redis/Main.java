package acme.redis;

import acme.jvm.Watch;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.SendResult;
import dev.otpkit.store.redis.RedisOtpStore;
import java.time.Duration;

/** Makes a code and verifies it; the argument is the address of a Redis. */
final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Watch.over(() -> {
            try (RedisOtpStore store = RedisOtpStore.builder()
                    .uri(args[0])
                    .timeout(Duration.ofSeconds(20))
                    .build()) {
                OtpManager otp = OtpManager.builder()
                        .store(store)
                        .secret(OtpSecret.random())
                        .developmentMode(true)
                        .build();
                SendResult.Sent sent = (SendResult.Sent) otp.send("user@example.com");
                if (otp.verify("user@example.com", sent.developmentCode().orElseThrow())
                        .isVerified()) {
                    System.out.println("verified");
                }
            } catch (OtpStoreException e) {
                System.out.println("no connection");
            }
        });
    }
}
