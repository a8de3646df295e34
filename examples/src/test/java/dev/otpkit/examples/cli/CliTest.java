package dev.otpkit.examples.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.otpkit.spi.DeliveryChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    private static final String ACCEPTED =
            "[{\"msg_id\":\"fake-1\",\"number\":\"966501234567\",\"str_response\":\"Send Successful\"}]";
    private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");

    @RegisterExtension
    static final WireMockExtension PROVIDER = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void sendsAsksAndVerifies() {
        PROVIDER.stubFor(post(anyUrl()).willReturn(okJson(ACCEPTED)));

        int exit = run(this::codeThatArrived, "send", "--to", "0501234567", "--via", "sms");

        assertThat(exit).as("%s", err).isEqualTo(ExitCodes.VERIFIED);
        assertThat(out.toString())
                .containsSubsequence(
                        "sent to +966•••••4567 over mshastra, valid until ",
                        "code: ",
                        "verified: +966•••••4567 received the code");
        assertThat(out.toString()).doesNotContain(codeThatArrived().strip());
        assertThat(requests())
                .singleElement()
                .satisfies(request -> assertThat(request.getBodyAsString()).contains("966501234567"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void asksAgainAfterAWrongCodeAndEndsWhenAllAttemptsAreUsed() {
        PROVIDER.stubFor(post(anyUrl()).willReturn(okJson(ACCEPTED)));

        int exit = run(() -> "12\n" + (wrongCode() + "\n").repeat(9), "send", "--to", "0501234567");

        assertThat(exit).isEqualTo(ExitCodes.NOT_VERIFIED);
        assertThat(out.toString())
                .containsSubsequence(
                        "wrong: MALFORMED_CODE",
                        "wrong: WRONG_CODE, attempts left: 4",
                        "wrong: WRONG_CODE, attempts left: 3",
                        "wrong: WRONG_CODE, attempts left: 2",
                        "wrong: WRONG_CODE, attempts left: 1",
                        "not verified: WRONG_CODE");
        assertThat(out.toString().split("code: ", -1)).as("times asked").hasSize(1 + 6);
    }

    @Test
    void endsWhenTheInputDoes() {
        PROVIDER.stubFor(post(anyUrl()).willReturn(okJson(ACCEPTED)));

        assertThat(run(() -> "", "send", "--to", "0501234567")).isEqualTo(ExitCodes.NOT_VERIFIED);
        assertThat(out.toString()).contains("not verified: the input ended");
    }

    @Test
    void needsNoAccountInDevelopment() {
        int exit = run(Map.of(), this::codeThatWasShown, "send", "--to", "user@example.com", "--dev", "--length", "8");

        assertThat(exit).as("%s", err).isEqualTo(ExitCodes.VERIFIED);
        assertThat(out.toString()).containsPattern("the code is \\d{8} \\(development mode\\)");
        assertThat(requests()).isEmpty();
    }

    @Test
    void takesDigitsOfAnyScript() {
        int exit = run(
                Map.of(),
                () -> codeThatWasShown()
                        .codePoints()
                        .map(c -> Character.isDigit(c) ? c - '0' + 0x0660 : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString(),
                "send",
                "--to",
                "٠٥٠١٢٣٤٥٦٧",
                "--dev");

        assertThat(exit).as("%s", err).isEqualTo(ExitCodes.VERIFIED);
    }

    @Test
    void sendsInTheLanguageThatWasAskedFor() {
        PROVIDER.stubFor(post(anyUrl()).willReturn(okJson(ACCEPTED)));

        run(() -> "", "send", "--to", "0694230173", "--region", "TZ", "--locale", "sw", "--app", "Duka");

        assertThat(requests())
                .singleElement()
                .satisfies(request -> assertThat(request.getBodyAsString())
                        .contains("255694230173", "Duka")
                        .doesNotContain("Your"));
    }

    @Test
    void saysThatAMessageMayHaveArrivedAndVerifiesAllTheSame() {
        PROVIDER.stubFor(post(anyUrl()).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));

        assertThat(run(this::codeThatArrived, "send", "--to", "0501234567")).isEqualTo(ExitCodes.VERIFIED);
        assertThat(out.toString()).contains("perhaps sent to +966•••••4567 over mshastra");
    }

    @Test
    void tellsARefusalFromAnUndeliveredMessage() {
        PROVIDER.stubFor(post(anyUrl()).willReturn(okJson(ACCEPTED.replace("Send Successful", "Invalid Password"))));

        assertThat(run(() -> "", "send", "--to", "0501234567")).isEqualTo(ExitCodes.UNDELIVERED);
        assertThat(out.toString()).contains("not delivered over mshastra: MISCONFIGURED 005, ");

        assertThat(run(() -> "", "send", "--to", "12")).isEqualTo(ExitCodes.REFUSED);
        assertThat(out.toString()).contains("refused: INVALID_RECIPIENT");
        assertThat(run(() -> "", "send", "--to", "0501234567", "--via", "whatsapp"))
                .isEqualTo(ExitCodes.REFUSED);
        assertThat(out.toString()).contains("refused: NO_CHANNEL");
    }

    @Test
    void sendsByTheUrlOfAnotherPage() {
        PROVIDER.stubFor(post(urlEqualTo("/sendsms_api_json.aspx")).willReturn(okJson(ACCEPTED)));
        Map<String, String> environment = new HashMap<>(account());
        environment.merge("SMS_API_URL", "/sendurlcomma.aspx", String::concat);

        int exit = run(environment, this::codeThatArrived, "send", "--to", "0501234567");

        assertThat(exit).as("%s", err).isEqualTo(ExitCodes.VERIFIED);
    }

    @ParameterizedTest
    @CsvSource({
        "SMS_API_URL, https://mshastra.com/unknown.aspx",
        "SMS_SENDER, much too long for a sender",
        "TWILIO_ACCOUNT_SID, SK00000000000000000000000000000000",
        "TWILIO_WHATSAPP_FROM, Acme",
        "EMAIL_FROM, nobody",
        "EMAIL_HOST, mail server"
    })
    void namesAVariableThatIsWrong(String variable, String value) {
        Map<String, String> environment = new HashMap<>(account());
        environment.putAll(Map.of(
                "TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000000",
                "TWILIO_AUTH_TOKEN", "fake",
                "TWILIO_WHATSAPP_FROM", "+14155238886",
                "EMAIL_HOST_USER", "someone@gmail.com",
                "EMAIL_HOST_PASSWORD", "fake-password"));
        assertThat(EnvironmentChannels.of(environment))
                .extracting(DeliveryChannel::name)
                .containsExactly("mshastra", "twilio-whatsapp", "smtp");
        environment.put(variable, value);

        assertThat(run(environment, () -> "", "send", "--to", "0501234567", "--via", "mshastra"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).startsWith("otp: " + variable + " must ");
        assertThat(requests()).isEmpty();
    }

    @Test
    void namesAVariableThatIsMissing() {
        Map<String, String> environment = new HashMap<>(account());
        environment.remove("SMS_PASSWORD");

        assertThat(run(environment, () -> "", "send", "--to", "0501234567")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("otp: environment must have SMS_PASSWORD");
        assertThat(run(Map.of(), () -> "", "send", "--to", "0501234567")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("otp: the environment has no account: see --help");
    }

    @ParameterizedTest
    @CsvSource({
        "SMS_PASSWORD SMS_SENDER, SMS_USERNAME",
        "SMS_API_URL, SMS_USERNAME",
        "TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER",
        "TWILIO_PHONE_NUMBER, TWILIO_ACCOUNT_SID",
        "TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_WHATSAPP_FROM, TWILIO_WHATSAPP_CONTENT_SID",
        "TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_WHATSAPP_CONTENT_SID, TWILIO_WHATSAPP_FROM",
        "EMAIL_HOST_USER EMAIL_HOST_PASSWORD EMAIL_FROM, EMAIL_HOST",
        "EMAIL_HOST, EMAIL_FROM",
        "EMAIL_CLIENT_ID EMAIL_CLIENT_SECRET EMAIL_FROM, EMAIL_REFRESH_TOKEN"
    })
    void namesWhatIsMissingOfAnAccountThatIsThereInPart(String present, String missing) {
        Map<String, String> environment = new HashMap<>(account());
        if (missing.startsWith("SMS_")) {
            environment.clear();
        }
        Map<String, String> values = Map.of(
                "TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000000",
                "TWILIO_PHONE_NUMBER", "+15005550006",
                "TWILIO_WHATSAPP_CONTENT_SID", "HX00000000000000000000000000000000",
                "TWILIO_WHATSAPP_FROM", "+15005550006",
                "SMS_API_URL", "https://sms.example",
                "EMAIL_FROM", "no-reply@acme.example",
                "EMAIL_HOST", "mail.acme.example");
        for (String variable : present.split(" ", -1)) {
            environment.put(variable, values.getOrDefault(variable, "fake"));
        }

        assertThat(run(environment, () -> "", "send", "--to", "0501234567", "--via", "mshastra"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("otp: environment must have ").contains(missing);
        assertThat(requests()).isEmpty();
    }

    @Test
    void makesAChannelOfEachAccount() {
        Map<String, String> environment = new HashMap<>(account());
        environment.putAll(Map.of(
                "TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000000",
                "TWILIO_AUTH_TOKEN", "fake",
                "TWILIO_MESSAGING_SERVICE_SID", "MG00000000000000000000000000000000",
                "TWILIO_WHATSAPP_CONTENT_SID", "HX00000000000000000000000000000000",
                "EMAIL_FROM", "no-reply@acme.example",
                "EMAIL_CLIENT_ID", "fake",
                "EMAIL_CLIENT_SECRET", "fake",
                "EMAIL_REFRESH_TOKEN", "fake"));
        assertThat(EnvironmentChannels.of(environment))
                .extracting(DeliveryChannel::name)
                .containsExactly("mshastra", "twilio-sms", "twilio-whatsapp", "gmail");

        environment.putAll(Map.of("EMAIL_HOST", "smtp.gmail.com", "EMAIL_HOST_USER", "no-reply@acme.example"));
        assertThat(EnvironmentChannels.of(environment))
                .extracting(DeliveryChannel::name)
                .containsExactly("mshastra", "twilio-sms", "twilio-whatsapp", "smtp");
        assertThat(EnvironmentChannels.of(Map.of("SMS_USERNAME", " "))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "send", "send --to", "send --to x --length six", "send --to x --expiry soon", "fly"})
    void explainsAWrongUse(String arguments) {
        assertThat(run(() -> "", arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("Usage: otp");
    }

    @Test
    void refusesAPolicyThatIsOutOfRange() {
        assertThat(run(() -> "", "send", "--to", "0501234567", "--dev", "--length", "40"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("otp: length must be within [4, 12], but was 40");
    }

    @Test
    void listsItsExitCodes() {
        assertThat(run(() -> "", "send", "--help")).isZero();
        assertThat(out.toString()).contains("--to=ADDRESS", "Exit codes:", "130");
    }

    private int run(Supplier<String> typed, String... args) {
        return run(account(), typed, args);
    }

    private int run(Map<String, String> environment, Supplier<String> typed, String... args) {
        return Cli.run(
                args,
                environment,
                new BufferedReader(new Late(typed)),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    private static Map<String, String> account() {
        return Map.of(
                "SMS_API_URL", "http://127.0.0.1:" + PROVIDER.getPort(),
                "SMS_USERNAME", "fake-user",
                "SMS_PASSWORD", "fake-password",
                "SMS_SENDER", "Acme");
    }

    private static List<LoggedRequest> requests() {
        return PROVIDER.getAllServeEvents().stream()
                .map(event -> event.getRequest())
                .map(LoggedRequest::createFrom)
                .toList();
    }

    private String codeThatArrived() {
        return codeIn(requests().get(0).getBodyAsString().replace("966501234567", ""));
    }

    private String wrongCode() {
        return codeThatArrived().startsWith("000000") ? "999999" : "000000";
    }

    private String codeThatWasShown() {
        return out.toString().replaceFirst("(?s).*the code is (\\d+).*", "$1") + "\n";
    }

    private static String codeIn(String text) {
        Matcher code = CODE.matcher(text);
        assertThat(code.find()).isTrue();
        return code.group(1) + "\n";
    }

    /** Input that is determined when it is first read. */
    private static final class Late extends Reader {
        private final Supplier<String> typed;
        private Reader reader;

        Late(Supplier<String> typed) {
            this.typed = typed;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            if (reader == null) {
                reader = new StringReader(typed.get());
            }
            return reader.read(buffer, offset, length);
        }

        @Override
        public void close() {}
    }
}
