package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.VerifyRequest;
import dev.otpkit.testkit.MutableClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Measures the memory of a recipient in Redis, and checks the figures in docs/production.md. */
class RedisMemoryIT {
    private static final String ADDRESS = "someone@example.com";

    /** The number of recipients with which the growth of memory is measured. */
    private static final int RECIPIENTS = Integer.getInteger("redis-memory-recipients", 10_000);

    private final MutableClock clock = MutableClock.create();
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
    void oneChallengeTakesAtMost200Bytes() {
        manager().send(ADDRESS);

        assertThat(measured("one challenge")).isLessThanOrEqualTo(200);
    }

    @Test
    void aRecipientWhoseCodeWasUsedTakesAtMost120Bytes() {
        OtpManager otp = manager();
        otp.send(ADDRESS);
        otp.verify(ADDRESS, nodes.email().lastCode());

        assertThat(measured("after success")).isLessThanOrEqualTo(120);
    }

    @Test
    void fourChallengesTakeAtMost450Bytes() {
        OtpManager otp = manager();
        sendToFourPurposes(otp);

        assertThat(measured("four challenges")).isLessThanOrEqualTo(450);
    }

    @Test
    void whatTheDefaultLimitsAllowTakesAtMost600Bytes() {
        OtpManager otp = manager();
        for (int sends = 0; sends < 6; sends++) {
            otp.send(ADDRESS);
            guessWrongly(otp, sends == 0 ? 5 : 0, "default");
            clock.advance(Duration.ofHours(1));
        }
        sendToFourPurposes(otp);
        guessWrongly(otp, 5, "0");
        guessWrongly(otp, 5, "1");

        assertThat(measured("default limits, full")).isLessThanOrEqualTo(600);
    }

    @Test
    void whatTheGreatestLimitsAllowTakesAtMost2200Bytes() {
        OtpManager otp = nodes.node()
                .secret(OtpSecret.random())
                .clock(clock)
                .policy(OtpPolicy.builder()
                        .sendLimits(RateLimit.of(100, Duration.ofDays(31)))
                        .failureLimit(RateLimit.of(100, Duration.ofDays(31)))
                        .resendCooldown(Duration.ZERO)
                        .build())
                .build();
        for (int sends = 0; sends < 96; sends++) {
            otp.send(ADDRESS);
            guessWrongly(otp, 1, "default");
            clock.advance(Duration.ofMinutes(5));
        }
        sendToFourPurposes(otp);
        guessWrongly(otp, 4, "0");

        assertThat(measured("greatest limits, full")).isLessThanOrEqualTo(2200);
    }

    @Test
    void aCounterTakesAtMost120Bytes() {
        OtpManager otp = nodes.node()
                .secret(OtpSecret.random())
                .clock(clock)
                .clientSendLimit(RateLimit.of(100, Duration.ofHours(1)))
                .build();
        otp.send(OtpRequest.to(ADDRESS).clientAddress("203.0.113.9"));

        List<Long> sizes = server.commands().keys("otp:*").stream()
                .filter(key -> key.endsWith(":c"))
                .map(key -> server.commands().memoryUsage(key))
                .toList();

        System.out.println("Counters of a client: MEMORY USAGE " + sizes);
        assertThat(sizes).hasSize(1).allMatch(bytes -> bytes <= 120);
    }

    @Test
    void clientsWhoseCallsCountNothingLeaveNothing() {
        int clients = 1_000;
        OtpManager otp = nodes.node()
                .secret(OtpSecret.random())
                .clientFailureLimit(RateLimit.of(100, Duration.ofHours(1)))
                .build();
        IntStream.range(0, 100).forEach(i -> verifyForNobody(otp, "203.0.113." + i));
        long before = usedMemory();
        long keysBefore = server.commands().dbsize();
        IntStream.range(0, clients)
                .forEach(i -> verifyForNobody(otp, "198.51.100." + i % 250 + "-" + Integer.toString(i)));
        long keys = server.commands().dbsize() - keysBefore;

        System.out.println(clients + " verifications by as many clients, for recipients with nothing pending: " + keys
                + " keys, used_memory grew by " + (usedMemory() - before) / clients + " bytes each");
        assertThat(keys).isZero();
    }

    @Test
    void recipientsTakeAtMost300BytesEachInAll() {
        OtpManager otp = manager();
        otp.send("first@example.com");
        long before = usedMemory();
        IntStream.range(0, RECIPIENTS).parallel().forEach(i -> {
            otp.send("someone" + Integer.toString(i) + "@example.com");
            if (i % 1000 == 0) {
                nodes.email().clear();
            }
        });
        long grown = usedMemory() - before;

        assertThat(fact("keyspace", "db0"))
                .as("keys, and keys that expire")
                .contains("keys=" + (RECIPIENTS + 1) + ",expires=" + (RECIPIENTS + 1) + ",");
        System.out.println(RECIPIENTS + " recipients with one challenge: used_memory grew by " + grown + ", "
                + grown / RECIPIENTS + " each, on " + fact("server", "redis_version"));
        assertThat(grown / RECIPIENTS).isLessThanOrEqualTo(300);
    }

    private static void verifyForNobody(OtpManager otp, String client) {
        VerifyRequest request = VerifyRequest.of("nobody@example.com", "123456").clientAddress(client);
        assertThat(otp.verify(request).isVerified()).isFalse();
    }

    private OtpManager manager() {
        return nodes.node(OtpSecret.random(), clock);
    }

    private void sendToFourPurposes(OtpManager otp) {
        for (int purpose = 0; purpose < 4; purpose++) {
            assertThat(otp.send(OtpRequest.to(ADDRESS).purpose(Integer.toString(purpose)))
                            .isSent())
                    .isTrue();
        }
    }

    private void guessWrongly(OtpManager otp, int guesses, String purpose) {
        String wrong = nodes.email().lastCode().equals("000000") ? "111111" : "000000";
        for (int guess = 0; guess < guesses; guess++) {
            otp.verify(VerifyRequest.of(ADDRESS, wrong).purpose(purpose));
        }
    }

    private long measured(String what) {
        List<String> keys = server.commands().keys("otp:*");
        assertThat(keys).hasSize(1);
        long value = server.commands().strlen(keys.get(0));
        long bytes = server.commands().memoryUsage(keys.get(0));
        System.out.println(
                what + ": record " + value + " bytes, key " + keys.get(0).length() + ", MEMORY USAGE " + bytes);
        return bytes;
    }

    private long usedMemory() {
        return Long.parseLong(fact("memory", "used_memory"));
    }

    private String fact(String section, String name) {
        return server.commands()
                .info(section)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }
}
