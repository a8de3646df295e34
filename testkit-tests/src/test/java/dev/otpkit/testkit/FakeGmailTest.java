package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeGmailTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FORM = "grant_type=refresh_token&client_id=fake-client-id.apps.example"
            + "&client_secret=fake-client-secret&refresh_token=1%2F%2Ffake-refresh-token";
    private static final String MAIL = """
            From: Acme <no-reply@acme.example>
            To: someone@example.com
            Subject: =?UTF-8?B?2LHZhdiy?=
             =?utf-8?q?_Caf=C3=A9?=
            MIME-Version: 1.0
            Content-Type: multipart/alternative;
            \tboundary="----=_Part_1"

            ------=_Part_1
            Content-Type: text/plain; charset=UTF-8
            Content-Transfer-Encoding: quoted-printable

            Your code: 123456 =E2=80=94 caf=C3=A9 and a line that is br=
            oken
            ------=_Part_1
            Content-Type: text/html; charset=UTF-8
            Content-Transfer-Encoding: base64

            PGI+OTk5OTk5PC9iPg==
            ------=_Part_1--
            """.replace("\n", "\r\n");

    private final FakeGmail gmail = FakeGmail.start();

    @AfterEach
    void stop() {
        gmail.close();
    }

    @Test
    void takesAMailWithATokenThatItGave() throws Exception {
        HttpResponse<String> response = send(token(), MAIL);

        assertThat(response.statusCode()).isEqualTo(200);
        FakeProvider.Message mail = gmail.messages().get(0);
        assertThat(Json.object(Json.read(response.body()).orElseThrow())).containsEntry("id", mail.id());
        assertThat(mail.sender()).isEqualTo("Acme <no-reply@acme.example>");
        assertThat(mail.recipient()).isEqualTo("someone@example.com");
        assertThat(mail.subject()).isEqualTo("رمز Café");
        assertThat(mail.text()).isEqualTo("Your code: 123456 — café and a line that is broken");
        assertThat(gmail.lastCodeTo("Someone@example.com")).isEqualTo("123456");
    }

    @Test
    void readsAMailOfOnePart() throws Exception {
        String token = token();
        send(token, lines("To: a@example.com", "Content-Type: text/plain", "", "Code: 111111", ""));
        send(
                token,
                lines(
                        "to: b@example.com",
                        "Content-Type: text/plain; charset=UTF-8",
                        "Content-Transfer-Encoding: base64",
                        "",
                        "2LHZhdiyIDIy",
                        "MjIyMg=="));
        send(token, lines("To: c@example.com", "Content-Type: text/html", "", "<p>333333</p>"));
        send(
                token,
                lines(
                        "To: d@example.com",
                        "Content-Type: text/plain; charset=iso-8859-1",
                        "Content-Transfer-Encoding: quoted-printable",
                        "",
                        "caf=E9 =3D"));

        assertThat(gmail.messages())
                .extracting(FakeProvider.Message::text)
                .containsExactly("Code: 111111\r\n", "رمز 222222", "", "café =");
        assertThat(gmail.lastCodeTo("b@example.com")).isEqualTo("222222");
    }

    @Test
    void givesEachTimeAnotherToken() throws Exception {
        assertThat(token()).isNotEqualTo(token());
    }

    @Test
    void givesNoTokenToStrangers() throws Exception {
        refusesToken(401, "invalid_client", FORM.replace("client-secret", "other-secret"));
        refusesToken(401, "invalid_client", FORM.replace("client-id", "other-id"));
        refusesToken(400, "invalid_grant", FORM.replace("refresh-token", "other-token"));
        refusesToken(400, "unsupported_grant_type", FORM.replace("=refresh_token", "=password"));
        gmail.refuseTokens(503, "backend_error");
        refusesToken(503, "backend_error", FORM);
        gmail.refuseTokens(400, "invalid_grant");
        refusesToken(400, "invalid_grant", FORM);
        gmail.recover();
        assertThat(token()).isNotEmpty();
    }

    @Test
    void refusesMailsWithoutATokenOfItsOwn() throws Exception {
        String token = token();
        refuses(401, "authError", send("ya29.another", MAIL));
        gmail.revokeTokens();
        refuses(401, "authError", send(token, MAIL));
        assertThat(gmail.messages()).isEmpty();
        assertThat(send(token(), MAIL).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhatIsNoMail() throws Exception {
        String token = token();
        refuses(400, "invalidArgument", send(token, ""));
        refuses(400, "invalidArgument", send(token, "Subject: x\r\n\r\ny"));
        refuses(400, "invalidArgument", post(gmail.url().resolve("/gmail/v1/users/me/messages/send"), token, "{}"));
        refuses(
                400,
                "invalidArgument",
                post(gmail.url().resolve("/gmail/v1/users/me/messages/send"), token, "{\"raw\":\"a+/\"}"));
        assertThat(post(gmail.url().resolve("/gmail/v1/users/me/messages"), token, "{}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void refusesMailsAsAskedAndGivesTokens() throws Exception {
        for (Map.Entry<Integer, String> refusal : Map.of(
                        403, "insufficientPermissions", 429, "rateLimitExceeded", 500, "backendError")
                .entrySet()) {
            gmail.refuseWith(refusal.getKey(), refusal.getValue());
            refuses(refusal.getKey(), refusal.getValue(), send(token(), MAIL));
        }
        gmail.refuseTokens(503, "backend_error");
        gmail.recover();
        String token = token();
        gmail.refuseTokens(503, "backend_error");
        assertThat(send(token, MAIL).statusCode()).isEqualTo(200);
    }

    @Test
    void givesTokensWhateverHappensToMails() throws Exception {
        gmail.breakConnections();
        String token = token();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> send(token, MAIL));
        assertThat(gmail.messages()).hasSize(1);
        gmail.delay(Duration.ofDays(1));
        assertThat(token()).isNotEmpty();
        gmail.respondWith(502, "");
        assertThat(token()).isNotEmpty();
        assertThat(send(token, MAIL).statusCode()).isEqualTo(502);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }

    private static void refuses(int status, String reason, HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(status);
        Map<String, Object> error = Json.object(
                Json.object(Json.read(response.body()).orElseThrow()).get("error"));
        assertThat(Json.object(((List<?>) error.get("errors")).get(0))).containsEntry("reason", reason);
    }

    private void refusesToken(int status, String error, String form) throws Exception {
        HttpResponse<String> response = post(gmail.tokenUrl(), "", form);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Json.object(Json.read(response.body()).orElseThrow())).containsEntry("error", error);
    }

    private String token() throws Exception {
        return Json.string(
                Json.object(Json.read(post(gmail.tokenUrl(), "", FORM).body()).orElseThrow()), "access_token");
    }

    private HttpResponse<String> send(String token, String mail) throws Exception {
        String raw = Base64.getUrlEncoder().encodeToString(mail.getBytes(StandardCharsets.UTF_8));
        return post(gmail.url().resolve("/gmail/v1/users/me/messages/send"), token, "{\"raw\":\"" + raw + "\"}");
    }

    private static HttpResponse<String> post(URI url, String token, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url)
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
