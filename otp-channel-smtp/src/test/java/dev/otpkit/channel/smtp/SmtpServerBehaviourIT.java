package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmtpServerBehaviourIT {
    private static final Duration SHORT = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ScriptedSmtpServer server;
    private SmtpChannel channel;

    @BeforeEach
    void startServer() throws IOException {
        server = new ScriptedSmtpServer();
        channel = builder().build();
    }

    @AfterEach
    void stopServer() throws IOException {
        channel.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        GREETING | 421 4.3.0 try again later                          | UNAVAILABLE        | 0
        GREETING | 554 5.7.1 your address is blocked                  | MISCONFIGURED      | 0
        EHLO     | 421 4.3.0 try again later                          | UNAVAILABLE        | 0
        EHLO     | 550 5.7.1 who are you?                             | MISCONFIGURED      | 0
        AUTH     | 535 5.7.8 Username and Password not accepted       | MISCONFIGURED      | 0
        AUTH     | 534 5.7.9 Application-specific password required   | MISCONFIGURED      | 0
        AUTH     | 530 5.7.0 Must issue a STARTTLS command first      | MISCONFIGURED      | 0
        AUTH     | 550 5.7.30 Basic authentication is not supported   | MISCONFIGURED      | 0
        AUTH     | 454 4.7.0 Temporary authentication failure         | UNAVAILABLE        | 0
        AUTH     | 454 4.7.0 Too many login attempts                  | THROTTLED          | 0
        MAIL     | 421 4.4.2 closing                                  | UNAVAILABLE        | 0
        MAIL     | 451 4.3.0 try again later                          | UNAVAILABLE        | 0
        MAIL     | 550 5.1.0 sender refused                           | MISCONFIGURED      | 0
        MAIL     | 553 5.7.1 not your address                         | MISCONFIGURED      | 0
        MAIL     | 530 5.7.0 Authentication Required                  | MISCONFIGURED      | 0
        MAIL     | 550 5.7.30 Basic authentication is not supported   | MISCONFIGURED      | 0
        RCPT     | 550 5.7.30 Basic authentication is not supported   | MISCONFIGURED      | 0
        END      | 550 5.7.30 Basic authentication is not supported   | MISCONFIGURED      | 1
        MAIL     | 550 5.4.5 Daily user sending limit exceeded        | THROTTLED          | 0
        RCPT     | 421 4.4.2 closing                                  | UNAVAILABLE        | 0
        RCPT     | 450 4.2.0 greylisted                               | UNAVAILABLE        | 0
        RCPT     | 450 4.2.1 receiving mail at a rate that prevents   | THROTTLED          | 0
        RCPT     | 451 4.3.0 try again later                          | UNAVAILABLE        | 0
        RCPT     | 452 4.2.2 mailbox full                             | UNAVAILABLE        | 0
        RCPT     | 452 4.5.3 too many recipients                      | THROTTLED          | 0
        RCPT     | 550 5.1.1 no such user                             | RECIPIENT_REJECTED | 0
        RCPT     | 552 5.2.2 mailbox full                             | RECIPIENT_REJECTED | 0
        RCPT     | 553 5.1.3 bad address                              | RECIPIENT_REJECTED | 0
        RCPT     | 554 5.1.1 no such user                             | RECIPIENT_REJECTED | 0
        RCPT     | 554 5.7.1 Relay access denied                      | MISCONFIGURED      | 0
        DATA     | 451 4.3.0 try again later                          | UNAVAILABLE        | 1
        DATA     | 554 5.5.1 no                                       | MISCONFIGURED      | 1
        END      | 421 4.3.0 closing                                  | UNAVAILABLE        | 1
        END      | 450 4.7.1 greylisted                               | UNAVAILABLE        | 1
        END      | 451 4.3.0 try again later                          | UNAVAILABLE        | 1
        END      | 452 4.3.1 no space                                 | UNAVAILABLE        | 1
        END      | 550 5.4.5 Daily user sending limit exceeded        | THROTTLED          | 1
        END      | 550 5.1.1 no such user                             | RECIPIENT_REJECTED | 1
        END      | 552 5.2.2 mailbox full                             | RECIPIENT_REJECTED | 1
        END      | 553 5.7.1 not your address                         | MISCONFIGURED      | 1
        END      | 554 5.7.1 looks like spam                          | MISCONFIGURED      | 1
        """)
    void reportsWhatTheServerRefused(Step step, String line, Kind kind, int dataCommands) {
        server.reply(step, line);

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains(line.substring(0, 3));
        assertThat(failure.detail()).contains(line.substring(4));
        assertThat(server.count("DATA")).isEqualTo(dataCommands);
        assertThat(server.connectionCount()).isOne();
    }

    @Test
    void readsARefusalOfManyLines() {
        server.reply(Step.RCPT, "550-5.1.1 The account does not exist.", "550 5.1.1 Check the spelling.");

        assertThat(failure().detail())
                .isEqualTo("RCPT TO: 5.1.1 The account does not exist. 5.1.1 Check the spelling.");
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void waitsNoLongerThanTheTimeOut(Step step) {
        server.hang(step);
        channel = builder().timeout(SHORT).build();

        assertFailsInTime(step == Step.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE);

        assertThat(server.count("DATA")).isEqualTo(step.compareTo(Step.DATA) < 0 ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void waitsNoLongerForAServerThatDrips(Step step) {
        server.drip(step, "250-" + "x".repeat(100));
        channel = builder().timeout(SHORT).build();

        assertFailsInTime(step == Step.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE);
    }

    @Test
    void waitsNoLongerForAHandshakeThatDoesNotHappen() {
        server.reply(Step.EHLO, "250-scripted.example", "250 STARTTLS").replyAndHang(Step.STARTTLS, "220 go ahead");
        channel = builder().tls(Tls.STARTTLS).timeout(SHORT).build();

        assertFailsInTime(Kind.UNAVAILABLE);

        server.hang(Step.GREETING);
        channel = builder().tls(Tls.IMPLICIT).timeout(SHORT).build();

        assertFailsInTime(Kind.UNAVAILABLE);
        assertThat(server.count("MAIL") + server.count("AUTH") + server.count("DATA"))
                .isZero();
    }

    @Test
    void waitsNoLongerForAServerThatDoesNotRead() {
        server.becomeDeaf();
        channel = builder().timeout(Duration.ofSeconds(1)).build();

        DeliveryFailure failure = failure(message("subject", "سطر\r\n".repeat(800_000)));

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.detail()).contains("content: not finished after PT1S");
        assertThat(server.contents()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void doesNotKeepAllThatAServerSays(Step step) {
        server.talkWithoutEnd(step);

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(step == Step.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE);
        assertThat(failure.detail()).contains("the server sent more than 262144 bytes");
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void reportsAServerThatGoesAway(Step step) {
        server.disconnect(step);

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(step == Step.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE);
        assertThat(failure.providerCode()).isEmpty();
        assertThat(server.count("DATA")).isEqualTo(step.compareTo(Step.DATA) < 0 ? 0 : 1);
        assertThat(server.connectionCount()).isOne();
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void reportsAServerThatTalksNonsense(Step step) {
        for (String nonsense :
                List.of("HTTP/1.1 400 Bad Request", "", "25", "999 of a kind", "-50 x", "+50 x", "150 x")) {
            server.reply(step, nonsense);

            DeliveryFailure failure = failure();

            assertThat(failure.kind()).as(nonsense).isEqualTo(step == Step.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE);
            assertThat(failure.providerCode()).as(nonsense).isEmpty();
        }
        assertThat(server.count("DATA")).isEqualTo(step.compareTo(Step.DATA) < 0 ? 0 : 7);
    }

    @ParameterizedTest
    @CsvSource({"END, 354 go on, UNCERTAIN", "DATA, 250 Ok, UNAVAILABLE", "MAIL, 354 go on, UNAVAILABLE"})
    void reportsAnAnswerToSomethingElse(Step step, String line, Kind kind) {
        server.reply(step, line);

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains(line.substring(0, 3));
    }

    @ParameterizedTest
    @CsvSource({"250-2.0.0 looks fine, 550 5.7.1 rejected", "550-5.7.1 rejected, 250 2.0.0 looks fine"})
    void takesAnAnswerOfTwoMindsForNone(String first, String second) {
        server.reply(Step.END, first, second);

        assertThat(failure().kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(server.count("DATA")).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay@example.com", "sender@example.com", "throttled@example.com"})
    void isNotMisledByTheNameOfAMailbox(String address) {
        server.reply(Step.RCPT, "550 <" + address + ">: not here");
        channel = builder().build();

        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> channel.deliver(TestMessages.to(address, "Your code", "Your code is 48151623.")))
                .satisfies(e -> assertThat(e.failure().kind()).isEqualTo(Kind.RECIPIENT_REJECTED));
    }

    @Test
    void takesEveryPositiveAnswerToTheContentForAYes() throws Exception {
        server.reply(Step.END, "251 2.0.0 kept as 77");

        assertThat(channel.deliver(message()).providerMessageId()).contains("2.0.0 kept as 77");
    }

    @Test
    void sendsNothingToAServerWithoutStartTls() {
        channel = builder().tls(Tls.STARTTLS).build();

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("the server does not offer STARTTLS");
        assertThat(server.commands()).containsExactly("EHLO acme.example");
    }

    @Test
    void sendsNothingToAServerThatRefusesStartTls() {
        server.reply(Step.EHLO, "250-scripted.example", "250 STARTTLS");
        channel = builder().tls(Tls.STARTTLS).build();

        server.reply(Step.STARTTLS, "454 4.7.0 not now");
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        server.reply(Step.STARTTLS, "502 5.5.1 not at all");
        assertThat(failure().kind()).isEqualTo(Kind.MISCONFIGURED);
        server.reply(Step.STARTTLS, "220 go ahead", "this is no TLS");
        DeliveryFailure noTls = failure();
        assertThat(noTls.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(noTls.providerCode()).isEmpty();
        assertThat(noTls.detail()).contains("TLS: SSLException");

        assertThat(server.commands().subList(0, 2)).containsExactly("EHLO acme.example", "STARTTLS");
        assertThat(server.count("MAIL") + server.count("AUTH") + server.count("DATA"))
                .isZero();
    }

    @Test
    void trustsNothingThatWasSaidBeforeTheHandshake() throws Exception {
        List<String> inside = new CopyOnWriteArrayList<>();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread attacker = new Thread(() -> injectBeforeTheHandshake(listener, inside));
            attacker.setDaemon(true);
            attacker.start();
            channel = SmtpChannel.builder()
                    .host("localhost")
                    .port(listener.getLocalPort())
                    .credentials("user", "a-fake-password")
                    .from("no-reply@acme.example")
                    .sslContext(TestCertificate.localhost().trustingContext())
                    .build();

            DeliveryFailure failure = failure();

            attacker.join(10_000);
            assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
            assertThat(failure.detail()).contains("the server does not offer AUTH");
        }
        assertThat(inside).first().asString().startsWith("EHLO");
        assertThat(inside).noneMatch(line -> line.matches("(AUTH|MAIL|RCPT|DATA).*"));
    }

    /** Replies, in clear and in one packet with the positive reply to STARTTLS, to all later commands of the client. */
    private static void injectBeforeTheHandshake(ServerSocket listener, List<String> inside) {
        try (Socket socket = listener.accept()) {
            BufferedReader clear = reader(socket);
            write(socket, "220 localhost");
            clear.readLine();
            write(socket, "250-localhost", "250 STARTTLS");
            clear.readLine();
            write(
                    socket,
                    "220 go ahead",
                    "250-injected",
                    "250 AUTH PLAIN",
                    "235 welcome",
                    "250 ok",
                    "250 ok",
                    "354 go",
                    "250 queued as 1");
            SSLSocket secured = (SSLSocket) TestCertificate.localhost()
                    .servingContext()
                    .getSocketFactory()
                    .createSocket(socket, null, socket.getPort(), true);
            secured.setUseClientMode(false);
            BufferedReader in = reader(secured);
            inside.add(String.valueOf(in.readLine()));
            write(secured, "250 localhost");
            in.lines().forEach(inside::add);
        } catch (IOException | UncheckedIOException | GeneralSecurityException e) {
            inside.add("over: " + e.getMessage());
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void write(Socket socket, String... lines) throws IOException {
        socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void sendsNothingInClearToAServerThatShouldSpeakTlsAtOnce() {
        channel = builder().tls(Tls.IMPLICIT).build();

        assertThat(failure().kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(server.count("EHLO") + server.count("MAIL") + server.count("AUTH") + server.count("DATA"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 8BITMIME", "250 AUTH XOAUTH2 CRAM-MD5 NTLM", "250 AUTH"})
    void sendsNothingWhereItCanNotLogIn(String extension) {
        server.reply(Step.EHLO, "250-scripted.example", extension);

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("the server does not offer AUTH PLAIN LOGIN");
        assertThat(server.commands()).containsExactly("EHLO acme.example");
    }

    @Test
    void neverStartsTlsWhereItWasNotConfigured() {
        server.reply(Step.EHLO, "250-scripted.example", "250-STARTTLS", "250 AUTH PLAIN");
        server.reply(Step.AUTH, "530 5.7.0 Must issue a STARTTLS command first");

        assertThat(failure().kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(server.count("STARTTLS")).isZero();
    }

    @Test
    void logsInByEitherMechanism() throws Exception {
        server.reply(Step.EHLO, "250-scripted.example", "250 AUTH LOGIN");
        channel.deliver(message());
        server.reply(Step.EHLO, "250-scripted.example", "250 AUTH PLAIN");
        builder().build().deliver(message());

        assertThat(server.count("AUTH")).isEqualTo(2);
        assertThat(server.contents()).hasSize(2);
    }

    @Test
    void saysNothingOfThisMachine() throws Exception {
        channel.deliver(message());

        assertThat(server.commands())
                .containsExactly(
                        "EHLO acme.example",
                        "AUTH",
                        "MAIL FROM:<no-reply@acme.example>",
                        "RCPT TO:<reader@recipient.example>",
                        "DATA");
        assertThat(server.contents().get(0))
                .doesNotContain(System.getProperty("user.name") + "@")
                .containsPattern("Message-ID: <[0-9a-f-]{36}@acme\\.example>");
    }

    @Test
    void reportsAHostThatDoesNotExist() {
        channel = builder().host("no-such-host.invalid").tls(Tls.STARTTLS).build();

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.detail()).contains("no-such-host.invalid").contains("the host is unknown");
    }

    @Test
    void reportsAPortThatNobodyListensOn() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        channel = builder().port(port).build();

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.detail()).contains("connecting: ConnectException");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        250 2.0.0 Ok: queued as 4ZxYz12                     | 2.0.0 Ok: queued as 4ZxYz12
        250 OK id=1rAbCd-000123-4X                          | OK id=1rAbCd-000123-4X
        250 2.0.0 OK  1700000000 d9443c01a7336-2a9 - gsmtp  | 2.0.0 OK  1700000000 d9443c01a7336-2a9 - gsmtp
        250 Ok: queued as 48151623                          | Ok: queued as ••••••
        250 queued 7 for reader@recipient.example           | queued 7 for r•••@recipient.example
        250 you are fake-password 7                         | you are •••••• 7
        """)
    void namesAMessageAsTheServerDoes(String line, String id) throws Exception {
        server.reply(Step.END, line);

        assertThat(channel.deliver(message()).providerMessageId()).contains(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 OK", "250 2.0.0 Ok", "250 2.0.0", "250", "250 2.0.0 d\u0007ring 7"})
    void namesAMessageItselfWhereTheServerDoesNot(String line) throws Exception {
        server.reply(Step.END, line);

        String id = channel.deliver(message()).providerMessageId().orElseThrow();

        assertThat(server.contents().get(0)).contains("Message-ID: " + id + "\r\n");
    }

    @Test
    void keepsNoLongAnswerAsAName() throws Exception {
        server.reply(Step.END, "250 7" + "x".repeat(200));

        assertThat(channel.deliver(message()).providerMessageId().orElseThrow()).endsWith("@acme.example>");
    }

    @Test
    void doesNotEndAMessageAtADotOfItsText() throws Exception {
        channel.deliver(message("subject", "one\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n..two\r\n.three"));

        assertThat(server.contents())
                .singleElement()
                .asString()
                .contains("\r\n..\r\nMAIL FROM:", "\r\n...two\r\n..three");
        assertThat(server.count("MAIL")).isOne();
    }

    @Test
    void sendsABurstThroughOneConnection() throws Exception {
        for (int i = 0; i < 20; i++) {
            channel.deliver(message());
        }
        assertThat(server.connectionCount()).isOne();
        assertThat(server.count("AUTH")).isOne();
        assertThat(server.contents()).hasSize(20);
    }

    @Test
    void replacesAConnectionThatTheServerClosedMeanwhile() throws Exception {
        channel.deliver(message());
        server.dropConnections();

        channel.deliver(message("Your code", "second"));

        assertThat(server.connectionCount()).isEqualTo(2);
        assertThat(server.contents()).hasSize(2);
        assertThat(server.contents().get(1)).contains("second");
    }

    @Test
    void replacesAConnectionThatTheServerSaysGoodByeOn() throws Exception {
        channel.deliver(message());
        server.reply(Step.MAIL, "421 4.4.2 idle for too long");

        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);

        assertThat(server.connectionCount()).isEqualTo(2);
        assertThat(server.count("MAIL")).isEqualTo(3);
        assertThat(server.count("DATA")).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550 5.1.0 no",
        "MAIL, 451 4.3.0 not now",
        "RCPT, 421 4.4.2 closing",
        "DATA, 421 4.4.2 closing",
        "END, 421 4.4.2 closing"
    })
    void triesNothingAgainOnAConnectionThatWasKept(Step step, String line) throws Exception {
        channel.deliver(message());
        server.reply(step, line);

        failure();

        assertThat(server.connectionCount()).isOne();
        assertThat(server.count("MAIL")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"RCPT", "DATA", "END"})
    void sendsNothingTwiceWhenAConnectionThatWasKeptBreaks(Step step) throws Exception {
        channel.deliver(message());
        server.disconnect(step);

        assertThat(failure().kind()).isEqualTo(step == Step.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE);

        assertThat(server.connectionCount()).isOne();
        assertThat(server.count("MAIL")).isEqualTo(2);
        assertThat(server.contents()).hasSize(step == Step.END ? 2 : 1);
    }

    @Test
    void waitsNoLongerOnAConnectionThatWasKept() throws Exception {
        channel = builder().timeout(SHORT).build();
        channel.deliver(message());
        server.hang(Step.MAIL);

        assertFailsInTime(Kind.UNAVAILABLE);

        assertThat(server.connectionCount()).isOne();
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void stopsWaitingWhenInterrupted(Step step) throws Exception {
        channel = builder().timeout(Duration.ofMinutes(1)).build();
        server.hang(step);

        assertFailsWhenInterruptedAt(step);

        server.recover();
        channel.deliver(message());
        assertThat(server.contents()).hasSize(step == Step.END ? 2 : 1);
    }

    @Test
    void stopsWaitingOnAConnectionThatWasKeptWhenInterrupted() throws Exception {
        channel = builder().timeout(Duration.ofMinutes(1)).build();
        channel.deliver(message());
        server.hang(Step.MAIL);

        assertFailsWhenInterruptedAt(Step.MAIL);

        assertThat(server.connectionCount()).isOne();
    }

    @Test
    void stopsWaitingForAHandshakeWhenInterrupted() throws Exception {
        channel = builder().tls(Tls.IMPLICIT).timeout(Duration.ofMinutes(1)).build();
        server.hang(Step.GREETING);

        assertFailsWhenInterruptedAt(Step.GREETING);
    }

    @Test
    void sendsNothingForAThreadThatIsInterruptedAlready() throws Exception {
        channel.deliver(message());
        Thread.currentThread().interrupt();
        try {
            assertThat(failure().kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(server.contents()).hasSize(1);
        channel.deliver(message());
        assertThat(server.contents()).hasSize(2);
    }

    private void assertFailsWhenInterruptedAt(Step step) throws Exception {
        int already = hungAt(step);
        List<DeliveryFailure> failures = new CopyOnWriteArrayList<>();
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        Thread sender = new Thread(() -> {
            failures.add(failure());
            flags.add(Thread.currentThread().isInterrupted());
        });
        sender.setDaemon(true);
        sender.start();
        await(() -> hungAt(step) > already);
        sender.interrupt();
        sender.join(PATIENCE.toMillis());

        assertThat(failures).extracting(DeliveryFailure::kind).containsExactly(Kind.UNCERTAIN);
        assertThat(failures.get(0).detail()).contains("interrupted");
        assertThat(flags).containsExactly(true);
    }

    private int hungAt(Step step) {
        return switch (step) {
            case GREETING -> server.connectionCount();
            case END -> server.contents().size();
            default -> (int) server.count(step.name());
        };
    }

    @Test
    void usesNoConnectionAgainThatWasRefusedSomething() throws Exception {
        server.reply(Step.RCPT, "550 5.1.1 no such user");
        failure();
        server.reply(Step.RCPT, "250 2.1.5 Ok");
        channel.deliver(message());

        assertThat(server.connectionCount()).isEqualTo(2);
        assertThat(server.contents()).hasSize(1);
    }

    @Test
    void saysGoodByeToAConnectionThatWasIdle() throws Exception {
        channel = builder().idleTimeout(Duration.ofMillis(200)).build();
        channel.deliver(message());
        channel.deliver(message());

        await(() -> server.count("QUIT") == 1);
        channel.deliver(message());

        assertThat(server.connectionCount()).isEqualTo(2);
        await(() -> server.count("QUIT") == 2);
    }

    @Test
    void keepsNoConnectionIfToldSo() throws Exception {
        channel = builder().idleTimeout(Duration.ZERO).build();
        channel.deliver(message());
        channel.deliver(message());

        assertThat(server.connectionCount()).isEqualTo(2);
        await(() -> server.count("QUIT") == 2);
    }

    @Test
    void keepsOnlySoManyConnections() throws Exception {
        int threads = SmtpConnectionPool.MAX_KEPT + 4;
        server.reply(Step.END, "250 Ok");
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            server.drip(Step.GREETING, "220\r\n");
            List<Future<DeliveryReceipt>> deliveries = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                deliveries.add(executor.submit(() -> channel.deliver(message())));
            }
            for (Future<DeliveryReceipt> delivery : deliveries) {
                delivery.get(10, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(server.connectionCount()).isEqualTo(threads);
        assertThat(server.contents()).hasSize(threads);
        await(() -> server.count("QUIT") == 4);

        channel.close();

        await(() -> server.count("QUIT") == threads);
    }

    @Test
    void finishesADeliveryThatIsUnderWayWhenClosed() throws Exception {
        server.drip(Step.END, "250 Ok\r\n");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<DeliveryReceipt> delivery = executor.submit(() -> channel.deliver(message()));
            await(() -> server.contents().size() == 1);

            channel.close();

            assertThatIllegalStateException().isThrownBy(() -> channel.deliver(message()));
            assertThat(delivery.get(10, TimeUnit.SECONDS).providerMessageId()).isPresent();
            await(() -> server.count("QUIT") == 1);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void needsOneThreadOfItsOwnAndThatIsADaemon() throws Exception {
        channel = builder().name("counted").build();
        for (int i = 0; i < 3; i++) {
            channel.deliver(message());
        }
        server.disconnect(Step.RCPT);
        failure();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("otpkit-counted"))
                .singleElement()
                .matches(Thread::isDaemon);
    }

    private void assertFailsInTime(Kind kind) {
        long start = System.nanoTime();
        DeliveryFailure failure = failure();
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.detail()).contains("not finished after PT0.25S");
        assertThat(took).isBetween(SHORT.minusMillis(20), SHORT.plusMillis(600));
    }

    private DeliveryFailure failure() {
        return failure(message());
    }

    private DeliveryFailure failure(OtpMessage message) {
        DeliveryException thrown = catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message));
        assertThat(thrown).isNotNull();
        assertThat(thrown.failure().channel()).isEqualTo(channel.name());
        return thrown.failure();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still not so").isLessThan(end);
            Thread.sleep(10);
        }
    }

    private SmtpChannel.Builder builder() {
        return SmtpChannel.builder()
                .host("127.0.0.1")
                .port(server.port())
                .tls(Tls.NONE)
                .credentials("user", "fake-password")
                .from("Acme <no-reply@acme.example>");
    }
}
