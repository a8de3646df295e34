package dev.otpkit.channel.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otpkit.channel.twilio.TwilioStatusCallback.Result;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.DeliveryReport.Status;
import dev.otpkit.testkit.LogRecorder;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwilioStatusCallbackTest {
    private static final String TOKEN = "fake-auth-token";
    private static final String URL = "https://acme.example/otp/status?tenant=7&x=a%2Fb+c";
    private static final String SID = "SM0123456789abcdef0123456789abcdef";

    private static final String CHALLENGE = "AXc0-_challenge-Zz9";

    private final LogRecorder log = LogRecorder.start();

    @AfterEach
    void stopListening() {
        log.close();
        assertThat(log.texts()).noneMatch(text -> text.contains("966501234567") || text.contains(TOKEN));
        assertThat(log.texts()).noneMatch(text -> text.contains("twilio"));
    }

    @Test
    void acceptsTheFirstPublishedVector() {
        assertThat(published("https://mycompany.com/myapp.php?foo=1&bar=2")
                        .read("0/KCTR6DLpKmkAf8muzZqo1nDgQ=", null, form(vector("+12349013030"))))
                .isEqualTo(new Result.Ignored(""));
    }

    @Test
    void acceptsTheSecondPublishedVector() {
        assertThat(published("https://example.com/myapp.php?foo=1&bar=2")
                        .read("L/OH5YylLD5NRKLltdqwSvS0BnU=", null, form(vector("+14158675310"))))
                .isEqualTo(new Result.Ignored(""));
    }

    private static TwilioStatusCallback published(String url) {
        return TwilioStatusCallback.builder()
                .authToken("12345")
                .publicUrl(URI.create(url))
                .build();
    }

    private static Map<String, String> vector(String from) {
        return Map.of(
                "CallSid", "CA1234567890ABCDE",
                "From", from,
                "To", "+18005551212",
                "Caller", from,
                "Digits", "1234");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "delivered, -, DELIVERED, -",
                "delivered, 30008, DELIVERED, -",
                "read, -, DELIVERED, -",
                "undelivered, -, UNDELIVERED, UNCERTAIN",
                "undelivered, '', UNDELIVERED, UNCERTAIN",
                "undelivered, 0, UNDELIVERED, UNCERTAIN",
                "undelivered, 99999, UNDELIVERED, UNCERTAIN",
                "undelivered, 30003, UNDELIVERED, UNAVAILABLE",
                "undelivered, 30004, UNDELIVERED, RECIPIENT_REJECTED",
                "undelivered, 30005, UNDELIVERED, RECIPIENT_REJECTED",
                "undelivered, 30006, UNDELIVERED, RECIPIENT_REJECTED",
                "undelivered, 30007, UNDELIVERED, MISCONFIGURED",
                "undelivered, 30008, UNDELIVERED, UNCERTAIN",
                "undelivered, 30410, UNDELIVERED, UNCERTAIN",
                "undelivered, 63024, UNDELIVERED, RECIPIENT_REJECTED",
                "failed, -, FAILED, UNAVAILABLE",
                "failed, 99999, FAILED, UNAVAILABLE",
                "failed, nonsense, FAILED, UNAVAILABLE",
                "failed, 99999999999999, FAILED, UNAVAILABLE",
                "failed, 30001, FAILED, THROTTLED",
                "failed, 30008, FAILED, UNCERTAIN",
                "failed, 30450, FAILED, THROTTLED",
                "failed, 21610, FAILED, OPTED_OUT",
                "failed, 63016, FAILED, MISCONFIGURED",
                "canceled, -, FAILED, UNAVAILABLE",
            })
    void tellsWhatBecameOfAMessage(String said, String errorCode, Status status, Kind kind) {
        Map<String, String> report = report(said);
        if (errorCode != null) {
            report.put("ErrorCode", errorCode);
        }

        DeliveryReport event = reported(read(report));

        assertThat(event.challengeId()).isEmpty();
        assertThat(event.channel()).isEqualTo("twilio-sms");
        assertThat(event.providerMessageId()).isEqualTo(SID);
        assertThat(event.status()).isEqualTo(status);
        if (kind == null) {
            assertThat(event.failure()).isEmpty();
        } else {
            assertThat(event.failure()).hasValueSatisfying(failure -> {
                assertThat(failure.kind()).isEqualTo(kind);
                assertThat(failure.channel()).isEqualTo("twilio-sms");
                assertThat(failure.detail()).isEqualTo("Twilio reports the message " + said);
                String code = errorCode != null && errorCode.matches("[1-9]\\d{4}") ? errorCode : null;
                assertThat(failure.providerCode().orElse(null)).isEqualTo(code);
            });
        }
        assertThat(event.toString()).doesNotContain("966501234567", "15005550006");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "queued",
                "sending",
                "sent",
                "accepted",
                "scheduled",
                "receiving",
                "received",
                "partially_delivered",
                "a-status-to-come",
                "DELIVERED"
            })
    void ignoresWhatSaysNothingFinal(String status) {
        assertThat(read(report(status))).isEqualTo(new Result.Ignored(status));
    }

    @Test
    void ignoresWhatIsAboutNoMessage() {
        Map<String, String> report = report("delivered");
        report.remove("MessageSid");
        assertThat(read(report)).isEqualTo(new Result.Ignored("delivered"));
        report.put("MessageSid", "CA0123456789abcdef0123456789abcdef");
        assertThat(read(report)).isEqualTo(new Result.Ignored("delivered"));
        report.remove("MessageStatus");
        assertThat(read(report)).isEqualTo(new Result.Ignored(""));
        report.put("MessageStatus", "so\nlong" + "g".repeat(99));
        assertThat(read(report)).isEqualTo(new Result.Ignored(""));
        assertThat(read(Map.of())).isEqualTo(new Result.Ignored(""));
    }

    @Test
    void tellsTheChannelsApart() {
        Map<String, String> report = report("read");
        report.put("To", "whatsapp:+966501234567");
        assertThat(reported(read(report)).channel()).isEqualTo("twilio-whatsapp");
        report = report("undelivered");
        report.put("From", "whatsapp:+15005550006");
        assertThat(reported(read(report)).channel()).isEqualTo("twilio-whatsapp");
        assertThat(reported(read(report)).failure().orElseThrow().channel()).isEqualTo("twilio-whatsapp");

        TwilioStatusCallback named =
                builder().smsChannel("one").whatsAppChannel("two").build();
        assertThat(reported(named.read(sign(URL, report), null, form(report))).channel())
                .isEqualTo("two");
        report = report("delivered");
        assertThat(reported(named.read(sign(URL, report), null, form(report))).channel())
                .isEqualTo("one");
        report.remove("From");
        report.remove("To");
        assertThat(reported(named.read(sign(URL, report), null, form(report))).channel())
                .isEqualTo("one");
    }

    @Test
    void refusesWhatIsNotSigned() {
        Map<String, String> report = report("delivered");
        TwilioStatusCallback callback = builder().build();
        for (String signature : new String[] {null, "", " "}) {
            assertForged(callback.read(signature, null, form(report)), "no signature");
            assertForged(callback.read(signature, servlet(report)), "no signature");
        }
        String right = sign(URL, report);
        for (String signature : new String[] {
            "x",
            right + "=",
            right.substring(1),
            right.toLowerCase(java.util.Locale.ROOT),
            " " + right,
            "\u0000",
            "é".repeat(28),
            sign(URL, Map.of()),
            "x".repeat(100_000)
        }) {
            assertForged(callback.read(signature, null, form(report)), WRONG);
            assertForged(callback.read(signature, servlet(report)), WRONG);
        }
    }

    private static final String WRONG = "a signature that does not match URL, token and content";

    @Test
    void refusesASignatureWithOtherParameters() {
        Map<String, String> report = report("failed");
        String signature = sign(URL, report);
        TwilioStatusCallback callback = builder().build();
        assertThat(callback.read(signature, null, form(report)).isGenuine()).isTrue();

        for (String name : report.keySet()) {
            Map<String, String> changed = new HashMap<>(report);
            changed.put(name, changed.get(name) + "0");
            assertForged(callback.read(signature, null, form(changed)), WRONG);
            changed.remove(name);
            assertForged(callback.read(signature, null, form(changed)), WRONG);
        }
        Map<String, String> more = new HashMap<>(report);
        more.put("MessageStatus", "delivered");
        assertForged(callback.read(signature, null, form(more)), WRONG);
        more = new HashMap<>(report);
        more.put("Z", "");
        assertForged(callback.read(signature, null, form(more)), WRONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://acme.example/otp/status?tenant=7&x=a%2Fb+c",
                "https://acme.example/otp/status?tenant=8&x=a%2Fb+c",
                "https://acme.example/otp/status?x=a%2Fb+c&tenant=7",
                "https://acme.example/otp/status",
                "https://acme.example/otp/status/?tenant=7&x=a%2Fb+c",
                "https://acme.example:8443/otp/status?tenant=7&x=a%2Fb+c",
                "https://10.0.0.7:8080/otp/status?tenant=7&x=a%2Fb+c",
            })
    void refusesASignatureForAnotherUrl(String url) {
        Map<String, String> report = report("delivered");
        assertForged(builder().build().read(sign(url, report), null, form(report)), WRONG);
    }

    @ParameterizedTest
    @CsvSource({
        "https://acme.example/s, https://acme.example/s",
        "https://acme.example/s, https://acme.example:443/s",
        "https://acme.example:443/s, https://acme.example/s",
        "https://acme.example:443/s, https://acme.example:443/s",
        "https://acme.example:8443/s?a=b, https://acme.example/s?a=b",
        "https://acme.example:8443/s?a=b, https://acme.example:8443/s?a=b",
        "http://localhost:8080/s, http://localhost:8080/s",
        "http://localhost/s, http://localhost:80/s",
        "https://acme.example:443/s?x=a%2Fb, https://acme.example/s?x=a%2Fb",
        "https://acme.example/a%20b?x=%26%2B%C3%A9, https://acme.example:443/a%20b?x=%26%2B%C3%A9",
        "https://acme.example:8443/s?x=a%26b, https://acme.example/s?x=a%26b",
        "https://acme.example/s?x=a%26b, https://acme.example/s?x=a%26b",
        "HTTPS://acme.example/s, HTTPS://acme.example:443/s",
    })
    void takesTheUrlWithAndWithoutItsPort(String publicUrl, String signed) {
        Map<String, String> report = report("delivered");
        TwilioStatusCallback callback =
                builder().publicUrl(URI.create(publicUrl)).build();
        assertThat(callback.read(sign(signed, report), null, form(report))).isInstanceOf(Result.Reported.class);
    }

    @Test
    void takesTheTokenBeforeAsWell() {
        Map<String, String> report = report("delivered");
        String signature = sign("fake-old-token", URL, report);
        assertForged(builder().build().read(signature, null, form(report)), WRONG);
        TwilioStatusCallback rotating =
                builder().previousAuthToken("fake-old-token").build();
        assertThat(rotating.read(signature, null, form(report)).isGenuine()).isTrue();
        assertThat(rotating.read(sign(URL, report), null, form(report)).isGenuine())
                .isTrue();
        assertForged(rotating.read(sign("fake-older-token", URL, report), null, form(report)), WRONG);
    }

    @Test
    void saysTheSameOfDuplicatesInWhateverOrder() {
        TwilioStatusCallback callback = builder().build();
        Map<String, Result> first = new LinkedHashMap<>();
        for (String status : new String[] {"queued", "sent", "delivered", "read", "undelivered"}) {
            Map<String, String> report = report(status);
            first.put(status, callback.read(sign(URL, report), null, form(report)));
        }
        for (String status : new String[] {"undelivered", "read", "sent", "delivered", "queued", "delivered", "sent"}) {
            Map<String, String> report = report(status);
            assertThat(callback.read(sign(URL, report), null, form(report))).isEqualTo(first.get(status));
            assertThat(callback.read(sign(URL, report), servlet(report))).isEqualTo(first.get(status));
        }
    }

    @Test
    void readsEveryCharacter() {
        Map<String, String> report = report("delivered");
        report.put("A name & = + % ?", "a+b c&d=e%20f%");
        report.put("ProfileName", "رمز 🔐 \u2028 \r\n");
        report.put("Empty", "");
        String signature = sign(URL, report);
        TwilioStatusCallback callback = builder().build();

        assertThat(callback.read(signature, null, form(report)).isGenuine()).isTrue();
        assertThat(callback.read(signature, null, form(report).replace("+", "%20"))
                        .isGenuine())
                .isTrue();
        assertThat(callback.read(signature, null, form(report).replace("Empty=", "Empty"))
                        .isGenuine())
                .isTrue();
        assertThat(callback.read(signature, null, "&" + form(report) + "&&").isGenuine())
                .isTrue();
        assertThat(callback.read(signature, servlet(report)).isGenuine()).isTrue();
    }

    @Test
    void takesTheQueryOutOfWhatAServletHas() {
        Map<String, String> report = report("delivered");
        report.put("x", "of the body");
        String signature = sign(URL, report);
        Map<String, String[]> parameters = servlet(report);
        parameters.put("tenant", new String[] {"7"});
        parameters.put("x", new String[] {"a/b c", "of the body"});
        TwilioStatusCallback callback = builder().build();

        assertThat(callback.read(signature, parameters)).isInstanceOf(Result.Reported.class);

        parameters.put("tenant", new String[] {"8"});
        assertForged(callback.read(signature, parameters), WRONG);
        parameters.put("tenant", new String[] {"7", "7"});
        assertForged(callback.read(signature, parameters), WRONG);
        parameters.put("tenant", new String[] {});
        assertThat(callback.read(signature, parameters).isGenuine()).isTrue();
        parameters.put("tenant", new String[] {"7"});
        parameters.put("x", new String[] {"a/b c", "of the body", "of the body"});
        assertForged(callback.read(signature, parameters), "a repeated parameter");
    }

    @Test
    void readsTheChallengeThatTheChannelHasPutBehindThePublicUrl() {
        Map<String, String> report = report("undelivered");
        TwilioStatusCallback callback = builder().build();
        String called = URL + "&otpkit-challenge=" + CHALLENGE;
        String signature = sign(called, report);

        for (String query : List.of(
                "tenant=7&x=a%2Fb+c&otpkit-challenge=" + CHALLENGE,
                "otpkit-challenge=" + CHALLENGE,
                "added=1&otpkit-challenge=" + CHALLENGE + "&otpkit-challenge=another")) {
            assertThat(reported(callback.read(signature, query, form(report))).challengeId())
                    .contains(CHALLENGE);
        }
        Map<String, String[]> parameters = servlet(report);
        parameters.put("tenant", new String[] {"7"});
        parameters.put("x", new String[] {"a/b c"});
        parameters.put("otpkit-challenge", new String[] {CHALLENGE});
        assertThat(reported(callback.read(signature, parameters)).challengeId()).contains(CHALLENGE);

        String bare = "https://acme.example/s";
        TwilioStatusCallback withoutQuery =
                builder().publicUrl(URI.create(bare)).build();
        for (String url : List.of(bare, "https://acme.example:443/s")) {
            String query = "otpkit-challenge=" + CHALLENGE;
            assertThat(reported(withoutQuery.read(sign(url + "?" + query, report), query, form(report)))
                            .challengeId())
                    .contains(CHALLENGE);
        }
    }

    @Test
    void refusesAChallengeThatWasNotSigned() {
        Map<String, String> report = report("undelivered");
        TwilioStatusCallback callback = builder().build();
        String signature = sign(URL + "&otpkit-challenge=" + CHALLENGE, report);

        for (String query : new String[] {
            null, "", "tenant=7", "otpkit-challenge=another", "otpkit-challenge=" + CHALLENGE + "A", "otpkit-challenge"
        }) {
            assertForged(callback.read(signature, query, form(report)), WRONG);
            assertForged(callback.read(sign(URL, report), "otpkit-challenge=" + CHALLENGE, form(report)), WRONG);
        }
        Map<String, String[]> parameters = servlet(report);
        parameters.put("otpkit-challenge", new String[] {"another"});
        assertForged(callback.read(signature, parameters), WRONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%20", "a%2Fb", "\u0645", "a b", "a/b", "a=b"})
    void refusesAChallengeThatNoChannelMakes(String id) {
        Map<String, String> report = report("undelivered");
        String query = "otpkit-challenge=" + id;
        String reason = "a challenge id that no channel has made";
        TwilioStatusCallback callback = builder().build();

        assertForged(callback.read(sign(URL + "&" + query, report), query, form(report)), reason);
        Map<String, String[]> parameters = servlet(report);
        parameters.put("otpkit-challenge", new String[] {id});
        assertForged(callback.read(sign(URL + "&" + query, report), parameters), reason);
        assertForged(callback.read("x", "otpkit-challenge=" + "A".repeat(1025), ""), reason);
        assertForged(callback.read("x", "otpkit-challenge=" + "A".repeat(100_000), ""), reason);
        assertForged(callback.read("x", "a".repeat(1_000_000), ""), WRONG);
    }

    /** The signed text has no mark between the URL and the first name, so part of it can move from one to the other. */
    @Test
    void aChallengeThatWasMergedWithAParameterIsAnotherOne() {
        Map<String, String> report = report("undelivered");
        String signature = sign(URL + "&otpkit-challenge=" + CHALLENGE, report);
        String account = report.remove("AccountSid");
        String merged = CHALLENGE + "AccountSid" + account;

        Result result = builder().build().read(signature, "otpkit-challenge=" + merged, form(report));

        assertThat(reported(result).challengeId()).contains(merged);
    }

    @Test
    void refusesARepeatedParameter() {
        Map<String, String> report = report("delivered");
        String signature = sign(URL, report);
        TwilioStatusCallback callback = builder().build();
        assertForged(callback.read(signature, null, "MessageStatus=failed&" + form(report)), "a repeated parameter");
        assertForged(
                callback.read(signature, null, form(report) + "&MessageStatu%73=delivered"), "a repeated parameter");
        Map<String, String[]> parameters = servlet(report);
        parameters.put("MessageStatus", new String[] {"delivered", "failed"});
        assertForged(callback.read(signature, parameters), "a repeated parameter");
    }

    @Test
    void refusesAParameterWithoutANameOrAValue() {
        Map<String, String[]> noValue = new HashMap<>();
        noValue.put("MessageSid", null);
        Map<String, String[]> noName = new HashMap<>();
        noName.put(null, new String[] {"x"});

        for (Map<String, String[]> parameters :
                List.of(noValue, noName, Map.of("MessageSid", new String[] {"x", null}))) {
            assertForged(builder().build().read("signature", parameters), "a parameter without a name or a value");
        }
    }

    @Test
    void refusesWhatIsTooLarge() {
        TwilioStatusCallback callback = builder().build();
        Map<String, String> report = report("delivered");
        report.put("Large", "x".repeat(65_536 - form(report).length() - "&Large=".length()));
        assertThat(form(report)).hasSize(65_536);
        assertThat(callback.read(sign(URL, report), null, form(report)).isGenuine())
                .isTrue();
        report.merge("Large", "x", String::concat);
        assertForged(callback.read(sign(URL, report), null, form(report)), "more than 65536 characters");
        report.put("Large", "x".repeat(65_536));
        assertForged(callback.read(sign(URL, report), servlet(report)), "more than 65536 characters");

        Map<String, String> many = report("delivered");
        for (int i = many.size(); i < 200; i++) {
            many.put("n" + i, "1");
        }
        assertThat(callback.read(sign(URL, many), null, form(many)).isGenuine()).isTrue();
        assertThat(callback.read(sign(URL, many), servlet(many)).isGenuine()).isTrue();
        many.put("one more", "1");
        assertForged(callback.read(sign(URL, many), null, form(many)), "more than 200 parameters");
        assertForged(callback.read(sign(URL, many), servlet(many)), "more than 200 parameters");
        assertForged(callback.read("x", null, "a&".repeat(30_000)), "a repeated parameter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a=%", "a=%4", "%zz=1", "a=%-1", "a=%u0041"})
    void refusesAMalformedForm(String form) {
        assertForged(builder().build().read("signature", null, form), "a malformed per cent sign");
        assertForged(builder().build().read(sign(URL, Map.of()), null, form), "a malformed per cent sign");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&", "=", "&&=&", "a=%ff%fe", "\uD800=\uDC00", "{\"json\":1}", "\u0000", "a=b=c"})
    void throwsForNothing(String form) {
        assertThat(builder().build().read("signature", null, form)).isEqualTo(new Result.Forged(WRONG));
    }

    @Test
    void buildsOnlyWithATokenAndAUrl() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TwilioStatusCallback.builder()
                        .publicUrl(URI.create(URL))
                        .build())
                .withMessage("authToken must be set");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> TwilioStatusCallback.builder().authToken(TOKEN).build())
                .withMessage("publicUrl must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder()
                        .publicUrl(URI.create("https://acme.example/?a=1&a=2"))
                        .build())
                .withMessage("publicUrl must not have a query with a repeated parameter");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().publicUrl(URI.create("http://acme.example/")))
                .withMessage("publicUrl must be an https URL, or http to this machine, without user and fragment");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().publicUrl(URI.create("https://acme.example/?a=b&otpkit-challenge=c")))
                .withMessage("publicUrl must not have a parameter otpkit-challenge");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().authToken(" "))
                .withMessageStartingWith("authToken must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().previousAuthToken(" "))
                .withMessageStartingWith("previousAuthToken must be");
        assertThat(builder().build()).hasToString("TwilioStatusCallback[sms=twilio-sms, whatsApp=twilio-whatsapp]");
        assertThat(builder()).hasToString("TwilioStatusCallback.Builder[sms=twilio-sms, whatsApp=twilio-whatsapp]");
    }

    private static void assertForged(Result result, String reason) {
        assertThat(result).isEqualTo(new Result.Forged(reason));
        assertThat(result.isGenuine()).isFalse();
    }

    private static DeliveryReport reported(Result result) {
        assertThat(result.isGenuine()).isTrue();
        assertThat(result).isInstanceOf(Result.Reported.class);
        return ((Result.Reported) result).report();
    }

    private static Result read(Map<String, String> report) {
        TwilioStatusCallback callback = builder().build();
        Result result = callback.read(sign(URL, report), null, form(report));
        assertThat(callback.read(sign(URL, report), servlet(report))).isEqualTo(result);
        return result;
    }

    private static Map<String, String> report(String status) {
        return new LinkedHashMap<>(Map.of(
                "MessageSid",
                SID,
                "MessageStatus",
                status,
                "From",
                "+15005550006",
                "To",
                "+966501234567",
                "AccountSid",
                TestMessages.ACCOUNT));
    }

    private static TwilioStatusCallback.Builder builder() {
        return TwilioStatusCallback.builder().authToken(TOKEN).publicUrl(URI.create(URL));
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> URLEncoder.encode(entry.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static Map<String, String[]> servlet(Map<String, String> parameters) {
        Map<String, String[]> servlet = new HashMap<>();
        parameters.forEach((name, value) -> servlet.put(name, new String[] {value}));
        return servlet;
    }

    private static String sign(String url, Map<String, String> parameters) {
        return sign(TOKEN, url, parameters);
    }

    /** As Twilio documents it: HMAC-SHA1 of the URL and of each name and value, sorted by name. */
    private static String sign(String token, String url, Map<String, String> parameters) {
        StringBuilder signed = new StringBuilder(url);
        new TreeMap<>(parameters).forEach((name, value) -> signed.append(name).append(value));
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
