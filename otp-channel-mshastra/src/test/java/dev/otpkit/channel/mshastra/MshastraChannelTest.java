package dev.otpkit.channel.mshastra;

import static dev.otpkit.channel.mshastra.TestProvider.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MshastraChannelTest {
    private static final Map<String, BiConsumer<MshastraChannel.Builder, String>> TEXTS = Map.of(
            "username", MshastraChannel.Builder::username,
            "password", MshastraChannel.Builder::password,
            "sender", MshastraChannel.Builder::sender,
            "gsmLanguage", MshastraChannel.Builder::gsmLanguage,
            "unicodeLanguage", MshastraChannel.Builder::unicodeLanguage,
            "language", (builder, value) -> builder.language(Locale.ENGLISH, value),
            "name", MshastraChannel.Builder::name);
    private static final Map<String, Integer> MAX = Map.of(
            "username", 128,
            "password", 128,
            "sender", 13,
            "gsmLanguage", 32,
            "unicodeLanguage", 32,
            "language", 32,
            "name", 64);

    @Test
    void hasTheseDefaults() {
        try (MshastraChannel channel = builder().build()) {
            assertThat(channel.name()).isEqualTo("mshastra");
            assertThat(channel.medium()).isEqualTo("sms");
            assertThat(channel)
                    .hasToString("MshastraChannel[name=mshastra, baseUrl=https://mshastra.com, sender=Acme]");
        }
    }

    @Test
    void takesAnotherName() {
        assertThat(builder().name("sms-sa").build().name()).isEqualTo("sms-sa");
    }

    @Test
    void boundsItsTexts() {
        TEXTS.forEach((property, setter) -> {
            int max = MAX.get(property);
            setter.accept(builder(), "x");
            setter.accept(builder(), "x".repeat(max));
            assertThatNullPointerException()
                    .isThrownBy(() -> setter.accept(builder(), null))
                    .withMessage(property + " must not be null");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setter.accept(builder(), "x".repeat(max + 1)))
                    .withMessage(
                            property + " must have 1 to " + max + " characters and not be blank, but has " + (max + 1));
            assertThatIllegalArgumentException().isThrownBy(() -> setter.accept(builder(), " "));
            for (String control : new String[] {"\r", "\n", "\0", "\u2028", "\u202E", "\uD800"}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> setter.accept(builder(), "secret" + control))
                        .withMessageStartingWith(property + " must have no control")
                        .withMessageNotContaining("secret");
            }
            if (property.toLowerCase(Locale.ROOT).endsWith("language")) {
                setter.accept(builder(), "");
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> setter.accept(builder(), ""));
            }
        });
        assertThatNullPointerException()
                .isThrownBy(() -> builder().language(null, "English"))
                .withMessage("locale must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().language(Locale.ROOT, "English"))
                .withMessage("locale must have a language");
    }

    @Test
    void boundsItsTimeout() {
        builder().timeout(Duration.ofMillis(1)).timeout(Duration.ofMinutes(1));
        for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(60_001)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().timeout(timeout))
                    .withMessage("timeout must be within (PT0S, PT1M], but was " + timeout);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mshastra.com",
                "http://www.mshastra.com",
                "ftp://mshastra.com",
                "mshastra.com",
                "/api",
                "https://user:fake-password@mshastra.com",
                "https://mshastra.com?user=x",
                "https://mshastra.com#x",
                "https://mshastra.com/sendurl.aspx",
                "https://mshastra.com/Sendsms_Api_Json.ASPX/"
            })
    void refusesABaseUrl(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().baseUrl(URI.create(url)))
                .withMessageStartingWith("baseUrl must be")
                .withMessageNotContaining("fake-password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://saudi.mshastra.com", "https://sms.reseller.example/api", "http://localhost:8080"})
    void takesABaseUrl(String url) {
        assertThat(builder().baseUrl(URI.create(url)).build().toString()).contains("baseUrl=" + url + ",");
        assertThat(builder().baseUrl(URI.create(url + "/")).build().toString()).contains("baseUrl=" + url + ",");
    }

    @Test
    void namesWhatIsMissing() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        MshastraChannel.builder().password("x").sender("Acme").build())
                .withMessage("username must be set");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        MshastraChannel.builder().username("x").sender("Acme").build())
                .withMessage("password must be set");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        MshastraChannel.builder().username("x").password("x").build())
                .withMessage("sender must be set");
    }

    @Test
    void readsTheEnvironment() {
        Map<String, String> environment = environment();
        assertThat(MshastraChannel.fromEnvironment(environment))
                .hasToString("MshastraChannel.Builder[name=mshastra, baseUrl=https://mshastra.com, sender=Acme]");
        environment.put("SMS_API_URL", " ");
        assertThat(MshastraChannel.fromEnvironment(environment).toString()).contains("https://mshastra.com,");
        environment.put("SMS_API_URL", " https://saudi.mshastra.com/ ");
        assertThat(MshastraChannel.fromEnvironment(environment).toString()).contains("https://saudi.mshastra.com,");
        MshastraChannel.fromEnvironment(environment).build().close();
        environment.put("SMS_API_URL", "no url");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MshastraChannel.fromEnvironment(environment))
                .withMessage("SMS_API_URL must be a URL");
    }

    /** Accounts have the URL with the page that other programs call; this channel calls a different page. */
    @ParameterizedTest
    @CsvSource({
        "https://mshastra.com/sendurlcomma.aspx, https://mshastra.com",
        "https://mshastra.com/sendurl.aspx, https://mshastra.com",
        "https://mshastra.com/sendsms_api_json.aspx, https://mshastra.com",
        "https://mshastra.com/sendsms_api_xml.aspx, https://mshastra.com",
        "https://mshastra.com/balance.aspx, https://mshastra.com",
        "https://mshastra.com/dlrstatus_api.aspx, https://mshastra.com",
        "https://mshastra.com/SendURLComma.ASPX/, https://mshastra.com",
        "https://mshastra.com/sendurlcomma.aspx?, https://mshastra.com",
        "https://mshastra.com//sendurlcomma.aspx, https://mshastra.com",
        "https://sms.reseller.example:8443/api/sendurl.aspx, https://sms.reseller.example:8443/api",
        "https://sms.reseller.example/v1.0, https://sms.reseller.example/v1.0",
        "https://mshastra.com/?, https://mshastra.com"
    })
    void takesThePageOffTheUrlInTheEnvironment(String url, String baseUrl) {
        Map<String, String> environment = environment();
        environment.put("SMS_API_URL", url);

        assertThat(MshastraChannel.fromEnvironment(environment).build().toString())
                .contains("baseUrl=" + baseUrl + ",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://mshastra.com/bsms/buser/send_sms_center.aspx",
                "https://mshastra.com/unknown.aspx",
                "https://sms.reseller.example/send.php",
                "https://mshastra.com/sendurl.aspx?user=fake-user&pwd=fake-password",
                "https://fake-user:fake-password@mshastra.com/sendurl.aspx",
                "https://mshastra.com/sendurl.aspx?pwd=fake password",
                "https://mshastra.com/sendurl.aspx#fake-password",
                "http://mshastra.com/sendurlcomma.aspx",
                "mshastra.com/sendurlcomma.aspx"
            })
    void refusesAUrlInTheEnvironmentByTheNameOfItsVariable(String url) {
        Map<String, String> environment = environment();
        environment.put("SMS_API_URL", url);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MshastraChannel.fromEnvironment(environment))
                .withMessageStartingWith("SMS_API_URL must ")
                .withMessageNotContaining("fake")
                .withNoCause();
    }

    @ParameterizedTest
    @CsvSource({"SMS_USERNAME, 129", "SMS_PASSWORD, 129", "SMS_SENDER, 14"})
    void namesTheVariableThatIsWrong(String variable, int length) {
        Map<String, String> environment = environment();
        for (String value : List.of("x".repeat(length), "fake\0")) {
            environment.put(variable, value);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MshastraChannel.fromEnvironment(environment))
                    .withMessageStartingWith(variable + " must have ")
                    .withMessageNotContaining(value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SMS_USERNAME", "SMS_PASSWORD", "SMS_SENDER"})
    void namesTheVariableThatIsMissing(String variable) {
        Map<String, String> environment = environment();
        environment.remove(variable);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MshastraChannel.fromEnvironment(environment))
                .withMessage("environment must have " + variable);
        environment.put(variable, " ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MshastraChannel.fromEnvironment(environment))
                .withMessage("environment must have " + variable);
    }

    @Test
    void signsInAsTheEnvironmentSays() throws Exception {
        try (TestProvider provider = new TestProvider()) {
            Map<String, String> environment = environment();
            environment.put("SMS_API_URL", provider.url() + "/sendurlcomma.aspx");
            MshastraChannel.fromEnvironment(environment).build().deliver(message());

            assertThat(provider.sent()).singleElement().satisfies(sms -> {
                assertThat(sms.get("user").getAsString()).isEqualTo("fake-user");
                assertThat(sms.get("pwd").getAsString()).isEqualTo("fake-password");
                assertThat(sms.get("sender").getAsString()).isEqualTo("Acme");
            });
        }
    }

    @Test
    void showsNoCredentials() {
        assertThat(builder().toString()).doesNotContain("fake");
        assertThat(builder().build().toString()).doesNotContain("fake");
        assertThat(new MshastraCredentials("fake-user", "fake-password").toString())
                .doesNotContain("fake");
    }

    @Test
    void reachesPhoneNumbersAlone() {
        MshastraChannel channel = builder().build();
        assertThat(channel.supports(new PhoneNumber("+255694230173"))).isTrue();
        assertThat(channel.supports(new EmailAddress("user@example.com"))).isFalse();
        OtpMessage mail = new OtpMessage(
                new EmailAddress("user@example.com"),
                "48151623",
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "subject",
                "text",
                Optional.empty());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.deliver(mail))
                .withMessage("recipient must be a phone number, but was u•••@example.com");
    }

    private static Map<String, String> environment() {
        return new HashMap<>(
                Map.of("SMS_USERNAME", "fake-user", "SMS_PASSWORD", "fake-password", "SMS_SENDER", "Acme"));
    }

    private static MshastraChannel.Builder builder() {
        return MshastraChannel.builder()
                .username("fake-user")
                .password("fake-password")
                .sender("Acme");
    }
}
