package dev.otpkit.channel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "https://api.example,https://api.example",
        "https://api.example/,https://api.example",
        "https://api.example:8443/v1/,https://api.example:8443/v1",
        "HTTPS://api.example,HTTPS://api.example",
        "http://127.0.0.1:8080,http://127.0.0.1:8080",
        "http://127.1.2.3,http://127.1.2.3",
        "http://localhost:1/x,http://localhost:1/x",
        "http://[::1]:1,http://[::1]:1"
    })
    void takesAUrlToWhichCredentialsMayGo(URI url, URI expected) {
        assertThat(ChannelSettings.baseUrl("baseUrl", url)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.example",
                "/path",
                "ftp://api.example",
                "mailto:user@example.com",
                "https:///path",
                "https://user@api.example",
                "https://api.example?a=b",
                "https://api.example#f",
                "https://an_underscore"
            })
    void refusesWhatIsNoBaseUrl(URI url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.baseUrl("baseUrl", url))
                .withMessage("baseUrl must be an http(s) URL with a host and without user, query and fragment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.example",
                "http://localhost.example",
                "http://127.0.0.1.example",
                "http://10.0.0.1",
                "http://[::2]",
                "http://128.0.0.1"
            })
    void sendsNoCredentialsInClearToAnotherMachine(URI url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.baseUrl("baseUrl", url))
                .withMessage("baseUrl must be https, since credentials go there, but was http to " + url.getHost());
    }

    @Test
    void takesAUrlWithAQueryToWhichCredentialsMayGo() {
        for (String url : new String[] {"https://api.example/a/?b=c", "http://localhost:1/"}) {
            assertThat(ChannelSettings.secureUrl("url", URI.create(url))).hasToString(url);
        }
        for (String url : new String[] {
            "http://api.example", "https://user@api.example", "https://api.example#f", "/path", "https:opaque"
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ChannelSettings.secureUrl("url", URI.create(url)))
                    .withMessage("url must be an https URL, or http to this machine, without user and fragment");
        }
        assertThatNullPointerException()
                .isThrownBy(() -> ChannelSettings.secureUrl("url", null))
                .withMessage("url must not be null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "[::1]"})
    void knowsThisMachineByName(String host) {
        assertThat(ChannelSettings.isLoopback(host)).isTrue();
    }

    @Test
    void readsTheEnvironment() {
        Map<String, String> environment =
                Map.of("SET", " a ", "BLANK", " ", "URL", " https://api.example ", "NO_URL", "a b");

        assertThat(ChannelSettings.required(environment, "SET")).isEqualTo(" a ");
        assertThat(ChannelSettings.optional(environment, "SET")).contains(" a ");
        assertThat(ChannelSettings.optional(environment, "BLANK")).isEmpty();
        assertThat(ChannelSettings.optional(environment, "MISSING")).isEmpty();
        assertThat(ChannelSettings.url(environment, "URL")).contains(URI.create("https://api.example"));
        assertThat(ChannelSettings.url(environment, "BLANK")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.required(environment, "BLANK"))
                .withMessage("environment must have BLANK");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.required(environment, "MISSING"))
                .withMessage("environment must have MISSING");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.url(environment, "NO_URL"))
                .withMessage("NO_URL must be a URL")
                .withNoCause();
        assertThatNullPointerException()
                .isThrownBy(() -> ChannelSettings.required(null, "SET"))
                .withMessage("environment must not be null");
    }

    @Test
    void checksTextsAndTimes() {
        assertThat(ChannelSettings.text("name", "sms", 3)).isEqualTo("sms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.text("name", "smsx", 3))
                .withMessageStartingWith("name must have 1 to 3 characters");
        for (String text : new String[] {"a\tb", "a\u2028b", "a\u202Eb", "a\uD83D", " "}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ChannelSettings.text("name", text, 64))
                    .withMessageStartingWith("name must have ");
        }
        assertThat(ChannelSettings.text("name", "\u06CC\u200C\u0627\u200D", 64)).hasSize(4);
        assertThat(ChannelSettings.matching("sid", "AC1", Pattern.compile("AC\\d"), "AC and a digit"))
                .isEqualTo("AC1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.matching("sid", "secret", Pattern.compile("AC\\d"), "AC and a digit"))
                .withMessage("sid must be AC and a digit");
        assertThat(ChannelSettings.timeout(Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelSettings.timeout(Duration.ofMinutes(1).plusNanos(1)))
                .withMessageStartingWith("timeout must be within (PT0S, PT1M]");
        assertThatIllegalArgumentException().isThrownBy(() -> ChannelSettings.timeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> ChannelSettings.timeout(Duration.ofNanos(-1)));
    }
}
