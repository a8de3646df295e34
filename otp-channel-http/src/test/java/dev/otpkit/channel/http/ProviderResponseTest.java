package dev.otpkit.channel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderResponseTest {
    private static final OtpMessage MESSAGE = new OtpMessage(
            new PhoneNumber("+966501234567"),
            "481516",
            "login",
            Locale.ENGLISH,
            Duration.ofMinutes(5),
            "Your code",
            "481516 is your code",
            Optional.empty());
    private static final ProviderRequest REQUEST = ProviderRequest.post(URI.create("https://api.example"), "/")
            .basic("user", "fake-password")
            .hiding("fake-field");

    @ParameterizedTest
    @CsvSource({
        "200,UNCERTAIN,true",
        "202,UNCERTAIN,true",
        "299,UNCERTAIN,true",
        "199,UNCERTAIN,false",
        "300,MISCONFIGURED,false",
        "302,MISCONFIGURED,false",
        "303,UNCERTAIN,false",
        "308,MISCONFIGURED,false",
        "400,MISCONFIGURED,false",
        "401,MISCONFIGURED,false",
        "403,MISCONFIGURED,false",
        "404,MISCONFIGURED,false",
        "422,MISCONFIGURED,false",
        "429,THROTTLED,false",
        "499,MISCONFIGURED,false",
        "500,UNCERTAIN,false",
        "503,UNCERTAIN,false",
        "600,UNCERTAIN,false"
    })
    void knowsWhatAStatusMeans(int status, Kind kind, boolean success) {
        ProviderResponse response = response(status, "");

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.kind()).isEqualTo(kind);
        assertThat(response.isSuccess()).isEqualTo(success);
        assertThat(response.failure().failure())
                .isEqualTo(DeliveryFailure.of("gateway", kind, String.valueOf(status), "HTTP " + status));
    }

    @Test
    void failsWithoutTheSecretsThatTheProviderRepeats() {
        String body = "no 481516\nto +966 50 123 4567 with fake-password, fake-field, Basic dXNlcjpmYWtlLXBhc3N3b3Jk";

        DeliveryFailure failure = response(500, body).failure().failure();
        assertThat(failure.detail())
                .isEqualTo("HTTP 500: no •••••• to +966•••••4567 with ••••••, ••••••, Basic ••••••");
        assertThat(response(200, body)
                        .failure(Kind.OPTED_OUT, "fake-password", body)
                        .failure())
                .isEqualTo(DeliveryFailure.of(
                        "gateway",
                        Kind.OPTED_OUT,
                        "••••••",
                        "no •••••• to +966•••••4567 with ••••••, ••••••, Basic ••••••"));
        assertThat(response(200, body).failure(Kind.OPTED_OUT, null, "")).hasNoCause();
        assertThat(response(200, body).receipt("id-481516").providerMessageId()).contains("id-••••••");
        assertThat(response(200, body).redact("fake-field")).isEqualTo("••••••");
        assertThat(response(200, body).body()).isEqualTo(body);
        assertThat(response(200, body)).hasToString("ProviderResponse[status=200]");
    }

    @Test
    void hidesCredentialsWithoutAMessageToo() {
        ProviderResponse response = new ProviderResponse(401, "fake-password of 481516", "gateway", null, REQUEST);

        assertThat(response.failure().failure().detail()).isEqualTo("HTTP 401: •••••• of 481516");
    }

    @Test
    void hasNoCodeWhereTheProviderGaveNone() {
        assertThat(response(200, "")
                        .failure(Kind.UNCERTAIN, null, "?")
                        .failure()
                        .providerCode())
                .isEmpty();
        assertThat(response(200, "").failure(Kind.UNCERTAIN, "", "?").failure().providerCode())
                .isEmpty();
    }

    @Test
    void cutsADetailAfterItWasRedacted() {
        DeliveryFailure failure =
                response(500, "x".repeat(486) + "481516 and more").failure().failure();
        assertThat(failure.detail()).hasSize(500).endsWith("x•••…");

        String pairs = "\uD83D\uDE00".repeat(300);
        assertThat(response(500, pairs).failure().failure().detail())
                .hasSize(499)
                .endsWith("\uD83D\uDE00…");
        assertThat(response(500, "y" + pairs).failure().failure().detail())
                .hasSize(500)
                .endsWith("\uD83D\uDE00…");
        assertThat(response(500, "z".repeat(490)).failure().failure().detail())
                .hasSize(500)
                .endsWith("zz");
    }

    private static ProviderResponse response(int status, String body) {
        return new ProviderResponse(status, body, "gateway", MESSAGE, REQUEST);
    }
}
