package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.PasscodeStatus;
import dev.otpkit.PhoneNumber;
import dev.otpkit.RateLimit;
import dev.otpkit.Recipient;
import dev.otpkit.Resend;
import dev.otpkit.SendResult;
import dev.otpkit.TrafficLimits;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFeedback;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.SendGuard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The promises of {@link OtpManager}, as tests of a real manager on the store under test. A store's author subclasses
 * it once, beside {@link OtpStoreContract}:
 *
 * <pre>{@code
 * class CaffeineOtpPromisesTest extends OtpPromisesContract {
 *     @Override
 *     protected OtpStore createStore() {
 *         return CaffeineOtpStore.create();
 *     }
 *
 *     @Override
 *     protected boolean rollBackAfter(Runnable work) {
 *         return false;
 *     }
 * }
 * }</pre>
 *
 * <p>Each test has its own secret, hence its own keys, and the store need not be empty. The manager's clock is moved by
 * the tests, the store's is not: nothing waits. If the store is shared, racing calls are spread over two managers, each
 * with its own store.
 *
 * <p>The tests have the order of the promises in the Javadoc of {@link OtpManager}, and the number of the promise as a
 * JUnit tag, such as {@code promise-1}. The log of a manager depends on the provider of SLF4J and is not tested here.
 */
@ExtendWith(ExplanationExtension.class)
@SuppressWarnings("exports") // The extension is no part of the API.
public abstract class OtpPromisesContract {
    private static final int THREADS = 24;
    private static final int ROUNDS = 50;
    private static final String PHONE = "+966501234567";
    private static final String MAILBOX = "someone@example.com";
    private static final int MAX_ATTEMPTS = 5;
    private static final int MAX_SENDS = 100;
    private static final Duration EXPIRY = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofDays(401);
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final MutableClock clock = MutableClock.create();
    private final RecordingChannel sms = RecordingChannel.sms();
    private final RecordingChannel email = RecordingChannel.email();
    private final RecordingChannel whatsapp = RecordingChannel.named("recording-whatsapp", "whatsapp");
    private final OtpSecret secret = OtpSecret.random();
    private final List<OtpEvent> events = new CopyOnWriteArrayList<>();
    private final List<OtpStore> created = new ArrayList<>();
    private FaultyStore store;
    private OtpManager otp;

    /** For subclasses. */
    protected OtpPromisesContract() {}

    /**
     * Creates the store under test. Called before each test, and again for the second node of a shared store.
     *
     * @return a new store; closed after the test. If it {@linkplain OtpStore#isShared() is shared}, it sees the same
     *     records as every other that this method returns
     * @throws Exception if the store cannot be reached
     */
    protected abstract OtpStore createStore() throws Exception;

    /**
     * Runs work of an application in a transaction that the store could wrongly take part in, and rolls it back: on the
     * same database, with the data source or the transaction manager of the store.
     *
     * @param work calls a manager, on the caller's thread
     * @return false, without running the work, if applications have no transaction that this store could see
     * @throws Exception if the transaction cannot be begun or rolled back
     */
    protected abstract boolean rollBackAfter(Runnable work) throws Exception;

    @BeforeEach
    final void createManager() throws Exception {
        store = create();
        otp = manager(roomy().build()).build();
    }

    @AfterEach
    final void closeStores() {
        created.forEach(OtpStore::close);
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "One code signs in twice: its owner, and anyone who saw it.",
            cause = "An exchange of the store is not one atomic step, or reports a loss as a success.")
    void acceptsACodeOnlyOnce() throws Exception {
        List<OtpManager> nodes = nodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                otp.send(PHONE);
                String code = sms.lastCode();

                List<VerifyResult> results = race.run(
                        thread -> () -> nodes.get(thread % nodes.size()).verify(PHONE, code));

                assertThat(results.stream().filter(VerifyResult::isVerified))
                        .as("acceptances of one code that %d callers gave at once, in round %d", THREADS, round)
                        .hasSize(1);
                assertThat(count(results)).containsOnlyKeys(Reason.NO_PENDING_CODE);
            }
        }
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "An attacker guesses a code by sending all guesses at once.",
            cause = "An exchange of the store is not one atomic step, or reports a loss as a success.")
    void comparesAtMostMaxAttemptsOfAThousandParallelGuesses() throws Exception {
        int guessesPerThread = 42;
        List<OtpManager> nodes = nodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < 3; round++) {
                String address = "user-" + round + "@example.com";
                otp.send(address);
                String code = email.lastCode();

                List<VerifyResult> results = flat(race.run(thread -> () -> IntStream.range(0, guessesPerThread)
                        .mapToObj(i -> wrong(code, 1 + thread * guessesPerThread + i))
                        .map(guess -> nodes.get(thread % nodes.size()).verify(address, guess))
                        .toList()));

                assertThat(count(results))
                        .as("answers in round %d", round)
                        .containsEntry(Reason.WRONG_CODE, MAX_ATTEMPTS)
                        .containsEntry(Reason.TOO_MANY_ATTEMPTS, THREADS * guessesPerThread - MAX_ATTEMPTS);
                assertThat(attemptsLeft(results)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
                assertThat(reason(otp.verify(address, code))).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
            }
        }
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "An attacker guesses a code by sending all guesses at once.",
            cause = "An exchange of the store is not one atomic step, or a reader sees no record while it is"
                    + " replaced.")
    void countsTheRightGuessAmongManyParallelOnes() throws Exception {
        List<OtpManager> nodes = nodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 2; round++) {
                String address = "user-" + round + "@example.com";
                otp.send(address);
                String code = email.lastCode();

                List<VerifyResult> results = race.run(thread -> () ->
                        nodes.get(thread % nodes.size()).verify(address, thread == 7 ? code : wrong(code, thread + 1)));

                int right =
                        (int) results.stream().filter(VerifyResult::isVerified).count();
                int compared = right + count(results).getOrDefault(Reason.WRONG_CODE, 0);
                assertThat(right).as("right guesses in round %d", round).isLessThanOrEqualTo(1);
                assertThat(compared).as("guesses compared in round %d", round).isBetween(1, MAX_ATTEMPTS);
                assertThat(otp.verify(address, code).isVerified()).isFalse();
            }
        }
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "An attacker who makes the application fail has unlimited guesses: the rollback restores the"
                    + " attempt.",
            cause = "The store uses the caller's connection or transaction: use a separate connection, with"
                    + " autocommit.")
    void aFailedGuessCountsWhateverTheCallersTransactionDoes() throws Exception {
        otp.send(PHONE);
        String code = sms.lastCode();

        for (int i = 1; i <= MAX_ATTEMPTS; i++) {
            String guess = wrong(code, i);
            AtomicBoolean done = new AtomicBoolean();
            assumeTrue(
                    rollBackAfter(() -> {
                        otp.verify(PHONE, guess);
                        done.set(true);
                    }),
                    "no transaction that this store could see");
            assertThat(done)
                    .as("rollBackAfter returned true and has run the work")
                    .isTrue();
        }

        assertThat(reason(otp.verify(PHONE, code))).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "An attacker has a set of attempts for each way to ask.",
            cause = "The store mixes up keys or drops an exchange.")
    void everyWayToVerifySharesOneBudget() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        String code = sms.lastCode();
        List<VerifyRequest> ways = List.of(
                VerifyRequest.of("0501234567", wrong(code, 1)),
                VerifyRequest.of(Recipient.phone(PHONE, null), wrong(code, 2)),
                VerifyRequest.ofChallenge(sent.challengeId(), wrong(code, 3)),
                VerifyRequest.of(PHONE, wrong(code, 4)).clientAddress("203.0.113.9"),
                VerifyRequest.ofChallenge(sent.challengeId(), wrong(code, 5)));

        assertThat(ways).extracting(way -> reason(otp.verify(way))).containsOnly(Reason.WRONG_CODE);

        assertThat(reason(otp.verify(PHONE, code))).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
        assertThat(reason(otp.verify(VerifyRequest.of(Recipient.phone(PHONE, null), code))))
                .isEqualTo(Reason.TOO_MANY_ATTEMPTS);
        assertThat(reason(otp.verify(VerifyRequest.ofChallenge(sent.challengeId(), code))))
                .isEqualTo(Reason.TOO_MANY_ATTEMPTS);
    }

    @Test
    @Tag("promise-9")
    @Tag("promise-1")
    @Explained(
            risk = "A code that was sent to nobody signs someone in.",
            cause = "The store changes the bytes of a record, or an exchange is not one atomic step.")
    void acceptsNoGuessAtADecoyNotEvenItsCode() throws Exception {
        AtomicReference<String> rendered = new AtomicReference<>("");
        OtpManager showing = manager(roomy().build())
                .messages(context -> {
                    rendered.set(context.code());
                    return MessageCatalog.create().render(context);
                })
                .build();
        List<OtpManager> nodes = nodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = "nobody-" + round + "@example.com";
                SendResult.Sent sent =
                        (SendResult.Sent) showing.send(OtpRequest.to(address).decoy());
                String code = rendered.get();

                List<VerifyResult> results = race.run(thread -> () -> nodes.get(thread % nodes.size())
                        .verify(
                                thread % 2 == 0
                                        ? VerifyRequest.of(address, code)
                                        : VerifyRequest.ofChallenge(sent.challengeId(), code)));

                assertThat(count(results))
                        .as("answers to the code of a decoy in round %d", round)
                        .containsEntry(Reason.WRONG_CODE, MAX_ATTEMPTS)
                        .containsEntry(Reason.TOO_MANY_ATTEMPTS, THREADS - MAX_ATTEMPTS);
                assertThat(attemptsLeft(results)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
            }
        }
    }

    @Test
    @Tag("promise-9")
    @Tag("promise-1")
    @Explained(
            risk = "A code that was sent to nobody signs someone in, or a real one is lost.",
            cause = "An exchange of the store is not one atomic step, or reports a loss as a success.")
    void aDecoyAndARealSendAtTheSameMomentLeaveOneOfThemPending() throws Exception {
        List<OtpManager> nodes =
                nodes(roomy().resendCooldown(Duration.ofSeconds(30)).build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = "user-" + round + "@example.com";
                email.clear();

                List<SendResult> results = race.run(thread -> () -> {
                    OtpRequest request = OtpRequest.to(address);
                    return nodes.get(thread % nodes.size()).send(thread % 2 == 0 ? request : request.decoy());
                });

                assertThat(results.stream().filter(SendResult::isSent))
                        .as("sends in round %d, the others of which came too soon", round)
                        .hasSize(1);
                if (email.messages().isEmpty()) {
                    assertThat(reason(otp.verify(address, "123456"))).isEqualTo(Reason.WRONG_CODE);
                } else {
                    assertThat(otp.verify(address, email.lastCode()).isVerified())
                            .isTrue();
                }
            }
        }
    }

    @Test
    @Tag("promise-9")
    @Explained(
            risk = "Anyone finds out which addresses have an account.",
            cause = "The store treats records by their bytes, or keeps one of two records longer.")
    void answersTheSameToADecoyAsToARealSend() {
        OtpManager manager = manager(OtpPolicy.builder()
                        .expiry(EXPIRY)
                        .maxAttempts(MAX_ATTEMPTS)
                        .sendLimits(RateLimit.of(4, Duration.ofDays(1)))
                        .failureLimit(RateLimit.of(7, Duration.ofHours(1)))
                        .build())
                .build();
        OtpRequest known = OtpRequest.to("known@example.com");
        OtpRequest unknown = OtpRequest.to("unknown@example.com").decoy();
        List<Object> toKnown = new ArrayList<>();
        List<Object> toUnknown = new ArrayList<>();
        for (int step = 0; step < 24; step++) {
            toKnown.add(answer(manager.send(known)));
            toUnknown.add(answer(manager.send(unknown)));
            String guess = wrong(email.messages().isEmpty() ? "271828" : email.lastCode(), 1);
            toKnown.add(manager.verify("known@example.com", guess));
            toUnknown.add(manager.verify("unknown@example.com", guess));
            if (step == 2) {
                manager.cancel("known@example.com", OtpManager.DEFAULT_PURPOSE);
                manager.cancel("unknown@example.com", OtpManager.DEFAULT_PURPOSE);
            }
            clock.advance(Duration.ofSeconds(step < 12 ? 20 : 170));
        }

        assertThat(toUnknown).isEqualTo(toKnown);
        assertThat(email.messages())
                .extracting(message -> message.recipient().address())
                .containsOnly("known@example.com");
    }

    /** Returns all of an answer that may not depend on the account: not the masked address, nor random ids. */
    private static Object answer(SendResult result) {
        return result instanceof SendResult.Sent sent
                ? List.of(
                        sent.channel(),
                        sent.confirmed(),
                        sent.expiresAt(),
                        sent.resendAfter(),
                        sent.providerMessageId().isPresent())
                : result;
    }

    @Test
    @Explained(
            risk = "Anyone logs in without a code.",
            cause = "The store returns a record that was never put, or an empty one for none.")
    void neverAcceptsAnEmptyOrBlankCode() {
        assertNoBlankCodeIsAccepted();
        otp.send(PHONE);
        String code = sms.lastCode();
        assertNoBlankCodeIsAccepted();
        assertThat(otp.verify(PHONE, code).isVerified())
                .as("accepted, since a malformed code costs no attempt")
                .isTrue();
        assertNoBlankCodeIsAccepted();
        otp.send(PHONE);
        clock.advance(EXPIRY);
        assertNoBlankCodeIsAccepted();
    }

    @Test
    @Explained(
            risk = "A tenth of all codes is one digit shorter, and easier to guess.",
            cause = "The store changes the bytes of a record.")
    void takesALeadingZeroForADigit() {
        OtpManager zeros = manager(roomy().build())
                .generator((policy, random) -> String.format(Locale.ROOT, "%06d", random.nextInt(100_000)))
                .build();
        zeros.send(PHONE);
        String code = sms.lastCode();

        assertThat(code).startsWith("0");
        assertThat(zeros.verify(PHONE, code.substring(1)).isVerified()).isFalse();
        assertThat(zeros.verify(PHONE, code).isVerified()).isTrue();
    }

    @Test
    @Tag("promise-2")
    @Explained(
            risk = "An attacker asks for a new code after each set of guesses, and never runs out of them.",
            cause = "The store overwrites a record that it should compare.")
    void aResendRestoresNoAttempts() {
        for (Resend resend : Resend.values()) {
            String address = resend + "@example.com";
            OtpManager manager = manager(roomy().resend(resend).build()).build();
            manager.send(address);
            for (int i = 1; i <= 3; i++) {
                assertThat(reason(manager.verify(address, wrong(email.lastCode(), i))))
                        .isEqualTo(Reason.WRONG_CODE);
            }

            manager.send(address);

            String code = email.lastCode();
            assertThat(reason(manager.verify(address, wrong(code, 4)))).isEqualTo(Reason.WRONG_CODE);
            assertThat(reason(manager.verify(address, wrong(code, 5)))).isEqualTo(Reason.WRONG_CODE);
            assertThat(reason(manager.verify(address, code)))
                    .as("the right code after five wrong ones, with %s", resend)
                    .isEqualTo(Reason.TOO_MANY_ATTEMPTS);
        }
    }

    @Test
    @Tag("promise-2")
    @Explained(
            risk = "A failed resend gives attempts back, or ends the code that has arrived.",
            cause = "The store drops an exchange, or puts its update although it lost.")
    void anUndeliveredResendLeavesTheCodeItsExpiryAndItsAttemptsAsTheyWere() {
        for (Resend resend : Resend.values()) {
            String address = "undelivered-" + resend + "@example.com";
            OtpManager manager = manager(roomy().resend(resend).build()).build();
            SendResult.Sent sent = (SendResult.Sent) manager.send(address);
            String code = email.lastCode();
            for (int i = 1; i <= 3; i++) {
                assertThat(reason(manager.verify(address, wrong(code, i)))).isEqualTo(Reason.WRONG_CODE);
            }

            clock.set(sent.expiresAt().minusSeconds(1));
            email.failNext(DeliveryFailure.Kind.UNAVAILABLE);
            assertThat(manager.send(address)).isInstanceOf(SendResult.Undelivered.class);

            VerifyResult.Rejected fourth = (VerifyResult.Rejected) manager.verify(address, wrong(code, 4));
            assertThat(fourth.reason()).as("the fourth guess, with %s", resend).isEqualTo(Reason.WRONG_CODE);
            assertThat(fourth.attemptsLeft())
                    .as("attempts left after the fourth of %d, with %s", MAX_ATTEMPTS, resend)
                    .hasValue(MAX_ATTEMPTS - 4);
            clock.set(sent.expiresAt());
            assertThat(reason(manager.verify(address, code)))
                    .as("at the expiry of the code that arrived, with %s", resend)
                    .isEqualTo(Reason.EXPIRED);
            clock.set(sent.expiresAt().minusMillis(1));
            assertThat(manager.verify(address, code).isVerified())
                    .as("the code that arrived, after a resend that did not, with %s", resend)
                    .isTrue();
        }
    }

    @Test
    @Tag("promise-2")
    @Explained(
            risk = "An attacker opens many sessions and has a set of attempts in each.",
            cause = "An exchange of the store is not one atomic step.")
    void parallelChallengesShareOneFailureBudget() throws Exception {
        int budget = 10;
        OtpPolicy policy =
                roomy().failureLimit(RateLimit.of(budget, Duration.ofHours(1))).build();
        List<OtpManager> nodes = nodes(policy);
        List<String> sessions = List.of("session-1", "session-2", "session-3", "session-4");
        List<String> codes = sessions.stream()
                .map(session -> {
                    nodes.get(0).send(OtpRequest.to(PHONE).boundTo(session));
                    return sms.lastCode();
                })
                .toList();
        try (Race race = new Race(THREADS)) {
            List<VerifyResult> results = race.run(thread -> () -> {
                int session = thread % sessions.size();
                return nodes.get(thread % nodes.size())
                        .verify(VerifyRequest.of(PHONE, wrong(codes.get(session), thread + 1))
                                .boundTo(sessions.get(session)));
            });

            assertThat(count(results)).containsEntry(Reason.WRONG_CODE, budget);
        }
        for (int i = 0; i < sessions.size(); i++) {
            VerifyRequest right = VerifyRequest.of(PHONE, codes.get(i)).boundTo(sessions.get(i));
            assertThat(reason(nodes.get(0).verify(right))).isEqualTo(Reason.LOCKED);
        }
        assertThat(reason(nodes.get(0).send(OtpRequest.to(PHONE).purpose("another"))))
                .isEqualTo(SendResult.Refused.Reason.LOCKED);
    }

    @Test
    @Tag("promise-2")
    @Explained(
            risk = "An attacker waits for a code to expire, and starts afresh.",
            cause = "The store forgets a record before its lifetime is over.")
    void staysLockedAfterTheChallengeHasExpired() {
        Duration window = Duration.ofHours(1);
        OtpManager manager = manager(
                        roomy().failureLimit(RateLimit.of(MAX_ATTEMPTS, window)).build())
                .build();
        Instant firstFailure = clock.instant();
        manager.send(PHONE);
        for (int i = 1; i <= MAX_ATTEMPTS; i++) {
            manager.verify(PHONE, wrong(sms.lastCode(), i));
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(store.lastLifetime())
                .as("time that the store keeps the failures")
                .isGreaterThanOrEqualTo(window);

        clock.advance(EXPIRY.multipliedBy(3));
        assertThat(reason(manager.verify(PHONE, sms.lastCode()))).isEqualTo(Reason.LOCKED);
        clock.set(firstFailure.plus(window).minusMillis(1));
        VerifyResult.Rejected locked = (VerifyResult.Rejected) manager.verify(PHONE, sms.lastCode());
        assertThat(locked.reason()).isEqualTo(Reason.LOCKED);
        assertThat(locked.retryAfter()).contains(firstFailure.plus(window));
        assertThat(manager.send(PHONE))
                .isEqualTo(new SendResult.Refused(SendResult.Refused.Reason.LOCKED, locked.retryAfter()));

        clock.set(firstFailure.plus(window));
        assertThat(manager.send(PHONE).isSent()).isTrue();
        assertThat(manager.verify(PHONE, sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "More messages are sent than are paid for, or a recipient waits longer than the result says.",
            cause = "The store changes the bytes of a record or drops an exchange.")
    void limitsAreExactAtTheEdgesOfTheirWindow() {
        Duration window = Duration.ofMinutes(10);
        OtpManager manager =
                manager(roomy().sendLimits(RateLimit.of(2, window)).build()).build();
        Instant first = clock.instant();
        assertThat(manager.send(PHONE).isSent()).isTrue();
        Instant second = clock.advance(Duration.ofSeconds(1));
        assertThat(manager.send(OtpRequest.to(PHONE).purpose("another")).isSent())
                .isTrue();

        for (Instant oldest : List.of(first, second)) {
            SendResult.Refused refused =
                    new SendResult.Refused(SendResult.Refused.Reason.RATE_LIMITED, Optional.of(oldest.plus(window)));
            assertThat(manager.send(PHONE)).isEqualTo(refused);
            clock.set(oldest.plus(window).minusMillis(1));
            assertThat(manager.send(PHONE)).isEqualTo(refused);
            clock.set(oldest.plus(window));
            assertThat(manager.send(PHONE).isSent()).isTrue();
        }
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "A large record is cut, and its recipient is locked out or starts afresh.",
            cause = "The column for records is shorter than 2048 bytes.")
    void holdsAtTheGreatestValueOfEveryLimit() {
        int attempts = 10;
        RateLimit limit = RateLimit.of(100, Duration.ofDays(31));
        Duration longest = Duration.ofHours(24);
        OtpManager manager = manager(OtpPolicy.builder()
                        .length(12)
                        .expiry(longest)
                        .maxAttempts(attempts)
                        .resendCooldown(Duration.ZERO)
                        .sendLimits(limit)
                        .failureLimit(limit)
                        .build())
                .namespace("n".repeat(64))
                .appName("a".repeat(64))
                .build();
        String purpose = "p".repeat(64);
        String binding = "b".repeat(4096);
        Instant start = clock.instant();
        int sends = limit.max() / attempts;
        for (int send = 1; send <= sends; send++) {
            assertThat(manager.send(OtpRequest.to(MAILBOX).purpose(purpose).boundTo(binding))
                            .isSent())
                    .isTrue();
            String code = email.lastCode();
            VerifyRequest wrong = VerifyRequest.of(MAILBOX, (code.startsWith("0") ? "1" : "0") + code.substring(1))
                    .purpose(purpose)
                    .boundTo(binding);
            for (int guess = 1; guess < attempts; guess++) {
                VerifyResult.Rejected rejected = (VerifyResult.Rejected) manager.verify(wrong);
                assertThat(rejected.reason()).isEqualTo(Reason.WRONG_CODE);
                assertThat(rejected.attemptsLeft()).hasValue(attempts - guess);
            }
            if (send == sends) {
                for (int more = sends; more < limit.max(); more++) {
                    assertThat(manager.send(OtpRequest.to(MAILBOX).boundTo("session " + more % 3))
                                    .isSent())
                            .isTrue();
                }
                assertThat(manager.send(MAILBOX))
                        .isEqualTo(new SendResult.Refused(
                                SendResult.Refused.Reason.RATE_LIMITED, Optional.of(start.plus(limit.window()))));
            }
            assertThat(((VerifyResult.Rejected) manager.verify(wrong)).attemptsLeft())
                    .hasValue(0);
            assertThat(reason(manager.verify(
                            VerifyRequest.of(MAILBOX, code).purpose(purpose).boundTo(binding))))
                    .as("the right code after %d guesses, and %d in all", attempts, send * attempts)
                    .isEqualTo(send == sends ? Reason.LOCKED : Reason.TOO_MANY_ATTEMPTS);
        }
        assertThat(manager.send(MAILBOX))
                .isEqualTo(new SendResult.Refused(
                        SendResult.Refused.Reason.LOCKED, Optional.of(start.plus(limit.window()))));

        OtpManager forgetful = manager(OtpPolicy.builder()
                        .expiry(longest)
                        .sendLimits(RateLimit.of(1, Duration.ofSeconds(1)))
                        .failureLimit(RateLimit.of(1, Duration.ofSeconds(1)))
                        .build())
                .build();
        forgetful.send(PHONE);
        assertThat(store.lastLifetime()).isGreaterThanOrEqualTo(longest);
        clock.advance(longest.minusMillis(1));
        assertThat(forgetful.verify(PHONE, sms.lastCode()).isVerified())
                .as("the right code, a millisecond before its expiry")
                .isTrue();
        clock.set(start.plus(limit.window()));
        assertThat(manager.send(MAILBOX).isSent()).isTrue();
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "An attacker who sends many requests at once runs up the bill for messages.",
            cause = "An exchange of the store is not one atomic step.")
    void limitsHoldForSendsAtTheSameMoment() throws Exception {
        int limit = 5;
        OtpPolicy policy =
                roomy().sendLimits(RateLimit.of(limit, Duration.ofHours(1))).build();
        List<OtpManager> nodes = nodes(policy);
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = "user-" + round + "@example.com";
                email.clear();

                List<SendResult> results = race.run(
                        thread -> () -> nodes.get(thread % nodes.size()).send(address));

                assertThat(results.stream().filter(SendResult::isSent))
                        .as("sends of %d at once, with a limit of %d", THREADS, limit)
                        .hasSize(limit);
                assertThat(results)
                        .filteredOn(result -> !result.isSent())
                        .extracting(OtpPromisesContract::reason)
                        .containsOnly(SendResult.Refused.Reason.RATE_LIMITED);
                assertThat(email.messages()).hasSize(limit);
                assertThat(otp.verify(address, email.lastCode()).isVerified()).isTrue();
            }
        }
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "A double click sends two messages, and an attacker any number.",
            cause = "An exchange of the store is not one atomic step.")
    void aCooldownHoldsForSendsAtTheSameMoment() throws Exception {
        List<OtpManager> nodes =
                nodes(roomy().resendCooldown(Duration.ofSeconds(30)).build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = "user-" + round + "@example.com";
                email.clear();

                List<SendResult> results = race.run(
                        thread -> () -> nodes.get(thread % nodes.size()).send(address));

                assertThat(results.stream().filter(SendResult::isSent))
                        .as("sends of %d at once, within one cooldown", THREADS)
                        .hasSize(1);
                assertThat(email.messages()).hasSize(1);
            }
        }
    }

    @Test
    @Tag("promise-11")
    @Explained(
            risk = "A guard that pays for each look-up of a number, or takes a proof once, is asked again and again for"
                    + " one send, or its refusal uses up the limits of the recipient.",
            cause = "None in a store is known: the manager has changed.")
    void asksAGuardOncePerSendAndCommitsNothingThatItRefuses() throws Exception {
        Map<String, Integer> asked = new ConcurrentHashMap<>();
        SendGuard guard = send -> {
            String proof = send.proof().orElseThrow();
            asked.merge(proof, 1, Integer::sum);
            return proof.endsWith("0") ? SendGuard.Decision.ALLOW : SendGuard.Decision.PROOF_REQUIRED;
        };
        int allowed = THREADS / 2;
        OtpPolicy policy =
                roomy().sendLimits(RateLimit.of(allowed, Duration.ofHours(1))).build();
        List<OtpManager> nodes = new ArrayList<>();
        nodes.add(manager(policy).sendGuard(guard).build());
        if (store.isShared()) {
            nodes.add(manager(policy, create()).sendGuard(guard).build());
        }
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = "guarded-" + round + "@example.com";
                asked.clear();

                List<SendResult> results = race.run(thread -> () -> nodes.get(thread / 2 % nodes.size())
                        .send(OtpRequest.to(address).proof(thread + "-" + thread % 2)));

                assertThat(results.stream().filter(SendResult::isSent))
                        .as("sends that the guard allowed, among as many that it refused")
                        .hasSize(allowed);
                assertThat(asked.values())
                        .as("times that the guard was asked about one send")
                        .containsOnly(1);
                assertThat(results)
                        .filteredOn(result -> !result.isSent())
                        .extracting(OtpPromisesContract::reason)
                        .isSubsetOf(SendResult.Refused.Reason.PROOF_REQUIRED, SendResult.Refused.Reason.RATE_LIMITED);
                assertThat(otp.verify(address, email.lastCode()).isVerified()).isTrue();
            }
        }
    }

    @Test
    @Explained(
            risk = "One client sends to any number of recipients.",
            cause = "increment() is not one atomic step, or loses negative deltas.")
    void holdsAClientToItsLimit() throws Exception {
        int limit = 10;
        Duration window = Duration.ofHours(1);
        OtpManager manager = manager(roomy().build())
                .clientSendLimit(RateLimit.of(limit, window))
                .build();
        try (Race race = new Race(THREADS)) {
            List<SendResult> results = race.run(thread -> () -> manager.send(
                    OtpRequest.to("user-" + thread + "@example.com").clientAddress("203.0.113.9")));

            assertThat(results.stream().filter(SendResult::isSent))
                    .as("sends of one client to %d recipients at once, with a limit of %d", THREADS, limit)
                    .hasSizeLessThanOrEqualTo(limit);
        }
        for (int i = 0; i < THREADS; i++) {
            manager.send(OtpRequest.to("later-" + i + "@example.com").clientAddress("203.0.113.9"));
        }
        assertThat(email.messages()).as("messages of one client").hasSize(limit);
        assertThat(manager.send(OtpRequest.to(PHONE).clientAddress("203.0.113.10"))
                        .isSent())
                .as("another client")
                .isTrue();

        clock.advance(window.plus(window.dividedBy(limit)));
        assertThat(manager.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"))
                        .isSent())
                .as("when a permit is free, since refused sends took none")
                .isTrue();
    }

    @Test
    @Explained(
            risk = "Anyone fills the store with calls that count nothing.",
            cause = "A counter at 0 is kept, or a delta of 0 creates one.")
    void leavesNoCounterOfAClientWhoseCallsCountNothing() {
        RateLimit limit = RateLimit.of(10, Duration.ofHours(1));
        OtpManager manager = manager(roomy().build())
                .clientSendLimit(limit)
                .clientFailureLimit(limit)
                .build();
        for (int i = 0; i < THREADS; i++) {
            String client = "203.0.113." + i;
            assertThat(reason(manager.verify(VerifyRequest.of("nobody-" + i + "@example.com", "123456")
                            .clientAddress(client))))
                    .isEqualTo(Reason.NO_PENDING_CODE);
            email.failNext(DeliveryFailure.Kind.UNAVAILABLE);
            manager.send("someone-" + i + "@example.com");
            manager.verify(
                    VerifyRequest.of("someone-" + i + "@example.com", "123456").clientAddress(client));
        }

        assertThat(names(store.journal()))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(store.increment(name, 0, LONGEST))
                        .as("counter of a client, none of whose guesses was compared")
                        .isZero());
    }

    @Test
    @Tag("promise-10")
    @Explained(
            risk = "An attack on the bill sends more messages than its budget, by sending them at once.",
            cause = "increment() is not one atomic step, or loses negative deltas.")
    void holdsTrafficToItsBudgetsWhereManySendAtOnce() throws Exception {
        int budget = 10;
        Duration window = Duration.ofHours(1);
        List<OtpManager> nodes = nodes(TrafficLimits.builder()
                .inAll(RateLimit.of(1000, window))
                .perCountry(RateLimit.of(2 * budget, window))
                .perPrefix(RateLimit.of(budget, window))
                .build());
        try (Race race = new Race(THREADS)) {
            List<SendResult> results = race.run(thread ->
                    () -> nodes.get(thread % nodes.size()).send(String.format(Locale.ROOT, "+96650123%04d", thread)));

            assertThat(results.stream().filter(SendResult::isSent))
                    .as("sends of %d at once to one prefix, with a budget of %d", THREADS, budget)
                    .hasSizeLessThanOrEqualTo(budget);
        }
        for (int i = 100; i < 150; i++) {
            nodes.get(i % nodes.size()).send(String.format(Locale.ROOT, "+96650123%04d", i));
        }
        assertThat(sms.messages()).as("messages to one prefix").hasSize(budget);
        for (int i = 0; i < 50; i++) {
            nodes.get(i % nodes.size()).send(String.format(Locale.ROOT, "+96655%03d0000", i));
        }
        assertThat(sms.messages()).as("messages to one country").hasSize(2 * budget);
        assertThat(nodes.get(0).send("+447911123456").isSent())
                .as("another country, since refused sends took nothing of the budget in all")
                .isTrue();
    }

    @Test
    @Tag("promise-10")
    @Explained(
            risk = "An attack on the bill goes on: what is never verified is not counted, or is credited twice.",
            cause = "increment() is not one atomic step, or an exchange reports a loss as a success.")
    void holdsSendsThatNobodyVerifiesToTheirThresholdAndCreditsACodeOnce() throws Exception {
        int threshold = 3;
        List<OtpManager> nodes = nodes(
                TrafficLimits.builder().conversion(TrafficLimits.Mode.ENFORCE).build());
        OtpManager first = nodes.get(0);
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                clock.advance(Duration.ofDays(20));
                int from = 1000 * round;
                List<SendResult> results = race.run(
                        thread -> () -> nodes.get(thread % nodes.size()).send(number(from + thread)));
                assertThat(results.stream().filter(SendResult::isSent))
                        .as("unverified sends to one country at once, in round %d", round)
                        .hasSizeLessThanOrEqualTo(threshold);
                for (int i = 100; i < 110; i++) {
                    first.send(number(from + i));
                }
                assertThat(sms.messages()).hasSize(threshold);
                OtpMessage message = sms.last();

                List<VerifyResult> verified = race.run(thread -> () ->
                        nodes.get(thread % nodes.size()).verify(VerifyRequest.of(message.recipient(), message.code())));

                assertThat(verified.stream().filter(VerifyResult::isVerified)).hasSize(1);
                for (int i = 200; i < 210; i++) {
                    first.send(number(from + i));
                }
                assertThat(sms.messages())
                        .as("one more for one verified code, in round %d", round)
                        .hasSize(threshold + 1);
                sms.clear();
            }
        }
    }

    @Test
    @Tag("promise-10")
    @Explained(
            risk = "One client pumps messages to every country, by asking for all of them at once.",
            cause = "increment() is not one atomic step, or loses negative deltas.")
    void holdsAClientToItsCountries() throws Exception {
        List<OtpManager> nodes =
                nodes(TrafficLimits.builder().countriesPerClient().build());
        List<String> countries =
                List.of("+96650%07d", "+97150%07d", "+491512%07d", "+88017%08d", "+9477%07d", "+9198%08d");
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String client = "client " + round;
                int number = 2_345_000 + THREADS * round;
                race.run(thread -> () -> nodes.get(thread % nodes.size())
                        .send(OtpRequest.to(String.format(
                                        Locale.ROOT, countries.get(thread % countries.size()), number + thread))
                                .clientAddress(client)));

                assertThat(sms.messages().stream()
                                .map(message -> ((PhoneNumber) message.recipient()).region())
                                .distinct())
                        .as("countries of one client, in round %d", round)
                        .hasSizeBetween(1, 3);
                sms.clear();
            }
        }
    }

    @Test
    @Tag("promise-7")
    @Explained(risk = "The store grows without end.", cause = "The store ignores the given lifetime.")
    void givesARecordThatRemembersASuccessALifetime() {
        OtpManager manager = manager(roomy().build())
                .trafficLimits(TrafficLimits.builder()
                        .countriesPerClient()
                        .conversion()
                        .exemptVerified(true)
                        .build())
                .build();
        manager.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"));
        assertThat(manager.verify(PHONE, sms.lastCode()).isVerified()).isTrue();

        assertThat(store.lifetimes())
                .hasSizeGreaterThan(9)
                .allSatisfy(ttl -> assertThat(ttl).isBetween(Duration.ofMillis(1), LONGEST))
                .anySatisfy(ttl -> assertThat(ttl).isBetween(Duration.ofDays(90), LONGEST));
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "One number has a set of attempts and sends for each spelling.",
            cause = "The store does not find the record under the key it was put under.")
    void everySpellingIsTheSameRecipient() {
        assertSame(sms, "0501234567", "٠٥٠١٢٣٤٥٦٧", "+966 50 123 4567", "00966501234567", "۰۵۰-۱۲۳-۴۵۶۷", PHONE);
        assertSame(email, "User@Example.COM", " user@example.com", "USER@EXAMPLE.com\n", "user@example.com");
    }

    @Test
    @Tag("promise-4")
    @Explained(
            risk = "A code for a login resets a password, or the code of one person works for another.",
            cause = "The store mixes up keys: a collation that ignores case, or names that are cut.")
    void aCodeWorksForItsRecipientPurposeBindingAndNamespaceAlone() {
        SendResult.Sent sent =
                (SendResult.Sent) otp.send(OtpRequest.to(PHONE).purpose("login").boundTo("session-1"));
        String code = sms.lastCode();
        VerifyRequest right = VerifyRequest.of(PHONE, code).purpose("login").boundTo("session-1");
        VerifyRequest challenge = VerifyRequest.ofChallenge(sent.challengeId(), code);
        otp.send(OtpRequest.to(MAILBOX).purpose("login").boundTo("session-1"));
        otp.send(OtpRequest.to(PHONE).purpose("reset").boundTo("session-1"));

        for (VerifyRequest swapped : List.of(
                VerifyRequest.of("+966501234568", code).purpose("login").boundTo("session-1"),
                VerifyRequest.of(MAILBOX, code).purpose("login").boundTo("session-1"),
                right.purpose("reset"),
                right.purpose("Login"),
                right.purpose(OtpManager.DEFAULT_PURPOSE),
                right.boundTo("session-2"),
                right.boundTo(""),
                VerifyRequest.of(PHONE, code).purpose("login"),
                challenge.boundTo("session-1"),
                challenge.purpose("reset").boundTo("session-1"),
                challenge.purpose("login"))) {
            assertThat(otp.verify(swapped).isVerified())
                    .as("accepted %s", swapped)
                    .isFalse();
        }
        OtpManager elsewhere = manager(roomy().build()).namespace("elsewhere").build();
        int before = store.journal().size();
        assertThat(elsewhere.verify(right).isVerified())
                .as("in another namespace")
                .isFalse();
        assertThat(names(store.journal().subList(before, store.journal().size())))
                .as("names in another namespace")
                .isNotEmpty()
                .doesNotContainAnyElementsOf(names(store.journal().subList(0, before)));

        assertThat(otp.verify(challenge.purpose("login").boundTo("session-1")).isVerified())
                .as("for what it was sent")
                .isTrue();
    }

    @Test
    @Tag("promise-4")
    @Explained(
            risk = "A code for a payment confirms another amount or another payee.",
            cause = "The store returns a record that was replaced, or changes the bytes of one.")
    void aCodeWorksForItsDetailsAlone() throws Exception {
        List<OtpManager> nodes = nodes(roomy().build());
        OtpManager sender = nodes.get(0);
        OtpManager verifier = nodes.get(nodes.size() - 1);
        OtpRequest request = OtpRequest.to(PHONE).purpose("payment");
        SendResult.Sent sent = (SendResult.Sent)
                sender.send(request.detail("amount", "100.00 SAR").detail("payee", "مقهى الزهرة"));
        String code = sms.lastCode();
        sender.send(request.detail("amount", "900.00 SAR").detail("payee", "مقهى الزهرة"));
        String other = sms.lastCode();
        VerifyRequest typed = VerifyRequest.of(PHONE, code).purpose("payment");
        VerifyRequest challenge =
                VerifyRequest.ofChallenge(sent.challengeId(), code).purpose("payment");

        for (VerifyRequest way : List.of(typed, challenge)) {
            for (VerifyRequest changed : List.of(
                    way,
                    way.detail("amount", "100.00 SAR"),
                    way.detail("amount", "100.00 SAR").detail("payee", "مقهى"),
                    way.detail("amount", "1100.00 SAR").detail("payee", "مقهى الزهرة"),
                    way.detail("amount", "مقهى الزهرة").detail("payee", "100.00 SAR"),
                    way.detail("amount", "100.00 SAR")
                            .detail("payee", "مقهى الزهرة")
                            .detail("account", "1"),
                    way.detail("amount", "100.00 SAR")
                            .detail("payee", "مقهى الزهرة")
                            .boundTo("session-1"))) {
                assertThat(reason(verifier.verify(changed))).as("%s", changed).isEqualTo(Reason.NO_PENDING_CODE);
            }
        }
        assertThat(verifier.verify(challenge.detail("amount", "900.00 SAR").detail("payee", "مقهى الزهرة"))
                        .isVerified())
                .as("the code of one amount, accepted for another that is pending too")
                .isFalse();

        assertThat(verifier.verify(challenge.detail("payee", "مقهى الزهرة").detail("amount", "100.00 SAR"))
                        .isVerified())
                .as("for the details it was sent with, in another order")
                .isTrue();
        assertThat(verifier.verify(VerifyRequest.of(PHONE, other)
                                .purpose("payment")
                                .detail("amount", "900.00 SAR")
                                .detail("payee", "مقهى الزهرة"))
                        .isVerified())
                .as("the other payment")
                .isTrue();
    }

    @Test
    @Tag("promise-4")
    @Explained(
            risk = "The code of one person works for another, or for nobody.",
            cause = "The store mixes up keys, or threads share a buffer or a statement.")
    void keepsManyRecipientsApart() throws Exception {
        List<OtpManager> nodes = nodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                List<Boolean> accepted = race.run(thread -> () -> {
                    String address = "user-" + thread + "@example.com";
                    OtpManager node = nodes.get(thread % nodes.size());
                    node.send(address);
                    String code = lastCode(email, Recipient.email(address));
                    node.verify(address, wrong(code, 1));
                    return node.verify(address, code).isVerified();
                });
                assertThat(accepted).as("accepted in round %d", round).containsOnly(true);
            }
        }
    }

    @Test
    @Explained(
            risk = "A code is refused in its last seconds, or accepted for too long.",
            cause = "The store changes the bytes of a record, or drops an exchange.")
    void acceptsACodeUntilItExpires() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        assertThat(sent.expiresAt()).isEqualTo(clock.instant().plus(EXPIRY));
        clock.set(sent.expiresAt());
        assertThat(reason(otp.verify(PHONE, sms.lastCode()))).isEqualTo(Reason.EXPIRED);
        clock.set(sent.expiresAt().minusMillis(1));
        assertThat(otp.verify(PHONE, sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    @Explained(risk = "A code that was withdrawn still logs in.", cause = "The store drops a removal.")
    void acceptsNoCodeThatWasCancelled() {
        otp.send(PHONE);
        otp.send(OtpRequest.to(PHONE).purpose("reset"));
        String reset = sms.lastCode();

        otp.cancel("0501234567", OtpManager.DEFAULT_PURPOSE);

        assertThat(reason(otp.verify(PHONE, sms.messages().get(0).code()))).isEqualTo(Reason.NO_PENDING_CODE);
        assertThat(otp.verify(VerifyRequest.of(PHONE, reset).purpose("reset")).isVerified())
                .isTrue();
    }

    @Test
    @Explained(
            risk = "A page offers a resend that is refused, and a help desk gives a wrong answer.",
            cause = "The store drops an exchange, or changes the bytes of a record.")
    void theStatusHasTheMomentsAndTheNumbersOfTheNextResults() {
        Duration window = Duration.ofMinutes(20);
        Duration lock = Duration.ofHours(1);
        OtpManager manager = manager(roomy().resendCooldown(Duration.ofSeconds(30))
                        .sendLimits(RateLimit.of(2, window))
                        .failureLimit(RateLimit.of(3, lock))
                        .build())
                .build();
        Instant start = clock.instant();
        PasscodeStatus none = readStatus(manager);
        assertThat(none.isPending()).isFalse();
        assertThat(none.sendsLeft()).isEqualTo(2);
        assertThat(none.nextSendAt()).isEqualTo(start);

        SendResult.Sent sent = (SendResult.Sent) manager.send(PHONE);
        PasscodeStatus pending = readStatus(manager);
        assertThat(pending.expiresAt()).contains(sent.expiresAt());
        assertThat(pending.attemptsLeft()).hasValue(3);
        assertThat(pending.sendsLeft()).isEqualTo(1);
        assertThat(pending.resendAfter()).contains(sent.resendAfter());
        clock.set(pending.nextSendAt().minusMillis(1));
        assertThat(reason(manager.send(PHONE))).isEqualTo(SendResult.Refused.Reason.RESEND_TOO_SOON);
        clock.set(pending.nextSendAt());
        assertThat(manager.send(PHONE).isSent()).isTrue();
        assertThat(readStatus(manager).sendsLeft()).isZero();
        assertThat(readStatus(manager).nextSendAt()).isEqualTo(start.plus(window));

        for (int left = 2; left >= 0; left--) {
            manager.verify(PHONE, wrong(sms.lastCode(), left + 1));
            assertThat(readStatus(manager).attemptsLeft()).hasValue(left);
        }
        VerifyResult.Rejected locked = (VerifyResult.Rejected) manager.verify(PHONE, sms.lastCode());
        assertThat(locked.reason()).isEqualTo(Reason.LOCKED);
        assertThat(readStatus(manager).lockedUntil())
                .isEqualTo(locked.retryAfter())
                .contains(clock.instant().plus(lock));
        assertThat(readStatus(manager).nextSendAt()).isEqualTo(clock.instant().plus(lock));
        manager.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);
        assertThat(readStatus(manager).isPending()).isFalse();
        manager.unlock(PHONE);
        assertThat(readStatus(manager).lockedUntil()).isEmpty();

        clock.set(readStatus(manager).nextSendAt());
        assertThat(manager.send(PHONE).isSent()).isTrue();
        assertThat(readStatus(manager).isPending()).isTrue();
        assertThat(manager.verify(PHONE, sms.lastCode()).isVerified()).isTrue();
        assertThat(readStatus(manager).isPending()).isFalse();
    }

    /** Returns the status, and checks that it was one read. */
    private PasscodeStatus readStatus(OtpManager manager) {
        int before = store.calls();
        PasscodeStatus status = manager.status(PHONE, OtpManager.DEFAULT_PURPOSE);
        List<FaultyStore.Call> calls = store.journal().subList(before, store.calls());
        assertThat(calls).as("requests for a status").hasSize(1);
        assertThat(calls.get(0).ttl()).as("lifetime, which a read has not").isNull();
        return status;
    }

    @Test
    @Tag("promise-14")
    @Explained(
            risk = "Data of a deleted account stay in the store, and its last code still logs in.",
            cause = "The store drops a removal, or an exchange is not one atomic step.")
    void nothingIsLeftOfARecipientThatIsForgotten() throws Exception {
        List<OtpManager> nodes = nodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 2; round++) {
                String address = "user-" + round + "@example.com";
                otp.send(address);
                String code = email.lastCode();
                otp.verify(address, wrong(code, 1));

                List<Optional<VerifyResult>> results = race.run(thread -> () -> {
                    OtpManager node = nodes.get(thread % nodes.size());
                    return switch (thread % 6) {
                        case 0, 1 -> Optional.of(node.verify(address, code));
                        case 2 -> Optional.of(node.verify(address, wrong(code, 2)));
                        case 3 -> {
                            node.unlock(address);
                            yield Optional.empty();
                        }
                        default -> {
                            node.forget(address);
                            yield Optional.empty();
                        }
                    };
                });

                assertThat(results.stream().flatMap(Optional::stream).filter(VerifyResult::isVerified))
                        .as("acceptances of one code in round %d", round)
                        .hasSizeLessThanOrEqualTo(1);
                assertForgotten(address);
                assertThat(reason(otp.verify(address, code))).isEqualTo(Reason.NO_PENDING_CODE);
            }
        }
    }

    @Test
    @Tag("promise-14")
    @Explained(
            risk = "A code of before the deletion of an account still logs in, or a limit of before still refuses.",
            cause = "An exchange of the store is not one atomic step.")
    void aSendThatRacesWithTheRemovalOfItsRecipientBringsNothingBack() throws Exception {
        List<OtpManager> nodes = nodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = "user-" + round + "@example.com";
                SendResult.Sent before = (SendResult.Sent) otp.send(address);
                String code = email.lastCode();

                race.run(thread -> () -> {
                    OtpManager node = nodes.get(thread % nodes.size());
                    if (thread % 3 == 0) {
                        node.forget(address);
                    } else {
                        node.send(address);
                    }
                    return thread;
                });

                assertThat(reason(otp.verify(VerifyRequest.ofChallenge(before.challengeId(), code))))
                        .as("the code of before, in round %d", round)
                        .isEqualTo(Reason.NO_PENDING_CODE);
                otp.forget(address);
                assertForgotten(address);
            }
        }
    }

    private void assertForgotten(String address) {
        PasscodeStatus status = otp.status(address, OtpManager.DEFAULT_PURPOSE);
        assertThat(status.isPending()).as("pending after the removal").isFalse();
        assertThat(status.sendsLeft()).as("sends left after the removal").isEqualTo(MAX_SENDS);
        assertThat(status.lockedUntil()).isEmpty();
        String key = store.journal().get(store.calls() - 1).name();
        assertThat(store.get(key)).as("record after the removal").isNull();
    }

    @Test
    @Tag("promise-14")
    @Explained(
            risk = "The limit of a mailbox still refuses its new owner.",
            cause = "A counter below zero is kept, or a subtraction changes another counter.")
    void theCountersOfAMailboxAreForgottenWithIt() {
        OtpManager manager = manager(roomy().build())
                .mailboxSendLimit(RateLimit.of(3, Duration.ofHours(1)))
                .build();
        for (int i = 0; i < 3; i++) {
            assertThat(manager.send("user@gmail.com").isSent()).isTrue();
        }
        assertThat(reason(manager.send("user@gmail.com"))).isEqualTo(SendResult.Refused.Reason.RATE_LIMITED);

        manager.forget("user@gmail.com");

        assertThat(names(store.journal())).isNotEmpty().allSatisfy(name -> {
            assertThat(store.increment(name, 0, LONGEST)).as("counter %s", name).isZero();
            assertThat(store.get(name)).as("record %s", name).isNull();
        });
        for (int i = 0; i < 3; i++) {
            assertThat(manager.send("user+" + i + "@gmail.com").isSent()).isTrue();
        }
        assertThat(reason(manager.send("user@gmail.com"))).isEqualTo(SendResult.Refused.Reason.RATE_LIMITED);
    }

    @Test
    @Tag("promise-13")
    @Tag("promise-1")
    @Explained(
            risk = "A provider's report makes a used code valid again, or takes a valid one away.",
            cause = "An exchange of the store is not one atomic step, or reports a loss as a success.")
    void aReportThatRacesWithItsCodeNeitherRevivesNorWithdrawsIt() throws Exception {
        List<OtpManager> nodes = reportingNodes(roomy().build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 2; round++) {
                SendResult.Sent sent = (SendResult.Sent) nodes.get(0).send(PHONE);
                assertThat(sent.channel()).as("channel of a new code").isEqualTo(sms.name());
                String code = sms.lastCode();

                List<Boolean> accepted = race.run(thread -> () -> {
                    OtpManager node = nodes.get(thread / 4 % nodes.size());
                    if (thread % 4 == 0) {
                        return node.verify(PHONE, code).isVerified();
                    }
                    node.report(undelivered(thread % 4 == 1 ? sms : whatsapp, sent));
                    return false;
                });

                assertThat(accepted)
                        .as("acceptances of one code among reports, in round %d", round)
                        .containsOnlyOnce(true);
                nodes.forEach(node -> node.report(undelivered(sms, sent)));
                assertThat(reason(otp.verify(PHONE, code))).isEqualTo(Reason.NO_PENDING_CODE);
            }
        }
    }

    @Test
    @Tag("promise-3")
    @Explained(
            risk = "More messages are sent than the limit allows while a provider reports.",
            cause = "An exchange of the store is not one atomic step, or reports a loss as a success.")
    void countsEverySendThatRacesWithReports() throws Exception {
        int limit = 5;
        List<OtpManager> nodes = reportingNodes(
                roomy().sendLimits(RateLimit.of(limit, Duration.ofDays(1))).build());
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = "+96650" + (1_234_567 + round);
                SendResult.Sent sent = (SendResult.Sent) nodes.get(0).send(address);

                List<Boolean> more = race.run(thread -> () -> {
                    OtpManager node = nodes.get(thread / 4 % nodes.size());
                    if (thread % 2 == 0) {
                        return node.send(address).isSent();
                    }
                    node.report(undelivered(thread % 4 == 1 ? sms : whatsapp, sent));
                    return false;
                });

                assertThat(more.stream().filter(each -> each))
                        .as("sends beyond the first, in round %d", round)
                        .hasSize(limit - 1);
            }
        }
    }

    @Test
    @Explained(
            risk = "A message that did not arrive is sent over the same channel again.",
            cause = "The store drops an exchange, or another node does not see it.")
    void sendsOverTheNextChannelAfterAReportToAnyNode() throws Exception {
        List<OtpManager> nodes = reportingNodes(roomy().build());
        SendResult.Sent sent = (SendResult.Sent) nodes.get(0).send(PHONE);
        String code = sms.lastCode();

        nodes.get(nodes.size() - 1).report(undelivered(sms, sent));

        SendResult.Sent again = (SendResult.Sent) nodes.get(0).send(PHONE);
        assertThat(again.channel()).isEqualTo(whatsapp.name());
        assertThat(whatsapp.lastCode()).as("the code of the challenge").isEqualTo(code);
        clock.set(again.expiresAt());
        nodes.get(0).report(undelivered(sms, sent));
        assertThat(reason(otp.verify(PHONE, code))).isEqualTo(Reason.EXPIRED);
        clock.set(again.expiresAt().minusMillis(1));
        nodes.get(0).report(undelivered(whatsapp, sent));
        assertThat(otp.verify(PHONE, code).isVerified()).isTrue();
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A code is accepted twice because its message is remembered, or the provider hears of a message"
                    + " whose code was not used.",
            cause = "The store drops an exchange, or another node does not see it.")
    void theUsedMessageIsFedBackOverAnyNode() throws Exception {
        WantingChannel wanting = new WantingChannel();
        List<OtpManager> nodes = nodes(roomy().build(), settings -> settings.channel(wanting));
        OtpRequest request = OtpRequest.to(PHONE).via(wanting.name());
        OtpManager other = nodes.get(nodes.size() - 1);
        nodes.get(0).send(request);
        nodes.get(0).send(request);

        assertThat(other.verify(PHONE, wanting.code).isVerified()).isTrue();

        assertThat(wanting.used.poll(10, TimeUnit.SECONDS))
                .as("the last message")
                .isEqualTo("message-2");
        try (Race race = new Race(THREADS)) {
            for (int round = 0; round < ROUNDS / 5; round++) {
                String address = number(round);
                OtpRequest another = OtpRequest.to(address).via(wanting.name());
                nodes.get(0).send(another);
                String code = wanting.code;

                List<Boolean> accepted = race.run(thread -> () -> {
                    OtpManager node = nodes.get(thread / 2 % nodes.size());
                    if (thread % 2 == 0) {
                        return node.verify(address, code).isVerified();
                    }
                    node.send(another);
                    return false;
                });

                assertThat(accepted)
                        .as("acceptances of one code among sends, in round %d", round)
                        .containsOnlyOnce(true);
                assertThat(otp.verify(address, code).isVerified()).isFalse();
            }
        }
        // None for a code that was used before the id of its last message was remembered.
        assertThat(wanting.used)
                .as("feedback on %d codes", ROUNDS / 5)
                .doesNotHaveDuplicates()
                .hasSizeLessThanOrEqualTo(ROUNDS / 5);
    }

    /** A channel that numbers its messages, and keeps the feedback that it gets. */
    private static final class WantingChannel implements DeliveryChannel, DeliveryFeedback {
        final BlockingQueue<String> used = new LinkedBlockingQueue<>();
        volatile String code = "";
        private final AtomicInteger messages = new AtomicInteger();

        @Override
        public String name() {
            return "wanting-sms";
        }

        @Override
        public String medium() {
            return "sms";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return recipient instanceof PhoneNumber;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) {
            code = message.code();
            return DeliveryReceipt.of("message-" + messages.incrementAndGet());
        }

        @Override
        public void used(String providerMessageId) {
            used.add(providerMessageId);
        }
    }

    @Test
    @Tag("promise-13")
    @Tag("promise-7")
    @Explained(
            risk = "A person who said stop gets messages again.",
            cause = "The store drops an exchange, or ends a record before its lifetime.")
    void anOptOutSurvivesEverythingButOptIn() throws Exception {
        List<OtpManager> nodes = reportingNodes(roomy().build());
        SendResult.Sent sent = (SendResult.Sent) nodes.get(0).send(PHONE);
        String code = sms.lastCode();
        try (Race race = new Race(THREADS)) {
            race.run(thread -> () -> {
                OtpManager node = nodes.get(thread / 4 % nodes.size());
                switch (thread % 4) {
                    case 0 -> node.report(optedOut(sms, sent));
                    case 1 -> node.verify(PHONE, wrong(code, thread));
                    case 2 -> node.send(OtpRequest.to(PHONE).purpose("another").via("whatsapp"));
                    default -> node.unlock(PHONE);
                }
                return true;
            });
        }
        int messages = sms.messages().size();

        for (OtpManager node : nodes) {
            assertThat(reason(node.send(OtpRequest.to(PHONE).via("sms"))))
                    .isEqualTo(SendResult.Refused.Reason.OPTED_OUT);
            assertThat(((SendResult.Sent) node.send(PHONE)).channel()).isEqualTo(whatsapp.name());
            node.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);
        }
        assertThat(store.lifetimes())
                .anySatisfy(ttl -> assertThat(ttl).isGreaterThan(Duration.ofDays(400)))
                .allSatisfy(ttl -> assertThat(ttl).isBetween(Duration.ofMillis(1), LONGEST));
        clock.advance(Duration.ofDays(399));
        for (OtpManager node : nodes) {
            node.verify(PHONE, code);
            assertThat(reason(node.send(OtpRequest.to(PHONE).via("sms"))))
                    .isEqualTo(SendResult.Refused.Reason.OPTED_OUT);
        }
        assertThat(sms.messages()).hasSize(messages);

        nodes.get(nodes.size() - 1).optIn("0501234567", "sms");

        assertThat(nodes.get(0).send(OtpRequest.to(PHONE).via("sms")).isSent()).isTrue();
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "People wait for a message that was never sent.",
            cause = "The store drops a removal or an exchange.")
    void reportsNothingAsSentThatAProviderRefused() {
        for (DeliveryFailure.Kind kind : DeliveryFailure.Kind.values()) {
            Recipient recipient = Recipient.email(kind.name() + "@example.com");
            email.clear();
            email.failNext(kind);

            SendResult result = otp.send(OtpRequest.to(recipient));

            if (kind == DeliveryFailure.Kind.UNCERTAIN) {
                assertThat(result)
                        .isInstanceOfSatisfying(
                                SendResult.Sent.class,
                                sent -> assertThat(sent.confirmed()).isFalse());
                assertThat(email.messages()).hasSize(1);
                assertThat(otp.verify(VerifyRequest.of(recipient, email.lastCode()))
                                .isVerified())
                        .isTrue();
            } else {
                assertThat(result).as("%s", kind).isInstanceOf(SendResult.Undelivered.class);
                assertThat(reason(otp.verify(VerifyRequest.of(recipient, "123456"))))
                        .isEqualTo(Reason.NO_PENDING_CODE);
            }
        }
    }

    @Test
    @Tag("promise-6")
    @Explained(
            risk = "Anyone who reads a backup of the store learns addresses or codes.",
            cause = "The store derives its keys from other data than the given name.")
    void keepsNothingReadableInTheStore() {
        List<String> readable = new ArrayList<>(List.of("966501234567", "someone", "example", "login", "session-1"));
        for (String address : List.of(PHONE, MAILBOX)) {
            otp.send(OtpRequest.to(address).purpose("login").boundTo("session-1"));
            String code = lastCode(address.equals(PHONE) ? sms : email, Recipient.parse(address, null));
            readable.add(code);
            VerifyRequest request = VerifyRequest.of(address, wrong(code, 1)).purpose("login");
            otp.verify(request.boundTo("session-1"));
            otp.verify(VerifyRequest.of(address, code).purpose("login").boundTo("session-1"));
        }

        assertThat(store.journal()).isNotEmpty();
        for (FaultyStore.Call call : store.journal()) {
            assertThat(call.name()).matches("[A-Za-z0-9_-]{1,64}");
            String bytes = call.record() == null ? "" : new String(call.record().bytes(), StandardCharsets.ISO_8859_1);
            for (String secretText : readable) {
                assertThat((call.name() + "\n" + bytes).toLowerCase(Locale.ROOT))
                        .doesNotContain(secretText);
            }
        }
    }

    @Test
    @Tag("promise-6")
    @Explained(
            risk = "A code stands in a log or an error, where others can read it.",
            cause = "The store puts the bytes of a record into the text of an exception.")
    void showsTheCodeInItsMessageAlone() {
        List<Object> shown = new ArrayList<>();
        shown.add(otp.send(PHONE));
        String code = sms.lastCode();
        shown.add(otp.verify(PHONE, wrong(code, 1)));
        store.failWith(FaultyStore.Fault.UNAVAILABLE);
        assertThatExceptionOfType(OtpStoreException.class)
                .isThrownBy(() -> otp.verify(PHONE, code))
                .satisfies(shown::add);
        store.recover();
        shown.add(otp.verify(PHONE, code));
        shown.add(otp.verify(PHONE, code));
        shown.addAll(events);

        assertThat(events).isNotEmpty();
        // The digits of a measured duration can be those of the code by chance.
        assertThat(shown)
                .extracting(each -> each.toString().replaceAll("PT[0-9.]+S", "PT…S"))
                .noneMatch(text -> text.contains(code));
        assertThat(shown).extracting(Object::toString).noneMatch(text -> text.contains("501234567"));
    }

    @Test
    @Tag("promise-7")
    @Explained(risk = "The store grows without end.", cause = "The store ignores the given lifetime.")
    void givesEveryRecordAndCounterALifetime() {
        RateLimit longest = RateLimit.of(1, Duration.ofDays(31));
        OtpManager manager = manager(roomy().expiry(Duration.ofHours(24))
                        .sendLimits(longest)
                        .failureLimit(RateLimit.of(1, Duration.ofDays(31)))
                        .build())
                .clientSendLimit(longest)
                .clientFailureLimit(longest)
                .build();
        for (int i = 0; i < 3; i++) {
            manager.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"));
            manager.verify(VerifyRequest.of(PHONE, wrong(sms.lastCode(), 1)).clientAddress("203.0.113.9"));
            manager.verify(VerifyRequest.of(PHONE, sms.lastCode()).clientAddress("203.0.113.9"));
            manager.unlock(PHONE);
            manager.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);
            clock.advance(Duration.ofDays(20));
        }

        assertThat(store.lifetimes())
                .hasSizeGreaterThan(9)
                .allSatisfy(ttl -> assertThat(ttl).isBetween(Duration.ofMillis(1), LONGEST));
    }

    @Test
    @Tag("promise-7")
    @Explained(
            risk = "While the store is away, codes are accepted without being counted.",
            cause = "The store returns a value instead of throwing an OtpStoreException.")
    void acceptsAndSendsNothingWhileTheStoreIsAway() {
        otp.send(PHONE);
        String code = sms.lastCode();
        sms.clear();
        for (FaultyStore.Fault fault : List.of(FaultyStore.Fault.UNAVAILABLE, FaultyStore.Fault.READ_ONLY)) {
            store.failWith(fault);

            assertAway(() -> otp.verify(PHONE, code));
            assertAway(() -> otp.verify(PHONE, wrong(code, 1)));
            assertAway(() -> otp.send(PHONE));
            assertAway(() -> otp.send("+966501234568"));
            assertThat(sms.messages()).isEmpty();
        }
        store.recover();
        assertThat(otp.verify(PHONE, code).isVerified()).isTrue();
    }

    @Test
    @Tag("promise-1")
    @Explained(
            risk = "A code is accepted again after an error whose first attempt had succeeded.",
            cause = "The store drops an exchange, or restores the replaced record.")
    void acceptsNothingTwiceWhenAnAnswerOfTheStoreIsLost() {
        otp.send(PHONE);
        String code = sms.lastCode();
        sms.clear();
        store.failWith(FaultyStore.Fault.REPLY_LOST);

        assertAway(() -> otp.verify(PHONE, code));
        assertAway(() -> otp.send(PHONE));

        store.recover();
        assertThat(sms.messages()).isEmpty();
        assertThat(otp.verify(PHONE, code).isVerified()).isFalse();
    }

    @Test
    @Tag("promise-8")
    @Explained(
            risk = "An attacker makes the store work for input that can never be right.",
            cause = "None in a store is known: the manager has changed.")
    void asksTheStoreNothingAboutInputThatIsTooLong() {
        otp.send(PHONE);
        int before = store.journal().size();
        for (int excess : List.of(1, 1_000_000)) {
            assertThat(reason(otp.verify(PHONE, "1".repeat(64 + excess)))).isEqualTo(Reason.MALFORMED_CODE);
            assertThat(reason(otp.verify("a".repeat(320 + excess - 12) + "@example.com", "123456")))
                    .isEqualTo(Reason.INVALID_RECIPIENT);
            assertThat(reason(otp.send("a".repeat(320 + excess - 12) + "@example.com")))
                    .isEqualTo(SendResult.Refused.Reason.INVALID_RECIPIENT);
            assertThat(reason(otp.verify(VerifyRequest.ofChallenge("A".repeat(1024 + excess), "123456"))))
                    .isEqualTo(Reason.INVALID_CHALLENGE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OtpRequest.to(PHONE).purpose("a".repeat(64 + excess)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> VerifyRequest.of(PHONE, "123456").boundTo("a".repeat(4096 + excess)));
        }
        assertThat(store.journal()).hasSize(before);
    }

    private static OtpPolicy.Builder roomy() {
        return OtpPolicy.builder()
                .length(6)
                .expiry(EXPIRY)
                .maxAttempts(MAX_ATTEMPTS)
                .resendCooldown(Duration.ZERO)
                .sendLimits(RateLimit.of(MAX_SENDS, Duration.ofDays(1)))
                .failureLimit(RateLimit.of(100, Duration.ofHours(1)));
    }

    private OtpManager.Builder manager(OtpPolicy policy) {
        return manager(policy, store);
    }

    private OtpManager.Builder manager(OtpPolicy policy, OtpStore on) {
        return OtpManager.builder()
                .appName("Contract")
                .secret(secret)
                .store(on)
                .channel(sms)
                .channel(email)
                .policy(policy)
                .defaultRegion("SA")
                .listener(events::add)
                .clock(clock);
    }

    /** Returns managers on one store: two, as in two processes, or one if the store is not shared. */
    private List<OtpManager> nodes(OtpPolicy policy) throws Exception {
        return nodes(policy, settings -> settings);
    }

    /** Returns nodes with budgets. */
    private List<OtpManager> nodes(TrafficLimits limits) throws Exception {
        return nodes(roomy().build(), settings -> settings.trafficLimits(limits));
    }

    private List<OtpManager> nodes(OtpPolicy policy, UnaryOperator<OtpManager.Builder> more) throws Exception {
        OtpManager here = more.apply(manager(policy)).build();
        return store.isShared()
                ? List.of(here, more.apply(manager(policy, create())).build())
                : List.of(here);
    }

    private static String number(int i) {
        return String.format(Locale.ROOT, "+96650%07d", 1_000_000 + i);
    }

    /** Returns nodes with a second medium for phone numbers. */
    private List<OtpManager> reportingNodes(OtpPolicy policy) throws Exception {
        return nodes(policy, settings -> settings.channel(whatsapp));
    }

    private static DeliveryReport undelivered(RecordingChannel channel, SendResult.Sent sent) {
        return reported(channel, DeliveryFailure.Kind.RECIPIENT_REJECTED, sent);
    }

    private static DeliveryReport optedOut(RecordingChannel channel, SendResult.Sent sent) {
        return reported(channel, DeliveryFailure.Kind.OPTED_OUT, sent);
    }

    private static DeliveryReport reported(RecordingChannel channel, DeliveryFailure.Kind kind, SendResult.Sent sent) {
        DeliveryFailure failure = DeliveryFailure.of(channel.name(), kind, null, "reported by the test");
        return DeliveryReport.failed(DeliveryReport.Status.UNDELIVERED, "id-1", failure)
                .forChallenge(sent.challengeId());
    }

    private FaultyStore create() throws Exception {
        OtpStore store = createStore();
        created.add(store);
        return FaultyStore.slow(store, PAUSE);
    }

    private void assertNoBlankCodeIsAccepted() {
        for (String blank :
                List.of("", " ", "\t\r\n", "\u00A0", "\u200B\u2066\u2069", "-", "      ", "\u0000", "null")) {
            assertThat(otp.verify(PHONE, blank).isVerified())
                    .as("accepted a blank code")
                    .isFalse();
        }
    }

    private void assertSame(RecordingChannel channel, String... spellings) {
        OtpManager manager = manager(roomy().sendLimits(RateLimit.of(spellings.length, Duration.ofDays(1)))
                        .build())
                .build();
        for (String spelling : spellings) {
            assertThat(manager.send(spelling).isSent())
                    .as("sent to %s", spelling)
                    .isTrue();
        }
        assertThat(channel.messages())
                .extracting(OtpMessage::recipient)
                .containsOnly(channel.last().recipient());
        assertThat(reason(manager.send(spellings[0]))).isEqualTo(SendResult.Refused.Reason.RATE_LIMITED);
        assertThat(reason(manager.verify(spellings[1], wrong(channel.lastCode(), 1))))
                .isEqualTo(Reason.WRONG_CODE);
        assertThat(manager.verify(spellings[2], channel.lastCode()).isVerified())
                .isTrue();
    }

    private static void assertAway(Supplier<?> call) {
        assertThatExceptionOfType(OtpStoreException.class).isThrownBy(call::get);
    }

    private static String wrong(String code, int offset) {
        return String.format(Locale.ROOT, "%06d", (Integer.parseInt(code) + offset) % 1_000_000);
    }

    private static String lastCode(RecordingChannel channel, Recipient recipient) {
        return channel.messages().stream()
                .filter(message -> message.recipient().equals(recipient))
                .reduce((first, second) -> second)
                .orElseThrow()
                .code();
    }

    private static Reason reason(VerifyResult result) {
        assertThat(result).isInstanceOf(VerifyResult.Rejected.class);
        return ((VerifyResult.Rejected) result).reason();
    }

    private static SendResult.Refused.Reason reason(SendResult result) {
        assertThat(result).isInstanceOf(SendResult.Refused.class);
        return ((SendResult.Refused) result).reason();
    }

    private static Map<Reason, Integer> count(List<VerifyResult> results) {
        Map<Reason, Integer> count = new EnumMap<>(Reason.class);
        for (VerifyResult result : results) {
            if (result instanceof VerifyResult.Rejected rejected) {
                count.merge(rejected.reason(), 1, Integer::sum);
            }
        }
        return count;
    }

    private static List<Integer> attemptsLeft(List<VerifyResult> results) {
        return results.stream()
                .flatMap(result -> result instanceof VerifyResult.Rejected rejected
                        ? rejected.attemptsLeft().stream().boxed()
                        : Stream.empty())
                .toList();
    }

    private static List<String> names(List<FaultyStore.Call> calls) {
        return calls.stream().map(FaultyStore.Call::name).toList();
    }

    private static <T> List<T> flat(List<List<T>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }
}
