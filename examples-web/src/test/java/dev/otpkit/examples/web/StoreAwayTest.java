package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.examples.web.Visitor.Answer;
import dev.otpkit.testkit.FaultyStore;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages while the store of the codes cannot answer. */
class StoreAwayTest {
    private static RunningExample example;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        FaultyStore store = FaultyStore.create();
        store.failWith(FaultyStore.Fault.UNAVAILABLE);
        example = RunningExample.startOn(store);
    }

    @AfterAll
    static void stop() {
        example.close();
    }

    @ParameterizedTest
    @CsvSource({"en, Nothing is lost: try again in a moment.", "ar, لم تفقد شيئًا: حاول بعد قليل."})
    void aRegistrationShowsItsFormAgain(String language, String text) {
        Visitor visitor = new Visitor(client, example.address());
        visitor.get("/register?lang=" + language);
        Answer answer = visitor.submit("name", "Huda", "address", "user@example.com");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("away");
        assertThat(answer.page()).contains(text, "value=\"Huda\"", "value=\"user@example.com\"");
    }

    @ParameterizedTest
    @CsvSource({
        "en, Log in –, We cannot check codes at the moment.",
        "ar, تسجيل الدخول –, لا يمكننا التحقق من الرموز الآن."
    })
    void aLogInShowsItsFormAgain(String language, String title, String text) {
        Visitor visitor = new Visitor(client, example.address());
        visitor.get("/login?lang=" + language);
        Answer answer = visitor.submit("address", "user@example.com");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("away");
        assertThat(answer.page()).contains(title, text, "value=\"user@example.com\"", "action=\"/login\"");
    }

    @Test
    void thePagesLoadNothingFromElsewhere() throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(example.address().resolve("/register")).build(), BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'self'", "form-action 'self'"));
        assertThat(answer.body()).doesNotContain("http:", "https:", "style=", "onclick");
    }
}
