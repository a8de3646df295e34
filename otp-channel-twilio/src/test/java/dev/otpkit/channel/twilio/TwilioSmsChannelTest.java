package dev.otpkit.channel.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.EmailAddress;
import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.FakeProvider.Request;
import dev.otpkit.testkit.FakeTwilio;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwilioSmsChannelTest {
    private static final FakeTwilio TWILIO = FakeTwilio.start(TestMessages.ACCOUNT, TestMessages.TOKEN);

    @BeforeEach
    void acceptEverything() {
        TWILIO.recover();
        TWILIO.addApiKey(TestMessages.KEY, "fake-api-secret");
        TWILIO.clear();
    }

    @AfterAll
    static void stop() {
        TWILIO.close();
    }

    @Test
    void postsOneFormToTheAccount() throws Exception {
        TwilioSmsChannel channel = builder().from("+15005550006").build();

        assertThat(channel.deliver(TestMessages.message()).providerMessageId())
                .hasValueSatisfying(sid -> assertThat(sid).matches("SM[0-9a-f]{32}"));

        assertThat(TWILIO.requests())
                .extracting(Request::form)
                .containsExactly(Map.of(
                        "To",
                        TestMessages.ADDRESS,
                        "From",
                        "+15005550006",
                        "Body",
                        TestMessages.TEXT,
                        "ValidityPeriod",
                        "300"));
        var request = TWILIO.requests().get(0);
        assertThat(request.body().split("&")).as("fields, none of them twice").hasSize(4);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).hasToString("/2010-04-01/Accounts/" + TestMessages.ACCOUNT + "/Messages.json");
        assertThat(request.headers().get("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(request.headers().get("Authorization")).isEqualTo(basic(TestMessages.ACCOUNT, TestMessages.TOKEN));
    }

    @Test
    void letsAMessagingServiceSend() throws Exception {
        builder().messagingServiceSid(TestMessages.SERVICE).build().deliver(TestMessages.message());

        assertThat(TWILIO.requests())
                .extracting(Request::form)
                .containsExactly(Map.of(
                        "To", TestMessages.ADDRESS,
                        "MessagingServiceSid", TestMessages.SERVICE,
                        "Body", TestMessages.TEXT,
                        "ValidityPeriod", "300"));
    }

    @Test
    void tellsTwilioWhereToReport() throws Exception {
        URI callback = URI.create("https://acme.example/otp/status?tenant=%C3%A9&x=1");
        builder().from("Acme").statusCallback(callback).build().deliver(TestMessages.message());

        assertThat(TWILIO.requests().get(0).form()).containsEntry("StatusCallback", callback.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "https://acme.example/otp/status, https://acme.example/otp/status?otpkit-challenge=AX-_z",
        "https://acme.example, https://acme.example?otpkit-challenge=AX-_z",
        "https://acme.example/s?tenant=%C3%A9&x=a%2Fb+c,"
                + " https://acme.example/s?tenant=%C3%A9&x=a%2Fb+c&otpkit-challenge=AX-_z",
        "https://acme.example/s?, https://acme.example/s?&otpkit-challenge=AX-_z",
    })
    void putsTheChallengeBehindTheUrlForReports(String callback, String sent) throws Exception {
        builder()
                .from("Acme")
                .statusCallback(URI.create(callback))
                .build()
                .deliver(TestMessages.message().forDelivery(Deadline.none(), () -> "AX-_z"));

        assertThat(TWILIO.requests().get(0).form()).containsEntry("StatusCallback", sent);
    }

    @Test
    void leavesTheUrlForReportsAloneIfTheChallengeDoesNotFit() throws Exception {
        String longest = "https://acme.example/" + "s".repeat(1950);
        for (String id : new String[] {"A".repeat(100), "", "a b", "a&b", "\u0645", "A".repeat(1025)}) {
            URI callback = URI.create(id.length() == 100 ? longest : "https://acme.example/s");
            TWILIO.clear();
            builder()
                    .from("Acme")
                    .statusCallback(callback)
                    .build()
                    .deliver(TestMessages.message().forDelivery(Deadline.none(), () -> id));

            assertThat(TWILIO.requests().get(0).form()).containsEntry("StatusCallback", callback.toString());
        }
        builder().from("Acme").build().deliver(TestMessages.message().forDelivery(Deadline.none(), () -> "id"));
        assertThat(TWILIO.requests().get(1).form()).doesNotContainKey("StatusCallback");
    }

    @Test
    void hidesTheChallengeInAnErrorThatRepeatsTheUrl() {
        String id = "AXc0-_challenge-Zz9".repeat(5);
        TWILIO.respondWith(request -> Refusals.error(
                400,
                21609,
                "The StatusCallback URL is not valid: " + request.form().get("StatusCallback")));
        TwilioSmsChannel channel = builder()
                .from("Acme")
                .statusCallback(URI.create("https://acme.example/s"))
                .build();

        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> channel.deliver(TestMessages.message().forDelivery(Deadline.none(), () -> id)))
                .satisfies(e -> assertThat(e.failure().detail())
                        .contains("The StatusCallback URL is not valid: https://acme.example/s?otpkit-challenge=")
                        .doesNotContain(id.substring(0, 16)));
    }

    @Test
    void asksForFeedbackOnlyIfConfigured() throws Exception {
        TwilioSmsChannel without = builder().from("Acme").build();
        assertThat(without.wantsFeedback()).isFalse();
        without.deliver(TestMessages.message());
        assertThat(TWILIO.requests().get(0).form()).doesNotContainKey("ProvideFeedback");

        TwilioSmsChannel with = builder().from("Acme").provideFeedback(true).build();
        assertThat(with.wantsFeedback()).isTrue();
        with.deliver(TestMessages.message());
        assertThat(TWILIO.requests().get(1).form()).containsEntry("ProvideFeedback", "true");
        assertThat(builder()
                        .from("Acme")
                        .provideFeedback(true)
                        .provideFeedback(false)
                        .build()
                        .wantsFeedback())
                .isFalse();
    }

    @Test
    void confirmsAMessageWhoseCodeWasUsed() throws Exception {
        TwilioSmsChannel channel = builder().from("Acme").provideFeedback(true).build();
        String sid = channel.deliver(TestMessages.message()).providerMessageId().orElseThrow();

        channel.used(sid);

        Request request = TWILIO.requests().get(1);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri())
                .hasToString("/2010-04-01/Accounts/" + TestMessages.ACCOUNT + "/Messages/" + sid + "/Feedback.json");
        assertThat(request.form()).isEqualTo(Map.of("Outcome", "confirmed"));
        assertThat(request.headers().get("Authorization")).isEqualTo(basic(TestMessages.ACCOUNT, TestMessages.TOKEN));
        assertThat(TWILIO.requests()).hasSize(2);
    }

    @Test
    void saysWhyTwilioDidNotTakeTheFeedback() throws Exception {
        TwilioSmsChannel channel = builder().from("Acme").provideFeedback(true).build();
        String sid = "SM0123456789abcdef0123456789abcdef";

        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> channel.used(sid))
                .satisfies(e -> {
                    assertThat(e.failure().channel()).isEqualTo("twilio-sms");
                    assertThat(e.failure().providerCode()).contains("404");
                    assertThat(e.failure().detail()).contains("20404");
                });
        TWILIO.respondWith(request -> Refusals.error(400, 20001, "No: " + request.headers() + TestMessages.TOKEN));
        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> channel.used(sid))
                .satisfies(e -> assertThat(e.failure().detail())
                        .doesNotContain(TestMessages.TOKEN)
                        .doesNotContain(
                                basic(TestMessages.ACCOUNT, TestMessages.TOKEN).substring(6)));
        assertThat(TWILIO.requests()).as("nothing is repeated").hasSize(2);
        for (String noSid : new String[] {"", "x", sid + "/../..", "AC0123456789abcdef0123456789abcdef", sid + "\n"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.used(noSid))
                    .withMessage("providerMessageId must be the SID of a message");
        }
        channel.close();
        assertThatIllegalStateException().isThrownBy(() -> channel.used(sid));
        assertThat(TWILIO.requests()).hasSize(2);
    }

    @Test
    void signsInWithAnApiKey() throws Exception {
        TwilioSmsChannel.builder()
                .accountSid(TestMessages.ACCOUNT)
                .apiKey(TestMessages.KEY)
                .apiSecret("fake-api-secret")
                .from("+15005550006")
                .baseUrl(TWILIO.url())
                .build()
                .deliver(TestMessages.message());

        var request = TWILIO.requests().get(0);
        assertThat(request.uri().toString()).contains(TestMessages.ACCOUNT);
        assertThat(request.headers().get("Authorization")).isEqualTo(basic(TestMessages.KEY, "fake-api-secret"));
    }

    @Test
    void keepsThePathOfABaseUrl() throws Exception {
        TWILIO.respondWith(Refusals::taken);
        builder()
                .from("+15005550006")
                .baseUrl(URI.create(TWILIO.url() + "/proxy/twilio/"))
                .build()
                .deliver(TestMessages.message());

        assertThat(TWILIO.requests().get(0).uri().toString()).startsWith("/proxy/twilio/2010-04-01/Accounts/AC");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1",
        "PT0.9S, 1",
        "PT1S, 1",
        "PT1.999S, 1",
        "PT90S, 90",
        "PT5M, 300",
        "PT10H, 36000",
        "PT10H1S, 36000",
        "PT24H, 36000",
        "-PT5S, 1",
        "PT2562047788015215H, 36000"
    })
    void letsAMessageLiveAsLongAsItsCode(Duration validFor, String seconds) throws Exception {
        builder().from("+15005550006").build().deliver(TestMessages.message(validFor));

        assertThat(TWILIO.requests().get(0).form()).containsEntry("ValidityPeriod", seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quotes \" ' ` and \\ back\\\\slashes \\n \\u0041",
                "100 % %s %n %1$s %41 %zz ${code} {app}",
                "a&b=c+d e;f #g ?h &amp; &#38;",
                "one\r\nTo: +15005550001\n\rtwo\rthree\n",
                "one\u2028two\u2029three\u0085four\u0000five\tsix",
                "🔐 👩‍👩‍👧 €",
                "رمز التحقق \u2066123456\u2069 هو",
                "  blanks around  ",
                "=",
                "&",
                "+",
                "%",
            })
    void carriesEveryTextUnharmed(String text) throws Exception {
        builder().from("+15005550006").build().deliver(TestMessages.message(text));

        assertThat(TWILIO.requests()).hasSize(1);
        assertThat(TWILIO.requests().get(0).form())
                .containsEntry("Body", text)
                .containsEntry("To", TestMessages.ADDRESS);
    }

    @Test
    void reachesPhoneNumbersAlone() {
        TwilioSmsChannel channel = builder().from("+15005550006").build();
        OtpMessage mail = new OtpMessage(
                new EmailAddress("reader@recipient.example"),
                TestMessages.CODE,
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "Your code",
                TestMessages.TEXT,
                Optional.empty());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.deliver(mail))
                .withMessage("recipient must be a phone number, but was r•••@recipient.example");
        assertThatNullPointerException()
                .isThrownBy(() -> channel.deliver(null))
                .withMessage("message must not be null");
        assertThat(TWILIO.requests()).isEmpty();
    }

    @Test
    void hasANameOfItsOwn() {
        assertThat(builder().from("Acme").build().name()).isEqualTo("twilio-sms");
        assertThat(builder().from("Acme").build().medium()).isEqualTo("sms");
        TwilioSmsChannel channel = builder().from("Acme").name("second").build();
        assertThat(channel.name()).isEqualTo("second");
        assertThat(channel)
                .hasToString("TwilioSmsChannel[name=second, account=" + TestMessages.ACCOUNT + ", from=Acme]");
        assertThat(builder())
                .hasToString(
                        "TwilioSmsChannel.Builder[name=twilio-sms, account=" + TestMessages.ACCOUNT + ", from=null]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+15005550006",
                "+966501234567",
                "12345",
                "123456",
                "Acme",
                "A",
                "ACME Bank 1",
                "2FA",
                "Acme-2_+&"
            })
    void acceptsASender(String from) {
        assertThatCode(() -> builder().from(from).build()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "+",
                "15005550006",
                "+0500555000",
                "+1500555000612345",
                "12",
                "twelve chars",
                " Acme",
                "Acme ",
                "Acme\n",
                "+1500555000x",
                "whatsapp:+15005550006",
                "Ácme",
                "1 2",
                "A.B"
            })
    void refusesWhatIsNoSender(String from) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().from(from))
                .withMessage("from must be a number in E.164, a short code, or a sender id of 1 to 11 with a letter");
    }

    @Test
    void refusesWhatIsOutOfRange() {
        TwilioSmsChannel.Builder builder = TwilioSmsChannel.builder();
        for (String sid : new String[] {"", "AC", "AC0123456789abcdef0123456789abcdeg", TestMessages.KEY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.accountSid(sid))
                    .withMessage("accountSid must be AC and 32 hexadecimal digits");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.messagingServiceSid(TestMessages.ACCOUNT))
                .withMessage("messagingServiceSid must be MG and 32 hexadecimal digits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.apiKey(TestMessages.ACCOUNT))
                .withMessage("apiKey must be SK and 32 hexadecimal digits");
        for (String token : new String[] {"", "fake token", "fake\ntoken", "fäke", "f".repeat(257)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.authToken(token))
                    .withMessage("authToken must be 1 to 256 characters of printable ASCII without blanks");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.apiSecret(token))
                    .withMessage("apiSecret must be 1 to 256 characters of printable ASCII without blanks");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.baseUrl(URI.create("http://twilio.example")))
                .withMessageStartingWith("baseUrl must be https");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.timeout(Duration.ofSeconds(61)))
                .withMessage("timeout must be within (PT0S, PT1M], but was PT1M1S");
        for (String url : new String[] {
            "http://acme.example/status",
            "ftp://acme.example",
            "/status",
            "https://u:p@acme.example/",
            "https:///x",
            "https://acme.example/#x",
            "http:/x"
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.statusCallback(URI.create(url)))
                    .withMessage(
                            "statusCallback must be an https URL, or http to this machine, without user and fragment");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.statusCallback(URI.create("https://acme.example/s?otpkit-challenge=x")))
                .withMessage("statusCallback must not have a parameter otpkit-challenge");
        assertThatCode(() -> builder.statusCallback(URI.create("http://localhost:8080/x?y=z")))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.name(" "));
        assertThatNullPointerException().isThrownBy(() -> builder.from(null)).withMessage("from must not be null");
    }

    @Test
    void buildsOnlyWithAnAccountACredentialAndASender() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TwilioSmsChannel.builder()
                        .authToken("fake")
                        .from("Acme")
                        .build())
                .withMessage("accountSid must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> TwilioSmsChannel.builder()
                        .accountSid(TestMessages.ACCOUNT)
                        .from("Acme")
                        .build())
                .withMessage("one of authToken and apiKey must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder()
                        .apiKey(TestMessages.KEY)
                        .apiSecret("fake")
                        .from("Acme")
                        .build())
                .withMessage("one of authToken and apiKey must be set");
        for (TwilioSmsChannel.Builder half : List.of(
                TwilioSmsChannel.builder().apiKey(TestMessages.KEY),
                TwilioSmsChannel.builder().apiSecret("fake"),
                TwilioSmsChannel.builder().apiSecret("fake").authToken("fake"))) {
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            half.accountSid(TestMessages.ACCOUNT).from("Acme").build())
                    .withMessage("apiKey and apiSecret must be set together");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().build())
                .withMessage("one of from and messagingServiceSid must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder()
                        .from("Acme")
                        .messagingServiceSid(TestMessages.SERVICE)
                        .build())
                .withMessage("one of from and messagingServiceSid must be set");
    }

    @Test
    void readsTheEnvironment() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TWILIO_ACCOUNT_SID", TestMessages.ACCOUNT + "\n",
                "TWILIO_AUTH_TOKEN", TestMessages.TOKEN + " ",
                "TWILIO_PHONE_NUMBER", " +15005550006"));
        deliverFrom(environment);
        assertThat(TWILIO.requests().get(0).form()).containsEntry("From", "+15005550006");
        assertThat(TWILIO.requests().get(0).headers().get("Authorization"))
                .isEqualTo(basic(TestMessages.ACCOUNT, TestMessages.TOKEN));

        TWILIO.clear();
        environment.put("TWILIO_MESSAGING_SERVICE_SID", TestMessages.SERVICE + " ");
        environment.put("TWILIO_API_KEY", TestMessages.KEY + " ");
        environment.put("TWILIO_API_SECRET", "fake-api-secret ");
        deliverFrom(environment);
        assertThat(TWILIO.requests().get(0).form())
                .containsEntry("MessagingServiceSid", TestMessages.SERVICE)
                .doesNotContainKey("From");
        assertThat(TWILIO.requests().get(0).headers().get("Authorization"))
                .isEqualTo(basic(TestMessages.KEY, "fake-api-secret"));
    }

    @ParameterizedTest
    @CsvSource({
        "TWILIO_ACCOUNT_SID, environment must have TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN, 'environment must have TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET'",
        "TWILIO_PHONE_NUMBER, environment must have TWILIO_PHONE_NUMBER or TWILIO_MESSAGING_SERVICE_SID"
    })
    void namesTheVariableThatIsMissing(String missing, String words) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TWILIO_ACCOUNT_SID", TestMessages.ACCOUNT,
                "TWILIO_AUTH_TOKEN", "fake",
                "TWILIO_PHONE_NUMBER", "+15005550006"));
        environment.put(missing, " ");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwilioSmsChannel.fromEnvironment(environment))
                .withMessage(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TWILIO_ACCOUNT_SID",
                "TWILIO_AUTH_TOKEN",
                "TWILIO_API_KEY",
                "TWILIO_API_SECRET",
                "TWILIO_PHONE_NUMBER",
                "TWILIO_MESSAGING_SERVICE_SID"
            })
    void namesTheVariableThatIsWrong(String variable) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TWILIO_ACCOUNT_SID", TestMessages.ACCOUNT,
                "TWILIO_AUTH_TOKEN", "fake",
                "TWILIO_PHONE_NUMBER", "+15005550006"));
        if (variable.startsWith("TWILIO_API_")) {
            environment.put("TWILIO_API_KEY", TestMessages.KEY);
            environment.put("TWILIO_API_SECRET", "fake-secret");
        }
        environment.put(variable, "no such value");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwilioSmsChannel.fromEnvironment(environment))
                .withMessageStartingWith(variable + " must be ")
                .withMessageNotContaining("no such value");
    }

    @Test
    void namesTheOtherHalfOfAnApiKey() {
        Map<String, String> environment = Map.of(
                "TWILIO_ACCOUNT_SID",
                TestMessages.ACCOUNT,
                "TWILIO_AUTH_TOKEN",
                "fake",
                "TWILIO_API_KEY",
                TestMessages.KEY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwilioSmsChannel.fromEnvironment(environment))
                .withMessage("environment must have TWILIO_API_SECRET");
    }

    private static void deliverFrom(Map<String, String> environment) throws Exception {
        TwilioSmsChannel.fromEnvironment(environment)
                .baseUrl(TWILIO.url())
                .build()
                .deliver(TestMessages.message());
    }

    private static String basic(String user, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(StandardCharsets.US_ASCII));
    }

    private static TwilioSmsChannel.Builder builder() {
        return TwilioSmsChannel.builder()
                .accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .baseUrl(TWILIO.url());
    }
}
