package dev.otpkit.channel.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OAuth2Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.example/token",
                "https://login.example/oauth2/token?p=b2c_policy",
                "HTTPS://login.example",
                "http://localhost:8080/token",
                "http://127.0.0.1/token",
                "http://[::1]:8080/token"
            })
    void takesATokenEndpointThatIsSafe(String url) {
        builder().tokenEndpoint(URI.create(url)).build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example/token",
                "http://localhost.example/token",
                "ftp://localhost/token",
                "/token",
                "https:token",
                "https:///token",
                "https://user:fake-password@login.example/token",
                "https://login.example/token#fragment"
            })
    void refusesATokenEndpointThatIsNot(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2.builder().tokenEndpoint(URI.create(url)))
                .withMessageStartingWith("tokenEndpoint must be")
                .withMessageNotContaining("fake-password");
    }

    @Test
    void wantsEndpointClientAndSomethingToProveIt() {
        assertThatIllegalStateException()
                .isThrownBy(() -> OAuth2.builder().clientId("fake-id").build())
                .withMessage("tokenEndpoint must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> OAuth2.builder()
                        .tokenEndpoint(URI.create("https://login.example/token"))
                        .build())
                .withMessage("clientId must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> OAuth2.builder()
                        .tokenEndpoint(URI.create("https://login.example/token"))
                        .clientId("fake-id")
                        .build())
                .withMessage("refreshToken or clientSecret must be set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\r\nb", "a\u0000b", "a\u0001b", "a\u2028b"})
    void refusesTextsThatAreNone(String text) {
        OAuth2.Builder builder = builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.clientId(text));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.clientSecret(text));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.refreshToken(text));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.scope(text));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2.microsoft(text, "fake-id", "fake-secret", "fake-refresh-token"));
        assertThatIllegalArgumentException().isThrownBy(() -> OAuth2.microsoftApp(text, "fake-id", "fake-secret"));
    }

    @Test
    void refusesNullAndTimeOutsOutOfRange() {
        OAuth2.Builder builder = builder();
        assertThatNullPointerException().isThrownBy(() -> builder.tokenEndpoint(null));
        assertThatNullPointerException().isThrownBy(() -> builder.clock(null));
        assertThatNullPointerException().isThrownBy(() -> builder.onNewRefreshToken(null));
        assertThatNullPointerException().isThrownBy(() -> builder.refreshToken(null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ofSeconds(61)));
    }

    @Test
    void knowsGoogleAndMicrosoft() {
        assertThat(OAuth2.google("fake-id", "fake-secret", "fake-refresh-token").build())
                .hasToString("OAuth2[token endpoint oauth2.googleapis.com]");
        assertThat(OAuth2.microsoft("common", "fake-id", "fake-secret", "fake-refresh-token")
                        .build())
                .hasToString("OAuth2[token endpoint login.microsoftonline.com]");
        assertThat(OAuth2.microsoftApp("acme.example", "fake-id", "fake-secret"))
                .hasToString("OAuth2.Builder[tokenEndpoint=login.microsoftonline.com, clientId=fake-id]");
    }

    private static OAuth2.Builder builder() {
        return OAuth2.builder()
                .tokenEndpoint(URI.create("https://login.example/token"))
                .clientId("fake-id")
                .clientSecret("fake-secret");
    }
}
