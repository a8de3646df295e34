package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests through a Postfix with its default settings to the server behind it: a mail arrives at the verified mailbox, or
 * it is not sent. Skipped if Postfix is not installed, and for users other than root, since it starts for root alone.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmtpPostfixIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final MailboxTexts TEXTS = MailboxTexts.at(PostfixRelay.DOMAIN, "other.example");

    @TempDir
    static Path folder;

    private static ScriptedSmtpServer receiver;
    private static PostfixRelay relay;

    private int before;
    private SmtpChannel channel;

    private record Received(String recipient, String to) {}

    @BeforeAll
    static void startServers() throws Exception {
        Optional<Path> postfix = PostfixRelay.command();
        assumeTrue(postfix.isPresent(), "postfix is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "postfix starts for root alone");
        receiver = new ScriptedSmtpServer();
        try {
            relay = PostfixRelay.start(postfix.get(), folder, receiver.port());
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw e;
            }
            abort(e.getMessage());
        }
    }

    @AfterAll
    static void stopServers() throws Exception {
        if (relay != null) {
            relay.close();
        }
        if (receiver != null) {
            receiver.close();
        }
    }

    @BeforeEach
    void openChannel() {
        before = receiver.contents().size();
        channel = SmtpChannel.builder()
                .host("127.0.0.1")
                .port(relay.port())
                .tls(Tls.NONE)
                .from("Acme <no-reply@acme.example>")
                .build();
    }

    @AfterEach
    void closeChannel() {
        channel.close();
    }

    /** The reason why the core refuses these: if this fails, Postfix has changed, and the rules can be reviewed. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        a%b.example@local.example,            a@b.example
        b.example!a@local.example,            a@b.example
        "a%b.example"@local.example,          a@b.example
        "a@b.example"@local.example,          a@b.example
        @b.example:a@local.example,           a@local.example
        a@local.example.,                     a@local.example
        """)
    void aRelayReadsSomeMailboxesAsOthers(String given, String delivered) throws Exception {
        assertThat(relay.hand(given)).startsWith("250 ");

        assertThat(await(1)).extracting(Received::recipient).containsExactly(delivered);
        assertThat(TEXTS.accepted()).doesNotContain(given);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a@local.example", "-a@other.example"})
    void aRelayRefusesALeadingHyphen(String given) throws Exception {
        assertThat(relay.hand(given)).startsWith("501 5.1.3 ");
    }

    @Test
    void deliversToExactlyTheMailboxThatIsVerified() throws Exception {
        List<String> accepted = List.copyOf(TEXTS.accepted());
        assertThat(accepted).hasSizeGreaterThan(100);
        Map<String, DeliveryFailure> failures = new TreeMap<>();
        for (String address : accepted) {
            try {
                channel.deliver(to(address, "Your code", "text"));
            } catch (DeliveryException e) {
                failures.put(address, e.failure());
            }
        }

        List<Received> received = await(accepted.size() - failures.size());

        assertThat(received)
                .extracting(Received::recipient)
                .isSubsetOf(accepted)
                .doesNotHaveDuplicates();
        assertThat(failures).isEmpty();
        assertThat(received).allSatisfy(mail -> {
            assertThat(mail.to()).isEqualTo(mail.recipient());
            assertThat(InternetAddress.parse(mail.to(), true)).singleElement().satisfies(mailbox -> {
                assertThat(mailbox.getAddress()).isEqualTo(mail.recipient());
                assertThat(mailbox.getPersonal()).isNull();
            });
            assertThat(MimeUtility.decodeText(mail.to())).isEqualTo(mail.recipient());
        });
    }

    @Test
    void sendsNothingToWhatIsRefused() throws Exception {
        assertThat(TEXTS.refused()).hasSizeGreaterThan(100).contains("a%b.example@local.example");
        OtpManager otp =
                OtpManager.builder().store(new UnaskedStore()).channel(channel).build();
        for (String text : TEXTS.refused()) {
            assertThat(otp.send(text))
                    .isInstanceOfSatisfying(
                            SendResult.Refused.class,
                            refused -> assertThat(refused.reason())
                                    .isEqualTo(SendResult.Refused.Reason.INVALID_RECIPIENT));
        }

        channel.deliver(to("last@local.example", "Your code", "text"));

        assertThat(await(1)).extracting(Received::recipient).containsExactly("last@local.example");
    }

    /** Returns the mails that the server behind the relay received in this test, as soon as there are so many. */
    private List<Received> await(int count) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (receiver.contents().size() < before + count) {
            assertThat(System.nanoTime()).as(relay.log()).isLessThan(end);
            Thread.sleep(10);
        }
        List<String> recipients = receiver.commands().stream()
                .filter(command -> command.startsWith("RCPT TO:<"))
                .map(command -> command.substring(9, command.lastIndexOf('>')))
                .toList();
        List<String> contents = receiver.contents();
        assertThat(recipients).hasSameSizeAs(contents);
        List<Received> received = new ArrayList<>();
        for (int i = before; i < contents.size(); i++) {
            String to = contents.get(i)
                    .lines()
                    .filter(line -> line.startsWith("To: "))
                    .findFirst()
                    .orElseThrow();
            received.add(new Received(recipients.get(i), to.substring(4)));
        }
        return received;
    }

    /** A store that is not used: addresses are refused before. */
    private static final class UnaskedStore implements OtpStore {
        @Override
        public StoredRecord get(String key) {
            throw new AssertionError("asked");
        }

        @Override
        public StoredRecord compareAndExchange(String key, StoredRecord expected, StoredRecord update, Duration ttl) {
            throw new AssertionError("asked");
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            throw new AssertionError("asked");
        }

        @Override
        public boolean isShared() {
            return false;
        }
    }
}
