package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipientTest {

    @Test
    void readsATextWithAnAtSignAsAnEmailAddress() {
        assertThat(Recipient.parse("User@Example.com", null)).isEqualTo(new EmailAddress("user@example.com"));
        assertThat(Recipient.parse("0501234567@example.com", "SA"))
                .isEqualTo(new EmailAddress("0501234567@example.com"));
    }

    @Test
    void readsAnyOtherTextAsAPhoneNumber() {
        assertThat(Recipient.parse("0501234567", "SA")).isEqualTo(new PhoneNumber("+966501234567"));
        assertThat(Recipient.parse("+966501234567", null)).isEqualTo(new PhoneNumber("+966501234567"));
    }

    @Test
    void neverReadsOneAsTheOther() {
        assertThatThrownBy(() -> Recipient.parse("@0501234567", "SA"))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessageContaining("mailbox");
        assertThatThrownBy(() -> Recipient.parse("user.example.com", "SA"))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessageContaining("phone number");
        assertThatThrownBy(() -> Recipient.parse("user＠example.com", "SA"))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessageContaining("phone number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u2066\u2069", "null", "+", "0", "-1", "%s", "'; drop table otp; --"})
    void refusesWhatIsNeither(String text) {
        assertThatThrownBy(() -> Recipient.parse(text, "SA")).isInstanceOf(InvalidRecipientException.class);
    }

    @Test
    void looksAt320CharactersAndNotAt321() {
        for (String text : new String[] {"+966501234567", "user@example.com"}) {
            String longest = "\u200E".repeat(320 - text.length()) + text;
            assertThat(Recipient.parse(longest, null).address()).isEqualTo(text);
            assertThatThrownBy(() -> Recipient.parse(" " + longest, null))
                    .isInstanceOf(InvalidRecipientException.class)
                    .hasMessage("recipient must have at most 320 characters, but has 321");
        }
    }

    @Test
    void refusesAnUnknownRegionForAPhoneNumber() {
        assertThatThrownBy(() -> Recipient.parse("0501234567", "XX"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("region must be")
                .hasMessageEndingWith("but was XX");
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> Recipient.parse(null, "SA"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("recipient must not be null");
    }

    @Test
    void isOneRecipientInEverySpelling() {
        Set<Recipient> recipients = new HashSet<>();
        for (String text : new String[] {"0501234567", "٠٥٠١٢٣٤٥٦٧", "+966 50 123 4567", "00966501234567"}) {
            recipients.add(Recipient.parse(text, "SA"));
        }
        assertThat(recipients).hasSize(1);
        recipients.add(Recipient.parse("User@Example.COM", "SA"));
        recipients.add(Recipient.parse("user@example.com", null));
        assertThat(recipients).hasSize(2);
        assertThat(recipients.toString()).doesNotContain("501234567", "user@");
    }
}
