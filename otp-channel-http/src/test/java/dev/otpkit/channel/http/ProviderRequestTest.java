package dev.otpkit.channel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderRequestTest {
    private static final URI BASE = URI.create("https://api.example/v1/");

    private final ProviderRequest post = ProviderRequest.post(BASE, "/messages");

    @Test
    void joinsBaseUrlAndPath() {
        assertThat(post.url()).isEqualTo(URI.create("https://api.example/v1/messages"));
        assertThat(post.method()).isEqualTo("POST");
        assertThat(post.body()).isEmpty();
        assertThat(ProviderRequest.get(BASE, "/a%20b?c=d").url())
                .isEqualTo(URI.create("https://api.example/v1/a%20b?c=d"));
        assertThat(ProviderRequest.get(BASE, "/").method()).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.example/",
                "ftp://api.example/",
                "//api.example/",
                "https://fake-user@api.example/",
                "https://api.example/#fake",
                "https:///fake"
            })
    void sendsNothingWhereCredentialsMustNotGo(URI url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderRequest.post(url))
                .withMessage("url must be an https URL, or http to this machine, without user and fragment");
        assertThatIllegalArgumentException().isThrownBy(() -> ProviderRequest.get(url));
        assertThatIllegalArgumentException().isThrownBy(() -> ProviderRequest.post(url, "/"));
    }

    @Test
    void refusesAPathWithoutShowingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderRequest.post(BASE, "messages"))
                .withMessage("path must begin with a slash");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderRequest.get(BASE, "/key=fake key"))
                .withMessage("path must be escaped as in a URL")
                .withNoCause();
    }

    @Test
    void encodesFieldsInTheirOrder() {
        ProviderRequest form = post.field("to", "+966501234567")
                .field("text", "رمز 50% & more=\n")
                .field("a&b", "")
                .field("to", "x");
        String encoded = "to=%2B966501234567&text=%D8%B1%D9%85%D8%B2+50%25+%26+more%3D%0A&a%26b=&to=x";
        assertThat(form.body()).isEqualTo(encoded);
        assertThat(form.headers()).containsExactly(Map.entry("Content-Type", "application/x-www-form-urlencoded"));
        assertThat(post.body()).isEmpty();
        assertThat(post.headers()).isEmpty();
        assertThat(post.json("{}").field("a", "b").body()).isEqualTo("a=b");

        ProviderRequest get =
                ProviderRequest.get(BASE, "/send").field("a", "b c").field("d", "é");
        assertThat(get.url()).isEqualTo(URI.create("https://api.example/v1/send?a=b+c&d=%C3%A9"));
        assertThat(get.body()).isEmpty();
        assertThat(get.headers()).isEmpty();
        assertThatNullPointerException()
                .isThrownBy(() -> post.field("text", null))
                .withMessage("text must not be null");
    }

    @Test
    void sendsJsonAndAnyText() {
        assertThat(post.json("{}").body()).isEqualTo("{}");
        assertThat(post.json("{}").headers()).containsEntry("content-type", "application/json");
        ProviderRequest xml = post.json("{}").text("text/xml; charset=utf-8", "<a/>");
        assertThat(xml.body()).isEqualTo("<a/>");
        assertThat(xml.headers()).containsExactly(Map.entry("Content-Type", "text/xml; charset=utf-8"));
        assertThatIllegalStateException()
                .isThrownBy(() -> ProviderRequest.get(BASE, "/").json("{}"))
                .withMessage("a GET has no body");
    }

    @Test
    void remembersCredentials() {
        assertThat(post.credentials()).isEmpty();
        assertThat(post.bearer("fake-token").credentials()).containsExactly("fake-token");
        assertThat(post.header("X-Api-Key", "fake-key").credentials()).containsExactly("fake-key");
        assertThat(post.header("COOKIE", "a=fake").credentials()).containsExactly("a=fake");
        assertThat(post.header("Accept", "text/plain").credentials()).isEmpty();
        assertThat(post.header("X-Auth-Version", "123").credentials()).isEmpty();
        assertThat(post.field("client_secret", "fake key")
                        .field("to", "+966501234567")
                        .credentials())
                .containsExactly("fake key");
        assertThat(ProviderRequest.get(BASE, "/").field("PWD", "fake").credentials())
                .containsExactly("fake");
        assertThat(post.basic("user", "fäke").headers()).containsEntry("Authorization", "Basic dXNlcjpmw6RrZQ==");
        assertThat(post.basic("user", "fäke").credentials()).containsExactly("dXNlcjpmw6RrZQ==", "user", "fäke");
        assertThat(post.header("X-Secret", "fake words").credentials()).containsExactly("fake words");
        assertThat(post.header("proxy-authorization", "fake").credentials()).containsExactly("fake");
        assertThat(post.hiding("one", "two").field("a", "b").hiding("three").credentials())
                .containsExactly("one", "two", "three");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> post.basic("us:er", "fake"))
                .withMessage("user must have no colon");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> post.bearer(" "))
                .withMessageStartingWith("token must have 1 to 16384 characters");
        assertThatNullPointerException()
                .isThrownBy(() -> post.hiding("one", null))
                .withMessage("secrets must not be null");
    }

    @Test
    void takesTheLastHeaderOfAName() {
        assertThat(post.header("Accept", "a").header("ACCEPT", "b").headers())
                .containsExactly(Map.entry("Accept", "b"));
    }

    @Test
    void namesAHeaderThatCannotBeSentWithoutItsValue() {
        for (String name : new String[] {"Authorization", "X y", "Host", "Content-Length"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> post.header(name, "fake\r\ntoken"))
                    .withMessage(name + " must be a header that HTTP can carry")
                    .withNoCause();
        }
    }

    @Test
    void hasTheShorterTimeout() {
        assertThat(post.timeout(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
        assertThat(post.within(Duration.ofSeconds(1)).timeout(Duration.ofSeconds(2)))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(post.within(Duration.ofSeconds(3)).timeout(Duration.ofSeconds(2)))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void showsTheHostAlone() {
        assertThat(ProviderRequest.get(BASE, "/fake-key?key=fake").bearer("fake"))
                .hasToString("ProviderRequest[GET api.example]");
    }
}
