package dev.otpkit.benchmarks.memory;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * The calls that a manager rejects, beside a send with a right code. The recipients are 10 000, in the state that makes
 * the manager reject; it stays the same. Beside a pair, 10 000 others have a pending code. A wrong guess changes the
 * state, so it is measured together with the send of a new code, as the right one is.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Baseline("pair")
@Figure(value = "Rejections beside a pair of OTP Kit", longerWarmup = 2)
public class RejectionBenchmark {
    private static final int RECIPIENTS = 10_000;

    /** So many that a fork does not come back to one whose code was guessed wrong, or not often. */
    private static final int RECIPIENTS_OF_PAIRS = 1_000_000;

    private static final OtpPolicy PAIRS = OtpPolicy.builder()
            .resendCooldown(Duration.ZERO)
            .sendLimits(RateLimit.of(100, Duration.ofSeconds(1)))
            .failureLimit(RateLimit.of(100, Duration.ofSeconds(1)))
            .build();
    private static final OtpPolicy DEFAULT = OtpPolicy.defaults();
    private static final OtpPolicy ONE_FAILURE = OtpPolicy.builder()
            .failureLimit(RateLimit.of(1, Duration.ofDays(1)))
            .build();
    private static final OtpPolicy ONE_ATTEMPT =
            OtpPolicy.builder().maxAttempts(1).build();

    /** Longer than a fork, so that no second send is accepted. */
    private static final OtpPolicy LONG_COOLDOWN =
            OtpPolicy.builder().resendCooldown(Duration.ofMinutes(5)).build();

    private final Outbox outbox = new Outbox();
    private OtpManager manager = manager(DEFAULT);
    private String forged = "";
    private int next;

    /**
     * Puts the recipients into the state.
     *
     * @param params the name of the benchmark method
     */
    @Setup
    public void open(BenchmarkParams params) {
        String benchmark = params.getBenchmark();
        String contender = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        OtpPolicy policy = switch (contender) {
            case "pair", "wrongGuess" -> PAIRS;
            case "locked" -> ONE_FAILURE;
            case "exhausted" -> ONE_ATTEMPT;
            case "refused" -> LONG_COOLDOWN;
            default -> DEFAULT;
        };
        manager = manager(policy);
        int first = policy == PAIRS ? RECIPIENTS_OF_PAIRS : 0;
        for (int i = 0; i < RECIPIENTS; i++) {
            String address = Form.HTML_MAIL.address(first + i);
            SendResult.Sent sent = (SendResult.Sent) manager.send(address);
            if (policy == ONE_FAILURE || policy == ONE_ATTEMPT) {
                expect(VerifyResult.Rejected.Reason.WRONG_CODE, manager.verify(address, wrong(outbox.code())));
            }
            forged = forged(sent.challengeId());
        }
    }

    private OtpManager manager(OtpPolicy policy) {
        return OtpKit.manager(
                Form.HTML_MAIL,
                policy,
                CaffeineOtpStore.builder().maximumSize(2_000_000).build(),
                OtpSecret.random(),
                outbox);
    }

    /** Returns an id of the same length and version, so that only the check of its content refuses it. */
    private static String forged(String challengeId) {
        byte[] bytes = Base64.getUrlDecoder().decode(challengeId);
        Arrays.fill(bytes, 1, bytes.length, (byte) 0x5a);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String wrong(String code) {
        return (code.charAt(0) == '9' ? '0' : (char) (code.charAt(0) + 1)) + code.substring(1);
    }

    private String address(int recipients) {
        next = (next + 1) % recipients;
        return Form.HTML_MAIL.address(next);
    }

    private static void expect(VerifyResult.Rejected.Reason reason, VerifyResult result) {
        if (!(result instanceof VerifyResult.Rejected rejected) || rejected.reason() != reason) {
            throw new IllegalStateException("expected " + reason + ", but was " + result);
        }
    }

    private static void expect(SendResult.Refused.Reason reason, SendResult result) {
        if (!(result instanceof SendResult.Refused refused) || refused.reason() != reason) {
            throw new IllegalStateException("expected " + reason + ", but was " + result);
        }
    }

    private void send(String address) {
        if (!manager.send(address).isSent()) {
            throw new IllegalStateException("not sent");
        }
    }

    /** A send, and the right code. */
    @Benchmark
    public void pair() {
        String address = address(RECIPIENTS_OF_PAIRS);
        send(address);
        if (!manager.verify(address, outbox.code()).isVerified()) {
            throw new IllegalStateException("a right code was rejected");
        }
    }

    /** A send, and a wrong code. */
    @Benchmark
    public void wrongGuess() {
        String address = address(RECIPIENTS_OF_PAIRS);
        send(address);
        expect(VerifyResult.Rejected.Reason.WRONG_CODE, manager.verify(address, wrong(outbox.code())));
    }

    /** A second send within the cooldown. */
    @Benchmark
    public void refused() {
        expect(SendResult.Refused.Reason.RESEND_TOO_SOON, manager.send(address(RECIPIENTS)));
    }

    /** A guess for a recipient with too many failures. */
    @Benchmark
    public void locked() {
        expect(VerifyResult.Rejected.Reason.LOCKED, manager.verify(address(RECIPIENTS), "000000"));
    }

    /** A guess at a code without attempts. */
    @Benchmark
    public void exhausted() {
        expect(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS, manager.verify(address(RECIPIENTS), "000000"));
    }

    /** A code that cannot be one. */
    @Benchmark
    public void malformedCode() {
        expect(VerifyResult.Rejected.Reason.MALFORMED_CODE, manager.verify(address(RECIPIENTS), "12345"));
    }

    /** A text that cannot be the id of a challenge. */
    @Benchmark
    public void malformedChallengeId() {
        expect(
                VerifyResult.Rejected.Reason.INVALID_CHALLENGE,
                manager.verify(VerifyRequest.ofChallenge("no-challenge", "000000")));
    }

    /** An id of the right form that no manager has made. */
    @Benchmark
    public void forgedChallengeId() {
        expect(
                VerifyResult.Rejected.Reason.INVALID_CHALLENGE,
                manager.verify(VerifyRequest.ofChallenge(forged, "000000")));
    }

    /** An address that cannot be one. */
    @Benchmark
    public void malformedAddress() {
        expect(SendResult.Refused.Reason.INVALID_RECIPIENT, manager.send("user" + (next++ % 10_000) + "@example,com"));
    }
}
