package dev.otpkit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.Recipient;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MessageContextTest {
    private static final Recipient MAIL = Recipient.email("user@example.com");
    private static final Duration LIFE = Duration.ofMinutes(5);

    @Test
    void makesAMessageOfItself() {
        MessageContext context =
                new MessageContext("Acme", MAIL, "email", "314159", "login", Locale.forLanguageTag("pt-BR"), LIFE);
        assertThat(context.message("Your code", "314159 is your code"))
                .isEqualTo(new OtpMessage(
                        MAIL,
                        "314159",
                        "login",
                        Locale.forLanguageTag("pt-BR"),
                        LIFE,
                        "Your code",
                        "314159 is your code",
                        Optional.empty()));
    }

    @Test
    void showsNeitherCodeNorAddress() {
        assertThat(new MessageContext("Acme", MAIL, "email", "314159", "login", Locale.forLanguageTag("pt-BR"), LIFE))
                .hasToString("MessageContext[recipient=u•••@example.com, medium=email, purpose=login, locale=pt-BR,"
                        + " validFor=PT5M]");
    }

    @Test
    void holdsDetailsAndShowsTheirNamesAlone() {
        MessageContext context = new MessageContext(
                "Acme",
                MAIL,
                "email",
                "314159",
                "pay",
                Locale.ENGLISH,
                LIFE,
                Map.of("payee", "Shop", "amount", "4711"));
        assertThat(context.details()).containsExactly(Map.entry("amount", "4711"), Map.entry("payee", "Shop"));
        assertThat(context.details()).isUnmodifiable();
        assertThat(context)
                .hasToString("MessageContext[recipient=u•••@example.com, medium=email, purpose=pay, locale=en,"
                        + " validFor=PT5M, details=[amount, payee]]");
        assertThat(new MessageContext("Acme", MAIL, "email", "314159", "pay", Locale.ENGLISH, LIFE).details())
                .isEmpty();
    }

    /** The texts of the catalogue rely on it. */
    @Test
    void refusesDetailsThatNoRequestHas() {
        assertThatThrownBy(() -> new MessageContext(
                        "Acme", MAIL, "email", "c", "p", Locale.ENGLISH, LIFE, Map.of("amount", "5\u2069")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("value of detail amount must have no control characters");
    }

    @Test
    void refusesNothingByName() {
        Locale en = Locale.ENGLISH;
        assertNull(() -> new MessageContext(null, MAIL, "email", "c", "p", en, LIFE), "appName");
        assertNull(() -> new MessageContext("Acme", null, "email", "c", "p", en, LIFE), "recipient");
        assertNull(() -> new MessageContext("Acme", MAIL, null, "c", "p", en, LIFE), "medium");
        assertNull(() -> new MessageContext("Acme", MAIL, "email", null, "p", en, LIFE), "code");
        assertNull(() -> new MessageContext("Acme", MAIL, "email", "c", null, en, LIFE), "purpose");
        assertNull(() -> new MessageContext("Acme", MAIL, "email", "c", "p", null, LIFE), "locale");
        assertNull(() -> new MessageContext("Acme", MAIL, "email", "c", "p", en, null), "validFor");
        assertNull(() -> new MessageContext("Acme", MAIL, "email", "c", "p", en, LIFE, null), "details");
    }

    private static void assertNull(ThrowingCallable call, String argument) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
