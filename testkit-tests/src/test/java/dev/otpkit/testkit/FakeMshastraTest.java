package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeMshastraTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final FakeMshastra mshastra = FakeMshastra.start();

    @AfterEach
    void stop() {
        mshastra.close();
    }

    @Test
    void takesAnSmsAndPadsWhatItSays() throws Exception {
        Map<String, Object> element = send("msg", "رمز 123456");

        FakeProvider.Message message = mshastra.messages().get(0);
        assertThat(element.get("msg_id")).isEqualTo(" " + message.id() + "  ");
        assertThat(element.get("str_response")).isEqualTo("  Send Successful ");
        assertThat(message.recipient()).isEqualTo("+966501234567");
        assertThat(message.sender()).isEqualTo("Acme");
        assertThat(message.text()).isEqualTo("رمز 123456");
        assertThat(mshastra.lastCodeTo("+966501234567")).isEqualTo("123456");
    }

    @Test
    void refusesWhatTheProviderRefusesWithTheStatus200() throws Exception {
        assertThat(send("pwd", "another")).containsEntry("str_response", "Invalid Password");
        assertThat(send("user", "another")).containsEntry("str_response", "Invalid Password");
        assertThat(send("number", "+966501234567")).containsEntry("str_response", "Invalid Mobile No");
        assertThat(send("sender", "Acme Commerce X")).containsEntry("str_response", "Sender Id more than 13 Chars");
        assertThat(send("msg", " ")).containsEntry("str_response", "Enter Text Message");
        mshastra.refuseWith("No More Credits");
        assertThat(send("msg", "Code: 123456"))
                .containsEntry("str_response", "No More Credits")
                .containsEntry("msg_id", "");
        assertThat(balance("fake-user", "fake-password")).isEqualTo("No More Credits");

        assertThat(mshastra.messages()).isEmpty();
        mshastra.recover();
        send("msg", "Code: 123456");
        assertThat(mshastra.messages()).hasSize(1);
    }

    @Test
    void answersWhatIsNoBatchOfOneWithAPage() throws Exception {
        for (String body : List.of("", "{}", "[]", "[1]", "[{},{}]", "[{}", "[{}] x")) {
            HttpResponse<String> response = post(body);
            assertThat(response.statusCode()).as(body).isEqualTo(200);
            assertThat(response.body()).startsWith("<html>");
        }
        assertThat(HTTP.send(
                                HttpRequest.newBuilder(mshastra.url().resolve("/sendurl.aspx"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void givesItsBalanceToItsUserAlone() throws Exception {
        assertThat(balance("fake-user", "fake-password")).isEqualTo("1000");
        mshastra.balance("Tanzania (+255) = 3452,");
        assertThat(balance("fake-user", "fake-password")).isEqualTo("Tanzania (+255) = 3452,");
        assertThat(balance("fake-user", "another")).isEqualTo("Invalid Password");
        assertThat(balance("another", "fake-password")).isEqualTo("Invalid Password");
    }

    @Test
    void acceptsTheAccountThatItWasStartedWith() throws Exception {
        try (FakeMshastra other = FakeMshastra.start("another", "secret")) {
            assertThat(HTTP.send(
                                    HttpRequest.newBuilder(other.url().resolve("/balance.aspx?user=another&pwd=secret"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("1000");
        }
    }

    private String balance(String user, String password) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(
                                        mshastra.url().resolve("/balance.aspx?user=" + user + "&pwd=" + password))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private Map<String, Object> send(String name, String value) throws Exception {
        Map<String, String> sms = new LinkedHashMap<>(Map.of(
                "user", FakeMshastra.USERNAME,
                "pwd", FakeMshastra.PASSWORD,
                "number", "966501234567",
                "sender", "Acme",
                "msg", "Code: 123456",
                "language", "English"));
        sms.put(name, value);
        HttpResponse<String> response = post(Json.write(List.of(sms)));
        assertThat(response.statusCode()).isEqualTo(200);
        return Json.object(((List<?>) Json.read(response.body()).orElseThrow()).get(0));
    }

    private HttpResponse<String> post(String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(mshastra.url().resolve("/sendsms_api_json.aspx"))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
