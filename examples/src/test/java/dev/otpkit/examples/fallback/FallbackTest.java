package dev.otpkit.examples.fallback;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.otpkit.EmailAddress;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import dev.otpkit.channel.mshastra.MshastraChannel;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WhatsApp, then SMS by mShastra, then SMS by Twilio, with the real channels and their requests over loopback. */
class FallbackTest {
    private static final String NUMBER = "0501234567";
    private static final String MAILBOX = "user@example.com";
    private static final String ACCOUNT = "AC00000000000000000000000000000000";
    private static final String TOKEN = "fake-token";

    @RegisterExtension
    static final WireMockExtension PROVIDERS = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final RecordingChannel smtp = RecordingChannel.email();
    private MshastraChannel mshastra;
    private TwilioSmsChannel twilioSms;
    private Fallback fallback;

    @BeforeEach
    void playTheProviders() {
        URI url = URI.create("http://127.0.0.1:" + PROVIDERS.getPort());
        mshastra = MshastraChannel.builder()
                .username("fake-user")
                .password("fake-password")
                .sender("Acme")
                .baseUrl(url)
                .build();
        twilioSms = TwilioSmsChannel.builder()
                .accountSid(ACCOUNT)
                .authToken(TOKEN)
                .from("+15005550006")
                .baseUrl(url)
                .build();
        TwilioWhatsAppChannel whatsApp = TwilioWhatsAppChannel.builder()
                .accountSid(ACCOUNT)
                .authToken(TOKEN)
                .from("+14155238886")
                .contentSid("HX00000000000000000000000000000000")
                .baseUrl(url)
                .build();
        fallback = new Fallback(OtpSecret.random(), CaffeineOtpStore.create(), whatsApp, mshastra, twilioSms, smtp);
    }

    @Test
    void deliversOneCodeOverTheLastChannelThatIsLeft() {
        whatsApp(twilioError(400, 63024));
        mshastra(okJson("[{\"msg_id\":\"\",\"number\":\"\",\"str_response\":\"No More Credits\"}]"));
        twilioSms(accepted());

        SendResult result = fallback.overWhatsAppOrSms(NUMBER);

        assertThat(result).isInstanceOf(SendResult.Sent.class);
        SendResult.Sent sent = (SendResult.Sent) result;
        assertThat(sent.channel()).isEqualTo("twilio-sms");
        assertThat(sent.confirmed()).isTrue();
        List<String> bodies = bodies();
        assertThat(bodies).hasSize(3);
        assertThat(bodies.get(0)).contains("whatsapp:+966501234567");
        assertThat(bodies.get(1)).contains("\"number\":\"966501234567\"");
        assertThat(bodies.get(2)).contains("To=+966501234567").doesNotContain("whatsapp:");
        String code = code(bodies.get(2));
        assertThat(bodies).allMatch(body -> body.contains(code));
        assertThat(fallback.verify(sent.challengeId(), code).isVerified()).isTrue();
        assertThat(fallback.verify(sent.challengeId(), code).isVerified()).isFalse();
    }

    @Test
    void stopsAtTheFirstChannelThatTakesTheMessage() {
        whatsApp(accepted());

        assertThat(((SendResult.Sent) fallback.overWhatsAppOrSms(NUMBER)).channel())
                .isEqualTo("twilio-whatsapp");
        assertThat(bodies()).hasSize(1);
    }

    @Test
    void stopsWhereAMessageMayHaveBeenSent() {
        whatsApp(twilioError(400, 63024));
        mshastra(aResponse().withFault(Fault.EMPTY_RESPONSE));

        SendResult.Sent sent = (SendResult.Sent) fallback.overWhatsAppOrSms(NUMBER);

        assertThat(sent.channel()).isEqualTo("mshastra");
        assertThat(sent.confirmed()).isFalse();
        assertThat(bodies()).hasSize(2);
        assertThat(fallback.verify(sent.challengeId(), code(bodies().get(1))).isVerified())
                .isTrue();
    }

    @Test
    void stopsWhereThePersonSaidStop() {
        whatsApp(twilioError(400, 63024));
        mshastra(okJson("[{\"msg_id\":\"\",\"number\":\"\",\"str_response\":\"006 - DND Number\"}]"));

        SendResult.Undelivered undelivered = (SendResult.Undelivered) fallback.overWhatsAppOrSms(NUMBER);

        assertThat(undelivered.failures())
                .extracting(failure -> failure.channel() + " " + failure.kind())
                .containsExactly("twilio-whatsapp " + Kind.RECIPIENT_REJECTED, "mshastra " + Kind.OPTED_OUT);
        assertThat(bodies()).hasSize(2);
    }

    @Test
    void triesTheSecondProviderOfAMedium() {
        mshastra(okJson("[{\"msg_id\":\"\",\"number\":\"\",\"str_response\":\"No More Credits\"}]"));
        twilioSms(accepted());

        assertThat(((SendResult.Sent) fallback.overSms(NUMBER)).channel()).isEqualTo("twilio-sms");
        assertThat(bodies()).hasSize(2);
    }

    @Test
    void sendsToTheMailboxIfThePhoneCanNotBeReached() {
        whatsApp(twilioError(400, 63024));
        mshastra(okJson("[{\"msg_id\":\"\",\"number\":\"\",\"str_response\":\"Invalid Mobile No.\"}]"));
        twilioSms(twilioError(400, 21614));

        SendResult.Sent sent = (SendResult.Sent) fallback.toPhoneOrMailbox(NUMBER, MAILBOX);

        assertThat(sent.channel()).isEqualTo(smtp.name());
        assertThat(sent.recipient()).isEqualTo(new EmailAddress(MAILBOX));
        VerifyResult result = fallback.verify(sent.challengeId(), smtp.lastCode());
        assertThat(result).isInstanceOf(VerifyResult.Verified.class);
        assertThat(((VerifyResult.Verified) result).recipient()).isEqualTo(new EmailAddress(MAILBOX));
    }

    @Test
    void leavesTheMailboxAloneWhileThePhoneMayHaveBeenReached() {
        whatsApp(aResponse().withFault(Fault.EMPTY_RESPONSE));

        assertThat(((SendResult.Sent) fallback.toPhoneOrMailbox(NUMBER, MAILBOX)).confirmed())
                .isFalse();
        assertThat(smtp.messages()).isEmpty();

        // Within the cooldown: a refusal is no reason to go elsewhere.
        assertThat(fallback.toPhoneOrMailbox(NUMBER, MAILBOX)).isInstanceOf(SendResult.Refused.class);
        assertThat(smtp.messages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Acme\" & 100 % \\ Söhne's <b>", "متجر 🔐", "%s {code} ${app} %n"})
    void bringsTheApplicationsNameToEachProviderUnharmed(String appName) {
        mshastra(okJson("[{\"msg_id\":\"\",\"number\":\"\",\"str_response\":\"No More Credits\"}]"));
        twilioSms(accepted());
        OtpManager otp = OtpManager.builder()
                .appName(appName)
                .store(CaffeineOtpStore.create())
                .channel(mshastra)
                .channel(twilioSms)
                .build();

        assertThat(otp.send("+966501234567").isSent()).isTrue();

        JsonObject toMshastra =
                JsonParser.parseString(bodies().get(0)).getAsJsonArray().get(0).getAsJsonObject();
        assertThat(toMshastra.get("msg").getAsString()).contains(appName);
        assertThat(bodies().get(1)).contains(appName);
    }

    private static void whatsApp(ResponseDefinitionBuilder answer) {
        PROVIDERS.stubFor(twilio().withRequestBody(containing("whatsapp")).willReturn(answer));
    }

    private static void twilioSms(ResponseDefinitionBuilder answer) {
        PROVIDERS.stubFor(twilio().withRequestBody(containing("ValidityPeriod"))
                .withRequestBody(containing("Body="))
                .willReturn(answer));
    }

    private static void mshastra(ResponseDefinitionBuilder answer) {
        PROVIDERS.stubFor(post(urlPathMatching("/sendsms_api_json.aspx")).willReturn(answer));
    }

    private static MappingBuilder twilio() {
        return post(urlPathMatching("/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json"));
    }

    private static ResponseDefinitionBuilder accepted() {
        return okJson("{\"sid\":\"SM00000000000000000000000000000000\",\"status\":\"queued\"}")
                .withStatus(201);
    }

    private static ResponseDefinitionBuilder twilioError(int status, int code) {
        return okJson("{\"code\":" + code + ",\"message\":\"no\",\"status\":" + status + "}")
                .withStatus(status);
    }

    private static List<String> bodies() {
        // The newest comes first.
        List<String> bodies = new ArrayList<>();
        for (ServeEvent event : PROVIDERS.getAllServeEvents()) {
            String body = event.getRequest().getBodyAsString();
            boolean form = event.getRequest().getUrl().endsWith("/Messages.json");
            bodies.add(0, form ? URLDecoder.decode(body, StandardCharsets.UTF_8) : body);
        }
        return bodies;
    }

    private static String code(String body) {
        Matcher code = Pattern.compile("(?<!\\d)\\d{6}(?!\\d)").matcher(body);
        assertThat(code.find()).isTrue();
        return code.group();
    }
}
