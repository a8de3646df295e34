package dev.otpkit.channel.mshastra;

import static dev.otpkit.channel.mshastra.TestProvider.CODE;
import static dev.otpkit.channel.mshastra.TestProvider.NUMBER;
import static dev.otpkit.channel.mshastra.TestProvider.PASSWORD;
import static dev.otpkit.channel.mshastra.TestProvider.USER;
import static dev.otpkit.channel.mshastra.TestProvider.element;
import static dev.otpkit.channel.mshastra.TestProvider.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.http.Fault;
import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.LogRecorder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** No code, address or password in any log at any level, nor in an exception or a receipt. */
class MshastraSecrecyTest {
    private static final TestProvider PROVIDER = new TestProvider(PASSWORD);

    /** Each form of a secret in a request, or in the response of a provider that repeats the request. */
    private static final List<String> SECRETS = List.of(
            CODE,
            "00340038003100350031003600320033",
            NUMBER,
            PASSWORD,
            "fake-pa\\\"ss+w\\\\rd&<é>",
            "fake-pa\\u0022ss\\u002bw\\u005crd\\u0026\\u003c\\u00e9\\u003e",
            "fake-pa\\\"ss+w\\\\rd\\u0026\\u003cé\\u003e",
            "fake-pa%22ss%2Bw%5Crd%26%3C%C3%A9%3E",
            "%66%61%6b%65%2d%70%61%22%73%73%2b%77%5c%72%64%26%3c%c3%a9%3e",
            "fake-pa&quot;ss+w\\rd&amp;&lt;é&gt;",
            "fake-pa&#34;ss&#43;w&#x5C;rd&#038;&#x3c;&#233;&#62;",
            "ZmFrZS1wYSJzcyt3XHJkJjzDqT4",
            "ZmFrZS11c2VyOmZha2UtcGEic3Mrd1xyZCY8w6k+",
            "/balance.aspx?");

    private static final String ECHO =
            " for " + USER + ", +" + NUMBER + ", 00" + NUMBER + ": " + String.join(" ; ", SECRETS) + " -> "
                    + PROVIDER.url() + "/balance.aspx?user=" + USER + "&pwd=fake-pa%22ss%2Bw%5Crd%26%3C%C3%A9%3E";

    private final LogRecorder log = LogRecorder.start();
    private final MshastraChannel channel = PROVIDER.channel().build();

    @BeforeEach
    void reset() {
        PROVIDER.reset();
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @AfterAll
    static void stop() {
        PROVIDER.close();
    }

    @Test
    void hearsWhatIsLoggedAtTheFinestLevel() {
        Logger.getLogger("dev.otpkit.channel.mshastra.Other").finest("one");
        LoggerFactory.getLogger("dev.otpkit.channel.mshastra.Other").trace("two");

        assertThat(log.texts()).anyMatch(text -> text.contains("one")).anyMatch(text -> text.contains("two"));
    }

    @Test
    void logsNothingOfADeliveryThatSucceeds() throws Exception {
        PROVIDER.respond(200, element("id" + ECHO, "Send Successful"));

        String receipt = channel.deliver(message()).toString();
        PROVIDER.channel().hexUnicode(true).build().deliver(message("+" + NUMBER, Locale.ENGLISH, "رمز " + CODE));

        assertThat(receipt).contains("id for fake-user, +966•••••4567");
        assertSecret(receipt);
    }

    @Test
    void hidesNothingElseThatTheClientLogs() throws Exception {
        PROVIDER.respond(200, "1");
        channel.balance();
        for (String name : List.of("jdk.internal.httpclient.debug", "jdk.httpclient.HttpClient")) {
            Logger logger = Logger.getLogger(name);
            logger.log(Level.FINEST, "REQUEST: {0}", "https://mshastra.com/balance.aspx?user=a&pwd=one of " + name);
            logger.log(Level.INFO, "https://mshastra.com/balance.aspx?user=a&pwd=two of " + name);
            logger.log(Level.FINEST, "REQUEST: {0}", "https://mshastra.com/three of " + name);

            assertThat(log.texts())
                    .noneMatch(text -> text.contains("one of " + name) || text.contains("two of " + name))
                    .anyMatch(text -> text.contains("three of " + name));
        }
    }

    @Test
    void logsNothingOfABalance() throws Exception {
        PROVIDER.respond(200, "Credits of fake-password = 3452");

        String balance =
                PROVIDER.channel().password("fake-password").build().balance().toString();
        assertThat(balance).contains("Credits of ••••••").doesNotContain("fake-password");
        assertThat(log.texts()).noneMatch(text -> text.contains("fake-password"));
        assertSecret(balance);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 400, 404, 503})
    void saysNothingSecretOfARefusal(int status) {
        for (String body : List.of(
                element("", "005 - Authorization failed" + ECHO),
                element("", "Invalid Receiver" + ECHO),
                element("", "What?" + ECHO),
                element("id" + ECHO, "Queued" + ECHO),
                element("", "Send Successful" + ECHO),
                "[{\"msg_id\":\"" + CODE + "\", broken" + ECHO,
                "{\"error\":\"" + CODE + "\"}",
                "<html>" + ECHO,
                "Sorry" + ECHO)) {
            PROVIDER.respond(status, body);
            assertSecret(wordsOf(() -> channel.deliver(message())));
            PROVIDER.respond(status, body.replace("/balance.aspx?", ""));
            assertSecret(wordsOf(channel::balance)
                    .replace(CODE, "")
                    .replace(NUMBER, "")
                    .replaceAll("(00\\d\\d)+", ""));
        }
    }

    @Test
    void hidesACodeThatIsEncodedToo() {
        String code = "A#B&C<D+";
        PROVIDER.respond(
                200, element("", "What? A#B&amp;C&lt;D+ A%23B%26C%3CD%2B QSNCJkM8RCs= \\u0041#B&C\\u003cD+ " + code));
        OtpMessage message = new OtpMessage(
                new PhoneNumber("+" + NUMBER),
                code,
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "subject",
                "text " + code,
                Optional.empty());

        assertThat(catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message))
                        .failure()
                        .detail())
                .isEqualTo("What? •••••• •••••• •••••• •••••• ••••••");
    }

    @Test
    void quotesWhatIsNotSecret() {
        PROVIDER.respond(200, element("", "Invalid Receiver: " + NUMBER + " for " + USER + " (" + PASSWORD + ")"));

        assertThat(wordsOf(() -> channel.deliver(message())))
                .contains("mshastra: RECIPIENT_REJECTED 001 Invalid Receiver: +966•••••4567 for fake-user (••••••)");
    }

    @Test
    void saysNothingSecretWhereTheCutComesAmidTheCode() {
        for (int length = 1985; length <= 2000; length++) {
            PROVIDER.respond(200, element("", "x".repeat(length) + CODE + PASSWORD));
            assertThat(wordsOf(() -> channel.deliver(message()))).doesNotContain(CODE.substring(0, 3), "fake");
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void saysNothingSecretOfABrokenConnection(Fault fault) {
        MshastraChannel channel =
                PROVIDER.channel().baseUrl(PROVIDER.brokenUrl(fault)).build();
        assertSecret(wordsOf(() -> channel.deliver(message())));
        assertSecret(wordsOf(channel::balance));
    }

    @Test
    void saysNothingSecretOfAProviderThatIsAway() throws Exception {
        PROVIDER.beSilent();
        failsSecretly(PROVIDER.channel().timeout(Duration.ofMillis(300)).build());
        failsSecretly(PROVIDER.channel().baseUrl(PROVIDER.untrustedUrl()).build());
        failsSecretly(PROVIDER.channel()
                .baseUrl(URI.create("https://unknown.invalid"))
                .timeout(Duration.ofMillis(500))
                .build());
        failsSecretly(PROVIDER.channel().baseUrl(TestProvider.closedUrl()).build());
    }

    @Test
    void hidesAPasswordOfAnyKind() {
        for (String password : List.of("p", "$1\\E\\Q", "пароль \uD83D\uDD10", "12345678", "a b/c'd", "••••••")) {
            assertThat(repeated(password, "<" + password + ">")).endsWith(" <••••••>");
        }
        assertThat(repeated("a b/c'd", "1 a+b%2Fc%27d 2 a%20b\\/c&apos;d 3 a b&#x2f;c&#39;d"))
                .endsWith(" 1 •••••• 2 •••••• 3 ••••••");
        assertThat(repeated("\uD83D\uDD10", "1 \\ud83d\\udd10 2 \\uD83D\\uDD10 3 %F0%9F%94%90 4 &#128272;"))
                .endsWith(" 1 •••••• 2 •••••• 3 •••••• 4 ••••••");
    }

    /** Returns the detail of a failed balance request for this text of the provider. */
    private static String repeated(String password, String words) {
        PROVIDER.respond(400, "no " + words);
        try (MshastraChannel other = PROVIDER.channel().password(password).build()) {
            return catchThrowableOfType(DeliveryException.class, other::balance)
                    .failure()
                    .detail();
        }
    }

    private void failsSecretly(MshastraChannel away) {
        assertSecret(wordsOf(() -> away.deliver(message())));
        assertSecret(wordsOf(away::balance));
    }

    private static String wordsOf(ThrowingCallable call) {
        DeliveryException thrown = catchThrowableOfType(DeliveryException.class, call);
        assertThat(thrown).isNotNull().hasNoCause();
        assertThat(thrown.getSuppressed()).isEmpty();
        StringWriter words = new StringWriter();
        thrown.printStackTrace(new PrintWriter(words, true));
        return words + "\n" + thrown.failure();
    }

    private void assertSecret(String words) {
        String logged = String.join("\n", log.texts()).toLowerCase(Locale.ROOT);
        for (String secret : SECRETS) {
            if (!secret.startsWith("/balance")) {
                assertThat(words).doesNotContainIgnoringCase(secret);
            }
            assertThat(logged).doesNotContain(secret.toLowerCase(Locale.ROOT));
        }
    }
}
