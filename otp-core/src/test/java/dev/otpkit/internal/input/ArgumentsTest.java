package dev.otpkit.internal.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration NANO = Duration.ofNanos(1);

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 11, 12})
    void returnsANumberWithinItsRange(int value) {
        assertThat(Arguments.within("length", value, 4, 12)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -4, 0, 3, 13, Integer.MAX_VALUE})
    void refusesANumberOutsideItsRange(int value) {
        assertThatThrownBy(() -> Arguments.within("length", value, 4, 12))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length must be within [4, 12], but was " + value);
    }

    @Test
    void returnsADurationWithinItsRange() {
        for (Duration value : new Duration[] {SECOND, SECOND.plus(NANO), MINUTE.minus(NANO), MINUTE}) {
            assertThat(Arguments.within("timeout", value, SECOND, MINUTE)).isSameAs(value);
        }
    }

    @Test
    void refusesADurationOutsideItsRange() {
        for (Duration value : new Duration[] {
            SECOND.minus(NANO), MINUTE.plus(NANO), Duration.ZERO, SECOND.negated(), Duration.ofSeconds(Long.MAX_VALUE)
        }) {
            assertThatThrownBy(() -> Arguments.within("timeout", value, SECOND, MINUTE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("timeout must be within [PT1S, PT1M], but was " + value);
        }
        assertNull("timeout", () -> Arguments.within("timeout", null, SECOND, MINUTE));
    }

    @Test
    void returnsAPositiveDuration() {
        for (Duration value : new Duration[] {NANO, SECOND, MINUTE}) {
            assertThat(Arguments.positive("expiry", value, MINUTE)).isSameAs(value);
        }
    }

    @Test
    void refusesADurationThatIsNotPositiveOrTooLong() {
        for (Duration value :
                new Duration[] {Duration.ZERO, NANO.negated(), MINUTE.plus(NANO), Duration.ofSeconds(Long.MIN_VALUE)}) {
            assertThatThrownBy(() -> Arguments.positive("expiry", value, MINUTE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expiry must be within (PT0S, PT1M], but was " + value);
        }
        assertNull("expiry", () -> Arguments.positive("expiry", null, MINUTE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "abcd",
                "a b",
                " a",
                "é'\"%",
                "تأكد",
                "\uD83D\uDE00\uD83D\uDE00",
                "\u0646\u200C\u0647", // a joiner as Persian needs it
                "\u0915\u094D\u200D" // and as Hindi does
            })
    void returnsALabel(String value) {
        assertThat(Arguments.label("purpose", value, 4)).isSameAs(value);
        assertThat(Arguments.label("purpose", "x".repeat(64), 64)).hasSize(64);
    }

    @Test
    void aShownValueIsALabelThatMayHaveMarks() {
        for (String marked : List.of("5\u061C", "5\u200E", "\u200F5")) {
            assertThat(Arguments.shown("value", marked, 4)).isSameAs(marked);
            assertThatThrownBy(() -> Arguments.label("value", marked, 4)).isInstanceOf(IllegalArgumentException.class);
        }
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String value = "a" + Character.toString(c);
            if (c != 0x061C && c != 0x200E && c != 0x200F) {
                assertThat(isAccepted(() -> Arguments.shown("value", value, 4)))
                        .as("U+%04X", c)
                        .isEqualTo(isAccepted(() -> Arguments.label("value", value, 4)));
            }
        }
        assertNull("value", () -> Arguments.shown("value", null, 4));
        assertThatThrownBy(() -> Arguments.shown("value", "abcde", 4))
                .hasMessage("value must have 1 to 4 characters and not be blank, but has 5");
        assertThatThrownBy(() -> Arguments.shown("value", "a\u2069", 4))
                .hasMessage("value must have no control characters, line ends, direction overrides or lone surrogates");
    }

    private static boolean isAccepted(Runnable check) {
        try {
            check.run();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "\u2003", "abcde", "     ", "\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00"})
    void refusesALabelThatIsBlankOrTooLong(String value) {
        assertThatThrownBy(() -> Arguments.label("purpose", value, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("purpose must have 1 to 4 characters and not be blank, but has " + value.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r",
                "\na",
                "a\nb",
                "\u0000a",
                "a\u007F",
                "a\u0085",
                "a\u2028",
                "a\u2029",
                "a\u200E",
                "a\u200F",
                "a\u202E",
                "a\u2066",
                "a\u2069",
                "a\u200B",
                "a\uFEFF",
                "a\u00AD",
                "a\uD83D",
                "\uDE00a",
                "\uDE00\uD83D",
                "a\uDB40\uDC41"
            })
    void refusesALabelWithWhatCannotBeSeen(String value) {
        assertThatThrownBy(() -> Arguments.label("purpose", value, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("purpose must have no control characters, line ends, direction marks or lone surrogates");
    }

    @Test
    void refusesNoLabel() {
        assertNull("purpose", () -> Arguments.label("purpose", null, 4));
    }

    @Test
    void boundsALength() {
        assertThat(Arguments.text("binding", "", 4)).isEmpty();
        assertThat(Arguments.text("binding", "a\nbc", 4)).isEqualTo("a\nbc");
        assertThatThrownBy(() -> Arguments.text("binding", "abcde", 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("binding must have at most 4 characters, but has 5");
        assertThat(Arguments.text("binding", "a\uD83D\uDE00", 4)).isEqualTo("a\uD83D\uDE00");
        for (String unpaired : List.of("\uD800", "a\uDC00b", "\uDE00\uD83D", "abc\uD83D")) {
            assertThatThrownBy(() -> Arguments.text("binding", unpaired, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("binding must be valid Unicode, but has an unpaired surrogate");
        }
        assertNull("binding", () -> Arguments.text("binding", null, 4));
    }

    private static void assertNull(String argument, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
