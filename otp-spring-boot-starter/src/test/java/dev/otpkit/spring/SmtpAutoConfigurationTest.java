package dev.otpkit.spring;

import static dev.otpkit.spring.ChannelFixture.explanation;
import static dev.otpkit.spring.ChannelFixture.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.testkit.FakeGmail;
import dev.otpkit.testkit.LogRecorder;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests against GreenMail, which keeps the mails that it receives. */
class SmtpAutoConfigurationTest {
    private static final String USER = "no-reply@acme.example";
    private static final String PASSWORD = "fake-password";
    private static final Thread.UncaughtExceptionHandler HANDLER_BEFORE = Thread.getDefaultUncaughtExceptionHandler();

    private static GreenMail server;

    @TempDir
    private static Path folder;

    private final ApplicationContextRunner contexts = ChannelFixture.contexts();
    private final ApplicationContextRunner springMail = contexts.withPropertyValues("spring.mail.host=mail.example");

    @BeforeAll
    static void startServer() throws Exception {
        // A client that breaks off the handshake ends GreenMail's thread.
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, thrown) -> assertThat(thread.getName()).startsWith("smtps:"));
        TestCertificate.create(folder);
        System.setProperty(
                "greenmail.tls.keystore.file", folder.resolve("keys.p12").toString());
        System.setProperty("greenmail.tls.keystore.password", TestCertificate.PASSWORD);
        server = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTPS)
        });
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop();
        Thread.setDefaultUncaughtExceptionHandler(HANDLER_BEFORE);
        System.clearProperty("greenmail.tls.keystore.file");
        System.clearProperty("greenmail.tls.keystore.password");
    }

    @BeforeEach
    void emptyMailboxes() throws Exception {
        server.purgeEmailFromAllMailboxes();
        server.setUser(USER, PASSWORD);
    }

    @Test
    void mailsThroughTheMailServerOfTheApplication() {
        contexts.withPropertyValues(
                        "spring.mail.host=localhost",
                        "spring.mail.port=" + server.getSmtp().getPort(),
                        "spring.mail.username=" + USER,
                        "spring.mail.password=" + PASSWORD)
                .run(context -> {
                    context.getBean(SmtpChannel.class).deliver(mail());

                    assertThat(onlyMail().getHeader("From")).containsExactly(USER);
                    assertThat(onlyMail().getContent()).asString().startsWith("Your code is 48151623.");
                });
    }

    @Test
    void mailsThroughTheMailServerOfTheApplicationWithItsSslBundle() {
        ApplicationContextRunner encrypted = contexts.withPropertyValues(
                "spring.mail.host=localhost",
                "spring.mail.port=" + server.getSmtps().getPort(),
                "spring.mail.protocol=smtps",
                "spring.mail.username=" + USER,
                "spring.mail.password=" + PASSWORD);
        encrypted
                .withPropertyValues(
                        "spring.mail.ssl.bundle=mail",
                        "spring.ssl.bundle.pem.mail.truststore.certificate=file:" + folder.resolve("certificate.pem"))
                .run(context -> {
                    context.getBean(SmtpChannel.class).deliver(mail());

                    assertThat(onlyMail().getSubject()).isEqualTo("Your code");
                });
        encrypted.run(context -> assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> context.getBean(SmtpChannel.class).deliver(mail()))
                .withMessageContaining("MISCONFIGURED"));
    }

    @Test
    void mailsThroughASeparateServer() {
        contexts.withPropertyValues(
                        "spring.mail.host=mail.invalid",
                        "spring.mail.username=somebody",
                        "otpkit.smtp.host=localhost",
                        "otpkit.smtp.port=" + server.getSmtps().getPort(),
                        "otpkit.smtp.username=" + USER,
                        "otpkit.smtp.password=" + PASSWORD,
                        "otpkit.smtp.from=Acme <codes@acme.example>",
                        "otpkit.smtp.tls=implicit",
                        "otpkit.smtp.timeout=5s",
                        "otpkit.smtp.idle-timeout=0s",
                        "otpkit.smtp.name=mail",
                        "otpkit.smtp.ssl-bundle=mail",
                        "spring.ssl.bundle.pem.mail.truststore.certificate=file:" + folder.resolve("certificate.pem"))
                .run(context -> {
                    SmtpChannel channel = context.getBean(SmtpChannel.class);
                    channel.deliver(mail());

                    assertThat(channel.name()).isEqualTo("mail");
                    assertThat(onlyMail().getHeader("From")).containsExactly("\"Acme\" <codes@acme.example>");
                });
    }

    @Test
    void refusesAMailWithAWrongPassword() {
        contexts.withPropertyValues(
                        "spring.mail.host=localhost",
                        "spring.mail.port=" + server.getSmtp().getPort(),
                        "spring.mail.username=" + USER,
                        "spring.mail.password=another")
                .run(context -> assertThatExceptionOfType(DeliveryException.class)
                        .isThrownBy(() -> context.getBean(SmtpChannel.class).deliver(mail()))
                        .withMessageContaining("MISCONFIGURED"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spring.mail.host=mail.example                               | mail.example:25  | STARTTLS",
                "spring.mail.port=2525                                       | mail.example:2525| STARTTLS",
                "spring.mail.protocol=smtps                                  | mail.example:465 | IMPLICIT",
                "spring.mail.ssl.enabled=true                                | mail.example:465 | IMPLICIT",
                "spring.mail.port=465                                        | mail.example:465 | IMPLICIT",
                "spring.mail.properties.mail.smtp.ssl.enable=true            | mail.example:465 | IMPLICIT",
                "spring.mail.properties.mail.smtp.starttls.enable=true       | mail.example:25  | STARTTLS",
                "spring.mail.host=localhost                                  | localhost:25     | NONE",
                "spring.mail.host=127.0.0.1                                  | 127.0.0.1:25     | NONE",
                "otpkit.smtp.tls=none                                        | mail.example:25  | NONE",
                "otpkit.smtp.port=587                                        | mail.example:587 | STARTTLS",
            })
    void encryptsAsTheApplicationDoes(String set, String host, String tls) {
        springMail
                .withPropertyValues("otpkit.smtp.from=" + USER)
                .withPropertyValues(set)
                .run(context -> assertThat(context.getBean(SmtpChannel.class))
                        .hasToString("SmtpChannel[name=smtp, host=" + host + ", tls=" + tls + ", from=" + USER + "]"));
    }

    @Test
    void sendsInClearToAnotherMachineOnPurposeAlone() {
        ApplicationContextRunner declined = springMail.withPropertyValues(
                "spring.mail.username=" + USER, "spring.mail.properties.mail.smtp.starttls.enable=false");
        declined.run(context -> {
            assertThat(explanation(context).getDescription())
                    .startsWith("spring.mail.properties.mail.smtp.starttls.enable must not be false");
            assertThat(explanation(context).getAction()).contains("otpkit.smtp.tls=none", "otpkit.smtp.enabled=false");
        });
        declined.withPropertyValues("otpkit.smtp.tls=none").run(context -> assertTls(context, "NONE"));
        declined.withPropertyValues("otpkit.smtp.tls=starttls").run(context -> assertTls(context, "STARTTLS"));
        declined.withPropertyValues("spring.mail.host=localhost").run(context -> assertTls(context, "NONE"));
        declined.withPropertyValues("spring.mail.ssl.enabled=true").run(context -> assertTls(context, "IMPLICIT"));
        declined.withPropertyValues("spring.mail.properties.mail.smtp.starttls.required=true")
                .run(context -> assertTls(context, "STARTTLS"));
    }

    private static void assertTls(AssertableApplicationContext context, String tls) {
        assertThat(context.getBean(SmtpChannel.class).toString()).contains(", tls=" + tls + ",");
    }

    @Test
    void encryptsForAServerOnThisMachineIfTheApplicationDoes() {
        ApplicationContextRunner local =
                contexts.withPropertyValues("spring.mail.host=localhost", "otpkit.smtp.from=" + USER);
        local.withPropertyValues("spring.mail.properties.mail.smtp.starttls.required=true")
                .run(context -> assertThat(context.getBean(SmtpChannel.class).toString())
                        .contains("tls=STARTTLS"));
        local.withPropertyValues(
                        "spring.mail.ssl.bundle=mail",
                        "spring.ssl.bundle.pem.mail.truststore.certificate=file:" + folder.resolve("certificate.pem"))
                .run(context -> assertThat(context.getBean(SmtpChannel.class).toString())
                        .contains("tls=STARTTLS"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spring.mail.username=a@acme.example                     | a@acme.example",
                "spring.mail.properties.mail.from=b@acme.example         | b@acme.example",
                "spring.mail.properties.mail.smtp.from=c@acme.example    | c@acme.example",
                "otpkit.smtp.from=d@acme.example                         | d@acme.example"
            })
    void findsTheSenderFromTheMostSpecificProperty(String set, String from) {
        springMail
                .withPropertyValues(
                        from.compareTo("a") > 0 ? "spring.mail.username=a@acme.example" : "unused=true",
                        from.compareTo("c") > 0 ? "spring.mail.properties.mail.from=b@acme.example" : "unused=true",
                        from.compareTo("d") > 0
                                ? "spring.mail.properties.mail.smtp.from=c@acme.example"
                                : "unused=true")
                .withPropertyValues(set)
                .run(context -> assertThat(context.getBean(SmtpChannel.class).toString())
                        .endsWith("from=" + from + "]"));
    }

    @Test
    void asksForTheSenderIfTheUserIsNoMailbox() {
        springMail
                .withPropertyValues("spring.mail.username=apikey", "spring.mail.password=" + PASSWORD)
                .run(context -> {
                    assertThat(explanation(context).getDescription())
                            .isEqualTo("otpkit.smtp.from must be set, since spring.mail.username is not set or is"
                                    + " no mailbox.");
                    assertThat(explanation(context).getAction()).contains("otpkit.smtp.enabled=false");
                });
        springMail
                .withPropertyValues("otpkit.smtp.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SmtpChannel.class));
        contexts.withPropertyValues("otpkit.smtp.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SmtpChannel.class));
    }

    @Test
    void takesTheLongestTimeOutOfTheApplication() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ApplicationContextRunner slow = contexts.withPropertyValues(
                    "spring.mail.host=127.0.0.1",
                    "spring.mail.port=" + silent.getLocalPort(),
                    "spring.mail.username=" + USER,
                    "spring.mail.properties.mail.smtp.connectiontimeout=100",
                    "spring.mail.properties.mail.smtp.timeout=300");
            slow.run(context -> assertThatExceptionOfType(DeliveryException.class)
                    .isThrownBy(() -> context.getBean(SmtpChannel.class).deliver(mail()))
                    .withMessageContaining("not finished after PT0.3S"));
            slow.withPropertyValues("otpkit.smtp.timeout=200ms")
                    .run(context -> assertThatExceptionOfType(DeliveryException.class)
                            .isThrownBy(() -> context.getBean(SmtpChannel.class).deliver(mail()))
                            .withMessageContaining("not finished after PT0.2S"));
        }
        springMail
                .withPropertyValues("spring.mail.username=" + USER, "spring.mail.properties.mail.smtp.timeout=600000")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spring.mail.jndi-name=mail/Session | spring.mail.jndi-name must not be set",
                "spring.mail.protocol=lmtp | spring.mail.protocol must be smtp or smtps, but was lmtp",
                "spring.mail.ssl.verify-hostname=false | spring.mail.ssl.verify-hostname must not be false",
                "spring.mail.properties.mail.smtp.ssl.checkserveridentity=false |"
                        + " spring.mail.properties.mail.smtp.ssl.checkserveridentity must not be false",
                "spring.mail.properties.mail.smtp.timeout=5s | spring.mail.properties: a time-out must be a number of"
                        + " milliseconds, but was 5s",
                "spring.mail.host=two words | spring.mail.host must be 1 to 253 ASCII",
                "spring.mail.port=70000 | spring.mail.port must be within [1, 65535], but was 70000",
                "spring.mail.ssl.bundle=none | spring.mail.ssl.bundle must name an SSL bundle, but there is none with"
                        + " the name none",
                "spring.mail.properties.mail.smtp.from=nobody | spring.mail.properties.mail.smtp.from must be one"
            })
    void refusesMailPropertiesThatItCannotHonour(String set, String description) {
        springMail
                .withPropertyValues("spring.mail.username=" + USER)
                .withPropertyValues(set)
                .run(context ->
                        assertThat(explanation(context).getDescription()).startsWith(description));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.smtp.host=two words | otpkit.smtp.host must be 1 to 253 ASCII",
                "otpkit.smtp.port=0 | otpkit.smtp.port must be within [1, 65535], but was 0",
                "otpkit.smtp.from=nobody | otpkit.smtp.from must be one mailbox",
                "otpkit.smtp.from= | otpkit.smtp.from must be set, since otpkit.smtp.host is",
                "otpkit.smtp.timeout=2m | otpkit.smtp.timeout must be within (PT0S, PT1M], but was PT2M",
                "otpkit.smtp.idle-timeout=11m | otpkit.smtp.idle-timeout must be within [PT0S, PT10M], but was PT11M",
                "otpkit.smtp.ssl-bundle=none | otpkit.smtp.ssl-bundle must name an SSL bundle",
                "otpkit.smtp.username=user | otpkit.smtp.password must be set, since otpkit.smtp.username is",
                "otpkit.smtp.password=fake | otpkit.smtp.username must be set, since otpkit.smtp.password is",
                "otpkit.smtp.oauth2.client-id=id | otpkit.smtp.username must be set, since otpkit.smtp.oauth2.* is"
            })
    void namesThePropertyThatIsMissingOrOutOfRange(String set, String description) {
        contexts.withPropertyValues("otpkit.smtp.host=mail.example", "otpkit.smtp.from=" + USER)
                .withPropertyValues(set)
                .run(context ->
                        assertThat(explanation(context).getDescription()).startsWith(description));
    }

    @Test
    void refusesAPasswordInClearText() {
        contexts.withPropertyValues(
                        "otpkit.smtp.host=mail.example",
                        "otpkit.smtp.from=" + USER,
                        "otpkit.smtp.tls=none",
                        "otpkit.smtp.username=" + USER,
                        "otpkit.smtp.password=" + PASSWORD)
                .run(context -> assertThat(explanation(context).getDescription())
                        .startsWith("otpkit.smtp.*: credentials must not be sent in clear")
                        .doesNotContain(PASSWORD));
    }

    @Test
    void logsInByOAuth2() {
        try (FakeGmail tokens = FakeGmail.start()) {
            contexts.withPropertyValues(
                            "otpkit.smtp.host=localhost",
                            "otpkit.smtp.port=" + server.getSmtp().getPort(),
                            "otpkit.smtp.tls=none",
                            "otpkit.smtp.from=" + USER,
                            "otpkit.smtp.username=" + USER,
                            "otpkit.smtp.oauth2.token-url=" + tokens.tokenUrl(),
                            "otpkit.smtp.oauth2.client-id=" + FakeGmail.CLIENT_ID,
                            "otpkit.smtp.oauth2.client-secret=" + FakeGmail.CLIENT_SECRET,
                            "otpkit.smtp.oauth2.refresh-token=" + FakeGmail.REFRESH_TOKEN,
                            "otpkit.smtp.oauth2.scope=mail")
                    .run(context -> {
                        // GreenMail has no XOAUTH2, but the token is requested before the connection is opened.
                        assertThatExceptionOfType(DeliveryException.class)
                                .isThrownBy(
                                        () -> context.getBean(SmtpChannel.class).deliver(mail()));
                        assertThat(tokens.requests().get(0).form())
                                .containsEntry("client_id", FakeGmail.CLIENT_ID)
                                .containsEntry("refresh_token", FakeGmail.REFRESH_TOKEN)
                                .containsEntry("scope", "mail");
                        assertThat(context.getBean(SmtpProperties.class).toString()
                                        + context.getBean(SmtpProperties.class).oauth2())
                                .doesNotContain(FakeGmail.CLIENT_SECRET);
                    });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.smtp.oauth2.refresh-token=fake | otpkit.smtp.oauth2.client-id must be set",
                "otpkit.smtp.oauth2.tenant=acme.example | otpkit.smtp.oauth2.client-id must be set",
                "otpkit.smtp.oauth2.token-url=https://login.example | otpkit.smtp.oauth2.client-id must be set",
                "otpkit.smtp.oauth2.scope=mail | otpkit.smtp.oauth2.client-id must be set",
                "otpkit.smtp.oauth2.client-id=id | otpkit.smtp.oauth2.token-url or otpkit.smtp.oauth2.tenant must be"
            })
    void namesTheMissingPropertyOfOAuth2(String set, String description) {
        ApplicationContextRunner user = contexts.withPropertyValues(
                "otpkit.smtp.host=mail.example", "otpkit.smtp.from=" + USER, "otpkit.smtp.username=" + USER);
        user.withPropertyValues(set)
                .run(context ->
                        assertThat(explanation(context).getDescription()).startsWith(description));
    }

    @ParameterizedTest
    @ValueSource(strings = {"otpkit.smtp.oauth2.refresh-token=fake", "otpkit.smtp.oauth2.scope=x"})
    void logsInAtMicrosoftByTheTenant(String set) {
        contexts.withPropertyValues(
                        "otpkit.smtp.host=smtp.office365.com",
                        "otpkit.smtp.from=" + USER,
                        "otpkit.smtp.username=" + USER,
                        "otpkit.smtp.oauth2.tenant=acme.example",
                        "otpkit.smtp.oauth2.client-id=id",
                        "otpkit.smtp.oauth2.client-secret=fake")
                .withPropertyValues(set)
                .run(context -> assertThat(context).hasSingleBean(SmtpChannel.class));
    }

    @Test
    void warnsOfMailPropertiesWithoutEffect() {
        try (LogRecorder log = LogRecorder.start()) {
            springMail
                    .withPropertyValues(
                            "spring.mail.username=" + USER,
                            "spring.mail.properties.mail.smtp.auth=true",
                            "spring.mail.properties.mail.smtp.ssl.trust=*",
                            "spring.mail.properties.mail.smtp.proxy.host=proxy.example")
                    .run(context -> assertThat(context).hasNotFailed());

            assertThat(log.texts())
                    .filteredOn(text -> text.contains("spring.mail.properties"))
                    .singleElement()
                    .asString()
                    .contains("[proxy.host, ssl.trust] has no effect on the channel smtp");
        }
    }

    @Test
    void showsNoPassword() {
        springMail
                .withPropertyValues("spring.mail.username=" + USER, "spring.mail.password=" + PASSWORD)
                .run(context -> assertThat(SpringMail.in(context.getEnvironment())
                                .orElseThrow()
                                .toString())
                        .contains("mail.example")
                        .doesNotContain(PASSWORD));
    }

    @Test
    void startsWithoutTheChannelAlthoughTheApplicationMails() {
        springMail
                .withClassLoader(new FilteredClassLoader("dev.otpkit.channel.smtp"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static MimeMessage onlyMail() {
        assertThat(server.getReceivedMessages()).hasSize(1);
        return server.getReceivedMessages()[0];
    }
}
