package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.TrafficLimits;
import dev.otpkit.VerifyRequest;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counts at the server the requests that docs/production.md lists. */
class RedisRoundTripsIT {
    private static final String ADDRESS = "someone@example.com";
    private static final String CLIENT = "203.0.113.9";

    private RedisServer server;
    private ManagerNodes nodes;

    @BeforeEach
    void connect() {
        server = RedisServer.start();
        nodes = new ManagerNodes(RedisOtpStore.builder().uri(server.uri()));
    }

    @AfterEach
    void disconnect() {
        nodes.close();
        server.close();
    }

    @Test
    void sendAndVerifyTakeOneWhereTheSameNodeWroteTheRecord() {
        OtpManager otp = nodes.node().secret(OtpSecret.random()).build();
        otp.send("warm-up@example.com");
        otp.verify("warm-up@example.com", nodes.email().lastCode());

        assertThat(requests(() -> otp.send(ADDRESS))).isEqualTo(1);
        assertThat(requests(() -> otp.verify(ADDRESS, wrong()))).isEqualTo(1);
        assertThat(requests(() -> otp.verify(ADDRESS, nodes.email().lastCode())))
                .isEqualTo(1);
        assertThat(requests(() -> otp.verify(ADDRESS, "123456")))
                .as("nothing pending")
                .isEqualTo(1);
        assertThat(requests(() -> otp.send(ADDRESS))).as("known").isEqualTo(1);
        assertThat(requests(() -> otp.send(ADDRESS))).as("refused").isEqualTo(1);
    }

    @Test
    void aNodeThatDidNotWriteTheRecordTakesTwo() {
        OtpSecret secret = OtpSecret.random();
        OtpManager here = nodes.node().secret(secret).build();
        OtpManager there = nodes.node().secret(secret).build();
        here.send("warm-up@example.com");
        there.verify("warm-up@example.com", nodes.email().lastCode());

        assertThat(requests(() -> here.send(ADDRESS))).isEqualTo(1);
        assertThat(requests(() -> there.verify(ADDRESS, wrong()))).isEqualTo(2);
        assertThat(requests(() -> here.verify(ADDRESS, wrong())))
                .as("with a record that another node has replaced")
                .isEqualTo(2);
        assertThat(requests(() -> there.verify(ADDRESS, nodes.email().lastCode())))
                .isEqualTo(2);
        assertThat(requests(() -> here.verify(ADDRESS, nodes.email().lastCode())))
                .as("nothing pending any more")
                .isEqualTo(1);
        assertThat(requests(() -> here.send(ADDRESS))).as("known, but not here").isEqualTo(2);
        assertThat(requests(() -> there.send(ADDRESS))).as("refused").isEqualTo(1);
    }

    @Test
    void eachLimitOfAClientTakesTwoMoreAndOneToGiveBack() {
        OtpManager otp = nodes.node()
                .secret(OtpSecret.random())
                .clientSendLimit(RateLimit.of(100, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(100, Duration.ofHours(1)))
                .build();
        otp.send(OtpRequest.to("warm-up@example.com").clientAddress(CLIENT));
        otp.verify(VerifyRequest.of("warm-up@example.com", nodes.email().lastCode()));

        assertThat(requests(() -> otp.send(OtpRequest.to(ADDRESS).clientAddress(CLIENT))))
                .isEqualTo(1 + 2);
        assertThat(requests(() -> otp.verify(VerifyRequest.of(ADDRESS, wrong()).clientAddress(CLIENT))))
                .isEqualTo(1 + 2);
        assertThat(requests(() -> otp.verify(
                        VerifyRequest.of(ADDRESS, nodes.email().lastCode()).clientAddress(CLIENT))))
                .isEqualTo(1 + 2 + 1);
    }

    @Test
    void aSendThatNoChannelDeliveredTakesOneMore() {
        OtpManager otp = nodes.node().secret(OtpSecret.random()).build();
        otp.send("warm-up@example.com");
        nodes.email().failWith(DeliveryFailure.Kind.UNAVAILABLE);

        assertThat(requests(() -> otp.send(ADDRESS))).as("unknown").isEqualTo(1 + 1);
        assertThat(requests(() -> otp.send(ADDRESS))).as("known").isEqualTo(1 + 1);
    }

    @Test
    void aLimitOfAMailboxTakesTwoMoreAndOneToGiveBack() {
        OtpManager otp = nodes.node()
                .secret(OtpSecret.random())
                .mailboxSendLimit(RateLimit.of(1, Duration.ofHours(1)))
                .build();
        otp.send("warm-up@gmail.com");

        assertThat(requests(() -> otp.send("user+1@gmail.com"))).isEqualTo(1 + 2);
        assertThat(requests(() -> otp.send("user+2@gmail.com")))
                .as("refused by that limit, without a look at the recipient")
                .isEqualTo(2 + 1);
        assertThat(requests(() -> otp.send(ADDRESS)))
                .as("a mailbox that is not counted")
                .isEqualTo(1);
    }

    /** The table of docs/abuse.md. */
    @Test
    void budgetsForTrafficTakeTwoEachAndACreditSeven() {
        RecordingChannel sms = RecordingChannel.sms();
        OtpManager otp = nodes.node()
                .secret(OtpSecret.random())
                .channel(sms)
                .trafficLimits(TrafficLimits.builder()
                        .inAll(RateLimit.of(100, Duration.ofDays(1)))
                        .perCountry(RateLimit.of(100, Duration.ofDays(1)))
                        .perPrefix(RateLimit.of(100, Duration.ofHours(1)))
                        .perClient(RateLimit.of(100, Duration.ofHours(1)))
                        .countriesPerClient()
                        .conversion()
                        .build())
                .build();
        otp.send("warm-up@example.com");
        otp.verify("warm-up@example.com", nodes.email().lastCode());

        assertThat(requests(() -> otp.send(OtpRequest.to("+966501234567").clientAddress(CLIENT))))
                .as("the first country of a client")
                .isEqualTo(1 + 4 * 2 + 3 + 4);
        assertThat(requests(() -> otp.verify("+966501234567", sms.lastCode()))).isEqualTo(1 + 7);
        assertThat(requests(() -> otp.send(OtpRequest.to("+966501234568").clientAddress(CLIENT))))
                .as("the same country")
                .isEqualTo(1 + 4 * 2 + 1 + 4);
        assertThat(requests(() -> otp.send(ADDRESS)))
                .as("an email without a client")
                .isEqualTo(1 + 2);
    }

    @Test
    void aGuardTakesOneMoreUnlessTheRulesRefuse() {
        OtpSecret secret = OtpSecret.random();
        AtomicReference<SendGuard.Decision> decision = new AtomicReference<>(SendGuard.Decision.ALLOW);
        OtpPolicy policy = OtpPolicy.builder().resendCooldown(Duration.ZERO).build();
        OtpManager here = nodes.node()
                .secret(secret)
                .policy(policy)
                .sendGuard(send -> decision.get())
                .build();
        OtpManager there = nodes.node()
                .secret(secret)
                .policy(policy)
                .sendGuard(send -> decision.get())
                .build();
        here.send("warm-up@example.com");
        there.send("warm-up-2@example.com");

        assertThat(requests(() -> here.send(ADDRESS))).as("unknown").isEqualTo(1 + 1);
        assertThat(requests(() -> here.send(ADDRESS))).as("known").isEqualTo(1 + 1);
        assertThat(requests(() -> there.send(ADDRESS)))
                .as("known, but not here")
                .isEqualTo(2 + 1);
        decision.set(SendGuard.Decision.PROOF_REQUIRED);
        assertThat(requests(() -> there.send(ADDRESS)))
                .as("refused by the guard")
                .isEqualTo(1);
        decision.set(SendGuard.Decision.ALLOW);
        there.send(ADDRESS);
        there.send(ADDRESS);
        assertThat(requests(() -> there.send(ADDRESS)))
                .as("refused by the rules")
                .isEqualTo(1);
    }

    @Test
    void cancelAndUnlockTakeOneWhereTheSameNodeWroteTheRecordAndTwoWhereAnotherDid() {
        OtpSecret secret = OtpSecret.random();
        OtpManager here = nodes.node().secret(secret).build();
        OtpManager there = nodes.node().secret(secret).build();
        here.send(ADDRESS);
        here.verify(ADDRESS, wrong());

        assertThat(requests(() -> here.unlock(ADDRESS))).isEqualTo(1);
        assertThat(requests(() -> here.unlock(ADDRESS))).as("nothing to change").isEqualTo(1);
        assertThat(requests(() -> there.cancel(ADDRESS, OtpManager.DEFAULT_PURPOSE)))
                .isEqualTo(2);
        assertThat(requests(() -> there.cancel(ADDRESS, OtpManager.DEFAULT_PURPOSE)))
                .as("nothing to change")
                .isEqualTo(1);
        OtpManager rotating = nodes.node()
                .secret(OtpSecret.random().withPrevious(OtpSecret.random()))
                .build();
        assertThat(requests(() -> rotating.unlock(ADDRESS)))
                .as("under two secrets")
                .isEqualTo(1 + 1);
    }

    @Test
    void aStatusTakesOneForEachSecret() {
        OtpManager otp = nodes.node().secret(OtpSecret.random()).build();
        otp.send(ADDRESS);

        assertThat(requests(() -> otp.status(ADDRESS, OtpManager.DEFAULT_PURPOSE)))
                .isEqualTo(1);
        assertThat(requests(() -> otp.status("nobody@example.com", OtpManager.DEFAULT_PURPOSE)))
                .isEqualTo(1);
        OtpManager rotating = nodes.node()
                .secret(OtpSecret.random().withPrevious(OtpSecret.random()))
                .build();
        assertThat(requests(() -> rotating.status(ADDRESS, OtpManager.DEFAULT_PURPOSE)))
                .as("under two secrets")
                .isEqualTo(1 + 1);
    }

    @Test
    void toForgetTakesOneWhereTheSameNodeWroteTheRecordAndTwoWhereAnotherDidAndTwoMoreForAMailbox() {
        OtpSecret secret = OtpSecret.random();
        OtpManager here = nodes.node().secret(secret).build();
        OtpManager there = nodes.node().secret(secret).build();
        here.send("warm-up@example.com");
        here.forget("warm-up@example.com");
        here.send(ADDRESS);
        assertThat(requests(() -> here.forget(ADDRESS))).isEqualTo(1);
        assertThat(requests(() -> here.forget(ADDRESS))).as("nothing to forget").isEqualTo(1);
        here.send(ADDRESS);
        assertThat(requests(() -> there.forget(ADDRESS))).isEqualTo(2);
        OtpManager limited = nodes.node()
                .secret(OtpSecret.random())
                .mailboxSendLimit(RateLimit.of(1, Duration.ofHours(1)))
                .build();
        limited.send("user+1@gmail.com");
        assertThat(requests(() -> limited.forget("user+1@gmail.com"))).isEqualTo(1 + 2);
        assertThat(requests(() -> limited.forget(ADDRESS)))
                .as("a mailbox that is not counted")
                .isEqualTo(1);
    }

    @Test
    void aGuessAtNothingAsksForNoCounter() {
        OtpManager otp = nodes.node()
                .secret(OtpSecret.random())
                .clientFailureLimit(RateLimit.of(100, Duration.ofHours(1)))
                .build();

        assertThat(requests(() -> otp.verify(
                        VerifyRequest.of("nobody@example.com", "000000").clientAddress(CLIENT))))
                .isEqualTo(1);
    }

    @Test
    void aPreviousSecretTakesOneMoreAndAsManyAsTheCurrentOneWhereSomethingIsPendingUnderIt() {
        OtpSecret previous = OtpSecret.random();
        OtpSecret current = OtpSecret.random();
        OtpManager before = nodes.node().secret(previous.withPrevious(current)).build();
        OtpManager after = nodes.node().secret(current.withPrevious(previous)).build();
        before.send(ADDRESS);

        assertThat(requests(() -> after.verify(ADDRESS, wrong())))
                .as("sent by another node")
                .isEqualTo(1 + 2);
        assertThat(requests(() -> after.verify(ADDRESS, nodes.email().lastCode())))
                .as("counted by this node")
                .isEqualTo(1 + 1);
        after.send(ADDRESS);
        assertThat(requests(() -> after.verify(ADDRESS, nodes.email().lastCode())))
                .as("right under the current one, with nothing pending under the other")
                .isEqualTo(1 + 1);
        before.send("both@example.com");
        after.send("both@example.com");
        assertThat(requests(() -> after.verify("both@example.com", wrong()))).isEqualTo(1 + 2);
        assertThat(requests(() -> after.verify("both@example.com", nodes.email().lastCode())))
                .isEqualTo(1 + 1);
    }

    private String wrong() {
        return nodes.email().lastCode().equals("000000") ? "111111" : "000000";
    }

    /** Returns the number of requests of the store that the server has replied to meanwhile. */
    private long requests(Runnable call) {
        long before = requests();
        call.run();
        return requests() - before;
    }

    private long requests() {
        CommandStatistics statistics = CommandStatistics.of(server);
        return statistics.calls("evalsha") + statistics.calls("eval") + statistics.calls("getex");
    }
}
