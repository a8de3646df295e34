package dev.otpkit.testkit;

import static dev.otpkit.testkit.ExplainedFailure.explaining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/**
 * The rules that every {@link DeliveryChannel} has to keep, as tests. A channel's author subclasses it once and plays
 * the provider: a fake server on a free port of the loopback interface, a folder, a list. For a channel over HTTP,
 * {@link HttpChannelContract} does most of that, and tests more.
 *
 * <p>The methods to write return the channel, its recipients and the messages that arrived at the provider, and make
 * the provider refuse, unreachable and silent. None has a default that could be forgotten: if a provider cannot be made
 * to do something, its method returns false, and the tests that need it are skipped with that reason.
 *
 * <p>Codes differ from test to test, so the provider may keep messages of earlier tests. JUnit makes a new instance for
 * each test, so a provider that is started in a field, and closed in an {@code @AfterEach} method, is there once per
 * test. The first channel of a test is made before any {@code @BeforeEach} method of the subclass runs.
 *
 * <p>While a test runs, a {@link LogRecorder} records {@code java.util.logging}, SLF4J, {@code System.out} and
 * {@code System.err} at the finest level. For SLF4J that needs {@code slf4j-jdk14} or Logback on the class path of the
 * tests.
 */
@ExtendWith(ExplanationExtension.class)
@SuppressWarnings("exports") // The extension is no part of the API.
public abstract class DeliveryChannelContract {
    private static final String LEAK =
            "The log, the metrics or the screen of an operator shows codes, numbers or passwords.";
    private static final String LEAK_CAUSE =
            "A text of the provider or of the client is passed on unchanged: pass it to message.redact with all"
                    + " credentials, or name these by ProviderRequest.hiding.";
    private static final Duration AMPLE = Duration.ofSeconds(30);
    static final Duration SHORT = Duration.ofMillis(1500);
    private static final Duration DEADLINE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int THREADS = 8;
    private static final int MESSAGES_PER_THREAD = 3;
    private static final int MANY = 110;
    private static final int MAX_WORDS = 400;
    private static final int REDACTED = 8000;
    private static final List<String> LOCALES = List.of("ar-u-nu-arab", "bn-u-nu-beng", "tr");
    static final List<DeliveryFailure.Kind> REFUSALS = List.of(
            DeliveryFailure.Kind.RECIPIENT_REJECTED,
            DeliveryFailure.Kind.OPTED_OUT,
            DeliveryFailure.Kind.THROTTLED,
            DeliveryFailure.Kind.MISCONFIGURED,
            DeliveryFailure.Kind.UNAVAILABLE);
    private static final List<Recipient> NUMBERS = Stream.of(
                    "+966501234567",
                    "+12025550123",
                    "+447400123456",
                    "+4915112345678",
                    "+255712345678",
                    "+8801812345678",
                    "+919812345678",
                    "+390612345678",
                    "+50051234",
                    "+436641234567890")
            .<Recipient>map(PhoneNumber::new)
            .toList();
    private static final List<Recipient> MAILBOXES = Stream.of(
                    "reader@recipient.example", "First.Last+tag@example.com", "o'neill_1@sub.example.org")
            .<Recipient>map(EmailAddress::new)
            .toList();

    private final RandomGenerator random = new SecureRandom();
    private final List<OtpMessage> messages = new CopyOnWriteArrayList<>();
    private final List<DeliveryChannel> opened = new ArrayList<>();
    private LogRecorder log;
    private DeliveryChannel channel;

    /** For subclasses. */
    protected DeliveryChannelContract() {}

    /**
     * A message as the provider would deliver it.
     *
     * @param recipient the number in E.164, such as {@code +966501234567}, or the email address, as the provider would
     *     use it: the address that the channel sent, converted to E.164 in the provider's way and not repaired
     * @param text decoded, as the recipient would read it; for a provider with its own template for the code, a text
     *     with the code
     */
    public record Arrival(String recipient, String text) {

        /** Checks that nothing is null. */
        public Arrival {
            Objects.requireNonNull(recipient, "recipient must not be null");
            Objects.requireNonNull(text, "text must not be null");
        }

        /** Returns a text without the address and the code. */
        @Override
        public String toString() {
            return "Arrival[" + text.length() + " characters]";
        }
    }

    /**
     * Creates a channel to the provider of this test. Called before each test, and again by tests that need another
     * time-out: all channels of a test have the same provider.
     *
     * @param timeout the longest time that a whole delivery may take: 30 seconds, or 1.5 where the provider is slow or
     *     silent
     * @return a new channel; closed after the test
     * @throws Exception if the channel cannot be made
     */
    protected abstract DeliveryChannel createChannel(Duration timeout) throws Exception;

    /**
     * Returns a recipient that the channel reaches.
     *
     * @return always the same
     */
    protected abstract Recipient supportedRecipient();

    /**
     * Returns several recipients that the channel reaches, of all their kinds.
     *
     * @return by default phone numbers of ten countries, of 8 to 15 digits, if {@link #supportedRecipient()} is one,
     *     and otherwise several mailboxes; at least two for a channel that reaches two
     */
    protected List<Recipient> recipients() {
        return supportedRecipient() instanceof PhoneNumber ? NUMBERS : MAILBOXES;
    }

    /**
     * Returns a recipient that the channel does not reach.
     *
     * @return a mailbox if {@link #supportedRecipient()} is a phone number, and the other way round; empty for a
     *     channel that reaches everyone
     */
    protected Optional<Recipient> unsupportedRecipient() {
        return Optional.of(
                supportedRecipient() instanceof PhoneNumber
                        ? new EmailAddress("someone@example.com")
                        : new PhoneNumber("+966501234567"));
    }

    /**
     * Returns the messages that have arrived at the provider, including those that it refused or did not respond to, as
     * far as it can read them. A message that arrived twice is there twice.
     *
     * @return one per message, in any order
     * @throws Exception if the provider cannot be asked
     */
    protected abstract List<Arrival> arrivals() throws Exception;

    /**
     * Makes the provider refuse each message with a refusal of this kind, until {@link #recover()} or the next call. At
     * least one kind must be possible: without a refusal, no test shows that the channel does not report a refused
     * message as sent.
     *
     * <p>The words repeat a message's code and address and the {@link #credentialsSent()}, in forms that providers use
     * and {@link OtpMessage#redact} hides. Use them as the reason wherever the provider's refusals have a text: in the
     * text of an error, and in its code if that is a text. A channel that passes on its provider's text has to hide
     * each form.
     *
     * @param kind the meaning of the refusal; never {@link DeliveryFailure.Kind#UNCERTAIN}
     * @param words one line of at most some hundred characters, some of them outside ASCII
     * @return false if this provider has no refusal of this kind
     * @throws Exception if the provider cannot be made to
     */
    protected abstract boolean makeRefusing(DeliveryFailure.Kind kind, String words) throws Exception;

    /**
     * Makes the provider unreachable, by closing its port for example, until {@link #recover()}.
     *
     * @return false for a provider that cannot be unreachable; the tests are skipped then
     * @throws Exception if it went wrong
     */
    protected abstract boolean makeUnreachable() throws Exception;

    /**
     * Makes the provider take each message and then not respond, until {@link #recover()}.
     *
     * @return false for a provider without a response to wait for; the tests are skipped then
     * @throws Exception if the provider cannot be made to
     */
    protected abstract boolean makeSilent() throws Exception;

    /**
     * Makes the provider take messages again, at the same place, after any of the methods above. Also called before
     * each test, when its first channel is there.
     *
     * @throws Exception if the provider cannot be made to
     */
    protected abstract void recover() throws Exception;

    /**
     * Returns whether the provider gets the text of a message.
     *
     * @return true by default; false for a provider that gets the code alone and has its own template
     */
    protected boolean carriesText() {
        return true;
    }

    /**
     * Returns the credentials of the channel: passwords, tokens, keys. None may appear where a code may not.
     *
     * @return each at least 6 characters long, and obviously fake; none for a channel that does not sign in
     */
    protected abstract List<String> credentials();

    /**
     * Returns the credentials that the channel sends to the provider with a message, so that the provider can repeat
     * them.
     *
     * @return {@link #credentials()} by default; each whole and as it is configured, not encoded
     */
    protected List<String> credentialsSent() {
        return credentials();
    }

    /**
     * Returns the loggers of the fake provider, which are no loggers of the channel.
     *
     * @return the beginnings of their names; none by default. Those of the JDK's HTTP server, WireMock, Jetty,
     *     MockWebServer and GreenMail are known
     */
    protected List<String> providerLoggers() {
        return List.of();
    }

    /** Returns the longest time to wait for an action that a sound channel performs at once. */
    Duration patience() {
        return PATIENCE;
    }

    @BeforeEach
    final void createChannelUnderTest() throws Exception {
        log = LogRecorder.startWithoutProbe();
        channel = open(AMPLE);
        recover();
    }

    @AfterEach
    final void closeChannelUnderTest() {
        if (log != null) {
            log.close();
        }
        opened.forEach(DeliveryChannel::close);
        opened.clear();
    }

    /** Creates a channel that is closed after the test. */
    final DeliveryChannel open(Duration timeout) throws Exception {
        DeliveryChannel created = createChannel(timeout);
        opened.add(created);
        return created;
    }

    /** Returns the channel of this test, with ample time for each delivery. */
    final DeliveryChannel channel() {
        return channel;
    }

    @Test
    @Explained(
            risk = "A manager that knows the channel by another name can neither prefer it nor find it again for a"
                    + " resend.",
            cause = "The name is made of something that changes, such as a counter, an account or a region.")
    void hasANameAndAMediumThatStayTheSame() throws Exception {
        String name = channel.name();
        String medium = channel.medium();

        String label = "[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1," + DeliveryChannel.MAX_NAME_LENGTH + "}";
        assertThat(name).as("name").isNotBlank().matches(label);
        assertThat(medium).as("medium").isNotBlank().matches(label);
        channel.deliver(message());
        assertThat(channel.name()).as("name after a delivery").isEqualTo(name);
        assertThat(channel.medium()).as("medium after a delivery").isEqualTo(medium);
    }

    @Test
    @Explained(
            risk = "The channel gets codes for recipients that it does not reach, and they never arrive.",
            cause = "supports() returns true for every recipient, or does not check the type of the recipient.")
    void tellsWhomItReaches() {
        assertThat(channel.supports(supportedRecipient()))
                .as("supports %s", supportedRecipient())
                .isTrue();
        unsupportedRecipient()
                .ifPresent(recipient -> assertThat(channel.supports(recipient))
                        .as("supports %s", recipient)
                        .isFalse());
    }

    @Test
    @Explained(
            risk = "People of a whole country can never sign in, and the manager says that no channel reaches them.",
            cause = "supports() has a pattern for numbers that fits the author's country alone, by length or country"
                    + " code.")
    void reachesEveryKindOfRecipient() {
        assertThat(recipients()).as("recipients").isNotEmpty();
        for (Recipient recipient : recipients()) {
            assertThat(channel.supports(recipient)).as("supports %s", recipient).isTrue();
        }
    }

    @Test
    @Explained(
            risk = "Each send waits for the provider first, and while that is down, no send is possible over any"
                    + " other channel.",
            cause = "supports() asks the provider, for example for a look-up of the number.")
    void knowsWhomItReachesWithoutItsProvider() throws Exception {
        assumeTrue(makeUnreachable(), "this provider cannot be made unreachable");

        boolean supported = within(patience(), "supports()", () -> channel.supports(supportedRecipient()));

        assertThat(supported)
                .as("supports %s while the provider is unreachable", supportedRecipient())
                .isTrue();
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "People get two codes for one, or none although the application says that it was sent.",
            cause = "The channel repeats the request, returns before the provider has taken the message, or puts the"
                    + " message into the receipt.")
    void deliversAMessageOnce() throws Exception {
        OtpMessage message = message();

        DeliveryReceipt receipt = channel.deliver(message);

        assertThat(receipt).as("receipt").isNotNull();
        assertHarmless("receipt", receipt.toString());
        assertThat(arrivals(message)).as("arrivals of one message").hasSize(1);
    }

    @Test
    @Explained(
            risk = "A code goes to somebody else, who can sign in with it, or to nobody.",
            cause = "The number is rewritten (00 for the plus sign, cut to a length, parsed as a number), or kept in"
                    + " a field from an earlier message.")
    void deliversToTheRecipientOfTheMessage() throws Exception {
        for (Recipient recipient : recipients()) {
            OtpMessage message = message(recipient);

            channel.deliver(message);

            List<Arrival> arrivals = arrivals(message);
            assertThat(arrivals).as("arrivals of one message for %s", recipient).hasSize(1);
            assertThat(arrivals.get(0).recipient())
                    .as("recipient of a message for %s", recipient)
                    .isEqualTo(recipient.address());
        }
    }

    @Test
    @Explained(
            risk = "A text of the application breaks the request, changes another field of it, or arrives mutilated.",
            cause = "The text is passed to String.format or replaceAll, or inserted into hand-made JSON, XML or a"
                    + " form.")
    void deliversQuotesPercentSignsAndBackslashesUnharmed() throws Exception {
        assertArrivesUnharmed(
                "It's \"%s\", 100 % sure: %n %1$s ${code} {app} C:\\new\\u0041 <b>&amp;</b> ]]> a+b=c&d=e #");
    }

    @Test
    @Explained(
            risk = "An attacker who can choose a name in the text adds recipients or headers of his own, or the code"
                    + " is cut off.",
            cause = "The text is written into a line-based protocol without encoding, or only its first line is used.")
    void deliversLineEndsUnharmed() throws Exception {
        assertArrivesUnharmed("one\r\nBcc: someone-else@example.com\r\n\r\n.\r\n..\nQUIT\rthe end");
        assertArrivesUnharmed("one\u2028two\u2029three\u0085four");
    }

    @Test
    @Explained(
            risk = "People who read another script get question marks instead of the text.",
            cause = "The request is encoded in a charset other than UTF-8, in the default one, or normalised.")
    void deliversEveryScriptUnharmed() throws Exception {
        assertArrivesUnharmed("Grüße, \uD83D\uDD10 \uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 €");
        assertArrivesUnharmed("رمز التحقق الخاص بك \u2066one\u2069");
        assertArrivesUnharmed("आपका सत्यापन कोड");
        assertArrivesUnharmed("cafe\u0301 and caf\u00e9, \uFB01 and fi, \uFF11");
    }

    @Test
    @Explained(
            risk = "A code with letters is changed, or the last line, from which a phone fills in a code, no longer"
                    + " matches.",
            cause = "The text is stripped, converted to lower case, or extended.")
    void deliversLettersOfBothCasesAndBlanksUnharmed() throws Exception {
        assertArrivesUnharmed("ABC xyz  two   three \t tab, Ünïted, ΣΑΣ, İstanbul, ı");
        OtpMessage plain = message();
        OtpMessage message = message(plain.recipient(), plain.code(), "  " + plain.code() + " is your Code. ");
        assertArrivesUnharmed(message);
    }

    @Test
    @Explained(
            risk = "The end of a long message is lost: in many languages that is where the code stands.",
            cause = "The text is cut to one or two segments of an SMS, instead of leaving that to the provider.")
    void deliversALongTextWhole() throws Exception {
        assertArrivesUnharmed(
                "You get this message since someone signs in. ".repeat(9) + "If that is not you, ignore it");
    }

    @Test
    @Explained(
            risk = "Under load a person gets the code of another and can sign in as that other, or no code at all.",
            cause = "A part of a message (number, text, request, buffer) is kept in a field that deliveries share.")
    void deliversManyMessagesAtOnceEachOnce() throws Exception {
        List<Recipient> recipients = recipients();
        List<OtpMessage> messages = new ArrayList<>();
        for (int i = 0; i < THREADS * MESSAGES_PER_THREAD; i++) {
            messages.add(message(recipients.get(i % recipients.size())));
        }
        try (Race race = new Race(THREADS)) {
            race.run(thread -> () -> {
                for (int i = 0; i < MESSAGES_PER_THREAD; i++) {
                    channel.deliver(messages.get(thread * MESSAGES_PER_THREAD + i));
                }
                return thread;
            });
        }
        List<Arrival> arrivals = arrivals();
        for (OtpMessage message : messages) {
            List<Arrival> own = withCodeOf(message, arrivals);
            assertThat(own)
                    .as("arrivals of one message among %s", messages.size())
                    .hasSize(1);
            assertThat(own.get(0).recipient())
                    .as("recipient of a message for %s, delivered beside others", message.recipient())
                    .isEqualTo(message.recipient().address());
        }
    }

    @Test
    @Explained(
            risk = "Someone who asks for the code again never gets it: by default a resend has the same code and"
                    + " text.",
            cause = "The channel skips a message that it sent before, or uses an idempotency key made of recipient"
                    + " and code.")
    void deliversTheSameMessageAgain() throws Exception {
        OtpMessage message = message();

        channel.deliver(message);
        channel.deliver(message);
        channel.deliver(message(message.recipient(), message.code(), message.text() + " Again."));

        assertThat(arrivals(message))
                .as("arrivals of a message that was delivered three times")
                .hasSize(3);
    }

    @Test
    @Explained(
            risk = "Some hours after the start of the application nobody gets a code any more.",
            cause = "Each delivery takes a connection, thread, permit or file from a pool and does not return it.")
    void goesOnAfterMoreThanAHundredMessages() throws Exception {
        for (int i = 0; i < MANY; i++) {
            channel.deliver(message());
        }
        OtpMessage message = message();

        channel.deliver(message);

        assertThat(arrivals(message))
                .as("arrivals of a message after %s others", MANY)
                .hasSize(1);
    }

    @Test
    @Explained(
            risk = "Anyone who asks for enough codes to refused numbers stops the codes of all others.",
            cause = "A refused delivery takes a connection, thread, permit or file from a pool and does not return"
                    + " it, or counts towards a ban.")
    void goesOnAfterMoreThanAHundredRefusals() throws Exception {
        makeRefusingInAnyWay("refused");
        for (int i = 0; i < MANY; i++) {
            exceptionOf(message());
        }
        recover();

        assertDeliversAgain("after " + MANY + " refusals");
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "The application says that a code was sent, while the provider refused it.",
            cause = "The provider's refusal is not read, is thrown as another exception, or is called UNCERTAIN.")
    void reportsARefusalAsAFailure() throws Exception {
        OtpMessage message = message();
        makeRefusingInAnyWay(repeating(message));

        DeliveryFailure failure = failureOf(message);

        assertThat(failure.kind())
                .as("kind of a refusal that leaves no doubt")
                .isNotEqualTo(DeliveryFailure.Kind.UNCERTAIN);
        assertThat(arrivals(message)).as("arrivals of a refused message").hasSizeLessThanOrEqualTo(1);
    }

    @Test
    @Explained(
            risk = "The next step is wrong: people who opted out get more messages, others are cut off from all"
                    + " channels, or no operator is called when the password is wrong.",
            cause = "All refusals, or all of one HTTP status, are reported as one kind.")
    void reportsEachRefusalAsWhatItMeans() throws Exception {
        int possible = 0;
        for (DeliveryFailure.Kind kind : REFUSALS) {
            OtpMessage message = message();
            if (makeRefusing(kind, repeating(message))) {
                possible++;
                assertThat(failureOf(message).kind())
                        .as("kind of a refusal that means %s", kind)
                        .isEqualTo(kind);
            }
        }
        assertRefusesInSomeWay(possible > 0);
    }

    @Test
    @Explained(
            risk = "After one refused number nobody gets a code until the application is restarted.",
            cause = "The connection, or the whole channel, is closed or marked as broken at the first failure.")
    void deliversAgainAfterEachRefusal() throws Exception {
        for (DeliveryFailure.Kind kind : REFUSALS) {
            if (makeRefusing(kind, "refused")) {
                exceptionOf(message());
                recover();
                assertDeliversAgain("after a refusal that meant " + kind);
            }
        }
    }

    @Test
    @Explained(
            risk = "The next channel is not tried, or an operator is called, although the provider is merely down.",
            cause = "A refused connection is treated as every other exception of the client.")
    void reportsAProviderThatCannotBeReachedAsUnavailable() throws Exception {
        assumeTrue(makeUnreachable(), "this provider cannot be made unreachable");
        OtpMessage message = message();

        DeliveryFailure failure = failureOf(message);

        assertThat(failure.kind()).as("kind").isEqualTo(DeliveryFailure.Kind.UNAVAILABLE);
    }

    @Test
    @Explained(
            risk = "A restart of the provider's server stops all codes until the application is restarted, too.",
            cause = "A connection that was made at the start, or a look-up of the host, is kept after a failure.")
    void deliversAgainAfterTheProviderWasAway() throws Exception {
        channel.deliver(message());
        assumeTrue(makeUnreachable(), "this provider cannot be made unreachable");
        exceptionOf(message());
        recover();

        assertDeliversAgain("after the provider was unreachable");
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "A person waits without end, gets the same code over two channels, or none after one slow minute.",
            cause = "The client has no time-out, tries again by itself, or its time-out is reported as UNAVAILABLE.")
    void reportsAProviderThatDoesNotAnswerAsUncertain() throws Exception {
        DeliveryChannel impatient = open(SHORT);
        assumeTrue(makeSilent(), "this provider cannot be made silent");
        OtpMessage message = message();

        DeliveryFailure failure = within(
                SHORT.plus(patience()), "a delivery with a time-out of " + SHORT, () -> failureOf(impatient, message));

        assertUncertain(failure, "a delivery without a response");
        assertThat(arrivals(message))
                .as("arrivals of a message without a response")
                .hasSizeLessThanOrEqualTo(1);
        recover();
        assertDeliversAgain(impatient, "after the provider was silent");
    }

    @Test
    @Tag("promise-12")
    @Tag("promise-5")
    @Explained(
            risk = "Slow providers add up: each takes its whole time-out, and the person has left before the last one"
                    + " is tried. Or the code is sent over two channels.",
            cause = "The time-out is the configured one alone: use message.deadline().atMost(timeout). Or the deadline"
                    + " is reported as UNAVAILABLE although the message may have left.")
    void endsByTheDeadlineOfTheMessage() throws Exception {
        channel.deliver(message());
        assumeTrue(makeSilent(), "this provider cannot be made silent");
        OtpMessage message = message().forDelivery(Deadline.in(DEADLINE), () -> "challenge");

        DeliveryFailure failure = within(
                DEADLINE.plus(patience()),
                "a delivery with a time-out of " + AMPLE + " of a message with a deadline in " + DEADLINE,
                () -> failureOf(message));

        if (!arrivals(message).isEmpty()) {
            assertUncertain(failure, "a delivery that a deadline ended after the message had left");
        }
        assertThat(arrivals(message))
                .as("arrivals of a message whose deadline has come")
                .hasSizeLessThanOrEqualTo(1);
        recover();
        assertDeliversAgain("after a deadline");
    }

    @Test
    @Explained(
            risk = "A thread pool that is shut down, or a request that is cancelled, goes on as if nothing had"
                    + " happened.",
            cause = "InterruptedException is caught without a call of Thread.currentThread().interrupt().")
    void keepsTheInterruptOfItsThread() throws Exception {
        OtpMessage message = message();
        try (Race race = new Race(1)) {
            List<Boolean> interrupted = race.run(thread -> () -> {
                Thread.currentThread().interrupt();
                try {
                    channel.deliver(message);
                } catch (DeliveryException e) {
                    assertHarmless("failure of an interrupted delivery", everyWordOf(e));
                }
                return Thread.interrupted();
            });
            assertThat(interrupted).as("interrupted after a delivery").containsExactly(true);
        }
    }

    @Test
    @Explained(
            risk = "An application that is stopped hangs for the whole time-out, or sends the same code over a second"
                    + " channel.",
            cause = "The client blocks in a way that no interrupt ends, or the interrupt is reported as UNAVAILABLE.")
    void endsSoonWhenItsThreadIsInterrupted() throws Exception {
        assumeTrue(makeSilent(), "this provider cannot be made silent");
        OtpMessage message = message();
        FutureTask<Boolean> keptTheFlag = new FutureTask<>(() -> {
            DeliveryFailure failure = failureOf(message);
            assertThat(failure.kind())
                    .as("kind of an interrupted delivery that may have arrived")
                    .isEqualTo(DeliveryFailure.Kind.UNCERTAIN);
            return Thread.currentThread().isInterrupted();
        });
        Thread delivery = daemon(keptTheFlag);
        delivery.start();
        awaitArrival(message, delivery);

        delivery.interrupt();

        delivery.join(patience().toMillis());
        assertThat(keptTheFlag.isDone())
                .as("a delivery with a time-out of %s ended within %s of an interrupt", AMPLE, patience())
                .isTrue();
        assertThat(result(keptTheFlag)).as("interrupted after the delivery").isTrue();
    }

    /** Waits until the message is at the provider, so that the interrupt happens during the delivery. */
    private void awaitArrival(OtpMessage message, Thread delivery) throws Exception {
        long end = System.nanoTime() + patience().toNanos();
        while (arrivals(message).isEmpty() && delivery.isAlive() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
    }

    @Test
    @ResourceLock(Resources.LOCALE)
    @Explained(
            risk = "On a server that was installed in Arabic, Bengali or Turkish no number is valid and no response"
                    + " is recognized.",
            cause = "String.format, toLowerCase or toUpperCase without Locale.ROOT.")
    void worksAlikeInEveryLocale() throws Exception {
        Locale before = Locale.getDefault();
        try {
            for (String tag : LOCALES) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                worksInTheDefaultLocale(open(AMPLE), tag);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private void worksInTheDefaultLocale(DeliveryChannel channel, String tag) throws Exception {
        OtpMessage message = message();
        channel.deliver(message);
        List<Arrival> arrivals = arrivals(message);
        assertThat(arrivals)
                .as("arrivals of one message in the default locale %s", tag)
                .hasSize(1);
        assertThat(arrivals.get(0).recipient())
                .as("recipient in the default locale %s", tag)
                .isEqualTo(message.recipient().address());
        if (carriesText()) {
            assertThat(readable(arrivals.get(0)))
                    .as("text in the default locale %s", tag)
                    .isEqualTo(message.text());
        }
        for (DeliveryFailure.Kind kind : REFUSALS) {
            if (makeRefusing(kind, "refused")) {
                assertThat(exceptionOf(channel, message()).failure().kind())
                        .as("kind of a refusal that means %s, in the default locale %s", kind, tag)
                        .isEqualTo(kind);
            }
        }
        recover();
    }

    @Test
    @Tag("promise-6")
    @Explained(
            risk = "Anyone who reads a log or a dump of the settings can sign in to the provider, or as a person.",
            cause = "The channel is a record, or its toString() shows the request, the URL or the settings.")
    void showsNoCodeAddressOrCredentialInToString() throws Exception {
        assertHarmless("toString()", channel.toString());
        channel.deliver(message());
        assertHarmless("toString() after a delivery", channel.toString());
    }

    @Test
    @Tag("promise-6")
    @Explained(
            risk = "Everyone who may read logs, or the service that keeps them, can sign in as anyone who gets a"
                    + " code.",
            cause = "The channel or its client prints or logs the request, the URL or the response, mostly at a level"
                    + " that is off in the author's own tests.")
    void logsNoCodeAddressOrCredential() throws Exception {
        if (!log.recordsSlf4j()) {
            fail("The lines of SLF4J at TRACE are not recorded here, so a leak in them would not be found. Add"
                    + " org.slf4j:slf4j-jdk14, of the version of slf4j-api, or ch.qos.logback:logback-classic to the"
                    + " test scope, in place of any other provider of SLF4J.");
        }
        channel.deliver(message());
        OtpMessage message = message();
        makeRefusingInAnyWay(repeating(message));
        failureOf(message);

        assertLogsAreHarmless();
    }

    @Test
    @Tag("promise-6")
    @Explained(
            risk = "The failure, and with it the log and the metrics of the application, shows codes, numbers or"
                    + " passwords that the provider repeated.",
            cause = "The provider's text is passed on unchanged, or searched only for the code as it was sent: pass"
                    + " the text and the credentials to message.redact.")
    void hidesCodeAddressAndCredentialsInEveryForm() throws Exception {
        OtpMessage message = message();
        List<String> forms = RepeatedForms.of(message, credentialsSent());
        int next = 0;
        while (next < forms.size()) {
            StringBuilder words = new StringBuilder("refused:");
            do {
                words.append(" (").append(forms.get(next++)).append(')');
            } while (next < forms.size() && words.length() + forms.get(next).length() < MAX_WORDS);
            makeRefusingInAnyWay(words.toString());
            assertHidden("failure", everyWordOf(exceptionOf(message)), message, forms);
        }
        for (DeliveryFailure.Kind kind : REFUSALS) {
            if (makeRefusing(kind, repeating(message))) {
                assertHidden("failure", everyWordOf(exceptionOf(message)), message, forms);
            }
        }
        for (String text : logged()) {
            assertHidden("log", text, message, forms);
        }
    }

    private void assertLogsAreHarmless() {
        logged().forEach(text -> assertHarmless("log", text));
    }

    /** Returns the texts logged since the last call. */
    private List<String> logged() {
        return log.drain(providerLoggers());
    }

    private void makeRefusingInAnyWay(String words) throws Exception {
        for (DeliveryFailure.Kind kind : REFUSALS) {
            if (makeRefusing(kind, words)) {
                return;
            }
        }
        assertRefusesInSomeWay(false);
    }

    private static void assertRefusesInSomeWay(boolean refuses) {
        assertThat(refuses)
                .as("makeRefusing returns true for at least one kind: a provider that never refuses shows nothing")
                .isTrue();
    }

    /** Returns a text in which a provider repeats code, address and credentials. */
    private String repeating(OtpMessage message) {
        return "refused: " + message.text() + " to " + message.recipient().address() + " by "
                + String.join(", ", credentialsSent());
    }

    /** Returns a message with a new code for the supported recipient. */
    final OtpMessage message() {
        return message(supportedRecipient());
    }

    private OtpMessage message(Recipient recipient) {
        String code = String.format(Locale.ROOT, "%08d", random.nextInt(100_000_000));
        return message(recipient, code, "Your code is " + code + ".");
    }

    private OtpMessage message(Recipient recipient, String code, String text) {
        OtpMessage message = new OtpMessage(
                recipient,
                code,
                "contract",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "Your code",
                text,
                Optional.empty());
        messages.add(message);
        return message;
    }

    final List<Arrival> arrivals(OtpMessage message) throws Exception {
        return withCodeOf(message, arrivals());
    }

    private static List<Arrival> withCodeOf(OtpMessage message, List<Arrival> arrivals) {
        return arrivals.stream()
                .filter(arrival -> arrival.text().contains(message.code()))
                .toList();
    }

    final void assertDeliversAgain(String when) throws Exception {
        assertDeliversAgain(channel, when);
    }

    /** Asserts that one of a few deliveries arrives: the first may still meet the earlier fault. */
    private void assertDeliversAgain(DeliveryChannel channel, String when) throws Exception {
        for (int tries = 1; ; tries++) {
            OtpMessage message = message();
            try {
                channel.deliver(message);
                assertThat(arrivals(message))
                        .as("arrivals of a message %s", when)
                        .hasSize(1);
                return;
            } catch (DeliveryException e) {
                if (tries == 3) {
                    throw new AssertionError(
                            "no message is delivered " + when + ", and the last of three failed with " + e.failure(),
                            e);
                }
            }
        }
    }

    private void assertArrivesUnharmed(String text) throws Exception {
        OtpMessage plain = message();
        assertArrivesUnharmed(
                message(plain.recipient(), plain.code(), "Code " + plain.code() + ": " + text + " (end)"));
    }

    private void assertArrivesUnharmed(OtpMessage message) throws Exception {
        assumeTrue(carriesText(), "this provider gets no text");

        channel.deliver(message);

        List<Arrival> arrivals = arrivals(message);
        assertThat(arrivals).as("arrivals of one message").hasSize(1);
        assertThat(readable(arrivals.get(0)))
                .as("text that arrived, kinds of line ends apart")
                .isEqualTo(withPlainLineEnds(message.text()));
    }

    /** Returns the text with plain line ends, and none at its end, since mails end with one. */
    private static String readable(Arrival arrival) {
        return withPlainLineEnds(arrival.text()).replaceFirst("\\n+\\z", "");
    }

    private static String withPlainLineEnds(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    /** Returns the failure of a delivery that must fail, after a check of all texts of the exception and the logs. */
    final DeliveryFailure failureOf(OtpMessage message) {
        return failureOf(channel, message);
    }

    final DeliveryFailure failureOf(DeliveryChannel channel, OtpMessage message) {
        DeliveryException exception = exceptionOf(channel, message);
        assertHarmless("failure", everyWordOf(exception));
        assertLogsAreHarmless();
        assertThat(exception.failure().channel()).as("channel of the failure").isEqualTo(channel.name());
        return exception.failure();
    }

    private DeliveryException exceptionOf(OtpMessage message) {
        return exceptionOf(channel, message);
    }

    private static DeliveryException exceptionOf(DeliveryChannel channel, OtpMessage message) {
        Throwable thrown = catchThrowable(() -> channel.deliver(message));
        if (thrown == null) {
            explaining(
                    "The application says that a code was sent, while no provider took it.",
                    "The status or the code of the provider's response is not checked, or the failure is swallowed.",
                    () -> fail("a message that was not taken must end in a DeliveryException, but ended in a receipt"));
        }
        if (!(thrown instanceof DeliveryException)) {
            explaining(
                    "The outcome counts as uncertain: no other channel is tried, and the person waits in vain.",
                    "A response that the channel does not expect (another format, no body, a field that is missing)"
                            + " ends in an exception of the parser.",
                    () -> fail(
                            "a message that was not taken must end in a DeliveryException, but ended in " + thrown,
                            thrown));
        }
        return (DeliveryException) thrown;
    }

    private static String everyWordOf(DeliveryException exception) {
        return ThrowableText.of(exception) + " " + exception.failure();
    }

    /** Asserts that an unknown outcome is reported as such. */
    static void assertUncertain(DeliveryFailure failure, String of) {
        explaining(
                "The same code is sent over a second channel, or an operator is called, though the message may be under"
                        + " way.",
                "Every exception of the client, or every response that is no acceptance, is reported as one kind.",
                () -> assertThat(failure.kind()).as("kind of %s", of).isEqualTo(DeliveryFailure.Kind.UNCERTAIN));
    }

    /** Runs a task on another thread, which is left alone if it does not end in time. */
    static <T> T within(Duration limit, String what, Callable<T> task) throws Exception {
        FutureTask<T> running = new FutureTask<>(task);
        Thread thread = daemon(running);
        thread.start();
        thread.join(limit.toMillis());
        if (!running.isDone()) {
            thread.interrupt();
            fail(what + " did not end within " + limit);
        }
        return result(running);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "contract");
        thread.setDaemon(true);
        return thread;
    }

    private static <T> T result(Future<T> task) throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw e;
        }
    }

    private void assertHarmless(String what, String text) {
        explaining(LEAK, LEAK_CAUSE, () -> assertHoldsNoSecret(what, text));
    }

    private void assertHoldsNoSecret(String what, String text) {
        for (OtpMessage message : messages) {
            assertThat(text).as("%s must not hold the code", what).doesNotContain(message.code());
        }
        String address = supportedRecipient().address();
        assertThat(text)
                .as("%s must not hold the full address", what)
                .doesNotContainIgnoringCase(address.startsWith("+") ? address.substring(1) : address);
        for (String credential : credentials()) {
            assertThat(text).as("%s must not hold a credential", what).doesNotContain(credential);
        }
        String[] credentials = credentials().toArray(String[]::new);
        OtpMessage last = messages.isEmpty() ? message() : messages.get(messages.size() - 1);
        for (int i = 0; i == 0 || i + REDACTED / 2 < text.length(); i += REDACTED / 2) {
            String part = text.substring(i, Math.min(text.length(), i + REDACTED));
            assertThat(last.redact(part, credentials))
                    .as("%s must not hold code, address or credential, not even spaced or encoded", what)
                    .isEqualTo(part);
        }
    }

    /**
     * Asserts that a text has none of these forms of a message's secrets, nor the digits of one with anything in
     * between.
     */
    private static void assertHidden(String what, String text, OtpMessage message, List<String> forms) {
        explaining(LEAK, LEAK_CAUSE, () -> assertHoldsNoForm(what, text, message, forms));
    }

    private static void assertHoldsNoForm(String what, String text, OtpMessage message, List<String> forms) {
        String lower = text.toLowerCase(Locale.ROOT);
        assertThat(forms.stream().filter(form -> lower.contains(form.toLowerCase(Locale.ROOT))))
                .as("forms of code, address or credential in the %s: %s", what, text)
                .isEmpty();
        String compact = compact(text);
        assertThat(compact)
                .as("letters and digits of the %s must not hold the code", what)
                .doesNotContain(message.code());
        assertThat(compact)
                .as("letters and digits of the %s must not hold the address", what)
                .doesNotContain(compact(
                        message.recipient() instanceof PhoneNumber
                                ? RepeatedForms.nationalNumber(message)
                                : message.recipient().address()));
    }

    /** Returns the letters and digits of a text: letters in lower case, digits of any script as those of ASCII. */
    private static String compact(String text) {
        StringBuilder compact = new StringBuilder();
        text.codePoints().filter(Character::isLetterOrDigit).forEach(c -> {
            int digit = Character.digit(c, 10);
            compact.appendCodePoint(digit >= 0 ? '0' + digit : Character.toLowerCase(c));
        });
        return compact.toString();
    }
}
