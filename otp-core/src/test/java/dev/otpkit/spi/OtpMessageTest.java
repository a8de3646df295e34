package dev.otpkit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.Recipient;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtpMessageTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient MAIL = Recipient.email("user.name+tag@example.com");
    private static final Duration LIFE = Duration.ofMinutes(5);

    @ParameterizedTest
    @CsvSource({
        "sent to +966501234567,                  sent to +966•••••4567",
        "sent to 966501234567,                   sent to +966•••••4567",
        "[966501234567] and [+966501234567],     [+966•••••4567] and [+966•••••4567]",
        "to=%2B966501234567&body=314159,         to=+966•••••4567&body=••••••",
        "00966501234567,                         +966•••••4567",
        "your code is 314159.,                   your code is ••••••.",
        "314159314159,                           ••••••••••••",
        "code 31415 is another,                  code 31415 is another",
        "501234568 is another,                   501234568 is another"
    })
    void hidesCodeAndPhoneNumber(String answer, String redacted) {
        assertThat(message(PHONE, "314159").redact(answer)).isEqualTo(redacted);
    }

    @ParameterizedTest
    @CsvSource({
        "550 <user.name+tag@example.com>,  550 <u•••@example.com>",
        "550 <User.Name+Tag@EXAMPLE.com>,  550 <u•••@example.com>",
        "userXname+tag@example.com,        userXname+tag@example.com",
        "code BCD234 and bcd234 and bCd234, code •••••• and •••••• and ••••••",
        "user@example.com,                 user@example.com"
    })
    void hidesCodeAndMailboxInAnyCase(String answer, String redacted) {
        assertThat(message(MAIL, "BCD234").redact(answer)).isEqualTo(redacted);
    }

    @Test
    void hidesACodeThatIsPartOfTheAddress() {
        assertThat(message(PHONE, "4567").redact("4567 to +966501234567"))
                .doesNotContain("4567")
                .startsWith("••••••");
        assertThat(message(PHONE, "501234").redact("501234 to +966501234567")).isEqualTo("•••••• to +966•••••4567");
    }

    @Test
    void readsNoPatternInCodeOrAddress() {
        assertThat(message(Recipient.email("a+.b@example.com"), ".{1}$\\").redact("a+.b@example.com .{1}$\\ abcdef"))
                .isEqualTo("a•••@example.com •••••• abcdef");
        assertThat(message(PHONE, "(((((((").redact("((((((( [")).isEqualTo("•••••• [");
        assertThat(message(PHONE, "\\E\\Q.*").redact("x\\E\\Q.*y")).isEqualTo("x••••••y");
    }

    @Test
    void leavesEverythingElseOfAnAnswerAlone() {
        String answer = "HTTP 503\r\n{\"error\": \"queue full $1 \\\\ ٣١٤\"}";
        assertThat(message(PHONE, "314159").redact(answer)).isEqualTo(answer);
        assertThat(message(PHONE, "314159").redact("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\rb",
                "a\nb",
                "a\r\nBcc: x@example.com",
                "\n",
                "a\u0000",
                "a\tb",
                "a\u007F",
                "a\u0085b",
                "a\u2028b",
                "a\u2029"
            })
    void refusesASubjectOfMoreThanOneLine(String subject) {
        assertThatThrownBy(() -> context(PHONE, "314159").message(subject, "text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("subject must be one line without control characters");
        assertThat(context(PHONE, "314159").message("one line", subject).text()).isEqualTo(subject);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Your code", "رمز \u2066Acme\u2069", "100 % \"Acme\" <x>"})
    void acceptsASubjectOfOneLine(String subject) {
        assertThat(context(PHONE, "314159").message(subject, "").subject()).isEqualTo(subject);
    }

    @Test
    void hidesCredentialsWhereThereIsNoMessage() {
        assertThat(OtpMessage.redactCredentials("fake-key refused, fake%2Dkey too, 314159", "", "fake-key"))
                .isEqualTo("•••••• refused, •••••• too, 314159");
        assertThat(OtpMessage.redactCredentials("nothing to hide")).isEqualTo("nothing to hide");
        assertThatNullPointerException()
                .isThrownBy(() -> OtpMessage.redactCredentials(null, "fake-key"))
                .withMessage("text must not be null");
    }

    @Test
    void gainsHtmlAsANewMessage() {
        OtpMessage plain = message(PHONE, "314159");
        OtpMessage both = plain.withHtml("<b>314159</b>");
        assertThat(plain.html()).isEmpty();
        assertThat(both.html()).contains("<b>314159</b>");
        assertThat(both).usingRecursiveComparison().ignoringFields("html").isEqualTo(plain);
        assertThatThrownBy(() -> plain.withHtml(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void hasNeitherDeadlineNorChallengeBeforeAManagerDeliversIt() {
        OtpMessage message = message(PHONE, "314159");
        assertThat(message.deadline()).isSameAs(Deadline.none());
        assertThat(message.challengeId()).isEmpty();
    }

    @Test
    void hasADeadlineAndMakesAnIdOfItsChallengeAtEachCall() {
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));
        AtomicInteger made = new AtomicInteger();
        OtpMessage plain = message(PHONE, "314159");

        OtpMessage message = plain.forDelivery(deadline, () -> "id-" + made.incrementAndGet());

        assertThat(made).as("ids made before one is asked for").hasValue(0);
        assertThat(message.deadline()).isSameAs(deadline);
        assertThat(message.challengeId()).contains("id-1");
        assertThat(message.challengeId()).contains("id-2");
        OtpMessage withHtml = message.withHtml("<b>314159</b>");
        assertThat(withHtml.deadline()).isSameAs(deadline);
        assertThat(withHtml.challengeId()).contains("id-3");
        assertThat(message.toString()).isEqualTo(plain.toString());
        assertThat(plain.challengeId()).as("of the message that it was made of").isEmpty();
        assertNull(() -> plain.forDelivery(null, () -> "id"), "deadline");
        assertNull(() -> plain.forDelivery(deadline, null), "challengeId");
    }

    @Test
    void isEqualIfAllThatIsRenderedIs() {
        Optional<String> html = Optional.of("<b>c</b>");
        Locale en = Locale.ENGLISH;
        OtpMessage message = new OtpMessage(PHONE, "c", "p", en, LIFE, "s", "t", html);
        assertThat(message)
                .isEqualTo(new OtpMessage(PHONE, "c", "p", en, LIFE, "s", "t", html))
                .hasSameHashCodeAs(new OtpMessage(PHONE, "c", "p", en, LIFE, "s", "t", html))
                .isEqualTo(message.forDelivery(Deadline.in(LIFE), () -> "id"))
                .hasSameHashCodeAs(message.forDelivery(Deadline.in(LIFE), () -> "id"))
                .isNotEqualTo("c")
                .isNotEqualTo(null)
                .isNotEqualTo(new OtpMessage(MAIL, "c", "p", en, LIFE, "s", "t", html))
                .isNotEqualTo(new OtpMessage(PHONE, "d", "p", en, LIFE, "s", "t", html))
                .isNotEqualTo(new OtpMessage(PHONE, "c", "q", en, LIFE, "s", "t", html))
                .isNotEqualTo(new OtpMessage(PHONE, "c", "p", Locale.FRENCH, LIFE, "s", "t", html))
                .isNotEqualTo(new OtpMessage(PHONE, "c", "p", en, LIFE.plusSeconds(1), "s", "t", html))
                .isNotEqualTo(new OtpMessage(PHONE, "c", "p", en, LIFE, "r", "t", html))
                .isNotEqualTo(new OtpMessage(PHONE, "c", "p", en, LIFE, "s", "u", html))
                .isNotEqualTo(new OtpMessage(PHONE, "c", "p", en, LIFE, "s", "t", Optional.empty()));
    }

    @Test
    void showsNeitherCodeNorTextsNorAddress() {
        OtpMessage message = new OtpMessage(
                        PHONE,
                        "314159",
                        "login",
                        Locale.forLanguageTag("ar-SA"),
                        LIFE,
                        "314159 is it",
                        "text 314159",
                        Optional.empty())
                .withHtml("<b>314159</b>");
        assertThat(message)
                .hasToString("OtpMessage[recipient=+966•••••4567, purpose=login, locale=ar-SA, validFor=PT5M]");
    }

    @Test
    void refusesNothingByName() {
        Optional<String> none = Optional.empty();
        Locale en = Locale.ENGLISH;
        assertNull(() -> new OtpMessage(null, "c", "p", en, LIFE, "s", "t", none), "recipient");
        assertNull(() -> new OtpMessage(PHONE, null, "p", en, LIFE, "s", "t", none), "code");
        assertNull(() -> new OtpMessage(PHONE, "c", null, en, LIFE, "s", "t", none), "purpose");
        assertNull(() -> new OtpMessage(PHONE, "c", "p", null, LIFE, "s", "t", none), "locale");
        assertNull(() -> new OtpMessage(PHONE, "c", "p", en, null, "s", "t", none), "validFor");
        assertNull(() -> new OtpMessage(PHONE, "c", "p", en, LIFE, null, "t", none), "subject");
        assertNull(() -> new OtpMessage(PHONE, "c", "p", en, LIFE, "s", null, none), "text");
        assertNull(() -> new OtpMessage(PHONE, "c", "p", en, LIFE, "s", "t", null), "html");
    }

    private static OtpMessage message(Recipient recipient, String code) {
        return context(recipient, code).message("subject", "text");
    }

    private static MessageContext context(Recipient recipient, String code) {
        return new MessageContext("Acme", recipient, "sms", code, "login", Locale.ENGLISH, LIFE);
    }

    private static void assertNull(ThrowingCallable call, String argument) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
