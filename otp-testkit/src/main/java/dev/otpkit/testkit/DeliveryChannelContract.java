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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link DeliveryChannel} has to keep, as tests. A channel's author subclasses it once and plays the provider:
 * a fake server on a free loopback port, a file, a list.
 *
 * <p>Four methods have to be written: the channel, whom it reaches, what has arrived at the provider, and how the
 * provider is made to refuse. That last one is not optional, since a channel that was never refused has not shown that
 * it does not report a refused message as sent. Where it is possible, also make the provider refuse {@linkplain
 * #makeRefusingWith in words} of the contract, {@linkplain #makeUnreachable() unreachable} and {@linkplain
 * #makeSilent() silent}; without, those tests are skipped and say so.
 *
 * <p>Codes differ from test to test, so the provider may keep what earlier tests delivered. Each test has its own channel,
 * made before any {@code @BeforeEach} method of the subclass runs. What is logged through {@code java.util.logging} is
 * captured here at every level; what another logging library is told has to be handed in by {@link #loggedTexts()}.
 */
public abstract class DeliveryChannelContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int THREADS = 8;
    private static final int MESSAGES_PER_THREAD = 3;
    private static final int MAX_WORDS = 400;

    private final RandomGenerator random = new SecureRandom();
    private final List<String> codes = new ArrayList<>();
    private final LogCapture log = new LogCapture();
    private DeliveryChannel channel;

    /** For subclasses. */
    protected DeliveryChannelContract() {}

    /**
     * Creates the channel under test, connected to a provider that takes everything. Called before each test: start the
     * fake provider, or bring it back to its senses, here.
     *
     * @return a new channel with time-outs of a second or so; closed after the test
     * @throws Exception if the provider can not be started
     */
    protected abstract DeliveryChannel createChannel() throws Exception;

    /**
     * Returns someone whom the channel reaches.
     *
     * @return always the same
     */
    protected abstract Recipient supportedRecipient();

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
     * Returns the texts that have arrived at the provider, decoded as a recipient would read them, including those that
     * it refused or left without an answer. A message that arrived twice is there twice.
     *
     * @return one text per message; for a provider that puts the code into a template of its own, the code
     * @throws Exception if the provider can not be asked
     */
    protected abstract List<String> deliveredTexts() throws Exception;

    /**
     * Makes the provider refuse whatever comes next, in words that leave no doubt that nothing was sent. A good fake
     * repeats in its refusal what it was asked, code and address included, as real providers do.
     *
     * @throws Exception if the provider can not be told so
     */
    protected abstract void makeRefusing() throws Exception;

    /**
     * Makes the provider refuse whatever comes next and give these words as its reason, wherever its answers have words
     * of its own: in the text of an error, and in its code if that is a text. May be called several times in a test.
     *
     * <p>The words repeat a message's code and address and what {@link #credentialsSent()} returns, in forms that
     * providers use and {@link OtpMessage#redact} hides. A channel that passes on what its provider says has to hide
     * each; one that does not has nothing to fear.
     *
     * @param words one line of at most some hundred characters, some of them outside ASCII
     * @return false by default, for a provider that gives no reasons; the test is skipped then
     * @throws Exception if the provider cannot be made to
     */
    protected boolean makeRefusingWith(String words) throws Exception {
        return false;
    }

    /**
     * Makes the provider unreachable, by closing its port for example.
     *
     * @return false by default, for a provider that can not be away; the tests are skipped then
     * @throws Exception if it went wrong
     */
    protected boolean makeUnreachable() throws Exception {
        return false;
    }

    /**
     * Makes the provider take a message and then leave the channel without an answer.
     *
     * @return false by default, for a provider without an answer to wait for; the tests are skipped then
     * @throws Exception if the provider can not be told so
     */
    protected boolean makeSilent() throws Exception {
        return false;
    }

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
     * @return none by default; each at least 6 characters long, and obviously fake
     */
    protected List<String> credentials() {
        return List.of();
    }

    /**
     * Returns the credentials that the provider itself is sent with a message, and so can repeat.
     *
     * @return {@link #credentials()} by default; each whole and as it is configured, not encoded
     */
    protected List<String> credentialsSent() {
        return credentials();
    }

    /**
     * Returns what the channel and its client library have logged during this test through anything but
     * {@code java.util.logging}, at the finest level and with stack traces. What the fake provider logs does not count.
     *
     * @return none by default
     */
    protected List<String> loggedTexts() {
        return List.of();
    }

    @BeforeEach
    final void createChannelUnderTest() throws Exception {
        channel = createChannel();
    }

    @AfterEach
    final void closeChannelUnderTest() {
        log.close();
        if (channel != null) {
            channel.close();
        }
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
        makeRefusing();
        OtpMessage message = message();

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
        makeRefusing();
        failureOf(message());

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
            assumeTrue(makeRefusingWith(words.toString()), "this provider gives no reasons");
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
        List<String> texts = new ArrayList<>(log.texts());
        texts.addAll(loggedTexts());
        return texts;
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
        return deliveredTexts().stream()
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
