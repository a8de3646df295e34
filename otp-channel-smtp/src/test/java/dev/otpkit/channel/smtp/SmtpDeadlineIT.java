package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.ADDRESS;
import static dev.otpkit.channel.smtp.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.OtpExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The deadline of a message, with servers that never reply and time-outs that are far longer. */
@ExtendWith(OtpExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmtpDeadlineIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration DEADLINE = Duration.ofMillis(400);
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private final List<SmtpChannel> channels = new ArrayList<>();
    private ScriptedSmtpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = new ScriptedSmtpServer();
    }

    @AfterEach
    void stopServer() throws IOException {
        channels.forEach(SmtpChannel::close);
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void aDeliveryEndsByTheDeadlineAtEachStep(Step step) {
        server.hang(step);

        DeliveryFailure failure = failureInTime(channel(server.port(), "smtp", TIMEOUT));

        assertThat(failure.kind()).isEqualTo(step == Step.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE);
        assertThat(failure.detail()).containsPattern("not finished after PT0\\.[0-3][0-9]*S");
    }

    @Test
    void aDeliveryOverAKeptConnectionEndsByTheDeadline() throws Exception {
        SmtpChannel channel = channel(server.port(), "smtp", TIMEOUT);
        channel.deliver(message());
        server.hang(Step.END);

        assertThat(failureInTime(channel).kind()).isEqualTo(Kind.UNCERTAIN);

        server.recover();
        channel.deliver(message());
        assertThat(server.contents()).hasSize(3);
    }

    @Test
    void nothingIsSentAfterTheDeadline() {
        SmtpChannel channel = channel(server.port(), "smtp", TIMEOUT);

        DeliveryException thrown = catchThrowableOfType(
                DeliveryException.class,
                () -> channel.deliver(message().forDelivery(Deadline.in(Duration.ZERO), () -> "challenge")));

        assertThat(thrown.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(thrown.failure().detail()).isEqualTo("no time was left for 127.0.0.1:" + server.port());
        assertThat(server.connectionCount()).isZero();
    }

    /** The token endpoint accepts the connection and does not reply. */
    @Test
    void waitingForATokenEndsByTheDeadline() throws Exception {
        try (ServerSocket endpoint = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            OAuth2 tokens = OAuth2.builder()
                    .tokenEndpoint(URI.create("http://127.0.0.1:" + endpoint.getLocalPort() + "/token"))
                    .clientId("client")
                    .clientSecret("fake-secret")
                    .timeout(TIMEOUT)
                    .build();
            SmtpChannel channel = builder(server.port(), "smtp", TIMEOUT)
                    .oauth2("user@acme.example", tokens)
                    .build();
            channels.add(channel);
            GmailApiChannel gmail = GmailApiChannel.builder()
                    .baseUrl(URI.create("http://127.0.0.1:" + endpoint.getLocalPort()))
                    .oauth2(tokens)
                    .timeout(TIMEOUT)
                    .build();

            assertThat(failureInTime(channel).kind()).isEqualTo(Kind.UNAVAILABLE);
            long start = System.nanoTime();
            DeliveryException thrown = catchThrowableOfType(
                    DeliveryException.class,
                    () -> gmail.deliver(message().forDelivery(Deadline.in(DEADLINE), () -> "challenge")));
            assertThat(thrown.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE.plus(MARGIN));
            gmail.close();
        }
        assertThat(server.connectionCount()).isZero();
    }

    @Test
    void slowChannelsDoNotAddUp(FaultyStore store) throws Exception {
        server.hang(Step.GREETING);
        try (ScriptedSmtpServer third = new ScriptedSmtpServer()) {
            OtpManager otp = manager(
                    store,
                    channel(server.port(), "first", DEADLINE.dividedBy(2)),
                    channel(server.port(), "second", TIMEOUT),
                    channel(third.port(), "third", TIMEOUT));
            long start = System.nanoTime();

            SendResult result = otp.send(ADDRESS);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(DEADLINE, DEADLINE.plus(MARGIN));
            assertThat(result).isInstanceOf(SendResult.Undelivered.class);
            assertThat(((SendResult.Undelivered) result).failures())
                    .extracting(DeliveryFailure::channel, DeliveryFailure::kind)
                    .containsExactly(tuple("first", Kind.UNAVAILABLE), tuple("second", Kind.UNAVAILABLE));
            assertThat(third.connectionCount()).isZero();
        }
    }

    @Test
    void aMailThatMayHaveLeftByTheDeadlineStaysUncertain(FaultyStore store) throws Exception {
        server.hang(Step.END);
        try (ScriptedSmtpServer second = new ScriptedSmtpServer()) {
            OtpManager otp =
                    manager(store, channel(server.port(), "first", TIMEOUT), channel(second.port(), "second", TIMEOUT));

            SendResult result = otp.send(ADDRESS);

            assertThat(result).isInstanceOf(SendResult.Sent.class);
            assertThat(((SendResult.Sent) result).confirmed()).isFalse();
            assertThat(((SendResult.Sent) result).channel()).isEqualTo("first");
            assertThat(second.connectionCount()).isZero();
        }
    }

    private static OtpManager manager(FaultyStore store, SmtpChannel... channels) {
        OtpManager.Builder builder = OtpManager.builder().store(store).deliveryTimeout(DEADLINE);
        for (SmtpChannel channel : channels) {
            builder.channel(channel);
        }
        return builder.build();
    }

    private static DeliveryFailure failureInTime(SmtpChannel channel) {
        long start = System.nanoTime();
        DeliveryException thrown = catchThrowableOfType(
                DeliveryException.class,
                () -> channel.deliver(message().forDelivery(Deadline.in(DEADLINE), () -> "challenge")));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE.plus(MARGIN));
        assertThat(thrown).isNotNull();
        return thrown.failure();
    }

    private SmtpChannel channel(int port, String name, Duration timeout) {
        SmtpChannel channel = builder(port, name, timeout)
                .credentials("user", "fake-password")
                .build();
        channels.add(channel);
        return channel;
    }

    private static SmtpChannel.Builder builder(int port, String name, Duration timeout) {
        return SmtpChannel.builder()
                .host("127.0.0.1")
                .port(port)
                .tls(Tls.NONE)
                .name(name)
                .timeout(timeout)
                .from("Acme <no-reply@acme.example>");
    }
}
