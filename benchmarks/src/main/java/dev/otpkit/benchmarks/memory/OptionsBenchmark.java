package dev.otpkit.benchmarks.memory;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.benchmarks.FullOnly;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Pairs that are bound to a session, or verified by the id of a challenge. Beside them, 10 000 others are pending. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Baseline("pair")
@FullOnly
@Figure("Options beside a pair of OTP Kit")
public class OptionsBenchmark {
    private static final int PENDING = 10_000;
    private static final int RECIPIENTS = 1_000_000;
    private static final String SESSION = "7f3c9a51e2d84b06";

    private final Outbox outbox = new Outbox();
    private final OtpManager manager = OtpKit.manager(
            Form.HTML_MAIL,
            OtpPolicy.builder()
                    .sendLimits(RateLimit.of(100, Duration.ofSeconds(1)))
                    .build(),
            CaffeineOtpStore.builder().maximumSize(2_000_000).build(),
            OtpSecret.random(),
            outbox);
    private int next;

    /** Sends the codes that are pending. */
    @Setup
    public void open() {
        for (int i = 0; i < PENDING; i++) {
            sent(manager.send(Form.HTML_MAIL.address(RECIPIENTS + i)));
        }
    }

    private String address() {
        next = (next + 1) % RECIPIENTS;
        return Form.HTML_MAIL.address(next);
    }

    private static SendResult.Sent sent(SendResult result) {
        if (result instanceof SendResult.Sent sent) {
            return sent;
        }
        throw new IllegalStateException("not sent: " + result);
    }

    private static void requireVerified(VerifyResult result) {
        if (!result.isVerified()) {
            throw new IllegalStateException("a right code was rejected: " + result);
        }
    }

    /** A send and a verification by the address. */
    @Benchmark
    public void pair() {
        String address = address();
        sent(manager.send(address));
        requireVerified(manager.verify(address, outbox.code()));
    }

    /** The same, bound to a session. */
    @Benchmark
    public void bound() {
        String address = address();
        sent(manager.send(OtpRequest.to(address).boundTo(SESSION)));
        requireVerified(manager.verify(VerifyRequest.of(address, outbox.code()).boundTo(SESSION)));
    }

    /** A send that is asked for the id of its challenge, and a verification by that. */
    @Benchmark
    public void challengeId() {
        String id = sent(manager.send(address())).challengeId();
        requireVerified(manager.verify(VerifyRequest.ofChallenge(id, outbox.code())));
    }
}
