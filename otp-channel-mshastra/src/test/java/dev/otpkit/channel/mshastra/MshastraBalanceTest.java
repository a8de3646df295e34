package dev.otpkit.channel.mshastra;

import static dev.otpkit.channel.mshastra.TestProvider.PASSWORD;
import static dev.otpkit.channel.mshastra.TestProvider.element;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.http.Fault;
import dev.otpkit.channel.mshastra.MshastraChannel.Balance;
import dev.otpkit.channel.mshastra.MshastraChannel.Balance.Entry;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.testkit.FakeProvider.Request;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MshastraBalanceTest {
    private static final TestProvider PROVIDER = new TestProvider(PASSWORD);

    private final MshastraChannel channel = PROVIDER.channel().build();

    @BeforeEach
    void reset() {
        PROVIDER.reset();
    }

    @AfterAll
    static void stop() {
        PROVIDER.close();
    }

    @ParameterizedTest
    @CsvSource({
        "3452, 3452",
        "' 3452.50 \r\n', 3452.50",
        "'3452,', 3452",
        "0, 0",
        "0.000000001, 0.000000001",
        "-12.5, -12.5",
        "100, 100",
        "999999999999999999, 999999999999999999"
    })
    void readsABareNumber(String text, BigDecimal amount) throws Exception {
        PROVIDER.respond(200, text);

        assertThat(channel.balance()).isEqualTo(new Balance(List.of(new Entry(Optional.empty(), amount))));
    }

    @Test
    @Timeout(10)
    void readsHostileTextInNoTime() {
        for (String text : List.of(
                "1" + " ".repeat(200_000) + "x",
                " ".repeat(200_000) + "x",
                "a".repeat(200_000) + "= 1x",
                "a = " + " ".repeat(200_000) + "x",
                "1,".repeat(100_000))) {
            PROVIDER.respond(200, text);
            assertThat(catchThrowableOfType(DeliveryException.class, channel::balance))
                    .isNotNull();
        }
    }

    @Test
    void showsNoControlsOfADestination() throws Exception {
        PROVIDER.respond(200, "Tanza\u001b[31mnia\u0007 (+255) = 3452,");

        assertThat(channel.balance().entries().get(0).destination()).contains("Tanza [31mnia  (+255)");
    }

    @Test
    void readsOneDestination() throws Exception {
        PROVIDER.respond(200, "Tanzania (+255) = 3452,");

        assertThat(channel.balance().entries())
                .containsExactly(new Entry(Optional.of("Tanzania (+255)"), new BigDecimal(3452)));
    }

    @Test
    void readsSeveralDestinationsInTheirOrder() throws Exception {
        PROVIDER.respond(
                200, " Tanzania (+255) = 3452, Saudi Arabia (+966)=0.75 ,\r\nIndia (+91) = -1,India (+91) = 7 ");

        assertThat(channel.balance().entries())
                .containsExactly(
                        new Entry(Optional.of("Tanzania (+255)"), new BigDecimal(3452)),
                        new Entry(Optional.of("Saudi Arabia (+966)"), new BigDecimal("0.75")),
                        new Entry(Optional.of("India (+91)"), new BigDecimal(-1)),
                        new Entry(Optional.of("India (+91)"), new BigDecimal(7)));
    }

    @Test
    void asksOnceWithUserAndPasswordInTheQuery() throws Exception {
        PROVIDER.standIn().balance("1");

        assertThat(channel.balance().entries())
                .as("what the stand-in says to its user alone")
                .containsExactly(new Entry(Optional.empty(), BigDecimal.ONE));

        assertThat(PROVIDER.requests()).hasSize(1);
        Request request = PROVIDER.request();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.uri()).hasToString("/balance.aspx?user=fake-user&pwd=fake-pa%22ss%2Bw%5Crd%26%3C%C3%A9%3E");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "3,452",
                "3 452",
                "1e9",
                "0x1F",
                "٣٤٥٢",
                "NaN",
                "+5",
                ".5",
                "5.",
                "005",
                "1000000000000000000",
                "0.0000000001",
                "Tanzania (+255)",
                "Tanzania (+255) = ",
                "Tanzania (+255) = many,",
                "Tanzania (+255) = 3,452,",
                " = 3452",
                "3452, Tanzania (+255) = 1",
                "<b>x</b> = 5",
                "<html>3452</html>",
                "{\"balance\":3452}",
                "[]",
                "session time out / login again",
                "013 - Server Error"
            })
    void saysThatAnAnswerCanNotBeRead(String text) {
        assertThat(failureOf(200, text).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "Invalid Password, 005",
        "005 - Authorization failed, 005",
        "' INVALID PROFILE ID ', 010",
        "Profile Id Blocked, 009",
        "Whitelist IP address to use API, ",
    })
    void knowsWhatAnErrorMeans(String text, String code) {
        for (String body : List.of(text, element("", text))) {
            DeliveryFailure failure = failureOf(200, body);

            assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
            assertThat(failure.providerCode()).isEqualTo(Optional.ofNullable(code));
            assertThat(failure.detail()).isEqualTo("no balance: " + text.strip());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "201, UNAVAILABLE",
        "302, UNAVAILABLE",
        "400, UNAVAILABLE",
        "401, MISCONFIGURED",
        "403, MISCONFIGURED",
        "404, MISCONFIGURED",
        "429, THROTTLED",
        "500, UNAVAILABLE",
        "503, UNAVAILABLE"
    })
    void knowsWhatAStatusMeans(int status, Kind kind) {
        DeliveryFailure failure = failureOf(status, "3452");

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains(String.valueOf(status));
        assertThat(failureOf(status, "Invalid Password").kind())
                .isEqualTo(status == 500 || status == 503 ? Kind.UNAVAILABLE : Kind.MISCONFIGURED);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void saysThatAConnectionBroke(Fault fault) {
        MshastraChannel channel =
                PROVIDER.channel().baseUrl(PROVIDER.brokenUrl(fault)).build();

        assertThat(failure(channel).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        PROVIDER.beSilent();
        assertThat(failure(PROVIDER.channel().timeout(Duration.ofMillis(500)).build())
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);

        assertThat(failure(PROVIDER.channel().baseUrl(TestProvider.closedUrl()).build())
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void signsInNowhereWithoutATrustedCertificate() {
        assertThat(failure(PROVIDER.channel().baseUrl(PROVIDER.untrustedUrl()).build())
                        .kind())
                .isEqualTo(Kind.MISCONFIGURED);
        assertThat(PROVIDER.requestsThatBroke()).isZero();
    }

    @Test
    void hasAnEntryAtLeast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Balance(List.of()))
                .withMessage("entries must not be empty");
    }

    private DeliveryFailure failureOf(int status, String body) {
        PROVIDER.respond(status, body);
        return failure(channel);
    }

    private static DeliveryFailure failure(MshastraChannel channel) {
        DeliveryException thrown = catchThrowableOfType(DeliveryException.class, channel::balance);
        assertThat(thrown).isNotNull().hasNoCause();
        assertThat(thrown.failure().channel()).isEqualTo("mshastra");
        return thrown.failure();
    }
}
