package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
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

    /** The engine's own way, which has no exception for a mistyped address. */
    @Test
    void isReadWithoutAnExceptionFromTheSameTexts() {
        Random random = new Random(7);
        String[] parts = {
            "0501234567",
            "+966501234567",
            "+",
            "\uFF0B",
            "1",
            "12",
            "911",
            "966",
            "00",
            "\u0665",
            "user",
            "@",
            ".",
            "example.com",
            "..",
            "-",
            " ",
            "\u200E",
            "x",
            "\u00E9",
            "#5",
            "imcea",
            "0x1",
            "5".repeat(160)
        };
        int recipients = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(5); n >= 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            String typed = text.toString();
            String region = random.nextBoolean() ? "SA" : null;
            Optional<Recipient> expected;
            try {
                expected = Optional.of(Recipient.parse(typed, region));
                recipients++;
            } catch (InvalidRecipientException e) {
                expected = Optional.empty();
            }
            assertThat(TypedRecipient.read(typed, region))
                    .as("%s in %s", typed, region)
                    .isEqualTo(expected);
        }
        assertThat(recipients).isGreaterThan(300);
    }

    @Test
    void isReadWithoutAnExceptionWithAFullWidthPlusSign() {
        assertThat(TypedRecipient.read("\uFF0B966501234567", null)).contains(new PhoneNumber("+966501234567"));
        assertThat(TypedRecipient.read("966501234567", null)).isEmpty();
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
