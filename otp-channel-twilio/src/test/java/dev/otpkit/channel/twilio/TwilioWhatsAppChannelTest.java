package dev.otpkit.channel.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.FakeProvider.Request;
import dev.otpkit.testkit.FakeTwilio;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwilioWhatsAppChannelTest {
    private static final String ARABIC = "HX00000000000000000000000000000001";
    private static final String EGYPTIAN = "HX00000000000000000000000000000002";
    private static final String TRADITIONAL_CHINESE = "HX00000000000000000000000000000003";
    private static final FakeTwilio TWILIO = FakeTwilio.start(TestMessages.ACCOUNT, TestMessages.TOKEN);

    @BeforeEach
    void acceptEverything() {
        TWILIO.recover();
        TWILIO.clear();
    }

    @AfterAll
    static void stop() {
        TWILIO.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+15005550006", "whatsapp:+15005550006"})
    void postsTheCodeForATemplateFromAndToWhatsApp(String from) throws Exception {
        builder().from(from).contentSid(TestMessages.TEMPLATE).build().deliver(TestMessages.message());

        assertThat(TWILIO.requests())
                .extracting(Request::form)
                .containsExactly(Map.of(
                        "To",
                        "whatsapp:" + TestMessages.ADDRESS,
                        "From",
                        "whatsapp:+15005550006",
                        "ContentSid",
                        TestMessages.TEMPLATE,
                        "ContentVariables",
                        "{\"1\":\"" + TestMessages.CODE + "\"}"));
    }

    @Test
    void letsAMessagingServiceSend() throws Exception {
        URI callback = URI.create("https://acme.example/otp/status");
        builder()
                .messagingServiceSid(TestMessages.SERVICE)
                .contentSid(TestMessages.TEMPLATE)
                .statusCallback(callback)
                .build()
                .deliver(TestMessages.message());

        assertThat(TWILIO.requests())
                .extracting(Request::form)
                .containsExactly(Map.of(
                        "To",
                        "whatsapp:" + TestMessages.ADDRESS,
                        "MessagingServiceSid",
                        TestMessages.SERVICE,
                        "StatusCallback",
                        callback.toString(),
                        "ContentSid",
                        TestMessages.TEMPLATE,
                        "ContentVariables",
                        "{\"1\":\"" + TestMessages.CODE + "\"}"));
    }

    @Test
    void putsTheChallengeBehindTheUrlForReports() throws Exception {
        builder()
                .messagingServiceSid(TestMessages.SERVICE)
                .contentSid(TestMessages.TEMPLATE)
                .statusCallback(URI.create("https://acme.example/otp/status"))
                .build()
                .deliver(TestMessages.message().forDelivery(Deadline.none(), () -> "AX-_z"));

        assertThat(TWILIO.requests().get(0).form())
                .containsEntry("StatusCallback", "https://acme.example/otp/status?otpkit-challenge=AX-_z");
    }

    @Test
    void postsTheTextInTheSandbox() throws Exception {
        String text = "\"" + TestMessages.CODE + "\" &=+% \\ \r\n\u2028 🔐 رمز";
        builder()
                .from("+14155238886")
                .contentSid(TestMessages.TEMPLATE)
                .sandbox(true)
                .build()
                .deliver(TestMessages.message(text));

        assertThat(TWILIO.requests())
                .extracting(Request::form)
                .containsExactly(Map.of(
                        "To", "whatsapp:" + TestMessages.ADDRESS, "From", "whatsapp:+14155238886", "Body", text));
    }

    @ParameterizedTest
    @CsvSource({
        "ar," + ARABIC,
        "ar-SA," + ARABIC,
        "ar-EG," + EGYPTIAN,
        "ar-EG-u-nu-arab," + EGYPTIAN,
        "ar-Arab-EG," + EGYPTIAN,
        "ar-Arab," + ARABIC,
        "zh-Hant-TW," + TRADITIONAL_CHINESE,
        "zh-TW," + TRADITIONAL_CHINESE,
        "zh-CN," + TestMessages.TEMPLATE,
        "ar-u-nu-latn," + ARABIC,
        "en," + TestMessages.TEMPLATE,
        "arn," + TestMessages.TEMPLATE,
        "und," + TestMessages.TEMPLATE,
        "und-EG," + TestMessages.TEMPLATE
    })
    void looksForTheTemplateOfTheLocaleThenTheLanguageThenTheDefault(String tag, String contentSid) throws Exception {
        builder()
                .from("+15005550006")
                .contentSid(TestMessages.TEMPLATE)
                .contentSid(Locale.forLanguageTag("ar"), ARABIC)
                .contentSid(Locale.forLanguageTag("ar-EG"), EGYPTIAN)
                .contentSid(Locale.forLanguageTag("zh-Hant"), TRADITIONAL_CHINESE)
                .build()
                .deliver(TestMessages.message(Locale.forLanguageTag(tag)));

        assertThat(TWILIO.requests().get(0).form()).containsEntry("ContentSid", contentSid);
    }

    @Test
    void doesNotAskTwilioWithoutATemplate() {
        TwilioWhatsAppChannel channel = builder()
                .from("+15005550006")
                .contentSid(Locale.forLanguageTag("ar-EG"), EGYPTIAN)
                .build();

        DeliveryFailure failure = failureOf(channel, TestMessages.message(Locale.forLanguageTag("ar-SA")));

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.channel()).isEqualTo("twilio-whatsapp");
        assertThat(failure.detail()).isEqualTo("no contentSid for ar-SA, and no default one");
        assertThat(TWILIO.requests()).isEmpty();
    }

    @Test
    void doesNotAskTwilioToCarryTooLongACode() throws Exception {
        TwilioWhatsAppChannel channel =
                builder().from("+15005550006").contentSid(TestMessages.TEMPLATE).build();

        channel.deliver(code("A23456789012345"));
        assertThat(TWILIO.requests().get(0).form()).containsEntry("ContentVariables", "{\"1\":\"A23456789012345\"}");
        TWILIO.clear();

        DeliveryFailure failure = failureOf(channel, code("A234567890123456"));
        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).isEqualTo("a WhatsApp template carries a code of at most 15 characters");
        assertThat(TWILIO.requests()).isEmpty();
    }

    @Test
    void writesTheCodeAsJson() throws Exception {
        builder().from("+15005550006").contentSid(TestMessages.TEMPLATE).build().deliver(code("\"\\&+=%}"));

        assertThat(TWILIO.requests().get(0).form()).containsEntry("ContentVariables", "{\"1\":\"\\\"\\\\&+=%}\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15005550006",
                "Acme",
                "whatsapp:",
                "whatsapp:Acme",
                "whatsapp:whatsapp:+15005550006",
                "12345"
            })
    void refusesWhatIsNoSender(String from) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().from(from))
                .withMessage("from must be a number in E.164, with or without whatsapp: before it");
    }

    @Test
    void refusesWhatIsNoTemplate() {
        for (String sid : new String[] {"", "HX", TestMessages.ACCOUNT, TestMessages.TEMPLATE + "0"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().contentSid(sid))
                    .withMessage("contentSid must be HX and 32 hexadecimal digits");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().contentSid(Locale.ENGLISH, sid))
                    .withMessage("contentSid must be HX and 32 hexadecimal digits");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().contentSid(Locale.ROOT, TestMessages.TEMPLATE))
                .withMessage("locale must have a language");
    }

    @Test
    void buildsOnlyWithATemplateOrTheSandbox() {
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().from("+15005550006").build())
                .withMessage("contentSid must be set, or sandbox be true");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().sandbox(true).build())
                .withMessage("one of from and messagingServiceSid must be set");
        assertThat(builder().from("+15005550006").sandbox(true).build())
                .hasToString("TwilioWhatsAppChannel[name=twilio-whatsapp, account=" + TestMessages.ACCOUNT
                        + ", from=+15005550006, sandbox=true]");
        assertThat(builder())
                .hasToString("TwilioWhatsAppChannel.Builder[name=twilio-whatsapp, account=" + TestMessages.ACCOUNT
                        + ", from=null]");
    }

    @Test
    void readsTheEnvironment() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TWILIO_ACCOUNT_SID",
                TestMessages.ACCOUNT,
                "TWILIO_AUTH_TOKEN",
                TestMessages.TOKEN,
                "TWILIO_PHONE_NUMBER",
                "+15005550001",
                "TWILIO_MESSAGING_SERVICE_SID",
                TestMessages.SERVICE,
                "TWILIO_WHATSAPP_FROM",
                "whatsapp:+15005550006 ",
                "TWILIO_WHATSAPP_CONTENT_SID",
                TestMessages.TEMPLATE + "\n"));
        deliverFrom(environment);
        assertThat(TWILIO.requests().get(0).form())
                .containsEntry("From", "whatsapp:+15005550006")
                .containsEntry("ContentSid", TestMessages.TEMPLATE)
                .doesNotContainKey("MessagingServiceSid");

        TWILIO.clear();
        environment.remove("TWILIO_WHATSAPP_FROM");
        deliverFrom(environment);
        assertThat(TWILIO.requests().get(0).form()).containsEntry("MessagingServiceSid", TestMessages.SERVICE);

        environment.remove("TWILIO_MESSAGING_SERVICE_SID");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwilioWhatsAppChannel.fromEnvironment(environment))
                .withMessage("environment must have TWILIO_WHATSAPP_FROM or TWILIO_MESSAGING_SERVICE_SID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+14155238886", "whatsapp:+14155238886", " whatsapp:+14155238886 "})
    void sendsTextFromTheNumberOfTheSandbox(String from) throws Exception {
        Map<String, String> environment = environment();
        environment.put("TWILIO_WHATSAPP_FROM", from);
        deliverFrom(environment);

        assertThat(TWILIO.requests())
                .extracting(Request::form)
                .containsExactly(Map.of(
                        "To",
                        "whatsapp:" + TestMessages.ADDRESS,
                        "From",
                        "whatsapp:+14155238886",
                        "Body",
                        TestMessages.TEXT));
    }

    @Test
    void sendsATemplateFromTheNumberOfTheSandboxWhereThereIsOne() throws Exception {
        Map<String, String> environment = environment();
        environment.put("TWILIO_WHATSAPP_FROM", "+14155238886");
        environment.put("TWILIO_WHATSAPP_CONTENT_SID", TestMessages.TEMPLATE);
        deliverFrom(environment);
        environment.remove("TWILIO_WHATSAPP_CONTENT_SID");
        TwilioWhatsAppChannel.fromEnvironment(environment)
                .contentSid(Locale.ENGLISH, TestMessages.TEMPLATE)
                .baseUrl(TWILIO.url())
                .build()
                .deliver(TestMessages.message());

        assertThat(TWILIO.requests())
                .extracting(Request::form)
                .hasSize(2)
                .allSatisfy(post -> assertThat(post)
                        .containsEntry("ContentSid", TestMessages.TEMPLATE)
                        .doesNotContainKey("Body"));
    }

    @ParameterizedTest
    @CsvSource({"TWILIO_WHATSAPP_FROM, +15005550006", "TWILIO_MESSAGING_SERVICE_SID, " + TestMessages.SERVICE})
    void saysWhyAnyOtherSenderNeedsATemplate(String variable, String value) {
        Map<String, String> environment = environment();
        environment.put(variable, value);
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> TwilioWhatsAppChannel.fromEnvironment(environment).build())
                .withMessage("environment must have TWILIO_WHATSAPP_CONTENT_SID, since WhatsApp accepts text without a"
                        + " template from Twilio's sandbox only, +14155238886");

        TwilioWhatsAppChannel.fromEnvironment(environment)
                .contentSid(Locale.ENGLISH, TestMessages.TEMPLATE)
                .build()
                .close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TWILIO_ACCOUNT_SID",
                "TWILIO_AUTH_TOKEN",
                "TWILIO_API_KEY",
                "TWILIO_API_SECRET",
                "TWILIO_WHATSAPP_FROM",
                "TWILIO_MESSAGING_SERVICE_SID",
                "TWILIO_WHATSAPP_CONTENT_SID"
            })
    void namesTheVariableThatIsWrong(String variable) {
        Map<String, String> environment = environment();
        if (variable.startsWith("TWILIO_API_")) {
            environment.put("TWILIO_API_KEY", TestMessages.KEY);
            environment.put("TWILIO_API_SECRET", "fake-secret");
        }
        environment.put(variable, "no such value");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwilioWhatsAppChannel.fromEnvironment(environment))
                .withMessageStartingWith(variable + " must be ")
                .withMessageNotContaining("no such value");
    }

    private static Map<String, String> environment() {
        return new HashMap<>(
                Map.of("TWILIO_ACCOUNT_SID", TestMessages.ACCOUNT, "TWILIO_AUTH_TOKEN", TestMessages.TOKEN));
    }

    private static void deliverFrom(Map<String, String> environment) throws Exception {
        TwilioWhatsAppChannel.fromEnvironment(environment)
                .baseUrl(TWILIO.url())
                .build()
                .deliver(TestMessages.message());
    }

    private static OtpMessage code(String code) {
        return TestMessages.message(code, "text", Locale.ENGLISH, Duration.ofMinutes(5));
    }

    private static DeliveryFailure failureOf(TwilioWhatsAppChannel channel, OtpMessage message) {
        DeliveryException thrown = catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message));
        assertThat(thrown).isNotNull().hasNoCause();
        return thrown.failure();
    }

    private static TwilioWhatsAppChannel.Builder builder() {
        return TwilioWhatsAppChannel.builder()
                .accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .baseUrl(TWILIO.url());
    }
}
