package dev.otpkit.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final String MARK = "••••••";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fake-password",
                "fake \"pa/ss+w\\rd'&<é>",
                "$1 \\Q.*\\E (fake)",
                "fake-\uD83D\uDD10-سر",
                "fake??>>~~",
                "fake-end\\"
            })
    void hidesASecretInEveryForm(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        for (String form : List.of(
                secret,
                URLEncoder.encode(secret, StandardCharsets.UTF_8),
                URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"),
                secret.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/"),
                everyCharacter(secret, "\\u%04x"),
                everyCharacter(secret, "\\u%04X"),
                secret.replace("&", "&amp;")
                        .replace("\"", "&quot;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("'", "&#39;"),
                secret.replace("'", "&apos;").replace("\"", "&#x22;"),
                Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))) {
            assertThat(Secrets.hide("before " + form + " after", secret)).isEqualTo("before " + MARK + " after");
        }
    }

    @Test
    void hidesWhatIsPlainOfASecretThatJsonWouldDouble() {
        String backslashes = "\\".repeat(8) + "x";
        assertThat(Secrets.hide(backslashes + " " + backslashes.replace("\\", "\\\\"), backslashes))
                .isEqualTo(MARK + " " + MARK);
    }

    @Test
    @Timeout(20)
    void hidesALongSecretInALongTextInNoTime() {
        String token = "abcdefghijklmnop".repeat(1024);
        assertThat(Secrets.hide("before " + token.substring(0, 9000) + " " + "x".repeat(200_000), token))
                .startsWith("before abcdef")
                .hasSize(16 * 1024);
        assertThat(Secrets.hide("Bearer " + token.substring(0, 4000) + "!", "Bearer " + token.substring(0, 4000), "y"))
                .isEqualTo(MARK + "!");
        assertThat(Secrets.hide("a".repeat(256 * 1024), "a".repeat(1000) + "b")).isNotEmpty();
        assertThat(Secrets.hide("\\".repeat(256 * 1024), "\\".repeat(16) + "x")).isNotEmpty();
    }

    @Test
    void hidesASecretThatTheEndOfTheTextCutsOff() {
        String token = "fake-token-" + "0123456789".repeat(30);
        String base64 = Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
        for (String form : List.of(token, base64, token.replace("-", "%2D"))) {
            for (int shown : List.of(1, 5, 100, 300)) {
                String text = ".".repeat(16 * 1024 - shown) + form + " and more";

                assertThat(Secrets.hide(text, token))
                        .endsWith("." + MARK)
                        .doesNotContain("fake")
                        .doesNotContain("ZmFr");
            }
        }
        assertThat(Secrets.hide("fake-token-01", token)).isEqualTo("fake-token-01");
    }

    @Test
    void hidesASecretInAnyCase() {
        assertThat(Secrets.hide("FAKE-PASSWORD%C3%A9 fake-password%c3%a9", "fake-passwordé"))
                .isEqualTo(MARK + " " + MARK);
    }

    @Test
    void hidesTheLongerOfTwoWhole() {
        assertThat(Secrets.hide("user:fake and fake", "user:fake", "fake")).isEqualTo(MARK + " and " + MARK);
    }

    @Test
    void leavesTheRestAlone() {
        assertThat(Secrets.hide("100 % of C:\\fakes", "fake-password")).isEqualTo("100 % of C:\\fakes");
        assertThat(Secrets.hide("a = b == %zz &# \\", "fake-password")).isEqualTo("a = b == %zz &# \\");
        assertThat(Secrets.hide("text", "")).isEqualTo("text");
        assertThat(Secrets.hide("text")).isEqualTo("text");
    }

    private static String everyCharacter(String text, String format) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(String.format(Locale.ROOT, format, c)));
        return escaped.toString();
    }
}
