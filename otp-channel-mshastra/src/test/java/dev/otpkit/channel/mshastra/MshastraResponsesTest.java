package dev.otpkit.channel.mshastra;

import static dev.otpkit.channel.mshastra.TestProvider.element;
import static dev.otpkit.channel.mshastra.TestProvider.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.http.Fault;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The outcome of each response, after exactly one POST. */
class MshastraResponsesTest {
    private static final TestProvider PROVIDER = new TestProvider(TestProvider.PASSWORD);

    private final MshastraChannel channel = PROVIDER.channel().build();

    /** A provider's text, its meaning, and the code that it implies. */
    record Said(String text, Kind kind, Optional<String> code) {
        static Said of(String code, String text, Kind kind) {
            return new Said(text, kind, Optional.of(code));
        }

        static Said of(String text, Kind kind) {
            return new Said(text, kind, Optional.empty());
        }
    }

    static List<Said> knownErrors() {
        return List.of(
                Said.of("001", "Invalid Receiver", Kind.RECIPIENT_REJECTED),
                Said.of("001", "Invalid Mobile No", Kind.RECIPIENT_REJECTED),
                Said.of("001", "Invalid Mobile No.", Kind.RECIPIENT_REJECTED),
                Said.of("003", "Invalid Message", Kind.MISCONFIGURED),
                Said.of("003", "Enter Text Message", Kind.MISCONFIGURED),
                Said.of("005", "Authorization failed", Kind.MISCONFIGURED),
                Said.of("005", "Invalid Password", Kind.MISCONFIGURED),
                Said.of("Wrong Username or Password", Kind.MISCONFIGURED),
                Said.of("006", "DND Number", Kind.OPTED_OUT),
                Said.of("007", "Cannot Extract Country Code", Kind.RECIPIENT_REJECTED),
                Said.of("008", "Empty Receiver", Kind.MISCONFIGURED),
                Said.of("008", "Enter Mobile No", Kind.MISCONFIGURED),
                Said.of("008", "Enter Mobile", Kind.MISCONFIGURED),
                Said.of("009", "Profile Blocked", Kind.MISCONFIGURED),
                Said.of("009", "Profile Id Blocked", Kind.MISCONFIGURED),
                Said.of("009", "Submission Stops", Kind.MISCONFIGURED),
                Said.of("010", "Invalid Profile ID", Kind.MISCONFIGURED),
                Said.of("011", "Profile ID expired", Kind.MISCONFIGURED),
                Said.of("012", "Sender Id more than 13 Chars", Kind.MISCONFIGURED),
                Said.of("013", "Server Error", Kind.UNCERTAIN),
                Said.of("No More Credits", Kind.MISCONFIGURED),
                Said.of("Country not activated", Kind.MISCONFIGURED),
                Said.of("Whitelist IP address to use API", Kind.MISCONFIGURED));
    }

    static Stream<Said> allSpellingsOfKnownErrors() {
        return knownErrors().stream()
                .flatMap(said -> Stream.of(
                                said.text(),
                                said.text().toUpperCase(Locale.ROOT),
                                said.text().toLowerCase(Locale.ROOT),
                                "   " + said.text() + " \t ",
                                said.text().replace(" ", "  "),
                                said.code().orElse("") + " " + said.text(),
                                said.code().map(code -> code + " - ").orElse("") + said.text(),
                                said.code().map(code -> code + ":").orElse("")
                                        + said.text().toUpperCase(Locale.ROOT))
                        .map(text -> new Said(text, said.kind(), said.code())));
    }

    @BeforeEach
    void reset() {
        PROVIDER.reset();
    }

    @AfterAll
    static void stop() {
        PROVIDER.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Send Successful",
                "  SEND SUCCESSFUL  ",
                "send success",
                "Message Sent",
                "Success",
                "000 - Send Successful",
                "000: send  success",
                "Message Sent Successfully",
                "SMS successfully submitted!",
                "Submitted successfully."
            })
    void takesSuccessWithAnIdForAReceipt(String text) throws Exception {
        PROVIDER.respond(200, element("  4711-0815 ", text));

        assertThat(channel.deliver(message())).isEqualTo(DeliveryReceipt.of("4711-0815"));
        assertThat(PROVIDER.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"msg_id\":4711,\"number\":1,\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":\"4711\",\"response\":\"send success\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"  \",\"response\":\"send success\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":null,\"response\":\"send success\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\",\"code\":0}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\",\"code\":\"000\",\"more\":[{}]}, {}]",
                " \r\n [ { \"msg_id\" : \"4711\" , \"str_response\" : \"Send Successful\" } ] \r\n"
            })
    void takesEveryFormOfSuccess(String body) throws Exception {
        PROVIDER.respond(200, body);

        assertThat(channel.deliver(message())).isEqualTo(DeliveryReceipt.of("4711"));
    }

    @ParameterizedTest
    @MethodSource("allSpellingsOfKnownErrors")
    void knowsEverySpellingOfAnError(Said said) {
        MshastraResponse parsed = MshastraResponse.read(element("  ", said.text()));

        assertThat(parsed.isAccepted()).isFalse();
        assertThat(parsed.error().orElseThrow().kind()).isEqualTo(said.kind());
        assertThat(parsed.error().orElseThrow().code()).isEqualTo(said.code());
        assertThat(parsed.text()).isEqualTo(said.text().strip());
    }

    @ParameterizedTest
    @MethodSource("knownErrors")
    void knowsWhatAnErrorMeansWhateverFollows(Said said) {
        assertThat(failureOf(200, element("", said.text())).kind()).isEqualTo(said.kind());
        for (String id : List.of("", "4711")) {
            DeliveryFailure failure = failureOf(200, element(id, said.text() + " (for the text: Your code, not sent)"));

            assertThat(failure.kind()).isEqualTo(said.kind());
            assertThat(failure.providerCode()).isEqualTo(said.code());
        }
    }

    @ParameterizedTest
    @MethodSource("knownErrors")
    void knowsWhatAnErrorMeansInThePlainTextOfTheUrlApi(Said said) {
        for (String text : List.of(
                said.text() + "\r\n",
                said.text().toUpperCase(Locale.ROOT),
                said.code().orElse("") + " - " + said.text())) {
            boolean known = said.code().isPresent() || !text.startsWith(" - ");
            DeliveryFailure failure = failureOf(200, text);

            assertThat(failure.kind()).isEqualTo(known ? said.kind() : Kind.UNCERTAIN);
            assertThat(failure.providerCode()).isEqualTo(said.code());
            assertThat(failure.detail()).isEqualTo(text.strip());
        }
    }

    @ParameterizedTest
    @MethodSource("knownErrors")
    void knowsWhatAnErrorMeansWithAStatusOf400AndUp(Said said) {
        for (int status : new int[] {400, 403, 429}) {
            for (String body : List.of(element("", said.text()), said.text())) {
                DeliveryFailure failure = failureOf(status, body);

                assertThat(failure.kind()).isEqualTo(said.kind());
                assertThat(failure.providerCode()).contains(said.code().orElse(String.valueOf(status)));
                assertThat(failure.detail()).startsWith("HTTP " + status).endsWith(said.text());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("knownErrors")
    void trustsNoErrorWithAnyOtherStatus(Said said) {
        for (int status : new int[] {201, 302, 500, 503}) {
            assertThat(failureOf(status, element("", said.text())).kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(failureOf(status, said.text()).kind()).isEqualTo(Kind.UNCERTAIN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "001, RECIPIENT_REJECTED", "003, MISCONFIGURED", "005, MISCONFIGURED", "006, OPTED_OUT",
        "007, RECIPIENT_REJECTED", "008, MISCONFIGURED", "009, MISCONFIGURED", "010, MISCONFIGURED",
        "011, MISCONFIGURED", "012, MISCONFIGURED", "013, UNCERTAIN"
    })
    void knowsWhatACodeMeans(String code, Kind kind) {
        int number = Integer.parseInt(code);
        for (String body : List.of(
                element("", code),
                element("", code + " - anything"),
                "[{\"msg_id\":\"\",\"str_response\":\"What?\",\"code\":" + number + "}]",
                "[{\"str_response\":\"What?\",\"code\":\"" + code + "\"}]",
                "[{\"code\":" + number + "}]")) {
            DeliveryFailure failure = failureOf(200, body);

            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.providerCode()).contains(code);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "201, UNCERTAIN",
        "202, UNCERTAIN",
        "204, UNCERTAIN",
        "301, UNCERTAIN",
        "302, UNCERTAIN",
        "307, UNCERTAIN",
        "400, UNCERTAIN",
        "401, MISCONFIGURED",
        "402, UNCERTAIN",
        "403, MISCONFIGURED",
        "404, MISCONFIGURED",
        "407, UNCERTAIN",
        "408, UNCERTAIN",
        "409, UNCERTAIN",
        "429, THROTTLED",
        "500, UNCERTAIN",
        "501, UNCERTAIN",
        "502, UNCERTAIN",
        "503, UNCERTAIN",
        "504, UNCERTAIN"
    })
    void knowsWhatAStatusMeans(int status, Kind kind) {
        for (String body : List.of("", "<html><body>Sorry</body></html>", "[{}]", "Session time out")) {
            if (status == 204 && !body.isEmpty()) {
                continue;
            }
            DeliveryFailure failure = failureOf(status, body);

            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.providerCode()).contains(String.valueOf(status));
            assertThat(failure.detail()).startsWith("HTTP " + status).doesNotContain("html");
        }
    }

    @Test
    void saysThatTheBaseUrlIsWrong() {
        assertThat(failureOf(404, "").detail()).isEqualTo("HTTP 404, is the base URL right? an empty response");
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 302, 400, 401, 403, 404, 429, 500, 503})
    void takesSuccessForNoReceiptWithAnotherStatus(int status) {
        DeliveryFailure failure = failureOf(status, element("4711", "Send Successful"));

        assertThat(failure.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(failure.providerCode()).contains(String.valueOf(status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  \r\n ",
                "{}",
                "[]",
                "[[]]",
                "[{}]",
                "[null]",
                "null",
                "true",
                "4711",
                "\"Send Successful\"",
                "[\"Send Successful\"]",
                "Send Successful",
                "000 - Send Successful",
                "4711,Send Successful",
                "005",
                "session time out / login again",
                "Your Invalid Password",
                "Invalid Password 4711",
                "<html><body>Send Successful</body></html>",
                "<html>Invalid Password</html>",
                "{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\"}",
                "{\"msg_id\":\"\",\"str_response\":\"Invalid Password\"}",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\"}",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\"}]<html></html>",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\"},]",
                "[{'msg_id':'4711','str_response':'Send Successful'}]",
                "[{msg_id:\"4711\",str_response:\"Send Successful\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send\nSuccessful\"}]",
                "[{\"msg_id\":\"4711\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":null}]",
                "[{\"msg_id\":\"4711\",\"str_response\":true}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Queued\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Queued\",\"code\":1}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\",\"code\":1}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Unsuccessful\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"No message sent\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Message cannot be sent successfully\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"0 message sent\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Couldn't send successfully\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Unable to send successfully\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Success: false\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Insufficient balance, success 0\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Message sent to server, Cannot Extract Country Code\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful - DND Number\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Never sent successfully\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send Successful Send Successful\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"001 Send Successful\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Not successful\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"No success\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Send successfully failed\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Error: no Send Successful\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"005 - Send Successful\"}]",
                "[{\"msg_id\":\"4711\",\"str_response\":\"Submission Stops: Send Successful\"}]",
                "[{\"msg_id\":\"\",\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":\"   \",\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":null,\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":true,\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":{},\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":[\"4711\"],\"str_response\":\"Send Successful\"}]",
                "[{\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":\"1\",\"msg_id\":\"\",\"str_response\":\"Send Successful\"}]",
                "[{},{\"msg_id\":\"4711\",\"str_response\":\"Send Successful\"}]",
                "[{\"msg_id\":\"\",\"str_response\":\"Invalid Receivers List\"}]",
                "[{\"msg_id\":\"\",\"str_response\":\"Your Invalid Password\"}]",
                "[{\"msg_id\":\"\",\"str_response\":\"0012 - Invalid Password\"}]",
                "[{\"msg_id\":\"\",\"str_response\":\"001 of 001\"}]",
                "[{\"msg_id\":\"\",\"str_response\":\"004 - What?\"}]",
                "[{\"msg_id\":\"\",\"str_response\":\"What?\",\"code\":200}]",
                "[{\"msg_id\":\"\",\"str_response\":\"What?\",\"code\":-1}]",
            })
    void doesNotKnowWhatBecameOfTheMessage(String body) {
        DeliveryFailure failure = failureOf(200, body);

        assertThat(failure.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(failure.providerCode()).isEmpty();
        assertThat(failure.detail()).isNotBlank();
    }

    @Test
    void doesNotKnowWhatBecameOfTheMessageWhereTheAnswerIsDeeplyNested() {
        assertThat(failureOf(200, "[".repeat(100_000)).kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(failureOf(200, "[{\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}]")
                        .kind())
                .isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(failureOf(200, element("", " Send Successful ")).detail())
                .isEqualTo("Send Successful, without a message id");
        assertThat(failureOf(200, element("4711", "")).detail()).isEqualTo("a response without text");
        assertThat(failureOf(200, "<html>").detail()).isEqualTo("an HTML page instead of a response");
        assertThat(failureOf(200, "{}").detail()).isEqualTo("a response that cannot be interpreted");
    }

    @Test
    void boundsWhatTheProviderSays() {
        assertThat(failureOf(200, element("", "x".repeat(100_000))).detail()).hasSizeLessThanOrEqualTo(2001);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void doesNotKnowWhatBecameOfAMessageWhoseConnectionBroke(Fault fault) {
        MshastraChannel channel =
                PROVIDER.channel().baseUrl(PROVIDER.brokenUrl(fault)).build();

        assertThat(failure(channel).kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(PROVIDER.requestsThatBroke()).isEqualTo(1);
    }

    @Test
    void doesNotKnowWhatBecameOfAMessageThatIsNotAnswered() {
        PROVIDER.beSilent();

        DeliveryFailure failure =
                failure(PROVIDER.channel().timeout(Duration.ofMillis(500)).build());

        assertThat(failure.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(failure.detail()).endsWith("did not respond within PT0.5S");
        assertThat(PROVIDER.requests()).hasSize(1);
    }

    @Test
    void knowsThatNothingLeftWithoutAConnection() throws Exception {

        assertThat(failure(PROVIDER.channel().baseUrl(TestProvider.closedUrl()).build())
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void sendsNothingWhereTheCertificateIsNotTrusted() {
        DeliveryFailure failure =
                failure(PROVIDER.channel().baseUrl(PROVIDER.untrustedUrl()).build());

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(PROVIDER.requestsThatBroke()).isZero();
    }

    /** Returns the failure for a response, after exactly one POST. */
    private DeliveryFailure failureOf(int status, String body) {
        PROVIDER.reset();
        PROVIDER.respond(status, body);
        DeliveryFailure failure = failure(channel);
        assertThat(PROVIDER.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.method()).isEqualTo("POST"));
        return failure;
    }

    private static DeliveryFailure failure(MshastraChannel channel) {
        DeliveryException thrown = catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message()));
        assertThat(thrown).isNotNull().hasNoCause();
        assertThat(thrown.failure().channel()).isEqualTo("mshastra");
        return thrown.failure();
    }
}
