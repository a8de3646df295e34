package dev.otpkit.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spring.web.WebServer.Answer;
import dev.otpkit.spring.web.WebServer.Browser;
import dev.otpkit.testkit.FaultyStore.Fault;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoints over HTTP, in Tomcat. */
class OtpEndpointsTest {
    private static final Duration COOLDOWN = Duration.ofSeconds(31);

    private static WebServer server;

    private final Browser browser = server.browser();

    @BeforeAll
    static void start() {
        server = WebServer.start(
                "otpkit.web.purposes=default,payment,letters",
                "otpkit.web.details=amount",
                "spring.mvc.servlet.load-on-startup=1");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void recover() {
        server.store.recover();
        server.email.recover();
        server.sms.recover();
    }

    @Test
    void sendsACodeThatVerifiesOnce() {
        Answer sent = browser.send("Layla@Example.com");

        assertThat(sent.status()).isEqualTo(202);
        assertThat(sent.header("Content-Type")).isEqualTo("application/json");
        assertThat(sent.header("Cache-Control")).isEqualTo("no-store");
        assertThat(sent.json()).containsOnlyKeys("challengeId", "recipient", "expiresAt", "resendAfter");
        assertThat(sent.text("recipient")).isEqualTo("l•••@example.com");
        assertThat(Instant.parse(sent.text("expiresAt")))
                .isEqualTo(server.clock.instant().plus(Duration.ofMinutes(5)));

        String id = sent.text("challengeId");
        Answer verified = browser.verify(id, server.email.lastCode());

        assertThat(verified.status()).isEqualTo(200);
        assertThat(verified.header("Cache-Control")).isEqualTo("no-store");
        assertThat(verified.json())
                .isEqualTo(Map.of(
                        "verified",
                        true,
                        "purpose",
                        "default",
                        "verifiedAt",
                        server.clock.instant().toString()));
        assertThat(browser.verify(id, server.email.lastCode()).outcome()).isEqualTo("422 NO_PENDING_CODE");
        assertThat(server.successes.seen()).contains("layla@example.com default {}");
    }

    @Test
    void theSessionHoldsTheProofUntilItIsRemoved() {
        Answer sent = browser.send("0501234567");
        assertThat(browser.get("/me").json()).isEmpty();

        browser.verify(sent.text("challengeId"), server.sms.lastCode());

        assertThat(browser.get("/me").json())
                .containsEntry("address", "+966501234567")
                .extracting("text")
                .asString()
                .contains("+966•••••4567")
                .doesNotContain("0123");
        assertThat(server.browser().get("/me").json()).isEmpty();
        browser.get("/leave");
        assertThat(browser.get("/me").json()).isEmpty();
    }

    @Test
    void aSuccessChangesTheIdOfTheSessionAndKeepsOtherCodes() {
        String first = browser.send("two-a@example.com").text("challengeId");
        String firstCode = server.email.lastCode();
        String second = browser.send("two-b@example.com").text("challengeId");

        Answer verified = browser.verify(first, firstCode);

        assertThat(verified.header("Set-Cookie")).startsWith("JSESSIONID=");
        assertThat(browser.verify(second, server.email.lastCode()).status()).isEqualTo(200);
    }

    @Test
    void aHandlerThatThrowsLeavesNoProof() {
        String id = browser.send("disabled@example.com").text("challengeId");

        assertThat(browser.verify(id, server.email.lastCode()).status()).isEqualTo(500);
        assertThat(browser.get("/me").json()).isEmpty();
    }

    @Test
    void verifiesByAddressToo() {
        browser.send("by-address@example.com");

        assertThat(browser.post(
                                "/otp/verify",
                                "{\"to\":\"BY-address@example.com\",\"code\":\"" + server.email.lastCode() + "\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void countsWrongCodesDown() {
        String id = browser.send("wrong@example.com").text("challengeId");
        assertThat(browser.status(id).json().get("attemptsLeft")).isNull();

        Answer wrong = browser.verify(id, server.email.wrongCode());

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(wrong.header("Cache-Control")).isEqualTo("no-store");
        assertThat(wrong.json())
                .containsEntry("type", "urn:otpkit:problem:wrong-code")
                .containsEntry("title", "Wrong code")
                .containsEntry("status", 422)
                .containsEntry("reason", "WRONG_CODE")
                .containsEntry("attemptsLeft", 4)
                .containsEntry("instance", "/otp/verify");
        assertThat(browser.status(id).json()).containsEntry("attemptsLeft", 4).containsEntry("pending", true);
        for (int i = 0; i < 4; i++) {
            assertThat(browser.verify(id, server.email.wrongCode()).outcome()).isEqualTo("422 WRONG_CODE");
        }
        assertThat(browser.verify(id, server.email.lastCode()).outcome()).isEqualTo("422 TOO_MANY_ATTEMPTS");
        assertThat(browser.status(id).json()).containsEntry("pending", false);
    }

    @Test
    void saysWhyACodeIsNotAccepted() {
        String id = browser.send("reasons@example.com").text("challengeId");
        assertThat(browser.verify(id, "abc").outcome()).isEqualTo("422 MALFORMED_CODE");
        assertThat(browser.verify("no-such-challenge", "123456").outcome()).isEqualTo("422 NO_PENDING_CODE");
        assertThat(browser.post("/otp/verify", "{\"to\":\"nonsense\",\"code\":\"123456\"}")
                        .outcome())
                .isEqualTo("422 INVALID_RECIPIENT");
        assertThat(browser.post("/otp/verify", "{\"to\":\"never@example.com\",\"code\":\"123456\"}")
                        .outcome())
                .isEqualTo("422 NO_PENDING_CODE");

        server.clock.advance(Duration.ofMinutes(6));

        assertThat(browser.verify(id, server.email.lastCode()).outcome()).isEqualTo("422 EXPIRED");
        assertThat(browser.status(id).json()).containsEntry("pending", false);
    }

    @Test
    void resendsOnlyAfterTheCooldownWithTheSameSettings() {
        Answer sent = browser.post("/otp/send", "{\"to\":\"again@example.com\",\"locale\":\"ar\"}");
        String id = sent.text("challengeId");

        Answer tooSoon = browser.resend(id);

        assertThat(tooSoon.outcome()).isEqualTo("429 RESEND_TOO_SOON");
        assertThat(tooSoon.header("Retry-After")).isEqualTo("30");
        assertThat(browser.send("again@example.com").outcome()).isEqualTo("429 RESEND_TOO_SOON");
        browser.verify(id, server.email.wrongCode());
        server.clock.advance(COOLDOWN);

        Answer again = browser.resend(id);

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("challengeId")).isEqualTo(id);
        assertThat(server.email.last().locale()).isEqualTo(Locale.forLanguageTag("ar"));
        assertThat(browser.status(id).json())
                .containsEntry("attemptsLeft", 4)
                .containsEntry("resendAfter", again.text("resendAfter"));
        assertThat(browser.verify(id, server.email.lastCode()).status()).isEqualTo(200);
        assertThat(browser.resend(id).outcome()).isEqualTo("422 NO_PENDING_CODE");
    }

    @Test
    void aSecondSendForTheSameThingIsAResend() {
        String id = browser.send("second@example.com").text("challengeId");
        server.clock.advance(COOLDOWN);

        assertThat(browser.send("second@example.com").text("challengeId")).isEqualTo(id);
        assertThat(browser.verify(id, server.email.lastCode()).status()).isEqualTo(200);
    }

    @Test
    void limitsAreAnsweredAlikeWithTheTimeToWait() {
        for (int i = 0; i < 5; i++) {
            assertThat(browser.send("limited@example.com").status()).isEqualTo(202);
            server.clock.advance(COOLDOWN);
        }
        Answer limited = browser.send("limited@example.com");
        assertThat(limited.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(Integer.parseInt(limited.header("Retry-After"))).isBetween(400, 600);

        assertThat(browser.send("+971501234567").status()).isEqualTo(202);
        Answer traffic = browser.send("+971501234568");
        assertThat(traffic.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(Integer.parseInt(traffic.header("Retry-After"))).isBetween(3000, 7200);
    }

    @Test
    void aLockIsAnsweredAsALimit() {
        for (int round = 0; round < 2; round++) {
            String id = browser.send("locked@example.com").text("challengeId");
            for (int i = 0; i < 5; i++) {
                browser.verify(id, server.email.wrongCode());
            }
            server.clock.advance(COOLDOWN);
        }
        Answer send = browser.send("locked@example.com");
        assertThat(send.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(send.header("Retry-After")).isNotEmpty();
        Answer verify = browser.post("/otp/verify", "{\"to\":\"locked@example.com\",\"code\":\"123456\"}");
        assertThat(verify.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(verify.header("Retry-After")).isNotEmpty();
    }

    @Test
    void refusesWhatIsNoRecipient() {
        assertThat(browser.send("nonsense").outcome()).isEqualTo("422 INVALID_RECIPIENT");
        assertThat(browser.send("a".repeat(400)).outcome()).isEqualTo("422 INVALID_RECIPIENT");
        assertThat(browser.post("/otp/send", "{\"to\":\"via@example.com\",\"via\":[\"pigeon\"]}")
                        .outcome())
                .isEqualTo("422 NO_CHANNEL");
    }

    @Test
    void asksForAProof() {
        assertThat(browser.send("proof@example.com").outcome()).isEqualTo("403 PROOF_REQUIRED");

        String id = browser.post("/otp/send", "{\"to\":\"proof@example.com\",\"proof\":\"fake-proof\"}")
                .text("challengeId");
        server.clock.advance(COOLDOWN);

        assertThat(browser.resend(id).outcome()).isEqualTo("403 PROOF_REQUIRED");
        assertThat(browser.post("/otp/resend", "{\"challengeId\":\"" + id + "\",\"proof\":\"fake-proof\"}")
                        .status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/otp/send {",
                "/otp/send {}",
                "/otp/send {\"to\":null}",
                "/otp/send {\"to\":[\"a@example.com\"]}",
                "/otp/send {\"to\":\"a@example.com\",\"purpose\":\"unlisted\"}",
                "/otp/send {\"to\":\"a@example.com\",\"via\":[null]}",
                "/otp/send {\"to\":\"a@example.com\",\"via\":[\"\"]}",
                "/otp/send {\"to\":\"a@example.com\",\"locale\":\"en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd\"}",
                "/otp/send {\"to\":\"a@example.com\",\"details\":{\"payee\":\"x\"}}",
                "/otp/send {\"to\":\"a@example.com\",\"details\":{\"amount\":null}}",
                "/otp/send {\"to\":\"a@example.com\",\"details\":{\"amount\":\"\"}}",
                "/otp/send {\"to\":\"a@example.com\",\"details\":{\"amount\":{\"x\":1}}}",
                "/otp/resend {}",
                "/otp/verify {\"to\":\"a@example.com\"}",
                "/otp/verify {\"code\":\"123456\"}",
                "/otp/verify {\"to\":\"a@example.com\",\"challengeId\":\"x\",\"code\":\"123456\"}",
                "/otp/verify {\"to\":\"a@example.com\",\"code\":\"123456\",\"purpose\":\"unlisted\"}"
            })
    void aRequestOfAnotherFormIsInvalid(String request) {
        String[] parts = request.split(" ", 2);
        browser.send("form@example.com");

        Answer answer = browser.post(parts[0], parts[1]);

        assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void boundsItsInput() {
        assertThat(browser.post("/otp/send", "{\"to\":\"a@example.com\",\"proof\":\"" + "p".repeat(4097) + "\"}")
                        .outcome())
                .isEqualTo("400 INVALID_REQUEST");
        assertThat(browser.post(
                                "/otp/send",
                                "{\"to\":\"bound@example.com\",\"other\":\"" + "p".repeat(BoundedBodies.MAX_BYTES)
                                        + "\"}")
                        .outcome())
                .isEqualTo("400 INVALID_REQUEST");
        assertThat(browser.post("/otp/send", "{\"to\":\"bound@example.com\",\"other\":\"" + "p".repeat(60_000) + "\"}")
                        .status())
                .isEqualTo(202);
        assertThat(browser.get("/otp/status").outcome()).isEqualTo("400 INVALID_REQUEST");
    }

    @Test
    void readsJsonOnly() {
        Answer form =
                browser.post("/otp/send", "to=a@example.com", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(form.outcome()).isEqualTo("415 UNSUPPORTED_MEDIA_TYPE");
        assertThat(browser.post("/otp/verify", "<to/>", "Content-Type", "application/xml")
                        .outcome())
                .isEqualTo("415 UNSUPPORTED_MEDIA_TYPE");
        assertThat(browser.get("/otp/send").status()).isEqualTo(405);
    }

    /** As the browser of a person asks, with a converter for XML on the class path or without one. */
    @Test
    void answersInJsonWhateverTheClientAccepts() {
        Answer sent = browser.post(
                "/otp/send", "{\"to\":\"accept@example.com\"}", "Accept", "text/html,application/xml;q=0.9");
        assertThat(sent.status()).isEqualTo(202);
        assertThat(sent.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void withoutAStoreNothingIsAccepted() {
        String id = browser.send("away@example.com").text("challengeId");
        String code = server.email.lastCode();
        server.store.failWith(Fault.UNAVAILABLE);

        List<Answer> answers = List.of(
                browser.send("away2@example.com"), browser.resend(id), browser.verify(id, code), browser.status(id));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.outcome()).isEqualTo("503 STORE_UNAVAILABLE");
            assertThat(answer.header("Retry-After")).isEqualTo("5");
        });
        server.store.recover();
        assertThat(browser.verify(id, code).status()).isEqualTo(200);
    }

    @Test
    void saysThatNoMessageCanBeSent() {
        server.email.failWith(DeliveryFailure.Kind.UNAVAILABLE);

        Answer answer = browser.send("undelivered@example.com");

        assertThat(answer.outcome()).isEqualTo("503 UNDELIVERED");
        assertThat(answer.response().body()).doesNotContain(server.email.name() + "\"", "undelivered@");
    }

    @Test
    void aStrangerLearnsNothingFromTheIdOfAChallenge() {
        String id = browser.send("mine@example.com").text("challengeId");
        String code = server.email.lastCode();
        for (Browser stranger : List.of(server.browser(), strangerWithACodeOfTheirOwn())) {
            assertThat(stranger.verify(id, code).outcome()).isEqualTo("422 NO_PENDING_CODE");
            assertThat(stranger.post("/otp/verify", "{\"to\":\"mine@example.com\",\"code\":\"" + code + "\"}")
                            .outcome())
                    .isEqualTo("422 NO_PENDING_CODE");
            assertThat(stranger.status(id).outcome()).isEqualTo("422 NO_PENDING_CODE");
            assertThat(stranger.resend(id).outcome()).isEqualTo("422 NO_PENDING_CODE");
        }
        assertThat(server.context
                        .getBean(OtpManager.class)
                        .verify("mine@example.com", code)
                        .isVerified())
                .as("without the binding")
                .isFalse();
        assertThat(browser.verify(id, code).status()).isEqualTo(200);
    }

    private static Browser strangerWithACodeOfTheirOwn() {
        Browser stranger = server.browser();
        stranger.send("stranger@example.com");
        return stranger;
    }

    /** The manager's status is that of all sessions. */
    @Test
    void theStatusShowsNothingOfOtherSessions() {
        Browser other = server.browser();
        String id = browser.send("shared@example.com").text("challengeId");
        Answer before = browser.status(id);
        server.clock.advance(Duration.ofSeconds(40));
        String otherId = other.send("shared@example.com").text("challengeId");
        other.verify(otherId, server.email.wrongCode());

        assertThat(browser.status(id).response().body())
                .isEqualTo(before.response().body());
    }

    @Test
    void theStatusKnowsThatTheApplicationWithdrewTheCode() {
        String id = browser.send("cancelled@example.com").text("challengeId");
        assertThat(browser.status(id).json()).containsEntry("pending", true);

        server.context.getBean(OtpManager.class).cancel("cancelled@example.com", "default");

        assertThat(browser.status(id).json()).containsEntry("pending", false);
    }

    @Test
    void onlyASendCreatesASession() {
        assertThat(browser.verify("x", "123456").header("Set-Cookie")).isEmpty();
        assertThat(browser.status("x").header("Set-Cookie")).isEmpty();
        assertThat(browser.resend("x").header("Set-Cookie")).isEmpty();
        assertThat(browser.send("nonsense").header("Set-Cookie")).isEmpty();
        assertThat(browser.post("/otp/send", "{\"to\":\"a@example.com\",\"purpose\":\"unlisted\"}")
                        .header("Set-Cookie"))
                .isEmpty();
        assertThat(browser.send("session@example.com").header("Set-Cookie")).contains("JSESSIONID=");
    }

    @Test
    void choosesTheLanguage() {
        browser.post("/otp/send", "{\"to\":\"l1@example.com\"}", "Accept-Language", "ar-SA,en;q=0.5");
        assertThat(server.email.last().locale().getLanguage()).isEqualTo("ar");
        browser.post("/otp/send", "{\"to\":\"l2@example.com\",\"locale\":\"fr\"}", "Accept-Language", "ar");
        assertThat(server.email.last().locale().getLanguage()).isEqualTo("fr");
        browser.send("l3@example.com");
        assertThat(server.email.last().locale()).isEqualTo(Locale.ENGLISH);
    }

    @Test
    void theDetailsAreThoseThatTheCodeWasSentWith() {
        String id = browser.post(
                        "/otp/send",
                        "{\"to\":\"payer@example.com\",\"purpose\":\"payment\",\"details\":{\"amount\":\"10 SAR\"}}")
                .text("challengeId");
        String code = server.email.lastCode();
        String verify = "{\"challengeId\":\"" + id + "\",\"code\":\"" + code + "\"";

        assertThat(browser.post("/otp/verify", verify + ",\"details\":{\"amount\":\"99 SAR\"}}")
                        .outcome())
                .isEqualTo("422 NO_PENDING_CODE");
        assertThat(browser.post("/otp/verify", verify + ",\"purpose\":\"default\"}")
                        .outcome())
                .isEqualTo("422 NO_PENDING_CODE");
        assertThat(browser.post("/otp/verify", verify + "}").status()).isEqualTo(200);
        assertThat(server.successes.seen()).contains("payer@example.com payment {amount=10 SAR}");
        assertThat(browser.get("/paid").json()).isEqualTo(Map.of("amount", "10 SAR"));
    }

    @Test
    void theProofOfACodeWithoutDetailsHasNone() {
        String id = browser.post("/otp/send", "{\"to\":\"free@example.com\",\"purpose\":\"payment\"}")
                .text("challengeId");

        assertThat(browser.verify(id, server.email.lastCode()).status()).isEqualTo(200);
        assertThat(browser.get("/paid").json()).isEmpty();
    }

    @Test
    void ofRacingVerificationsOneSucceeds() throws Exception {
        for (int round = 0; round < 8; round++) {
            String id = browser.send("race" + round + "@example.com").text("challengeId");
            String code = server.email.lastCode();

            List<Integer> answers = atOnce(4, () -> browser.verify(id, code).status());

            assertThat(answers).containsOnlyOnce(200).containsOnly(200, 422);
        }
    }

    /** A person with a code, one without an account, and those whom no message reaches. */
    @Test
    void theAnswersAreTheSameForEveryWellFormedRecipient() {
        Browser optOut = server.browser();
        server.email.failNext(DeliveryFailure.Kind.OPTED_OUT);
        optOut.send("opted@example.com");
        List<String> expected = story("knows@example.com", () -> {});

        assertThat(expected).first().asString().startsWith("202 ");
        assertThat(expected.get(2)).startsWith("429 ").contains("retry-after=[30]", "RESEND_TOO_SOON");
        assertThat(expected.get(7)).contains("WRONG_CODE", "attemptsLeft=3");
        assertThat(expected.get(9)).startsWith("202 ").contains("challengeId=the id");
        assertThat(expected.get(14)).contains("TOO_MANY_ATTEMPTS");
        assertThat(expected.get(16)).contains("EXPIRED");
        assertThat(story("unknown@example.com", () -> {})).isEqualTo(expected);
        assertThat(server.email.messages())
                .noneMatch(message -> message.recipient().address().startsWith("unknown"));
        assertThat(story("opted@example.com", () -> {})).isEqualTo(expected);
        assertThat(story("filtered@example.com", () -> {})).isEqualTo(expected);
        assertThat(story("refused@example.com", () -> {})).isEqualTo(expected);
        assertThat(story("rejected@example.com", () -> server.email.failWith(DeliveryFailure.Kind.RECIPIENT_REJECTED)))
                .isEqualTo(expected);
    }

    /** Sends, asks too soon, guesses, resends, guesses until the end, and waits for the expiry. */
    private static List<String> story(String to, Runnable before) {
        before.run();
        Browser person = server.browser();
        Answer sent = person.send(to);
        String id = sent.text("challengeId");
        ArrayList<Answer> answers = new ArrayList<>(List.of(
                sent,
                person.status(id),
                person.send(to),
                person.resend(id),
                person.verify(id, "12345"),
                person.verify(id, "not a code"),
                person.post("/otp/verify", "{\"to\":\"" + to + "\",\"code\":\"" + guess(to) + "\"}"),
                person.verify(id, guess(to)),
                person.status(id)));
        server.clock.advance(COOLDOWN);
        answers.add(person.resend(id));
        answers.add(person.status(id));
        for (int i = 0; i < 4; i++) {
            answers.add(person.verify(id, guess(to)));
        }
        answers.add(person.status(id));
        server.clock.advance(Duration.ofMinutes(6));
        answers.add(person.verify(id, guess(to)));
        answers.add(person.status(id));
        answers.add(person.send(to));
        server.email.recover();
        Instant start = server.clock.instant();
        return answers.stream().map(answer -> fingerprint(answer, id, start)).toList();
    }

    private static String guess(String to) {
        return server.email.messages().stream()
                .filter(message -> message.recipient().address().equals(to))
                .reduce((first, second) -> second)
                .map(message -> RecordingChannel.wrongCode(message.code()))
                .orElse("123456");
    }

    private static String fingerprint(Answer answer, String id, Instant start) {
        Map<String, Object> json = answer.json();
        for (String time : List.of("expiresAt", "resendAfter")) {
            json.computeIfPresent(time, (name, value) -> Duration.between(start, Instant.parse(value.toString())));
        }
        json.computeIfPresent("challengeId", (name, value) -> value.equals(id) ? "the id" : "another id");
        json.computeIfPresent("recipient", (name, value) -> value.toString().substring(1));
        Map<String, List<String>> headers =
                new TreeMap<>(answer.response().headers().map());
        headers.remove("date");
        headers.remove("content-length");
        headers.computeIfPresent("set-cookie", (name, value) -> List.of("a session"));
        return answer.status() + " " + headers + " " + new TreeMap<>(json);
    }

    @Test
    void racingGuessesAtNothingAreCountedOneByOne() throws Exception {
        for (int round = 0; round < 4; round++) {
            String id = browser.send("refused" + round + "@example.com").text("challengeId");

            List<Answer> answers = atOnce(8, () -> browser.verify(id, "123456"));

            assertThat(answers)
                    .extracting(answer ->
                            answer.text("reason") + " " + answer.json().get("attemptsLeft"))
                    .containsExactlyInAnyOrder(
                            "WRONG_CODE 4",
                            "WRONG_CODE 3",
                            "WRONG_CODE 2",
                            "WRONG_CODE 1",
                            "WRONG_CODE 0",
                            "TOO_MANY_ATTEMPTS null",
                            "TOO_MANY_ATTEMPTS null",
                            "TOO_MANY_ATTEMPTS null");
        }
    }

    private static <T> List<T> atOnce(int times, Callable<T> action) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        CyclicBarrier start = new CyclicBarrier(times);
        try {
            Callable<T> racing = () -> {
                start.await(30, TimeUnit.SECONDS);
                return action.call();
            };
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(Collections.nCopies(times, racing))) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void noCodeIsInAnAnswer() {
        String id = browser.send("secret@example.com").text("challengeId");
        String code = server.email.lastCode();
        assertThat(List.of(browser.status(id), browser.resend(id), browser.verify(id, server.email.wrongCode())))
                .noneSatisfy(answer -> assertThat(answer.response().body()).contains(code));
    }
}
