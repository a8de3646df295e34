package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.EmailAddress;
import dev.otpkit.InvalidRecipientException;
import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.OtpMessage;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpChannelTest {
    private static final String FROM = "Acme <no-reply@acme.example>";
    private static final Instant DATE = Instant.parse("2026-02-03T04:05:06Z");

    @Test
    void isAnEmailChannelNamedSmtp() {
        try (SmtpChannel channel = builder().build()) {
            assertThat(channel.name()).isEqualTo("smtp");
            assertThat(channel.medium()).isEqualTo("email");
            assertThat(channel.supports(new EmailAddress("reader@recipient.example")))
                    .isTrue();
            assertThat(channel.supports(new PhoneNumber("+966501234567"))).isFalse();
        }
    }

    @Test
    void takesAnotherName() {
        try (SmtpChannel channel = builder().name("relay").build()) {
            assertThat(channel.name()).isEqualTo("relay");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "STARTTLS, 0, 587, STARTTLS",
        "IMPLICIT, 0, 465, IMPLICIT",
        "NONE, 0, 25, NONE",
        ", 0, 587, STARTTLS",
        ", 465, 465, IMPLICIT",
        ", 2525, 2525, STARTTLS",
        "STARTTLS, 465, 465, STARTTLS"
    })
    void choosesPortAndEncryptionByEachOther(SmtpChannel.Tls tls, int port, int chosenPort, SmtpChannel.Tls chosen) {
        SmtpChannel.Builder builder = builder();
        if (tls != null) {
            builder.tls(tls);
        }
        if (port != 0) {
            builder.port(port);
        }
        try (SmtpChannel channel = builder.build()) {
            assertThat(channel)
                    .hasToString("SmtpChannel[name=smtp, host=mail.example:" + chosenPort + ", tls=" + chosen
                            + ", from=no-reply@acme.example]");
        }
    }

    @Test
    void wantsHostAndSender() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SmtpChannel.builder().from(FROM).build())
                .withMessage("host must be set");
        assertThatIllegalStateException()
                .isThrownBy(() -> SmtpChannel.builder().host("mail.example").build())
                .withMessage("from must be set");
    }

    @Test
    void sendsNoPasswordInClearToAnotherMachine() {
        assertThatIllegalStateException()
                .isThrownBy(() -> builder()
                        .tls(SmtpChannel.Tls.NONE)
                        .credentials("user", "fake-password")
                        .build())
                .withMessageContaining("STARTTLS")
                .withMessageNotContaining("fake-password");
        for (String host : new String[] {"127.0.0.1.example", "localhost.example", "10.0.0.1", "::2", "1::1"}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> builder()
                            .host(host)
                            .tls(SmtpChannel.Tls.NONE)
                            .credentials("user", "fake-password")
                            .build());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1"})
    void sendsAPasswordInClearToTheSameMachine(String host) {
        builder()
                .host(host)
                .tls(SmtpChannel.Tls.NONE)
                .credentials("user", "fake-password")
                .build()
                .close();
    }

    @Test
    void sendsInClearWithoutAPasswordWhereTold() {
        builder().tls(SmtpChannel.Tls.NONE).build().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void refusesAPortThatIsNone(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().port(port))
                .withMessage("port must be within [1, 65535], but was " + port);
    }

    @Test
    void refusesDurationsOutOfRange() {
        for (String duration : new String[] {"PT0S", "PT-1S", "PT1M0.001S"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().timeout(Duration.parse(duration)))
                    .withMessageStartingWith("timeout must be within (PT0S, PT1M], but was PT");
        }
        for (String duration : new String[] {"PT-1S", "PT10M1S"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().idleTimeout(Duration.parse(duration)))
                    .withMessageStartingWith("idleTimeout must be within [PT0S, PT10M], but was PT");
        }
        builder()
                .timeout(Duration.ofNanos(1))
                .idleTimeout(Duration.ZERO)
                .build()
                .close();
    }

    @Test
    void refusesNull() {
        SmtpChannel.Builder builder = builder();
        assertThatNullPointerException().isThrownBy(() -> builder.host(null)).withMessage("host must not be null");
        assertThatNullPointerException().isThrownBy(() -> builder.from(null)).withMessage("from must not be null");
        assertThatNullPointerException().isThrownBy(() -> builder.tls(null)).withMessage("tls must not be null");
        assertThatNullPointerException().isThrownBy(() -> builder.name(null)).withMessage("name must not be null");
        assertThatNullPointerException().isThrownBy(() -> builder.timeout(null));
        assertThatNullPointerException().isThrownBy(() -> builder.idleTimeout(null));
        assertThatNullPointerException().isThrownBy(() -> builder.sslContext(null));
        assertThatNullPointerException().isThrownBy(() -> builder.credentials(null, "fake-password"));
        assertThatNullPointerException().isThrownBy(() -> builder.credentials("user", null));
        assertThatNullPointerException().isThrownBy(() -> SmtpChannel.fromEnvironment(null));
    }

    /** CR, LF and other characters that can end a line, or hide or reverse the text after them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r",
                "\n",
                "\r\n",
                "\r\nBcc: evil@evil.example",
                "\0",
                "\u0085",
                "\u2028",
                "\u2029",
                "\t",
                "\u202e",
                "\u2066",
                "\u200f",
                "\ufeff",
                "\ud800"
            })
    void letsNoControlIntoAnyField(String control) {
        for (String hurt : new String[] {"a" + control + "b", control + "ab", "ab" + control}) {
            SmtpChannel.Builder builder = builder();
            assertThatIllegalArgumentException().isThrownBy(() -> builder.host(hurt));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.name(hurt));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials(hurt, "fake-password"));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("user", hurt));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.from(hurt + " <no-reply@acme.example>"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.from("\"" + hurt + "\" <no-reply@acme.example>"));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.from("Acme <" + hurt + "@acme.example>"));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.from("Acme <no-reply@" + hurt + ".example>"));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.from(FROM + control));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.from(control + FROM));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.from("no-reply@acme.example" + control));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\nBcc: evil@evil.example\r\n", "\0", "\u0085", "\u2028", "\u2029", "\t"})
    void letsNoControlIntoSubjectOrRecipient(String control) {
        assertThatIllegalArgumentException().isThrownBy(() -> message("Code" + control + "x", "text"));
        assertThatExceptionOfType(InvalidRecipientException.class)
                .isThrownBy(() -> new EmailAddress("a" + control + "b@recipient.example"));
    }

    @Test
    void refusesAHostThatIsNone() {
        for (String host :
                new String[] {"", " ", "a b", "mail.example/", "[::1]", "x".repeat(254), "пошта.example", "%"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().host(host))
                    .withMessageStartingWith("host must be");
        }
    }

    @Test
    void neverRepeatsAPasswordItRefuses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().credentials("user", "fake-password\r"))
                .withMessageStartingWith("password must have no control")
                .withMessageNotContaining("fake");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().credentials("user", "x".repeat(1025)))
                .withMessage("password must have 1 to 1024 characters and not be blank, but has 1025");
    }

    @Test
    void showsNoPassword() {
        SmtpChannel.Builder builder = builder().credentials("user", "fake-password");
        assertThat(builder.toString()).contains("user").doesNotContain("fake-password");
        try (SmtpChannel channel = builder.build()) {
            assertThat(channel.toString()).doesNotContain("fake-password").doesNotContain("user");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bounces+otp", "no_reply", "otp-", "r&d", "o'brien", "~otp", "first.last", "0"})
    void sendsFromEveryMailboxThatCoreAccepts(String localPart) throws Exception {
        FromMailbox from = FromMailbox.parse("Acme <" + localPart + "@acme.example>");

        assertThat(InternetAddress.parse(from.header(), true))
                .extracting(InternetAddress::getAddress)
                .containsExactly(localPart + "@acme.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"otp%evil.example", "evil.example!otp", "=?utf-8?q?otp?=", "prvs=0123456789=otp", "-otp", "otp/x"
            })
    void sendsFromNoMailboxThatCoreRefuses(String localPart) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().from("Acme <" + localPart + "@acme.example>"))
                .withMessageStartingWith("from must be one mailbox")
                .havingCause()
                .isInstanceOf(InvalidRecipientException.class)
                .withMessageStartingWith("recipient must ")
                .withMessageNotContaining("otp");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        no-reply@acme.example                     | ``                | no-reply@acme.example
        <no-reply@acme.example>                   | ``                | no-reply@acme.example
        Acme <no-reply@acme.example>              | Acme              | "Acme" <no-reply@acme.example>
        ` Acme Inc  <No-Reply@Acme.Example> `     | Acme Inc          | "Acme Inc" <no-reply@acme.example>
        "Acme, Inc." <no-reply@acme.example>      | Acme, Inc.        | "Acme, Inc." <no-reply@acme.example>
        Acme, Inc. <no-reply@acme.example>        | Acme, Inc.        | "Acme, Inc." <no-reply@acme.example>
        "The \\"A\\" \\\\ Team" <no-reply@acme.example> \
            | The "A" \\ Team | "The \\"A\\" \\\\ Team" <no-reply@acme.example>
        Acme: 100 %s; (x) <no-reply@acme.example> | Acme: 100 %s; (x) | "Acme: 100 %s; (x)" <no-reply@acme.example>
        Bcc: x@y.example <no-reply@acme.example>  | Bcc: x@y.example  | "Bcc: x@y.example" <no-reply@acme.example>
        """)
    void readsASender(String text, String name, String header) throws Exception {
        FromMailbox from = FromMailbox.parse(text);

        assertThat(from.name()).isEqualTo(name);
        assertThat(from.address().address()).isEqualTo("no-reply@acme.example");
        assertThat(from.header()).isEqualTo(header);
        InternetAddress[] read = InternetAddress.parse(from.header(), true);
        assertThat(read).hasSize(1);
        assertThat(read[0].getAddress()).isEqualTo("no-reply@acme.example");
        assertThat(read[0].getPersonal()).isEqualTo(name.isEmpty() ? null : name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "أكمي",
                "Ácme Köln, Inc.",
                "एक्मे \uD83D\uDD10",
                "می\u200cخواهم",
                "=?UTF-8?Q?=0D=0ABcc:_evil@evil.example?=",
                "A very long name of a company that fills more than one line of a header, and then goes on"
            })
    void encodesANameThatHeadersCanNotHold(String name) throws Exception {
        String header = FromMailbox.parse(name + " <no-reply@acme.example>").header();

        assertThat(header.chars()).allMatch(c -> (c >= ' ' && c <= '~') || c == '\r' || c == '\n');
        assertThat(header.replace("\r\n ", "")).doesNotContain("\r", "\n");
        InternetAddress[] read = InternetAddress.parse(header, true);
        assertThat(read).hasSize(1);
        assertThat(read[0].getPersonal()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Acme",
                "no-reply",
                "no-reply@acme",
                "<>",
                "Acme <>",
                "a@acme.example, b@acme.example",
                "A <a@acme.example>, B <b@acme.example>",
                "A <a@acme.example> <b@acme.example>",
                "Acme <a@acme.example",
                "Acme a@acme.example>",
                "Acme <<a@acme.example>>",
                "Acme \"Inc\" <a@acme.example>",
                "\"Acme <a@acme.example>",
                "\"Acme\"\" <a@acme.example>",
                "group: a@acme.example, b@acme.example;",
                "a@[127.0.0.1]",
                "a@localhost",
                "a@-acme.example",
                "\"quoted local\"@acme.example",
                "ä@acme.example",
                "a@ácme.example",
                "a b@acme.example"
            })
    void refusesASenderThatIsNotOneMailbox(String from) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FromMailbox.parse(from))
                .withMessageContaining("from");
    }

    @Test
    void boundsTheSender() {
        FromMailbox.parse("x".repeat(128) + " <no-reply@acme.example>");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FromMailbox.parse("x".repeat(129) + " <no-reply@acme.example>"))
                .withMessage("name in from must have at most 128 characters, but has 129");
        assertThatIllegalArgumentException().isThrownBy(() -> FromMailbox.parse("x".repeat(65) + "@acme.example"));
        assertThatIllegalArgumentException().isThrownBy(() -> FromMailbox.parse("x@" + "y.".repeat(130) + "example"));
    }

    @Test
    void writesHeadersInTheUsualOrder() throws Exception {
        MimeMessage read = OtpMail.of(session(), FromMailbox.parse(FROM), message(), DATE);

        assertThat(Collections.list(read.getAllHeaderLines()))
                .containsExactly(
                        "Date: Tue, 3 Feb 2026 04:05:06 +0000 (UTC)",
                        "From: \"Acme\" <no-reply@acme.example>",
                        "To: reader@recipient.example",
                        "Message-ID: " + read.getMessageID(),
                        "Subject: Your code",
                        "MIME-Version: 1.0",
                        "Content-Type: text/plain; charset=UTF-8",
                        "Content-Transfer-Encoding: quoted-printable",
                        "Auto-Submitted: auto-generated");
        assertThat(read.getMessageID()).matches("<[0-9a-f-]{36}@acme\\.example>");
        assertThat(read.getContent()).isEqualTo("Your code is 48151623.");
    }

    @Test
    void givesEachMailANameOfItsOwn() throws Exception {
        FromMailbox from = FromMailbox.parse(FROM);
        assertThat(OtpMail.of(session(), from, message(), DATE).getMessageID())
                .isNotEqualTo(OtpMail.of(session(), from, message(), DATE).getMessageID());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Your code: 100 % \"sure\" <b> %s %n ${x}",
                "رمز التحقق الخاص بك \u2066123\u2069",
                "आपका सत्यापन कोड \uD83D\uDD10\uD83D\uDC69\u200D\uD83D\uDC67",
                "=?UTF-8?Q?=0D=0ABcc:_evil@evil.example?=",
                "A subject of many words that does not fit into one line of a header and has to go on in the next one"
            })
    void writesASubjectThatReadsBackAsItself(String subject) throws Exception {
        MimeMessage read = OtpMail.of(session(), FromMailbox.parse(FROM), message(subject, "text"), DATE);

        assertThat(read.getSubject()).isEqualTo(subject);
        assertThat(Collections.list(read.getAllHeaderLines())).hasSize(9).allSatisfy(header -> {
            assertThat(header.replace("\r\n ", "")).doesNotContain("\r", "\n");
            assertThat(header.chars()).allMatch(c -> c < 0x7f);
            assertThat(header.split("\r\n", -1)).allMatch(line -> line.length() <= 100);
        });
    }

    @Test
    void keepsCharactersOfASubjectInOneWord() {
        String words = HeaderText.of("\uD83D\uDD10".repeat(30));
        for (String word : words.split("\r\n ", -1)) {
            assertThat(word).hasSizeLessThanOrEqualTo(75).matches("=\\?UTF-8\\?B\\?[A-Za-z0-9+/=]+\\?=");
        }
    }

    @Test
    void refusesAPhoneNumber() {
        OtpMessage message = new OtpMessage(
                new PhoneNumber("+966501234567"),
                "48151623",
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "subject",
                "text",
                Optional.empty());
        try (SmtpChannel channel = builder().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.deliver(message))
                    .withMessage("recipient must be an email address, but was +966•••••4567");
        }
    }

    @Test
    void deliversNothingOnceClosed() {
        SmtpChannel channel = builder().build();
        channel.close();
        channel.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> channel.deliver(message()))
                .withMessage("channel smtp is closed");
    }

    @Test
    void readsTheEnvironment() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "EMAIL_HOST", "mail.example",
                "EMAIL_PORT", "465",
                "EMAIL_HOST_USER", "user",
                "EMAIL_HOST_PASSWORD", "fake-password",
                "EMAIL_FROM", FROM));
        assertThat(SmtpChannel.fromEnvironment(environment))
                .hasToString("SmtpChannel.Builder[name=smtp, host=mail.example, port=465, tls=IMPLICIT,"
                        + " login=PasswordLogin[user=user]]");
        environment.put("EMAIL_PORT", "2587");
        assertThat(SmtpChannel.fromEnvironment(environment).toString()).contains("port=2587, tls=STARTTLS");
        environment.put("EMAIL_PORT", "");
        environment.put("EMAIL_HOST_USER", "");
        environment.remove("EMAIL_HOST_PASSWORD");
        assertThat(SmtpChannel.fromEnvironment(environment).toString()).contains("port=587, tls=STARTTLS, login=null");
        SmtpChannel.fromEnvironment(environment).build().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMAIL_HOST", "EMAIL_FROM", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"})
    void namesTheVariableThatIsMissing(String variable) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "EMAIL_HOST", "mail.example",
                "EMAIL_HOST_USER", "user",
                "EMAIL_HOST_PASSWORD", "fake-password",
                "EMAIL_FROM", FROM));
        environment.remove(variable);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessageStartingWith("environment must have " + variable);
        environment.put(variable, " ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessageStartingWith("environment must have " + variable);
    }

    /** The variables of an account at Gmail: an address and the app password in the form that Google shows. */
    @ParameterizedTest
    @ValueSource(
            strings = {"someone@gmail.com", "Some.One@GMail.com", "someone@googlemail.com", " someone@gmail.com\r"})
    void needsNoMoreThanAnAddressAndAPasswordOfGmail(String user) {
        Map<String, String> environment = Map.of("EMAIL_HOST_USER", user, "EMAIL_HOST_PASSWORD", "abcd efgh ijkl mnop");

        assertThat(SmtpChannel.fromEnvironment(environment))
                .hasToString("SmtpChannel.Builder[name=smtp, host=smtp.gmail.com, port=587, tls=STARTTLS,"
                        + " login=PasswordLogin[user=" + user.strip() + "]]");
        try (SmtpChannel channel = SmtpChannel.fromEnvironment(environment).build()) {
            assertThat(channel.toString()).endsWith("from=" + new EmailAddress(user.strip()).address() + "]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"someone@acme.example", "someone@notgmail.com", "someone@gmail.com.evil.example", "gmail.com"})
    void saysWhyAnyOtherUserNeedsAHost(String user) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(
                        Map.of("EMAIL_HOST_USER", user, "EMAIL_HOST_PASSWORD", "fake-password", "EMAIL_FROM", FROM)))
                .withMessage("environment must have EMAIL_HOST, since the server is known without it only for an"
                        + " EMAIL_HOST_USER at gmail.com or googlemail.com");
    }

    @Test
    void prefersWhatTheEnvironmentSaysToWhatGmailHas() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "EMAIL_HOST_USER", "someone@gmail.com",
                "EMAIL_HOST_PASSWORD", "fake-password",
                "EMAIL_HOST", " mail.example ",
                "EMAIL_PORT", "465",
                "DEFAULT_FROM_EMAIL", "Django <django@acme.example>",
                "EMAIL_FROM", FROM));
        assertThat(SmtpChannel.fromEnvironment(environment).build().toString())
                .isEqualTo("SmtpChannel[name=smtp, host=mail.example:465, tls=IMPLICIT, from=no-reply@acme.example]");
        environment.remove("EMAIL_FROM");
        assertThat(SmtpChannel.fromEnvironment(environment).build().toString()).contains("from=django@acme.example");
        environment.remove("DEFAULT_FROM_EMAIL");
        assertThat(SmtpChannel.fromEnvironment(environment).build().toString()).contains("from=someone@gmail.com");
        environment.put("EMAIL_HOST_USER", "apikey");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessage("environment must have EMAIL_FROM");
    }

    /** Django's variables, which stand beside the host in many files. */
    @ParameterizedTest
    @CsvSource({
        "True, , , 'port=587, tls=STARTTLS'",
        "True, False, 587, 'port=587, tls=STARTTLS'",
        ", True, , 'port=465, tls=IMPLICIT'",
        "0, 1, 2465, 'port=2465, tls=IMPLICIT'",
        "off, on, 465, 'port=465, tls=IMPLICIT'",
        "no, yes, 465, 'port=465, tls=IMPLICIT'",
        "False, False, 25, 'port=25, tls=STARTTLS'",
        "True, , 465, 'port=465, tls=IMPLICIT'"
    })
    void readsHowDjangoEncrypts(String startTls, String implicit, String port, String expected) {
        Map<String, String> environment = new HashMap<>(Map.of("EMAIL_HOST", "mail.example", "EMAIL_FROM", FROM));
        environment.put("EMAIL_USE_TLS", startTls);
        environment.put("EMAIL_USE_SSL", implicit);
        environment.put("EMAIL_PORT", port);

        assertThat(SmtpChannel.fromEnvironment(environment).toString()).contains(expected);
    }

    @Test
    void refusesTwoWaysToEncryptAsDjangoDoes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(Map.of(
                        "EMAIL_HOST", "mail.example",
                        "EMAIL_FROM", FROM,
                        "EMAIL_USE_TLS", "True",
                        "EMAIL_USE_SSL", "True")))
                .withMessage("EMAIL_USE_TLS and EMAIL_USE_SSL must not both be true");
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL_HOST, mail server",
        "EMAIL_PORT, smtp",
        "EMAIL_PORT, 0",
        "EMAIL_PORT, 65536",
        "EMAIL_FROM, nobody",
        "EMAIL_FROM, 'a <a@acme.example>, b <b@acme.example>'",
        "EMAIL_FROM, 'a\u0000 <a@acme.example>'",
        "DEFAULT_FROM_EMAIL, nobody",
        "EMAIL_HOST_USER, 'user\u0000'",
        "EMAIL_HOST_PASSWORD, 'fake\u0000'",
        "EMAIL_USE_TLS, maybe",
        "EMAIL_USE_SSL, maybe",
        "EMAIL_CLIENT_ID, 'fake\u0000'",
        "EMAIL_CLIENT_SECRET, 'fake\u0000'",
        "EMAIL_REFRESH_TOKEN, 'fake\u0000'",
        "EMAIL_SCOPE, 'fake\u0000'",
        "EMAIL_TENANT, acme/../evil",
        "EMAIL_TOKEN_URL, http://login.acme.example/token",
        "EMAIL_TOKEN_URL, https://fake:fake@login.acme.example/token",
        "EMAIL_TOKEN_URL, no url"
    })
    void namesTheVariableThatIsWrong(String variable, String value) {
        Map<String, String> environment = oauth2Environment("smtp.office365.com");
        if (variable.startsWith("EMAIL_HOST_")) {
            environment.keySet().removeIf(name -> name.matches("EMAIL_(CLIENT|REFRESH).*"));
            environment.put("EMAIL_HOST_PASSWORD", "fake-password");
        }
        if (variable.startsWith("DEFAULT_")) {
            environment.remove("EMAIL_FROM");
        }
        SmtpChannel.fromEnvironment(environment);
        environment.put(variable, value);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessageStartingWith(variable + " must ")
                .withMessageNotContaining("fake");
    }

    @Test
    void namesTheVariableWhoseNameIsWrong() {
        Map<String, String> environment = new HashMap<>(Map.of("EMAIL_HOST", "mail.example"));
        for (String from : List.of("x".repeat(129) + " <a@acme.example>", "a \"b <a@acme.example>")) {
            environment.put("EMAIL_FROM", from);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                    .withMessageStartingWith("name in EMAIL_FROM must ");
        }
    }

    @Test
    void refusesAPortInTheEnvironmentThatIsNoNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(
                        Map.of("EMAIL_HOST", "mail.example", "EMAIL_FROM", FROM, "EMAIL_PORT", "smtp")))
                .withMessage("EMAIL_PORT must be a number");
    }

    /** Variables from which the token endpoint follows without {@code EMAIL_TOKEN_URL}. */
    @ParameterizedTest
    @CsvSource({
        "smtp.gmail.com, oauth2.googleapis.com",
        "SMTP.Gmail.com, oauth2.googleapis.com",
        "smtp-relay.gmail.com, oauth2.googleapis.com",
        "smtp.googlemail.com, oauth2.googleapis.com",
        "smtp.office365.com, login.microsoftonline.com",
        "smtp-mail.outlook.com, login.microsoftonline.com",
    })
    void findsTheTokenEndpointByTheHost(String host, String endpoint) {
        assertThat(SmtpChannel.fromEnvironment(oauth2Environment(host)))
                .hasToString("SmtpChannel.Builder[name=smtp, host=" + host + ", port=587, tls=STARTTLS,"
                        + " login=OAuth2Login[user=user@acme.example, tokens=OAuth2[token endpoint " + endpoint
                        + "]]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mail.example", "smtp.gmail.com.evil.example", "notgmail.com", "gmail.org", "myoutlook.com"})
    void wantsATokenEndpointForOtherHosts(String host) {
        Map<String, String> environment = oauth2Environment(host);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessageStartingWith("environment must have EMAIL_TOKEN_URL");

        environment.put("EMAIL_TOKEN_URL", "https://login.acme.example/token?x=y");
        environment.put("EMAIL_SCOPE", "mail.send");
        environment.remove("EMAIL_CLIENT_SECRET");
        assertThat(SmtpChannel.fromEnvironment(environment).toString())
                .contains("tokens=OAuth2[token endpoint login.acme.example]");

        environment.remove("EMAIL_REFRESH_TOKEN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessage("environment must have EMAIL_CLIENT_SECRET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMAIL_CLIENT_ID", "EMAIL_CLIENT_SECRET", "EMAIL_REFRESH_TOKEN", "EMAIL_HOST_USER"})
    void namesTheVariableThatGmailMisses(String variable) {
        Map<String, String> environment = oauth2Environment("smtp.gmail.com");
        environment.remove(variable);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessage("environment must have " + variable);
    }

    @Test
    void wantsATenantForAnApplicationAtMicrosoft() {
        Map<String, String> environment = oauth2Environment("smtp.office365.com");
        environment.remove("EMAIL_REFRESH_TOKEN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessage("environment must have EMAIL_TENANT");
        environment.put("EMAIL_TENANT", "acme.example");
        SmtpChannel.fromEnvironment(environment).build().close();
        environment.put("EMAIL_TENANT", "acme/../evil");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessageStartingWith("EMAIL_TENANT must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMAIL_CLIENT_ID", "EMAIL_CLIENT_SECRET", "EMAIL_REFRESH_TOKEN"})
    void refusesAPasswordBesideOAuth2(String variable) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "EMAIL_HOST",
                "smtp.gmail.com",
                "EMAIL_FROM",
                FROM,
                "EMAIL_HOST_USER",
                "user@acme.example",
                "EMAIL_HOST_PASSWORD",
                "fake-password",
                variable,
                "fake"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmtpChannel.fromEnvironment(environment))
                .withMessageContaining("EMAIL_HOST_PASSWORD")
                .withMessageContaining(variable);
    }

    @Test
    void knowsGmailAndMicrosoft365() {
        OAuth2 tokens =
                OAuth2.google("fake-id", "fake-secret", "fake-refresh-token").build();
        assertThat(SmtpChannel.gmail("user@acme.example", tokens))
                .hasToString("SmtpChannel.Builder[name=smtp, host=smtp.gmail.com, port=587, tls=STARTTLS,"
                        + " login=OAuth2Login[user=user@acme.example,"
                        + " tokens=OAuth2[token endpoint oauth2.googleapis.com]]]");
        assertThat(SmtpChannel.gmail("user@acme.example", "abcd efgh\u00a0ijkl mnop"))
                .hasToString("SmtpChannel.Builder[name=smtp, host=smtp.gmail.com, port=587, tls=STARTTLS,"
                        + " login=PasswordLogin[user=user@acme.example]]");
        tokens = OAuth2.microsoftApp("acme.example", "fake-id", "fake-secret").build();
        assertThat(SmtpChannel.office365("user@acme.example", tokens).build())
                .hasToString(
                        "SmtpChannel[name=smtp, host=smtp.office365.com:587, tls=STARTTLS, from=user@acme.example]");
        assertThat(SmtpChannel.gmail("user@acme.example", tokens)
                        .from(FROM)
                        .name("gmail-smtp")
                        .build())
                .hasToString("SmtpChannel[name=gmail-smtp, host=smtp.gmail.com:587, tls=STARTTLS,"
                        + " from=no-reply@acme.example]");
        assertThatIllegalArgumentException().isThrownBy(() -> SmtpChannel.gmail("no address", "fake-password"));
        assertThatIllegalArgumentException().isThrownBy(() -> SmtpChannel.gmail("user@acme.example", " "));
    }

    @Test
    void sendsNoTokenInClearToAnotherMachine() {
        OAuth2 tokens =
                OAuth2.google("fake-id", "fake-secret", "fake-refresh-token").build();
        assertThatIllegalStateException()
                .isThrownBy(() -> SmtpChannel.gmail("user@acme.example", tokens)
                        .tls(SmtpChannel.Tls.NONE)
                        .build())
                .withMessageContaining("STARTTLS");
        SmtpChannel.gmail("user@acme.example", tokens)
                .tls(SmtpChannel.Tls.NONE)
                .host("127.0.0.1")
                .build()
                .close();
    }

    private static Map<String, String> oauth2Environment(String host) {
        return new HashMap<>(Map.of(
                "EMAIL_HOST", host,
                "EMAIL_FROM", FROM,
                "EMAIL_HOST_USER", "user@acme.example",
                "EMAIL_CLIENT_ID", "fake-id",
                "EMAIL_CLIENT_SECRET", "fake-secret",
                "EMAIL_REFRESH_TOKEN", "fake-refresh-token"));
    }

    private static SmtpChannel.Builder builder() {
        return SmtpChannel.builder().host("mail.example").from(FROM);
    }

    private static Session session() {
        return Session.getInstance(new Properties());
    }
}
