package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link DeliveryChannel} has to keep, as tests. A channel's author subclasses it once and plays the provider:
 * a fake server on a free port of the loopback interface, a folder, a list. For a channel over HTTP, {@link
 * HttpChannelContract} does most of that, and tests more.
 *
 * <p>The methods to write are the channel, whom it reaches, what has arrived at the provider, and how the provider is made
 * to refuse, to be away and to be silent. None has a default that could be forgotten: where a provider cannot be made to
 * do something, its method returns false, and the tests that need it are skipped and say so.
 *
 * <p>Codes differ from test to test, so the provider may keep what earlier tests delivered. JUnit makes a new instance for
 * each test, so a provider that is started in a field, and closed in an {@code @AfterEach} method, is there once per test.
 * The first channel of a test is made before any {@code @BeforeEach} method of the subclass runs.
 *
 * <p>What is logged through {@code java.util.logging} and SLF4J, and what is printed on {@code System.out} and {@code
 * System.err}, is captured at the finest level while a test runs. For SLF4J that takes {@code slf4j-jdk14} or Logback on the
 * class path of the tests.
 */
@ExtendWith(ExplanationExtension.class)
@SuppressWarnings("exports") // The extension is no part of the API.
public abstract class DeliveryChannelContract {
    private static final Duration AMPLE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int THREADS = 8;
    private static final int MESSAGES_PER_THREAD = 3;
    private static final int MAX_WORDS = 400;
    private static final List<DeliveryFailure.Kind> REFUSALS = List.of(
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
    private final List<String> codes = new ArrayList<>();
    private final List<DeliveryChannel> opened = new ArrayList<>();
    private final LogCapture log = new LogCapture();
    private DeliveryChannel channel;

    /** For subclasses. */
    protected DeliveryChannelContract() {}

    /**
     * A message as the provider would deliver it.
     *
     * @param recipient the number in E.164, such as {@code +966501234567}, or the email address, as the provider would
     *     use it: what the channel sent, put into E.164 in the provider's own way and not repaired
     * @param text decoded, as the recipient would read it; for a provider that puts the code into a template of its own,
     *     a text with the code
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
     * @param timeout the longest time that a whole delivery may take: 30 seconds, or 2 where the provider is slow or silent
     * @return a new channel; closed after the test
     * @throws Exception if the channel cannot be made
     */
    protected abstract DeliveryChannel createChannel(Duration timeout) throws Exception;

    /**
     * Returns someone whom the channel reaches.
     *
     * @return always the same
     */
    protected abstract Recipient supportedRecipient();

    /**
     * Returns several whom the channel reaches, of as many kinds as it reaches.
     *
     * @return by default phone numbers of ten countries, of 8 to 15 digits, if {@link #supportedRecipient()} is one,
     *     and otherwise several mailboxes; at least two for a channel that reaches two
     */
    protected List<Recipient> recipients() {
        return supportedRecipient() instanceof PhoneNumber ? NUMBERS : MAILBOXES;
    }

    /**
     * Returns someone whom the channel does not reach.
     *
     * @return a mailbox if {@link #supportedRecipient()} is a phone number, and the other way round; empty for a channel
     *     that reaches everyone
     */
    protected Optional<Recipient> unsupportedRecipient() {
        return Optional.of(
                supportedRecipient() instanceof PhoneNumber
                        ? new EmailAddress("someone@example.com")
                        : new PhoneNumber("+966501234567"));
    }

    /**
     * Returns the messages that have arrived at the provider, including those that it refused or left without an
     * answer, as far as it can read them. A message that arrived twice is there twice.
     *
     * @return one per message, in any order
     * @throws Exception if the provider cannot be asked
     */
    protected abstract List<Arrival> arrivals() throws Exception;

    /**
     * Makes the provider refuse whatever comes next, in the way that means this kind, until {@link #recover()} or the
     * next call. At least one kind must be possible, since a channel that was never refused has not shown that it does
     * not report a refused message as sent.
     *
     * <p>The words repeat a message's code and address and what {@link #credentialsSent()} returns, in forms that
     * providers use and {@link OtpMessage#redact} hides. Give them as the reason wherever the provider's refusals have
     * words of their own: in the text of an error, and in its code if that is a text. A channel that passes on what its
     * provider says has to hide each.
     *
     * @param kind what the refusal means; never {@link DeliveryFailure.Kind#UNCERTAIN}
     * @param words one line of at most some hundred characters, some of them outside ASCII
     * @return false if this provider has no refusal of this kind
     * @throws Exception if the provider cannot be made to
     */
    protected abstract boolean makeRefusing(DeliveryFailure.Kind kind, String words) throws Exception;

    /**
     * Makes the provider unreachable, by closing its port for example, until {@link #recover()}.
     *
     * @return false for a provider that cannot be away; the tests are skipped then
     * @throws Exception if it went wrong
     */
    protected abstract boolean makeUnreachable() throws Exception;

    /**
     * Makes the provider take each message and then leave the channel without an answer, until {@link #recover()}.
     *
     * @return false for a provider without an answer to wait for; the tests are skipped then
     * @throws Exception if the provider cannot be made to
     */
    protected abstract boolean makeSilent() throws Exception;

    /**
     * Makes the provider take messages again, at the same place, after any of the methods above. Also called before each
     * test, when its first channel is there.
     *
     * @throws Exception if the provider cannot be made to
     */
    protected abstract void recover() throws Exception;

    /**
     * Tells whether the provider is given the text of a message.
     *
     * @return true by default; false for a provider that is given the code alone and has a template of its own
     */
    protected boolean carriesText() {
        return true;
    }

    /**
     * Returns what the channel signs in with: passwords, tokens, keys. None may appear where a code may not.
     *
     * @return each at least 6 characters long, and obviously fake; none for a channel that does not sign in
     */
    protected abstract List<String> credentials();

    /**
     * Returns the credentials that the provider itself is sent with a message, and so can repeat.
     *
     * @return {@link #credentials()} by default; each whole and as it is configured, not encoded
     */
    protected List<String> credentialsSent() {
        return credentials();
    }

    /**
     * Returns the loggers of the fake provider, whose words are not the channel's.
     *
     * @return what the names of these loggers begin with; none by default. Those of the JDK's HTTP server, WireMock, Jetty,
     *     MockWebServer and GreenMail are known
     */
    protected List<String> providerLoggers() {
        return List.of();
    }

    /** Returns the longest time to wait for what a sound channel does at once. */
    Duration patience() {
        return PATIENCE;
    }

    @BeforeEach
    final void createChannelUnderTest() throws Exception {
        channel = open(AMPLE);
        recover();
    }

    @AfterEach
    final void closeChannelUnderTest() {
        log.close();
        opened.forEach(DeliveryChannel::close);
    }

    /** Creates a channel that is closed after the test. */
    final DeliveryChannel open(Duration timeout) throws Exception {
        DeliveryChannel created = createChannel(timeout);
        opened.add(created);
        return created;
    }

    @Test
    void hasANameAndAMediumThatStayTheSame() throws Exception {
        String name = channel.name();
        String medium = channel.medium();

        assertThat(name).as("name").isNotBlank().matches("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,64}");
        assertThat(medium).as("medium").isNotBlank().matches("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,64}");
        channel.deliver(message());
        assertThat(channel.name()).as("name after a delivery").isEqualTo(name);
        assertThat(channel.medium()).as("medium after a delivery").isEqualTo(medium);
    }

    @Test
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
    void deliversAMessageOnce() throws Exception {
        OtpMessage message = message();

        DeliveryReceipt receipt = channel.deliver(message);

        assertThat(receipt).as("receipt").isNotNull();
        assertHarmless("receipt", receipt.toString());
        assertThat(arrivals(message)).as("arrivals of one message").hasSize(1);
    }

    @Test
    void deliversQuotesPercentSignsAndBackslashesUnharmed() throws Exception {
        assertArrivesUnharmed(
                "It's \"%s\", 100 % sure: %n %1$s ${code} {app} C:\\new\\u0041 <b>&amp;</b> ]]> a+b=c&d=e #");
    }

    @Test
    void deliversLineEndsUnharmed() throws Exception {
        assertArrivesUnharmed("one\r\nBcc: someone-else@example.com\r\n\r\n.\r\n..\nQUIT\rthe end");
        assertArrivesUnharmed("one\u2028two\u2029three\u0085four");
    }

    @Test
    void deliversEveryScriptUnharmed() throws Exception {
        assertArrivesUnharmed("Grüße, \uD83D\uDD10 \uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 €");
        assertArrivesUnharmed("رمز التحقق الخاص بك \u2066one\u2069");
        assertArrivesUnharmed("आपका सत्यापन कोड");
    }

    @Test
    void deliversManyMessagesAtOnceEachOnce() throws Exception {
        List<OtpMessage> messages = new ArrayList<>();
        for (int i = 0; i < THREADS * MESSAGES_PER_THREAD; i++) {
            messages.add(message());
        }
        try (Race race = new Race(THREADS)) {
            race.run(thread -> () -> {
                for (int i = 0; i < MESSAGES_PER_THREAD; i++) {
                    channel.deliver(messages.get(thread * MESSAGES_PER_THREAD + i));
                }
                return thread;
            });
        }
        for (OtpMessage message : messages) {
            assertThat(arrivals(message)).as("arrivals of one message").hasSize(1);
        }
    }

    @Test
    void reportsARefusalAsAFailure() throws Exception {
        OtpMessage message = message();
        makeRefusingInAnyWay(message.text());

        DeliveryFailure failure = failureOf(message);

        assertThat(failure.kind())
                .as("kind of a refusal that leaves no doubt")
                .isNotEqualTo(DeliveryFailure.Kind.UNCERTAIN);
        assertThat(arrivals(message)).as("arrivals of a refused message").hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void reportsAProviderThatCanNotBeReachedAsUnavailable() throws Exception {
        assumeTrue(makeUnreachable(), "this provider can not be made unreachable");
        OtpMessage message = message();

        DeliveryFailure failure = failureOf(message);

        assertThat(failure.kind()).as("kind").isEqualTo(DeliveryFailure.Kind.UNAVAILABLE);
    }

    @Test
    void reportsAProviderThatDoesNotAnswerAsUncertain() throws Exception {
        channel = open(SHORT);
        assumeTrue(makeSilent(), "this provider can not be made silent");
        OtpMessage message = message();

        DeliveryFailure failure = assertTimeoutPreemptively(PATIENCE, () -> failureOf(message), "no time-out");

        assertThat(failure.kind()).as("kind").isEqualTo(DeliveryFailure.Kind.UNCERTAIN);
        assertThat(arrivals(message)).as("arrivals of an unanswered message").hasSizeLessThanOrEqualTo(1);
    }

    @Test
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
    void showsNoCodeAddressOrCredentialInToString() throws Exception {
        assertHarmless("toString()", channel.toString());
        channel.deliver(message());
        assertHarmless("toString() after a delivery", channel.toString());
    }

    @Test
    void logsNoCodeAddressOrCredential() throws Exception {
        channel.deliver(message());
        OtpMessage message = message();
        makeRefusingInAnyWay(message.text());
        failureOf(message);

        assertLogsAreHarmless();
    }

    @Test
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
        for (String text : logged()) {
            assertHidden("log", text, message, forms);
        }
    }

    private void assertLogsAreHarmless() {
        logged().forEach(text -> assertHarmless("log", text));
    }

    private List<String> logged() {
        return log.texts();
    }

    private void makeRefusingInAnyWay(String words) throws Exception {
        for (DeliveryFailure.Kind kind : REFUSALS) {
            if (makeRefusing(kind, words)) {
                return;
            }
        }
        fail("makeRefusing returns false for every kind: a provider that never refuses shows nothing of a channel");
    }

    private OtpMessage message() {
        String code = String.format(Locale.ROOT, "%08d", random.nextInt(100_000_000));
        codes.add(code);
        return message(code, "Your code is " + code + ".");
    }

    private OtpMessage message(String code, String text) {
        return new OtpMessage(
                supportedRecipient(),
                code,
                "contract",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "Your code",
                text,
                Optional.empty());
    }

    private List<String> arrivals(OtpMessage message) throws Exception {
        return arrivals().stream()
                .map(Arrival::text)
                .filter(text -> text.contains(message.code()))
                .toList();
    }

    private void assertArrivesUnharmed(String text) throws Exception {
        assumeTrue(carriesText(), "this provider is given no text");
        OtpMessage plain = message();
        OtpMessage message = message(plain.code(), "Code " + plain.code() + ": " + text + " (end)");

        channel.deliver(message);

        List<String> arrivals = arrivals(message);
        assertThat(arrivals).as("arrivals of one message").hasSize(1);
        assertThat(withPlainLineEnds(arrivals.get(0)))
                .as("text that arrived, line ends apart")
                .contains(withPlainLineEnds(message.text()));
    }

    private static String withPlainLineEnds(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    /**
     * Returns the failure of a delivery that must fail, after a look at everything that the exception and the logs say.
     */
    private DeliveryFailure failureOf(OtpMessage message) {
        DeliveryException exception = exceptionOf(message);
        assertHarmless("failure", everyWordOf(exception));
        assertLogsAreHarmless();
        assertThat(exception.failure().channel()).as("channel of the failure").isEqualTo(channel.name());
        return exception.failure();
    }

    private DeliveryException exceptionOf(OtpMessage message) {
        Throwable thrown = catchThrowable(() -> channel.deliver(message));
        return thrown instanceof DeliveryException exception
                ? exception
                : fail("a message that was not taken must end in a DeliveryException, but ended in " + thrown, thrown);
    }

    private static String everyWordOf(DeliveryException exception) {
        StringWriter words = new StringWriter();
        exception.printStackTrace(new PrintWriter(words, true));
        return words + " " + exception.failure();
    }

    private void assertHarmless(String what, String text) {
        for (String code : codes) {
            assertThat(text).as("%s must not hold the code", what).doesNotContain(code);
        }
        String address = supportedRecipient().address();
        assertThat(text)
                .as("%s must not hold the full address", what)
                .doesNotContainIgnoringCase(address.startsWith("+") ? address.substring(1) : address);
        for (String credential : credentials()) {
            assertThat(text).as("%s must not hold a credential", what).doesNotContain(credential);
        }
    }

    /**
     * Asserts that a text has none of these forms of a message's secrets, nor the digits of one with anything in
     * between.
     */
    private static void assertHidden(String what, String text, OtpMessage message, List<String> forms) {
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
