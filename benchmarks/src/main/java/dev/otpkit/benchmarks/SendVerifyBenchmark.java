package dev.otpkit.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.Recipient;
import dev.otpkit.VerifyRequest;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A code sent by mail and verified, with 10 000 recipients in Caffeine: a manager with its default policy and HTML
 * mails, and what tutorials show. The mail goes nowhere. The send limits have a window of a second, so that none is
 * ever reached.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Thread)
public class SendVerifyBenchmark {
    private static final int RECIPIENTS = 10_000;
    private static final String CLIENT = "203.0.113.9";

    private final Outbox outbox = new Outbox();
    private final OtpManager plain = builder().build();
    private final OtpManager rotating = builder()
            .secret(OtpSecret.random().withPrevious(OtpSecret.random()))
            .build();
    private final OtpManager limited = builder()
            .clientSendLimit(RateLimit.of(1_000_000, Duration.ofSeconds(1)))
            .clientFailureLimit(RateLimit.of(1_000_000, Duration.ofSeconds(1)))
            .build();
    private final Tutorial tutorial = new Tutorial();
    private int next;

    private OtpManager.Builder builder() {
        return OtpManager.builder()
                .appName("Acme")
                .store(CaffeineOtpStore.create())
                .channel(outbox)
                .policy(OtpPolicy.builder()
                        .sendLimits(RateLimit.of(10, Duration.ofSeconds(1)))
                        .build());
    }

    private String address() {
        next = (next + 1) % RECIPIENTS;
        return "user" + next + "@example.com";
    }

    /** The code that tutorials show. */
    @Benchmark
    public boolean tutorial() {
        String address = address();
        tutorial.send(address, outbox);
        return tutorial.verify(address, outbox.code);
    }

    /** A manager without options. */
    @Benchmark
    public boolean manager() {
        String address = address();
        plain.send(address);
        return plain.verify(address, outbox.code).isVerified();
    }

    /** A manager in the middle of a rotation of its secret. */
    @Benchmark
    public boolean managerWithPreviousSecret() {
        String address = address();
        rotating.send(address);
        return rotating.verify(address, outbox.code).isVerified();
    }

    /** A manager with limits per client. */
    @Benchmark
    public boolean managerWithClientLimits() {
        String address = address();
        limited.send(OtpRequest.to(address).clientAddress(CLIENT));
        return limited.verify(VerifyRequest.of(address, outbox.code).clientAddress(CLIENT))
                .isVerified();
    }

    /** A guess at nobody's code, with limits per client. */
    @Benchmark
    public boolean guessAtNothing() {
        return limited.verify(VerifyRequest.of(address(), "000000").clientAddress(CLIENT))
                .isVerified();
    }

    /** A map of codes that expire. */
    private static final class Tutorial {
        private final Cache<String, String> codes =
                Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(5)).build();
        private final Random random = new Random();

        void send(String address, Outbox outbox) {
            String code = String.valueOf(100_000 + random.nextInt(900_000));
            codes.put(address, code);
            outbox.take(code, "<p>Your Acme code: <b>{code}</b></p>".replace("{code}", code));
        }

        boolean verify(String address, String typed) {
            String code = codes.getIfPresent(address);
            if (code == null || !code.equals(typed)) {
                return false;
            }
            codes.invalidate(address);
            return true;
        }
    }

    /** Keeps the last code. */
    private static final class Outbox implements DeliveryChannel {
        String code = "";
        String text = "";

        void take(String code, String text) {
            this.code = code;
            this.text = text;
        }

        @Override
        public String name() {
            return "outbox";
        }

        @Override
        public String medium() {
            return "email";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return true;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) {
            take(message.code(), message.html().orElse(message.text()));
            return DeliveryReceipt.accepted();
        }
    }
}
