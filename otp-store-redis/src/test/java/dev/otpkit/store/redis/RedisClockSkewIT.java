package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import dev.otpkit.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks docs/production.md on two nodes whose clocks differ: one is correct, the other ahead of it. */
class RedisClockSkewIT {
    @RegisterExtension
    static final SharedServers<Standalone> SERVERS = SharedServers.standalone();

    private static final String ADDRESS = "someone@example.com";
    private static final String WRONG = "000000";
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final Duration EXPIRY = Duration.ofMinutes(5);
    private static final Duration COOLDOWN = Duration.ofSeconds(30);
    private static final Duration SEND_WINDOW = Duration.ofMinutes(10);
    private static final Duration FAILURE_WINDOW = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final MutableClock time = MutableClock.create();
    private final OtpSecret secret = OtpSecret.random();
    private ManagerNodes nodes;
    private OtpManager right;
    private OtpManager ahead;

    @BeforeEach
    void connect() {
        nodes = new ManagerNodes(SERVERS.get().builder());
        right = nodes.node(secret, time);
        ahead = nodes.node(secret, () -> time.instant().plus(SKEW));
    }

    @AfterEach
    void disconnect() {
        nodes.close();
    }

    @Test
    void aCodeLivesShorterWhereTheClockIsAhead() {
        right.send(ADDRESS);
        time.advance(EXPIRY.minus(SKEW));

        assertThat(reason(ahead.verify(ADDRESS, nodes.email().lastCode())))
                .isEqualTo(VerifyResult.Rejected.Reason.EXPIRED);
        assertThat(right.verify(ADDRESS, nodes.email().lastCode()).isVerified()).isTrue();
    }

    @Test
    void aCodeLivesLongerWhereTheClockIsBehind() {
        ahead.send(ADDRESS);
        time.advance(EXPIRY.plus(SKEW).minus(MOMENT));

        assertThat(reason(ahead.verify(ADDRESS, nodes.email().lastCode())))
                .isEqualTo(VerifyResult.Rejected.Reason.EXPIRED);
        assertThat(right.verify(ADDRESS, nodes.email().lastCode()).isVerified()).isTrue();
    }

    @Test
    void aCodeIsNotAcceptedLongerThanItsLifeAndTheSkew() {
        ahead.send(ADDRESS);
        time.advance(EXPIRY.plus(SKEW));

        assertThat(reason(right.verify(ADDRESS, nodes.email().lastCode())))
                .isEqualTo(VerifyResult.Rejected.Reason.EXPIRED);
    }

    @Test
    void sendsOfANodeThatIsAheadCountAlreadyNowAndTheSkewLonger() {
        sendFiveTimes(ahead);
        Instant first = time.instant().minus(COOLDOWN.multipliedBy(5));

        assertThat(right.send(ADDRESS)).isInstanceOfSatisfying(SendResult.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(SendResult.Refused.Reason.RATE_LIMITED);
            assertThat(refused.retryAfter()).contains(first.plus(SEND_WINDOW).plus(SKEW));
        });
    }

    @Test
    void aNodeThatIsAheadOpensASendWindowByTheSkewTooEarly() {
        sendFiveTimes(right);
        Instant first = time.instant().minus(COOLDOWN.multipliedBy(5));
        time.set(first.plus(SEND_WINDOW).minus(SKEW));

        assertThat(right.send(ADDRESS).isSent()).isFalse();
        assertThat(ahead.send(ADDRESS).isSent()).isTrue();
    }

    @Test
    void aNodeThatIsAheadByTheCooldownKnowsNone() {
        right.send(ADDRESS);

        assertThat(right.send(ADDRESS).isSent()).isFalse();
        assertThat(ahead.send(ADDRESS).isSent()).isTrue();
    }

    @Test
    void aCooldownOfANodeThatIsAheadLastsTheSkewLonger() {
        ahead.send(ADDRESS);
        time.advance(COOLDOWN.plus(SKEW).minus(MOMENT));

        assertThat(reasonOfRefusal(right.send(ADDRESS))).contains(SendResult.Refused.Reason.RESEND_TOO_SOON);
        time.advance(MOMENT);
        assertThat(right.send(ADDRESS).isSent()).isTrue();
    }

    @Test
    void aLockEndsByTheSkewTooEarlyWhereTheClockIsAhead() {
        fail(right);
        time.advance(FAILURE_WINDOW.minus(SKEW));

        assertThat(reasonOfRefusal(right.send(ADDRESS))).contains(SendResult.Refused.Reason.LOCKED);
        assertThat(ahead.send(ADDRESS).isSent()).isTrue();
    }

    @Test
    void aLockEndsByTheSkewTooLateWhereTheClockIsBehind() {
        fail(ahead);
        time.advance(FAILURE_WINDOW.plus(SKEW).minus(MOMENT));

        assertThat(reasonOfRefusal(right.send(ADDRESS))).contains(SendResult.Refused.Reason.LOCKED);
        time.advance(MOMENT);
        assertThat(right.send(ADDRESS).isSent()).isTrue();
    }

    @Test
    void whatIsOverOnANodeThatIsAheadIsForgottenByAllOnceItWrites() {
        fail(right);
        time.advance(FAILURE_WINDOW.minus(SKEW));

        assertThat(reasonOfRefusal(right.send(ADDRESS))).contains(SendResult.Refused.Reason.LOCKED);
        assertThat(ahead.send(ADDRESS).isSent()).isTrue();
        assertThat(right.verify(ADDRESS, nodes.email().lastCode()).isVerified()).isTrue();
    }

    @Test
    void noSkewLetsAUsedCodeBeUsedAgainOrGivesAttempts() {
        right.send(ADDRESS);
        String code = nodes.email().lastCode();
        assertThat(ahead.verify(ADDRESS, code).isVerified()).isTrue();
        assertThat(right.verify(ADDRESS, code).isVerified()).isFalse();

        time.advance(COOLDOWN);
        right.send(ADDRESS);
        for (int guesses = 0; guesses < 5; guesses++) {
            OtpManager node = guesses % 2 == 0 ? ahead : right;
            assertThat(reason(node.verify(ADDRESS, wrong()))).isEqualTo(VerifyResult.Rejected.Reason.WRONG_CODE);
        }
        assertThat(reason(right.verify(ADDRESS, nodes.email().lastCode())))
                .isEqualTo(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS);
        assertThat(reason(ahead.verify(ADDRESS, nodes.email().lastCode())))
                .isEqualTo(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS);
    }

    private void sendFiveTimes(OtpManager node) {
        for (int sends = 0; sends < 5; sends++) {
            assertThat(node.send(ADDRESS).isSent()).isTrue();
            time.advance(COOLDOWN);
        }
    }

    /** Types ten wrong codes, one right after the other. */
    private void fail(OtpManager node) {
        for (int challenges = 0; challenges < 2; challenges++) {
            assertThat(node.send(ADDRESS).isSent()).isTrue();
            for (int guesses = 0; guesses < 5; guesses++) {
                node.verify(ADDRESS, wrong());
            }
        }
    }

    private String wrong() {
        return nodes.email().lastCode().equals(WRONG) ? "111111" : WRONG;
    }

    private static VerifyResult.Rejected.Reason reason(VerifyResult result) {
        return ((VerifyResult.Rejected) result).reason();
    }

    private static Optional<SendResult.Refused.Reason> reasonOfRefusal(SendResult result) {
        return result instanceof SendResult.Refused refused ? Optional.of(refused.reason()) : Optional.empty();
    }
}
