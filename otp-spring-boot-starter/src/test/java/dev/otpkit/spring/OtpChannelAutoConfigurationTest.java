package dev.otpkit.spring;

import static dev.otpkit.spring.ChannelFixture.explanation;
import static dev.otpkit.spring.ChannelFixture.mail;
import static dev.otpkit.spring.ChannelFixture.message;
import static dev.otpkit.spring.ChannelFixture.sms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.otpkit.PhoneNumber;
import dev.otpkit.channel.mshastra.MshastraChannel;
import dev.otpkit.channel.smtp.GmailApiChannel;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.FakeGmail;
import dev.otpkit.testkit.FakeMshastra;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeTwilio;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

class OtpChannelAutoConfigurationTest {
    private static final String KEY = "SKfa4efa4efa4efa4efa4efa4efa4efa4e";
    private static final String SERVICE = "MGfa4efa4efa4efa4efa4efa4efa4efa4e";
    private static final String TEMPLATE = "HXfa4efa4efa4efa4efa4efa4efa4efa4e";
    private static final String ARABIC_TEMPLATE = "HXa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

    private final ApplicationContextRunner contexts = ChannelFixture.contexts();
    private final ApplicationContextRunner twilio = contexts.withPropertyValues(
            "otpkit.twilio.account-sid=" + FakeTwilio.ACCOUNT_SID, "otpkit.twilio.auth-token=" + FakeTwilio.AUTH_TOKEN);
    private final ApplicationContextRunner sms = twilio.withPropertyValues("otpkit.twilio.sms.from=+15005550006");
    private final ApplicationContextRunner whatsApp = twilio.withPropertyValues(
            "otpkit.twilio.whatsapp.from=+15005550006", "otpkit.twilio.whatsapp.content-sid=" + TEMPLATE);
    private final ApplicationContextRunner mshastra = contexts.withPropertyValues(
            "otpkit.mshastra.username=" + FakeMshastra.USERNAME,
            "otpkit.mshastra.password=" + FakeMshastra.PASSWORD,
            "otpkit.mshastra.sender=Acme");
    private final ApplicationContextRunner gmailApi = contexts.withPropertyValues(
            "otpkit.gmail.api=true",
            "otpkit.gmail.client-id=" + FakeGmail.CLIENT_ID,
            "otpkit.gmail.client-secret=" + FakeGmail.CLIENT_SECRET,
            "otpkit.gmail.refresh-token=" + FakeGmail.REFRESH_TOKEN);

    @Test
    void makesNoChannelWithoutProperties() {
        contexts.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DeliveryChannel.class));
    }

    @Test
    void makesNoChannelFromBlankProperties() {
        contexts.withPropertyValues(
                        "otpkit.twilio.account-sid=${MISSING:}",
                        "otpkit.twilio.sms.from=",
                        "otpkit.mshastra.username= ",
                        "otpkit.gmail.username=",
                        "otpkit.smtp.host=",
                        "spring.mail.host=")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DeliveryChannel.class));
    }

    @Test
    void takesPropertiesFromEnvironmentVariables() {
        contexts.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                Map.of(
                                        "OTPKIT_TWILIO_ACCOUNTSID",
                                        FakeTwilio.ACCOUNT_SID,
                                        "OTPKIT_TWILIO_AUTH_TOKEN",
                                        FakeTwilio.AUTH_TOKEN,
                                        "OTPKIT_TWILIO_SMS_FROM",
                                        "ACME"))))
                .run(context -> assertThat(context).hasSingleBean(TwilioSmsChannel.class));
    }

    @Test
    void makesNoChannelInDevelopmentMode() {
        contexts.withPropertyValues(
                        "otpkit.development-mode=true", "otpkit.twilio.sms.from=+15005550006", "otpkit.smtp.host=x")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DeliveryChannel.class));
        sms.withPropertyValues("otpkit.development-mode=false")
                .run(context -> assertThat(context).hasSingleBean(DeliveryChannel.class));
    }

    @Test
    void sendsSmsOverTwilio() {
        try (FakeTwilio server = FakeTwilio.start()) {
            sms.withPropertyValues(
                            "otpkit.twilio.base-url=" + server.url(),
                            "otpkit.twilio.status-callback=https://acme.example/otp/webhooks/twilio",
                            "otpkit.twilio.sms.provide-feedback=true",
                            "otpkit.twilio.sms.name=sms")
                    .run(context -> {
                        TwilioSmsChannel channel = context.getBean(TwilioSmsChannel.class);
                        channel.deliver(sms());

                        assertThat(channel.name()).isEqualTo("sms");
                        FakeProvider.Request request = server.requests().get(0);
                        assertThat(request.headers())
                                .containsEntry("authorization", basic(FakeTwilio.ACCOUNT_SID, FakeTwilio.AUTH_TOKEN));
                        assertThat(request.form())
                                .containsEntry("From", "+15005550006")
                                .containsEntry("To", ChannelFixture.NUMBER)
                                .containsEntry("ProvideFeedback", "true")
                                .hasEntrySatisfying(
                                        "StatusCallback",
                                        url -> assertThat(url).startsWith("https://acme.example/otp/webhooks/twilio"));
                        assertThat(server.messages()).hasSize(1);
                    });
        }
    }

    @Test
    void sendsSmsByAnApiKeyOfTwilioAndThroughAMessagingService() {
        try (FakeTwilio server = FakeTwilio.start()) {
            server.addApiKey(KEY, "fake-api-secret");
            twilio.withPropertyValues(
                            "otpkit.twilio.base-url=" + server.url(),
                            "otpkit.twilio.api-key=" + KEY,
                            "otpkit.twilio.api-secret=fake-api-secret",
                            "otpkit.twilio.sms.messaging-service-sid=" + SERVICE)
                    .run(context -> {
                        context.getBean(TwilioSmsChannel.class).deliver(sms());

                        assertThat(server.messages()).hasSize(1);
                        assertThat(server.requests().get(0).headers())
                                .containsEntry("authorization", basic(KEY, "fake-api-secret"));
                        assertThat(server.requests().get(0).form()).containsEntry("MessagingServiceSid", SERVICE);
                    });
        }
    }

    @Test
    void sendsWhatsAppOverTwilioInTheTemplateOfTheLanguage() {
        try (FakeTwilio server = FakeTwilio.start()) {
            whatsApp.withPropertyValues(
                            "otpkit.twilio.base-url=" + server.url(),
                            "otpkit.twilio.whatsapp.content-sids.ar=" + ARABIC_TEMPLATE,
                            "otpkit.twilio.whatsapp.content-sids.pt-BR=" + ARABIC_TEMPLATE.replace('a', 'b'))
                    .run(context -> {
                        TwilioWhatsAppChannel channel = context.getBean(TwilioWhatsAppChannel.class);
                        PhoneNumber number = new PhoneNumber(ChannelFixture.NUMBER);
                        channel.deliver(message(number, Locale.ENGLISH));
                        channel.deliver(message(number, Locale.forLanguageTag("ar-SA")));
                        channel.deliver(message(number, Locale.forLanguageTag("pt-BR")));

                        assertThat(channel.name()).isEqualTo("twilio-whatsapp");
                        assertThat(server.requests())
                                .extracting(request -> request.form().get("ContentSid"))
                                .containsExactly(TEMPLATE, ARABIC_TEMPLATE, ARABIC_TEMPLATE.replace('a', 'b'));
                        assertThat(server.requests().get(0).form()).containsEntry("From", "whatsapp:+15005550006");
                    });
        }
    }

    @Test
    void sendsTextToTheSandboxOfWhatsApp() {
        try (FakeTwilio server = FakeTwilio.start()) {
            twilio.withPropertyValues(
                            "otpkit.twilio.base-url=" + server.url(),
                            "otpkit.twilio.whatsapp.messaging-service-sid=" + SERVICE,
                            "otpkit.twilio.whatsapp.sandbox=true",
                            "otpkit.twilio.whatsapp.name=wa")
                    .run(context -> {
                        TwilioWhatsAppChannel channel = context.getBean(TwilioWhatsAppChannel.class);
                        channel.deliver(sms());

                        assertThat(channel.name()).isEqualTo("wa");
                        assertThat(server.messages().get(0).text()).isEqualTo("Your code is 48151623.");
                    });
        }
    }

    @Test
    void endsADeliveryOverTwilioAfterTheTimeOut() {
        try (FakeTwilio server = FakeTwilio.start()) {
            server.hang();
            sms.withPropertyValues("otpkit.twilio.base-url=" + server.url(), "otpkit.twilio.timeout=200ms")
                    .run(context -> assertThat(catchThrowable(() ->
                                    context.getBean(TwilioSmsChannel.class).deliver(sms())))
                            .hasMessageContaining("did not respond within PT0.2S"));
        }
    }

    @Test
    void sendsSmsOverMshastra() {
        try (FakeMshastra server = FakeMshastra.start()) {
            mshastra.withPropertyValues(
                            "otpkit.mshastra.base-url=" + server.url(),
                            "otpkit.mshastra.gsm-language=Latin",
                            "otpkit.mshastra.languages.ar=Arabic",
                            "otpkit.mshastra.name=sms")
                    .run(context -> {
                        MshastraChannel channel = context.getBean(MshastraChannel.class);
                        PhoneNumber number = new PhoneNumber("+966501234567");
                        channel.deliver(message(number, Locale.ENGLISH));
                        channel.deliver(message(number, Locale.forLanguageTag("ar")));

                        assertThat(channel.name()).isEqualTo("sms");
                        assertThat(server.messages())
                                .extracting(FakeProvider.Message::sender)
                                .containsExactly("Acme", "Acme");
                        assertThat(server.requests().get(0).body()).contains("Latin");
                        assertThat(server.requests().get(1).body()).contains("Arabic");
                    });
        }
    }

    @Test
    void sendsOtherAlphabetsOverMshastraAsThePropertiesSay() {
        try (FakeMshastra server = FakeMshastra.start()) {
            mshastra.withPropertyValues(
                            "otpkit.mshastra.base-url=" + server.url(),
                            "otpkit.mshastra.unicode-language=Other",
                            "otpkit.mshastra.hex-unicode=true",
                            "otpkit.mshastra.timeout=5s")
                    .run(context -> {
                        context.getBean(MshastraChannel.class)
                                .deliver(new OtpMessage(
                                        new PhoneNumber("+966501234567"),
                                        "48151623",
                                        "login",
                                        Locale.ENGLISH,
                                        Duration.ofMinutes(5),
                                        "",
                                        "\u0631 48151623",
                                        Optional.empty()));

                        assertThat(server.requests().get(0).body())
                                .contains("Other")
                                .contains("0631");
                    });
        }
    }

    @Test
    void mailsThroughTheGmailApi() {
        try (FakeGmail server = FakeGmail.start()) {
            gmailApi.withPropertyValues(
                            "otpkit.gmail.from=Acme <no-reply@acme.example>",
                            "otpkit.gmail.timeout=5s",
                            "otpkit.gmail.base-url=" + server.url(),
                            "otpkit.gmail.token-url=" + server.tokenUrl())
                    .run(context -> {
                        GmailApiChannel channel = context.getBean(GmailApiChannel.class);
                        channel.deliver(mail());

                        assertThat(channel.name()).isEqualTo("gmail");
                        assertThat(server.messages().get(0).recipient()).isEqualTo(ChannelFixture.MAIL_RECIPIENT);
                        assertThat(server.messages().get(0).sender()).contains("no-reply@acme.example");
                    });
        }
    }

    @Test
    void mailsOverGmailBySmtpWithAnAppPassword() {
        contexts.withPropertyValues(
                        "otpkit.gmail.username=acme@gmail.com", "otpkit.gmail.app-password=fake fake fake fake")
                .run(context -> assertThat(context.getBean(SmtpChannel.class))
                        .hasToString("SmtpChannel[name=gmail, host=smtp.gmail.com:587, tls=STARTTLS,"
                                + " from=acme@gmail.com]"));
    }

    @Test
    void mailsOverGmailBySmtpWithOAuth2() {
        gmailApi.withPropertyValues(
                        "otpkit.gmail.api=false",
                        "otpkit.gmail.username=acme@gmail.com",
                        "otpkit.gmail.from=no-reply@acme.example",
                        "otpkit.gmail.name=mail")
                .run(context -> assertThat(context.getBean(SmtpChannel.class))
                        .hasToString("SmtpChannel[name=mail, host=smtp.gmail.com:587, tls=STARTTLS,"
                                + " from=no-reply@acme.example]"));
    }

    @Test
    void prefersGmailToTheMailServerOfTheApplication() {
        gmailApi.withPropertyValues("spring.mail.host=mail.example")
                .run(context ->
                        assertThat(context).hasSingleBean(DeliveryChannel.class).hasSingleBean(GmailApiChannel.class));
    }

    @Test
    void closesTheChannelsWithTheContext() {
        sms.withPropertyValues(
                        "otpkit.twilio.whatsapp.from=+15005550006",
                        "otpkit.twilio.whatsapp.sandbox=true",
                        "otpkit.mshastra.username=fake",
                        "otpkit.mshastra.password=fake",
                        "otpkit.mshastra.sender=Acme",
                        "spring.mail.host=127.0.0.1",
                        "otpkit.smtp.from=no-reply@acme.example")
                .run(context -> {
                    var channels = context.getBeansOfType(DeliveryChannel.class).values();
                    assertThat(channels)
                            .extracting(DeliveryChannel::name)
                            .containsExactlyInAnyOrder("twilio-sms", "twilio-whatsapp", "mshastra", "smtp");
                    context.getSourceApplicationContext().close();
                    channels.forEach(channel -> assertThatIllegalStateException()
                            .as(channel.name())
                            .isThrownBy(() -> channel.deliver(channel.name().equals("smtp") ? mail() : sms()))
                            .withMessageContaining("closed"));
                });
    }

    @Test
    void leavesTheChannelToABeanOfTheApplication() {
        TwilioSmsChannel own = TwilioSmsChannel.builder()
                .accountSid(FakeTwilio.ACCOUNT_SID)
                .authToken("fake")
                .from("ACME")
                .build();
        sms.withBean("own", TwilioSmsChannel.class, () -> own)
                .run(context ->
                        assertThat(context).getBean(TwilioSmsChannel.class).isSameAs(own));
        twilio.withBean("own", TwilioSmsChannel.class, () -> own)
                .run(context -> assertThat(context).hasNotFailed());
        whatsApp.withBean(
                        "own",
                        TwilioWhatsAppChannel.class,
                        () -> TwilioWhatsAppChannel.builder()
                                .accountSid(FakeTwilio.ACCOUNT_SID)
                                .authToken("fake")
                                .from("+15005550006")
                                .sandbox(true)
                                .build())
                .run(context -> assertThat(context)
                        .hasSingleBean(TwilioWhatsAppChannel.class)
                        .hasBean("own"));
        mshastra.withBean(
                        "own",
                        MshastraChannel.class,
                        () -> MshastraChannel.builder()
                                .username("fake")
                                .password("fake")
                                .sender("Acme")
                                .build())
                .run(context ->
                        assertThat(context).hasSingleBean(MshastraChannel.class).hasBean("own"));
        SmtpChannel mail = SmtpChannel.builder()
                .host("mail.example")
                .from("no-reply@acme.example")
                .build();
        contexts.withPropertyValues("otpkit.smtp.host=other.example")
                .withBean("own", SmtpChannel.class, () -> mail)
                .run(context -> assertThat(context).getBean(SmtpChannel.class).isSameAs(mail));
        contexts.withPropertyValues("otpkit.gmail.username=acme@gmail.com")
                .withBean("own", SmtpChannel.class, () -> mail)
                .run(context -> assertThat(context).getBean(SmtpChannel.class).isSameAs(mail));
    }

    @ParameterizedTest
    @CsvSource({
        "dev.otpkit.channel.twilio, otpkit.twilio.sms.from=+15005550006, otpkit.twilio.*, otp-channel-twilio",
        "dev.otpkit.channel.mshastra, otpkit.mshastra.sender=Acme, otpkit.mshastra.*, otp-channel-mshastra",
        "dev.otpkit.channel.smtp, otpkit.smtp.host=mail.example, otpkit.smtp.*, otp-channel-smtp",
        "dev.otpkit.channel.smtp, otpkit.gmail.api=true, otpkit.gmail.*, otp-channel-smtp"
    })
    void namesTheDependencyToAdd(String missing, String set, String properties, String artifact) {
        contexts.withClassLoader(new FilteredClassLoader(missing))
                .withPropertyValues(set)
                .run(context -> {
                    FailureAnalysis explanation = explanation(context);
                    assertThat(explanation.getDescription())
                            .isEqualTo(
                                    properties + " is set, but dev.otpkit:" + artifact + " is not on the class path.");
                    assertThat(explanation.getAction())
                            .isEqualTo("Add the dependency dev.otpkit:" + artifact + ", or remove " + properties + ".");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.otpkit.channel.twilio", "dev.otpkit.channel.mshastra", "dev.otpkit.channel"})
    void startsWithoutTheModulesThatNoPropertyNeeds(String missing) {
        contexts.withClassLoader(new FilteredClassLoader(missing))
                .withPropertyValues("spring.mail.host=mail.example", "spring.mail.username=no-reply@acme.example")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.twilio.account-sid=x | otpkit.twilio.sms.from or otpkit.twilio.whatsapp.from must be set",
                "otpkit.twilio.sms.from=ACME | otpkit.twilio.account-sid must be set, since otpkit.twilio.sms.* is",
                "otpkit.twilio.whatsapp.sandbox=true | otpkit.twilio.account-sid must be set, since"
                        + " otpkit.twilio.whatsapp.* is",
                "otpkit.mshastra.username=fake | otpkit.mshastra.password must be set, since otpkit.mshastra.* is",
                "otpkit.mshastra.password=fake | otpkit.mshastra.username must be set, since otpkit.mshastra.* is",
                "otpkit.gmail.app-password=fake | otpkit.gmail.username must be set, since otpkit.gmail.* is and"
                        + " otpkit.gmail.api is not true",
                "otpkit.gmail.username=acme@gmail.com | otpkit.gmail.app-password must be set, or"
                        + " otpkit.gmail.client-id, otpkit.gmail.client-secret and otpkit.gmail.refresh-token",
                "otpkit.gmail.api=true | otpkit.gmail.client-id must be set, since otpkit.gmail.api is true",
                "otpkit.smtp.from=no-reply@acme.example | otpkit.smtp.host must be set, or spring.mail.host, since"
                        + " otpkit.smtp.* is"
            })
    void namesTheMissingProperty(String set, String description) {
        contexts.withPropertyValues(set)
                .run(context ->
                        assertThat(explanation(context).getDescription()).startsWith(description));
    }

    @Test
    void namesTheMissingPropertyOfTwilio() {
        ApplicationContextRunner account = contexts.withPropertyValues(
                "otpkit.twilio.account-sid=" + FakeTwilio.ACCOUNT_SID, "otpkit.twilio.sms.name=sms");
        account.run(context -> assertThat(explanation(context).getDescription())
                .isEqualTo("otpkit.twilio.auth-token must be set, or otpkit.twilio.api-key and"
                        + " otpkit.twilio.api-secret, since otpkit.twilio.sms.* is."));
        account.withPropertyValues("otpkit.twilio.api-key=" + KEY).run(context -> {
            assertThat(explanation(context).getDescription())
                    .isEqualTo("otpkit.twilio.api-secret must be set, since otpkit.twilio.api-key is.");
            assertThat(explanation(context).getAction()).isEqualTo("Set otpkit.twilio.api-secret.");
        });
        account.withPropertyValues("otpkit.twilio.auth-token=fake")
                .run(context -> assertThat(explanation(context).getDescription())
                        .isEqualTo("otpkit.twilio.sms.from or otpkit.twilio.sms.messaging-service-sid must be set,"
                                + " since otpkit.twilio.sms.* is."));
        sms.withPropertyValues("otpkit.twilio.sms.messaging-service-sid=" + SERVICE)
                .run(context -> assertThat(explanation(context).getDescription())
                        .isEqualTo("otpkit.twilio.sms.from and otpkit.twilio.sms.messaging-service-sid must not be"
                                + " set together."));
        twilio.withPropertyValues("otpkit.twilio.whatsapp.from=+15005550006")
                .run(context -> assertThat(explanation(context).getDescription())
                        .isEqualTo("otpkit.twilio.whatsapp.content-sid must be set, or"
                                + " otpkit.twilio.whatsapp.sandbox be true, since otpkit.twilio.whatsapp.* is."));
    }

    @Test
    void refusesTwoChannelsOverSmtp() {
        contexts.withPropertyValues("otpkit.gmail.username=acme@gmail.com", "otpkit.smtp.host=mail.example")
                .run(context -> assertThat(explanation(context).getDescription())
                        .startsWith("otpkit.smtp.* and otpkit.gmail.* must not be set together"));
        gmailApi.withPropertyValues("otpkit.smtp.host=mail.example", "otpkit.smtp.from=no-reply@acme.example")
                .run(context ->
                        assertThat(context).hasSingleBean(GmailApiChannel.class).hasSingleBean(SmtpChannel.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.twilio.account-sid=SECRET1 | otpkit.twilio.account-sid must be AC and 32 hexadecimal digits",
                "otpkit.twilio.auth-token=SECRET 1 | otpkit.twilio.auth-token must be 1 to 256 characters of",
                "otpkit.twilio.base-url=http://proxy.example | otpkit.twilio.base-url must be https",
                "otpkit.twilio.timeout=2m | otpkit.twilio.timeout must be within (PT0S, PT1M], but was PT2M",
                "otpkit.twilio.status-callback=http://a.example | otpkit.twilio.status-callback must be an https URL",
                "otpkit.twilio.sms.from=++ | otpkit.twilio.sms.from must be a number in E.164",
                "otpkit.twilio.sms.messaging-service-sid=MG1 | otpkit.twilio.sms.messaging-service-sid must be MG",
                "otpkit.twilio.whatsapp.from=x | otpkit.twilio.whatsapp.from must be a number in E.164",
                "otpkit.twilio.whatsapp.content-sid=x | otpkit.twilio.whatsapp.content-sid must be HX",
                "otpkit.twilio.whatsapp.content-sids.ar=x | otpkit.twilio.whatsapp.content-sids.ar: contentSid must"
            })
    void namesThePropertyOfTwilioThatIsOutOfRange(String set, String description) {
        ApplicationContextRunner valid = set.contains("whatsapp") ? whatsApp : sms;
        ApplicationContextRunner runner =
                set.contains("messaging") ? valid.withPropertyValues("otpkit.twilio.sms.from=") : valid;
        runner.withPropertyValues(set).run(context -> {
            FailureAnalysis explanation = explanation(context);
            assertThat(explanation.getDescription()).startsWith(description).doesNotContain("SECRET");
            assertThat(explanation.getAction())
                    .isEqualTo("Change the value of " + set.substring(0, set.indexOf('=')) + ".");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.mshastra.sender=AcmeAcmeAcmeAcme | otpkit.mshastra.sender must have 1 to 13 characters",
                "otpkit.mshastra.base-url=https://a.example/x.aspx | otpkit.mshastra.base-url must be without the name",
                "otpkit.mshastra.timeout=0s | otpkit.mshastra.timeout must be within (PT0S, PT1M], but was PT0S"
            })
    void namesThePropertyOfMshastraThatIsOutOfRange(String set, String description) {
        mshastra.withPropertyValues(set)
                .run(context ->
                        assertThat(explanation(context).getDescription()).startsWith(description));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.gmail.from=nobody | otpkit.gmail.from must be one mailbox",
                "otpkit.gmail.base-url=http://a.example | otpkit.gmail.base-url must be https",
                "otpkit.gmail.token-url=http://a.example | otpkit.gmail.token-url: tokenEndpoint must be an https",
                "otpkit.gmail.timeout=61s | otpkit.gmail.timeout must be within (PT0S, PT1M], but was PT1M1S"
            })
    void namesThePropertyOfGmailThatIsOutOfRange(String set, String description) {
        gmailApi.withPropertyValues(set)
                .run(context ->
                        assertThat(explanation(context).getDescription()).startsWith(description));
    }

    @Test
    void showsNoCredentialOfTheProperties() {
        sms.run(context ->
                assertThat(context.getBean(TwilioProperties.class).toString()).doesNotContain(FakeTwilio.AUTH_TOKEN));
        mshastra.run(context ->
                assertThat(context.getBean(MshastraProperties.class).toString()).doesNotContain(FakeMshastra.PASSWORD));
        gmailApi.run(context ->
                assertThat(context.getBean(GmailProperties.class).toString()).doesNotContain(FakeGmail.CLIENT_SECRET));
    }

    @Test
    void registersTheFailureAnalyzer() throws IOException {
        Properties factories = PropertiesLoaderUtils.loadProperties(new ClassPathResource("META-INF/spring.factories"));

        assertThat(factories.getProperty(FailureAnalyzer.class.getName()))
                .contains(OtpSettingFailureAnalyzer.class.getName());
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.US_ASCII));
    }
}
