package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user@example.com",
                "User@Example.COM",
                "USER@EXAMPLE.COM",
                " user@example.com ",
                "\tuser@example.com\r\n",
                "\u00A0user@example.com\u3000",
                "\u200Euser@example.com\u200F",
                "\u202Auser@example.com\u202C",
                "\u2066 user@example.com \u2069",
                "\uFEFFuser@example.com\u200B"
            })
    void readsEverySpellingAsOne(String text) {
        EmailAddress address = Recipient.email(text);
        assertThat(address.address()).isEqualTo("user@example.com");
        assertThat(address.domain()).isEqualTo("example.com");
        assertThat(address)
                .isEqualTo(new EmailAddress("user@example.com"))
                .hasSameHashCodeAs(new EmailAddress("user@example.com"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.co",
                "a.b.c@example.com",
                "a+tag@example.com",
                "_+'&~-@example.com",
                "+@example.com",
                "~root@example.com",
                "o'brien@example.com",
                "r&d@example.com",
                "owner-list@example.com",
                "list-request@example.com",
                "a-@example.com",
                "0@example.com",
                "imce@example.com",
                "x-imceasmtp-user+40example+2eorg@example.com",
                "a@xn--mnchen-3ya.de",
                "a@a-b.c-d.example",
                "a@1.2.3.example",
                "a@123.com",
                "a@example.c0m",
                "a@example.4u",
                "a@b--c.example",
                "user@mail.example.co.uk",
                "user@example.0xf.example",
                "user@example.0xg",
                "user@xn--a.example",
                "user@mail.localhost"
            })
    void acceptsADotStringAtAHostName(String text) {
        assertThat(Recipient.email(text).address()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "@",
                "user",
                "user@",
                "@example.com",
                "user@@example.com",
                "a@b@example.com",
                ".user@example.com",
                "user.@example.com",
                "us..er@example.com",
                "us er@example.com",
                "\"user\"@example.com",
                "\"us er\"@example.com",
                "user\\@example.com",
                "user(comment)@example.com",
                "(comment)user@example.com",
                "user@(comment)example.com",
                "User <user@example.com>",
                "<user@example.com>",
                "friends:a@example.com,b@example.com;",
                "a@example.com,b@example.com",
                "a@example.com;b@example.com",
                "a@example.com b@example.com",
                "mailto:user@example.com",
                "@example.org:user@example.com",
                "@example.org,@example.net:user@example.com",
                "user@localhost",
                "user@com",
                "user@[192.0.2.1]",
                "user@[IPv6:2001:db8::1]",
                "user@192.0.2.1",
                "user@example.123",
                "user@example.1",
                "user@-example.com",
                "user@example-.com",
                "user@example.-com",
                "user@example.com-",
                "user@-.com",
                "user@.example.com",
                "user@example.com.",
                "user@example..com",
                "user@example .com",
                "user@exa_mple.com",
                "user@xn--.example",
                "user@example.0x1",
                "user@0x7f.0X1",
                "user@example.0x",
                "user@example.com:25",
                "user@example.com/path",
                "user%example.com",
                "user@example.com\nBcc: x@example.com",
                "user\r\n@example.com",
                "us\u0000er@example.com",
                "user@exam\u0000ple.com",
                "us\u200Eer@example.com",
                "user@exam\u2066ple.com",
                "us\u200Ber@example.com",
                "üser@example.com",
                "user@exämple.com",
                "usеr@example.com", // a Cyrillic ie
                "user@example。com",
                "user＠example.com",
                "\uD83D\uDE00@example.com",
                "user@\uD83D\uDE00.example",
                "user@example.com\uDB40\uDC41"
            })
    void refusesWhatIsNotExactlyOneMailbox(String text) {
        assertRefused(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user%example.org@example.com",
                "user%@example.com",
                "%user@example.com",
                "user%40example.org@example.com",
                "example.org!user@example.com",
                "example.org!example.net!user@example.com",
                "!user@example.com",
                "user%example.org%example.net@example.com",
                "example.org^user@example.com",
                "example.org:user@example.com",
                "example.org::user@example.com",
                ":include:/etc/user@example.com",
                "\"user%example.org\"@example.com",
                "\"user@example.org\"@example.com",
                "|user@example.com",
                "/user@example.com",
                "/c=gb/s=user@example.com",
                "=?utf-8?q?user?=@example.com",
                "=?utf-8?b?dXNlcg==?=@example.com",
                "prvs=0123456789=user@example.com",
                "srs0=hash=tt=example.org=user@example.com",
                "${user}@example.com",
                "`user`@example.com",
                "user#1@example.com",
                "user*@example.com",
                "user?@example.com",
                "user=example.org@example.com",
                "user;@example.com"
            })
    void refusesWhatARelayReadsAsAnotherMailbox(String text) {
        assertRefused(text)
                .matches("recipient must have only ASCII letters, digits and [.]_[+]-'&~ before the @,"
                        + " but has U[+][0-9A-F]{4} at \\d+");
    }

    @Test
    void refusesALeadingHyphenWhichACommandReadsAsAnOption() {
        assertRefused("-user@example.com").isEqualTo("recipient must not begin with a hyphen");
        assertRefused("-@example.com").isEqualTo("recipient must not begin with a hyphen");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "IMCEASMTP-user+40example+2Eorg@example.com",
                "imceaex-_o_ou_cn_recipients_cn_user@example.com",
                "ImceaFax-15550100@example.com",
                "imceasmtp+2Duser+40example+2Eorg@example.com",
                "imcea@example.com"
            })
    void refusesAnAddressInsideAnAddress(String text) {
        assertRefused(text).isEqualTo("recipient must not begin with IMCEA, which marks an address inside an address");
    }

    @ParameterizedTest
    @ValueSource(strings = {".user@example.com", "user.@example.com", "us..er@example.com", ".@example.com"})
    void refusesADotAtEitherEndAndBesideAnother(String text) {
        assertRefused(text).isEqualTo("recipient must have single dots, neither first nor last, before the @");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            user%example.org@example.com | U+0025 at 5
            !user@example.com            | U+0021 at 1
            =?user?=@example.com         | U+003D at 1
            "user"@example.com           | U+0022 at 1
            us er@example.com            | U+0020 at 3
            user@b@example.com           | U+0040 at 5
            ___user/@example.com         | U+002F at 8
            """)
    void saysWhichCharacterItRefusesAndNothingElseOfTheAddress(String text, String character) {
        assertRefused(text).endsWith(" but has " + character);
    }

    @Test
    void namesACharacterThatCannotBeSeenOrIsMadeOfTwo() {
        assertRefused("us\u200Ber@example.com").endsWith(" but has U+200B at 3");
        assertRefused("us\u0000er@example.com").endsWith(" but has U+0000 at 3");
        assertRefused("\u2066\u202A us\u00ADer@example.com").endsWith(" but has U+00AD at 3");
        assertRefused("x\uD83D\uDE00@example.com").endsWith(" but has U+1F600 at 2");
        assertRefused("x\uD83D@example.com").endsWith(" but has U+D83D at 2");
    }

    @Test
    void acceptsNoOtherCharactersThanThoseItNames() {
        String allowed = "abcdefghijklmnopqrstuvwxyz0123456789_+-'&~";
        for (char c = 0; c < 0x250; c++) {
            String text = "a" + c + "b@example.com";
            String folded = c >= 'A' && c <= 'Z' ? "a" + (char) (c + 32) + "b@example.com" : text;
            if (allowed.indexOf(folded.charAt(1)) >= 0 || c == '.') {
                assertThat(Recipient.email(text).address()).isEqualTo(folded);
            } else {
                assertRefused(text);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mar\u212A@example.com", // KELVIN SIGN folds to k
                "m\u0130ke@example.com", // I WITH DOT ABOVE folds to i and a dot
                "m\u0131ke@example.com", // DOTLESS I, upper case I
                "\u017Fam@example.com", // LONG S, upper case S
                "\uFF41@example.com",
                "user@git\u212Aub.com",
                "user@g\u0131thub.com",
                "user@\u0130thub.com",
                "user@example.\uFF43om"
            })
    void foldsNoLookAlikeToAscii(String text) {
        assertRefused(text);
    }

    @Test
    void foldsTheWholeAlphabetWhateverTheLocaleOfTheMachine() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(Recipient.email("ABCDEFGHIJKLMNOPQRSTUVWXYZ@ABCDEFGHIJKLMNOPQRSTUVWXYZ.INFO")
                            .address())
                    .isEqualTo("abcdefghijklmnopqrstuvwxyz@abcdefghijklmnopqrstuvwxyz.info");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void boundsTheLocalPart() {
        assertThat(Recipient.email("l".repeat(64) + "@example.com").address()).hasSize(76);
        assertThatThrownBy(() -> Recipient.email("l".repeat(65) + "@example.com"))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessage("recipient must be one mailbox of at most 254 characters, 1 to 64 of them before the @,"
                        + " but has 77 and its last @ at 65");
    }

    @Test
    void boundsTheWhole() {
        assertThat(Recipient.email("l".repeat(64) + "@" + domain(189)).address())
                .hasSize(254);
        assertThatThrownBy(() -> Recipient.email("l".repeat(64) + "@" + domain(190)))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessageContaining("at most 254 characters")
                .hasMessageContaining("has 255");
    }

    @Test
    void boundsTheDomainByTheWhole() {
        assertThat(Recipient.email("l@" + domain(252)).domain()).hasSize(252);
        assertRefused("l@" + domain(253));
        assertRefused("l@" + domain(254));
    }

    @Test
    void boundsALabel() {
        assertThat(Recipient.email("l@" + "d".repeat(63) + ".com").domain()).hasSize(67);
        assertRefused("l@" + "d".repeat(64) + ".com");
        assertThat(Recipient.email("l@example." + "d".repeat(63)).domain()).hasSize(71);
        assertRefused("l@example." + "d".repeat(64));
    }

    @Test
    void looksAt320CharactersAndNotAt321() {
        assertThat(Recipient.email(" ".repeat(304) + "user@example.com").address())
                .isEqualTo("user@example.com");
        assertThatThrownBy(() -> Recipient.email(" ".repeat(305) + "user@example.com"))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessage("recipient must have at most 320 characters, but has 321");
        assertRefused("a@".repeat(1 << 19));
    }

    @Test
    void answersQuicklyWhateverIsTyped() {
        long start = System.nanoTime();
        assertRefused("a.".repeat(31) + "a@" + "a-".repeat(31) + "." + "1".repeat(60));
        assertRefused("l@" + "a.".repeat(125));
        assertRefused("l@" + "a-".repeat(125) + "!");
        assertRefused("l@" + "1.".repeat(125) + "1");
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> Recipient.email(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("recipient must not be null");
    }

    @ParameterizedTest
    @CsvSource({
        "user@example.com, u•••@example.com",
        "USER@EXAMPLE.COM, u•••@example.com",
        "u@example.com,    u•••@example.com",
        "very.long.name@mail.example.org, v•••@mail.example.org"
    })
    void showsTheFirstCharacterAndTheDomain(String text, String masked) {
        assertThat(Recipient.email(text)).hasToString(masked);
    }

    /** A domain of so many characters, in labels of at most 63. */
    private static String domain(int length) {
        String domain = IntStream.range(0, length)
                .mapToObj(i -> i % 50 == 49 && i < length - 1 ? "." : "d")
                .collect(Collectors.joining());
        assertThat(domain).hasSize(length);
        return domain;
    }

    private static AbstractStringAssert<?> assertRefused(String text) {
        return assertThatThrownBy(() -> Recipient.email(text))
                .isInstanceOf(InvalidRecipientException.class)
                .hasMessageStartingWith("recipient must ")
                .message()
                .satisfies(message -> {
                    assertThat(message).doesNotContain("example", "user", "localhost");
                    if (text.strip().length() > 3) {
                        assertThat(message).doesNotContain(text.strip());
                    }
                });
    }
}
