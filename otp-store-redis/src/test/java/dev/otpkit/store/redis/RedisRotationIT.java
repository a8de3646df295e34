package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.testkit.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks docs/production.md on changing the secret while three nodes run, one node at a time. */
class RedisRotationIT {
    @RegisterExtension
    static final SharedServers<Standalone> SERVERS = SharedServers.standalone();

    private static final Duration EXPIRY = Duration.ofMinutes(5);

    private final OtpSecret current = OtpSecret.random();
    private final OtpSecret next = OtpSecret.random();
    private final List<OtpSecret> steps =
            List.of(current, current.withPrevious(next), next.withPrevious(current), next);
    private final MutableClock clock = MutableClock.create();
    private ManagerNodes nodes;
    private int recipients;

    @BeforeEach
    void connect() {
        nodes = new ManagerNodes(SERVERS.get().builder());
    }

    @AfterEach
    void disconnect() {
        nodes.close();
    }

    /** A code on its way to its recipient. */
    private record Pending(String address, String code, String challengeId) {}

    @Test
    void losesNoCodeWhileEachStepIsRolledOutNodeByNode() {
        List<OtpManager> running = new ArrayList<>(threeNodes(steps.get(0)));
        for (OtpSecret step : steps.subList(1, steps.size())) {
            if (step == next) {
                clock.advance(EXPIRY);
            }
            for (int restarted = 0; restarted < running.size(); restarted++) {
                List<Pending> pending = sentByEachTo(running);
                running.set(restarted, nodes.node(step, clock));
                pending.addAll(sentByEachTo(running));
                acceptsEachOnceOnSomeNode(running, pending);
            }
        }
    }

    @Test
    void losesCodesWithoutTheFirstStep() {
        OtpManager restarted = nodes.node(next.withPrevious(current), clock);
        OtpManager notYet = nodes.node(current, clock);
        Pending pending = sentBy(restarted);

        VerifyResult result = notYet.verify(pending.address(), pending.code());

        assertThat(result)
                .isInstanceOfSatisfying(
                        VerifyResult.Rejected.class,
                        rejected ->
                                assertThat(rejected.reason()).isEqualTo(VerifyResult.Rejected.Reason.NO_PENDING_CODE));
    }

    @Test
    void countsSendsUnderEachSecretByItself() {
        OtpManager first = nodes.node(steps.get(1), clock);
        OtpManager second = nodes.node(steps.get(2), clock);
        String address = "limits@example.com";
        long taken = Stream.of(first, second)
                .flatMap(node -> Stream.generate(() -> {
                            clock.advance(Duration.ofSeconds(30));
                            return node.send(address);
                        })
                        .limit(6))
                .filter(SendResult::isSent)
                .count();

        assertThat(taken).isEqualTo(2 * 5);
    }

    private List<OtpManager> threeNodes(OtpSecret secret) {
        return List.of(nodes.node(secret, clock), nodes.node(secret, clock), nodes.node(secret, clock));
    }

    /** Sends a code from each node for each node that may verify it, in two ways, and returns the codes. */
    private List<Pending> sentByEachTo(List<OtpManager> running) {
        List<Pending> pending = new ArrayList<>();
        for (OtpManager node : running) {
            for (int verifier = 0; verifier < 2 * running.size(); verifier++) {
                pending.add(sentBy(node));
            }
        }
        return pending;
    }

    private Pending sentBy(OtpManager node) {
        String address = "someone" + Integer.toString(recipients++) + "@example.com";
        SendResult.Sent sent = (SendResult.Sent) node.send(address);
        return new Pending(address, nodes.email().lastCode(), sent.challengeId());
    }

    private static void acceptsEachOnceOnSomeNode(List<OtpManager> running, List<Pending> pending) {
        for (int i = 0; i < pending.size(); i++) {
            OtpManager verifier = running.get(i % running.size());
            Pending each = pending.get(i);
            VerifyRequest request = i / running.size() % 2 == 0
                    ? VerifyRequest.of(each.address(), each.code())
                    : VerifyRequest.ofChallenge(each.challengeId(), each.code());

            assertThat(verifier.verify(request).isVerified()).as("%s", i).isTrue();
            assertThat(running)
                    .noneMatch(node -> node.verify(each.address(), each.code()).isVerified())
                    .noneMatch(node -> node.verify(VerifyRequest.ofChallenge(each.challengeId(), each.code()))
                            .isVerified());
        }
    }
}
