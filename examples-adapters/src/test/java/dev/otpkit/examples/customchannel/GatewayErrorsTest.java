package dev.otpkit.examples.customchannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each status and error code that the gateway documents, and similar ones. */
class GatewayErrorsTest {
    private static final OtpMessage MESSAGE = new OtpMessage(
            new PhoneNumber("+966501234567"),
            "481516",
            "login",
            Locale.ENGLISH,
            Duration.ofMinutes(5),
            "Your code",
            "Your code is 481516.",
            Optional.empty());

    @ParameterizedTest
    @CsvSource({
        "400,ERROR 21,RECIPIENT_REJECTED,21",
        "400,ERROR 22,OPTED_OUT,22",
        "400,ERROR 211,MISCONFIGURED,400",
        "400,'',MISCONFIGURED,400",
        "401,ERROR 21,MISCONFIGURED,401",
        "404,<html>,MISCONFIGURED,404",
        "429,ERROR 21,THROTTLED,429",
        "500,ERROR 21,UNCERTAIN,500",
        "503,'',UNCERTAIN,503",
        "200,ERROR 21,UNCERTAIN,200",
        "200,OK,UNCERTAIN,200",
        "200,OK not really,UNCERTAIN,200",
        "302,OK sms1,MISCONFIGURED,302"
    })
    void knowsWhatEachMeans(int status, String line, Kind kind, String code) {
        try (FakeGateway gateway = new FakeGateway("fake-api-key");
                GatewayChannel channel = new GatewayChannel(gateway.url(), "fake-api-key", Duration.ofSeconds(30))) {
            gateway.respondWith(status, line + "\r\nto +966 50 123 4567 with fake-api-key: 481516");

            DeliveryFailure failure = catchThrowableOfType(DeliveryException.class, () -> channel.deliver(MESSAGE))
                    .failure();

            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.providerCode()).contains(code);
            assertThat(failure.detail()).endsWith("to +966•••••4567 with ••••••: ••••••");
        }
    }
}
