package dev.otpkit.channel.smtp;

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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GmailApiChannelTest {
    private static final OAuth2 TOKENS =
            OAuth2.google("fake-id", "fake-secret", "fake-refresh-token").build();

    @Test
    void isAnEmailChannelNamedGmail() {
        GmailApiChannel channel = builder().build();

        assertThat(channel.name()).isEqualTo("gmail");
        assertThat(channel.medium()).isEqualTo("email");
        assertThat(channel.supports(new EmailAddress("reader@recipient.example")))
                .isTrue();
        assertThat(channel.supports(new PhoneNumber("+966501234567"))).isFalse();
        assertThat(channel)
                .hasToString("GmailApiChannel[name=gmail, from=no-reply@acme.example, host=gmail.googleapis.com]");
        assertThat(builder().name("workspace").build().name()).isEqualTo("workspace");
    }

    @Test
    void refusesWhomItDoesNotReach() {
        OtpMessage message = new OtpMessage(
                new PhoneNumber("+966501234567"),
                "123456",
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "",
                "123456",
                Optional.empty());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().build().deliver(message))
                .withMessageNotContaining("501234567");
    }

    @Test
    void wantsTokensAndSender() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        GmailApiChannel.builder().from("no-reply@acme.example").build())
                .withMessage("oauth2 must be set");
    }

    @Test
    void refusesWhatCanNotBe() {
        GmailApiChannel.Builder builder = builder();
        assertThatNullPointerException().isThrownBy(() -> builder.oauth2(null));
        assertThatNullPointerException().isThrownBy(() -> builder.from(null));
        assertThatNullPointerException().isThrownBy(() -> builder.baseUrl(null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.baseUrl(URI.create("http://mail.example")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.from("a@acme.example\r\nBcc: b@evil.example"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.from("\"a\r\nb\" <a@acme.example>"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.name("a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
        builder.timeout(Duration.ofNanos(1)).build();
    }

    @Test
    void readsTheEnvironment() {
        assertThat(GmailApiChannel.fromEnvironment(environment()))
                .hasToString("GmailApiChannel.Builder[name=gmail, baseUrl=https://gmail.googleapis.com, timeout=PT10S,"
                        + " oauth2=OAuth2[token endpoint oauth2.googleapis.com]]");
        GmailApiChannel.fromEnvironment(environment()).build();
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL_CLIENT_ID, 'fake\u0000'",
        "EMAIL_CLIENT_SECRET, 'fake\u0000'",
        "EMAIL_REFRESH_TOKEN, 'fake\u0000'",
        "EMAIL_FROM, nobody",
        "DEFAULT_FROM_EMAIL, nobody"
    })
    void namesTheVariableThatIsWrong(String variable, String value) {
        Map<String, String> environment = environment();
        if (variable.startsWith("DEFAULT_")) {
            environment.remove("EMAIL_FROM");
        }
        environment.put(variable, value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GmailApiChannel.fromEnvironment(environment))
                .withMessageStartingWith(variable + " must ")
                .withMessageNotContaining("fake");
    }

    @Test
    void needsNoSender() {
        Map<String, String> environment = environment();
        environment.remove("EMAIL_FROM");
        assertThat(GmailApiChannel.fromEnvironment(environment).build())
                .hasToString("GmailApiChannel[name=gmail, from=the account, host=gmail.googleapis.com]");
        environment.put("DEFAULT_FROM_EMAIL", "Django <django@acme.example>");
        assertThat(GmailApiChannel.fromEnvironment(environment).build().toString())
                .contains("from=django@acme.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMAIL_CLIENT_ID", "EMAIL_CLIENT_SECRET", "EMAIL_REFRESH_TOKEN"})
    void namesTheVariableThatIsMissing(String variable) {
        Map<String, String> environment = environment();
        environment.put(variable, " ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GmailApiChannel.fromEnvironment(environment))
                .withMessage("environment must have " + variable);
    }

    private static Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "EMAIL_CLIENT_ID", "fake-id",
                "EMAIL_CLIENT_SECRET", "fake-secret",
                "EMAIL_REFRESH_TOKEN", "fake-refresh-token",
                "EMAIL_FROM", "Acme <no-reply@acme.example>"));
    }

    private static GmailApiChannel.Builder builder() {
        return GmailApiChannel.builder().oauth2(TOKENS).from("Acme <no-reply@acme.example>");
    }
}
