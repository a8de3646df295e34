package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeTwilioTest {
    private static final String PATH = "/2010-04-01/Accounts/" + FakeTwilio.ACCOUNT_SID + "/Messages.json";
    private static final String LOGIN = FakeTwilio.ACCOUNT_SID + ":" + FakeTwilio.AUTH_TOKEN;
    private static final String TEMPLATE = "HX0123456789abcdef0123456789abcdef";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final FakeTwilio twilio = FakeTwilio.start();

    @AfterEach
    void stop() {
        twilio.close();
    }

    @Test
    void takesAnSms() throws Exception {
        HttpResponse<String> response = send("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456");

        assertThat(response.statusCode()).isEqualTo(201);
        FakeProvider.Message message = twilio.messages().get(0);
        assertThat(Json.object(Json.read(response.body()).orElseThrow()))
                .containsEntry("sid", message.id())
                .containsEntry("status", "queued")
                .containsEntry("body", "Code: 123456")
                .containsEntry("error_code", null);
        assertThat(message.id()).matches("SM[0-9a-f]{32}");
        assertThat(message.recipient()).isEqualTo("+966501234567");
        assertThat(message.sender()).isEqualTo("+15005550006");
        assertThat(message.text()).isEqualTo("Code: 123456");
        assertThat(message).asString().doesNotContain("123456", "501234567");
        assertThat(twilio.lastCodeTo("+966 50 123 4567")).isEqualTo("123456");
        assertThat(twilio.requests().get(0).form()).containsEntry("Body", "Code: 123456");
        assertThat(twilio.requests().get(0)).asString().doesNotContain("123456");
    }

    @Test
    void takesATemplateOverWhatsApp() throws Exception {
        send(
                "To", "whatsapp:+966501234567",
                "MessagingServiceSid", "MG0123456789abcdef0123456789abcdef",
                "ContentSid", TEMPLATE,
                "ContentVariables", "{\"1\":\"123456\",\"2\":\"5\"}");

        assertThat(twilio.messages().get(0).text()).isEqualTo("123456 5");
        assertThat(twilio.lastCodeTo("+966501234567")).isEqualTo("123456");
    }

    @Test
    void refusesWhatTwilioRefuses() throws Exception {
        Map<String, String> good =
                new LinkedHashMap<>(Map.of("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456"));
        refuses(400, 21604, with(good, "To", ""));
        refuses(400, 21603, with(good, "From", ""));
        refuses(400, 21619, with(good, "Body", ""));
        refuses(400, 21211, with(good, "To", "0501234567"));
        refuses(400, 21910, with(good, "To", "whatsapp:+966501234567"));
        refuses(400, 21617, with(good, "Body", "x".repeat(1601)));
        refuses(400, 21654, with(good, "ContentVariables", "{}"));
        refuses(400, 21655, with(good, "ContentSid", "HX12"));
        refuses(400, 21656, with(with(good, "ContentSid", TEMPLATE), "ContentVariables", "[1]"));
        refuses(401, 20003, post(PATH, FakeTwilio.ACCOUNT_SID + ":another-token", good));
        refuses(401, 20003, post(PATH, "SK12:secret", good));
        refuses(404, 20404, post(PATH.replace("ACfa4e", "AC1234"), LOGIN, good));
        refuses(404, 20404, post("/2010-04-01/Messages.json", LOGIN, good));

        assertThat(twilio.messages()).isEmpty();
        assertThat(twilio.requests()).hasSize(13);
        twilio.addApiKey("SK12", "secret");
        assertThat(post(PATH, "SK12:secret", good).statusCode()).isEqualTo(201);
    }

    @Test
    void acceptsTheAccountThatItWasStartedWith() throws Exception {
        try (FakeTwilio other = FakeTwilio.start("AC0123456789abcdef0123456789abcdef", "another-token")) {
            String path = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json";
            Map<String, String> sms = Map.of("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456");
            URI url = other.url().resolve(path);

            refuses(401, 20003, HTTP.send(request(url, LOGIN, sms, PATIENCE), BodyHandlers.ofString()));
            String login = "AC0123456789abcdef0123456789abcdef:another-token";
            assertThat(HTTP.send(request(url, login, sms, PATIENCE), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void refusesAsAskedUntilItRecovers() throws Exception {
        for (Map.Entry<Integer, Integer> refusal :
                Map.of(21610, 400, 20429, 429, 20500, 500, 20503, 503).entrySet()) {
            twilio.refuseWith(refusal.getKey());
            refuses(refusal.getValue(), refusal.getKey(), sms());
        }
        twilio.refuseWith(21614);
        assertThat(sms().body()).as("what it says of the recipient").contains("+966501234567");
        twilio.respondWith(502, "Bad Gateway");
        assertThat(sms().statusCode()).isEqualTo(502);
        assertThat(sms().body()).isEqualTo("Bad Gateway");
        twilio.respondWith(204, "");
        assertThat(sms().statusCode()).isEqualTo(204);
        assertThat(twilio.messages()).isEmpty();

        twilio.recover();
        assertThat(sms().statusCode()).isEqualTo(201);
    }

    @Test
    void takesAMessageAndBreaksTheConnection() {
        twilio.breakConnections();

        assertThatExceptionOfType(IOException.class).isThrownBy(this::sms);

        assertThat(twilio.lastCodeTo("+966501234567")).isEqualTo("123456");
    }

    @Test
    void takesAMessageAndNeverResponds() throws Exception {
        twilio.hang();

        assertThatExceptionOfType(HttpTimeoutException.class)
                .isThrownBy(() -> HTTP.send(request(Duration.ofMillis(300)), BodyHandlers.ofString()));
        assertThat(twilio.await(PATIENCE).code()).isEqualTo("123456");

        CompletableFuture<?> hanging = HTTP.sendAsync(request(PATIENCE), BodyHandlers.ofString());
        twilio.await(PATIENCE);
        twilio.recover();
        assertThat(hanging.handle((response, failure) -> failure).join()).isInstanceOf(Exception.class);
        assertThat(sms().statusCode()).isEqualTo(201);
    }

    @Test
    void delaysItsResponses() throws Exception {
        twilio.delay(Duration.ofMillis(200));
        long start = System.nanoTime();
        assertThat(sms().statusCode()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));

        twilio.delay(Duration.ofDays(1));
        CompletableFuture<HttpResponse<String>> delayed = HTTP.sendAsync(request(PATIENCE), BodyHandlers.ofString());
        twilio.await(PATIENCE);
        twilio.await(PATIENCE);
        twilio.recover();
        assertThat(delayed.join().statusCode()).isEqualTo(201);
    }

    @Test
    void cannotBeReachedOnceItIsClosed() {
        twilio.close();
        twilio.close();

        assertThatExceptionOfType(ConnectException.class).isThrownBy(this::sms);
    }

    @Test
    void signsAsTwilioDoes() {
        String form = "CallSidCA1234567890ABCDECaller%1$sDigits1234From%1$sTo+18005551212";
        assertThat(FakeTwilio.signature(
                        "https://mycompany.com/myapp.php?foo=1&bar=2" + form.formatted("+12349013030"), "12345"))
                .isEqualTo("0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
        assertThat(FakeTwilio.signature(
                        "https://example.com/myapp.php?foo=1&bar=2" + form.formatted("+14158675310"), "12345"))
                .isEqualTo("L/OH5YylLD5NRKLltdqwSvS0BnU=");
    }

    @Test
    void reportsAStatusToTheApplication() throws Exception {
        sms();
        FakeProvider.Message message = twilio.messages().get(0);
        URI publicUrl = URI.create("https://acme.example/otp/status?a=b");
        try (FakeTwilio application = FakeTwilio.start()) {
            application.respondWith(204, "");

            assertThat(twilio.report(
                            message,
                            "undelivered",
                            30003,
                            publicUrl,
                            application.url().resolve("/status")))
                    .isEqualTo(204);

            FakeProvider.Request report = application.requests().get(0);
            assertThat(report.uri()).hasToString("/status");
            assertThat(report.form())
                    .containsEntry("MessageSid", message.id())
                    .containsEntry("MessageStatus", "undelivered")
                    .containsEntry("ErrorCode", "30003")
                    .containsEntry("From", "+15005550006")
                    .containsEntry("To", "+966501234567");
            String signed = publicUrl + "AccountSid" + FakeTwilio.ACCOUNT_SID + "ApiVersion2010-04-01"
                    + "ErrorCode30003From+15005550006MessageSid" + message.id() + "MessageStatusundelivered"
                    + "SmsSid" + message.id() + "SmsStatusundeliveredTo+966501234567";
            assertThat(report.headers())
                    .containsEntry("X-Twilio-Signature", FakeTwilio.signature(signed, FakeTwilio.AUTH_TOKEN));
            twilio.report(message, "delivered", 0, publicUrl, application.url());
            assertThat(application.requests().get(1).form()).doesNotContainKey("ErrorCode");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> twilio.report(message, "lost", 0, publicUrl, application.url()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> application.report(message, "sent", 0, publicUrl, application.url()));
        }
    }

    @Test
    void reportsToTheUrlWithTheChallengeThatTheChannelGaveIt() throws Exception {
        String challenge = "otpkit-challenge=AX-_z";
        String given = "https://acme.example/otp/status?a=b&" + challenge;
        send("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456", "StatusCallback", given);
        FakeProvider.Message message = twilio.messages().get(0);
        try (FakeTwilio application = FakeTwilio.start()) {
            application.respondWith(204, "");

            twilio.report(
                    message, "delivered", 0, URI.create("https://acme.example/otp/status?a=b"), application.url());
            twilio.report(message, "delivered", 0, URI.create("https://acme.example/s"), application.url());

            for (int i = 0; i < 2; i++) {
                FakeProvider.Request report = application.requests().get(i);
                assertThat(report.uri().getRawQuery()).isEqualTo(challenge);
                String called = i == 0 ? given : "https://acme.example/s?" + challenge;
                assertThat(report.headers())
                        .containsEntry(
                                "X-Twilio-Signature",
                                FakeTwilio.signature(URI.create(called), report.form(), FakeTwilio.AUTH_TOKEN));
            }
        }
    }

    @Test
    void takesFeedbackOnAMessageThatWasSentWithProvideFeedback() throws Exception {
        send("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456");
        send("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456", "ProvideFeedback", "true");

        assertThat(feedback(1, LOGIN, "confirmed")).isEqualTo(200);
        assertThat(feedback(1, LOGIN, "unconfirmed")).isEqualTo(200);
        assertThat(feedback(1, LOGIN, "perhaps")).isEqualTo(400);
        assertThat(feedback(1, "another:login", "confirmed")).isEqualTo(401);
        assertThat(feedback(0, LOGIN, "confirmed"))
                .as("no feedback was announced")
                .isEqualTo(404);
        assertThat(twilio.messages()).hasSize(2);
    }

    private int feedback(int message, String login, String outcome) throws Exception {
        String sid = twilio.messages().get(message).id();
        URI url = twilio.url().resolve(PATH.replace(".json", "/" + sid + "/Feedback.json"));
        return HTTP.send(request(url, login, Map.of("Outcome", outcome), PATIENCE), BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void reportsForTheAccountThatItWasStartedWith() throws Exception {
        String account = "AC0123456789abcdef0123456789abcdef";
        try (FakeTwilio other = FakeTwilio.start(account, "another-token");
                FakeTwilio application = FakeTwilio.start()) {
            URI url = other.url().resolve("/2010-04-01/Accounts/" + account + "/Messages.json");
            Map<String, String> sms = Map.of("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456");
            HTTP.send(request(url, account + ":another-token", sms, PATIENCE), BodyHandlers.ofString());
            application.respondWith(204, "");
            other.report(
                    other.messages().get(0),
                    "sent",
                    0,
                    URI.create("https://acme.example/otp/status"),
                    application.url());

            assertThat(application.requests().get(0).form()).containsEntry("AccountSid", account);
        }
    }

    @Test
    void awaitsMessagesInOrderAndForgetsThem() throws Exception {
        send("To", "+966501234567", "From", "+15005550006", "Body", "Code: 111111");
        send("To", "+966501234568", "From", "+15005550006", "Body", "Code: 222222, once more 222222");

        assertThat(twilio.await(Duration.ZERO).code()).isEqualTo("111111");
        assertThat(twilio.await(Duration.ZERO).code()).isEqualTo("222222");
        twilio.clear();
        assertThat(twilio.messages()).isEmpty();
        assertThat(twilio.requests()).isEmpty();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> twilio.await(Duration.ZERO))
                .withMessageContaining("FakeTwilio");
    }

    @Test
    void saysWhyThereIsNoCode() throws Exception {
        send("To", "+966501234567", "From", "+15005550006", "Body", "In 2026, your code is 123456");
        send("To", "+966501234568", "From", "+15005550006", "Body", "Code: 4F7K2P, 123, A1234");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> twilio.lastCodeTo("+966501234567"))
                .withMessageContaining("2 different runs")
                .withMessageNotContaining("123456");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> twilio.lastCodeTo("+966501234568"))
                .withMessageContaining("0 different runs");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> twilio.lastCodeTo("+966501234569"))
                .withMessageContaining("no message was taken for +966•••••4569")
                .withMessageNotContaining("501234567");
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> twilio.lastCodeTo("nonsense"));
    }

    private void refuses(int status, int code, Map<String, String> form) throws Exception {
        refuses(status, code, post(PATH, LOGIN, form));
    }

    private static void refuses(int status, int code, HttpResponse<String> response) {
        assertThat(response.statusCode()).as("status of %d", code).isEqualTo(status);
        assertThat(Json.object(Json.read(response.body()).orElseThrow()))
                .containsEntry("code", BigDecimal.valueOf(code))
                .containsEntry("status", BigDecimal.valueOf(status))
                .containsEntry("more_info", "https://www.twilio.com/docs/errors/" + code);
    }

    private static Map<String, String> with(Map<String, String> form, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(form);
        changed.put(name, value);
        return changed;
    }

    private HttpResponse<String> sms() throws IOException, InterruptedException {
        return HTTP.send(request(PATIENCE), BodyHandlers.ofString());
    }

    private HttpRequest request(Duration timeout) {
        return request(
                twilio.url().resolve(PATH),
                LOGIN,
                Map.of("To", "+966501234567", "From", "+15005550006", "Body", "Code: 123456"),
                timeout);
    }

    private HttpResponse<String> send(String... namesAndValues) throws IOException, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return post(PATH, LOGIN, form);
    }

    private HttpResponse<String> post(String path, String login, Map<String, String> form)
            throws IOException, InterruptedException {
        return HTTP.send(request(twilio.url().resolve(path), login, form, PATIENCE), BodyHandlers.ofString());
    }

    private static HttpRequest request(URI url, String login, Map<String, String> form, Duration timeout) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
