package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.internal.input.Arguments;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rule for labels, such as names, is implemented in core and, for authors of channels, in the HTTP toolkit. */
class LabelRuleTest {
    private static final int MAX = 4;

    private interface Check {
        String value(String argument, String value, int max);
    }

    @Test
    void isTheSameForCoreAndForChannels() {
        Stream<String> characters =
                IntStream.rangeClosed(0, Character.MAX_CODE_POINT).mapToObj(c -> "a" + Character.toString(c));
        Stream<String> lengths = Stream.of("", " ", "\u200D", "aaaa", "aaaaa", "a\uD83D\uDD10b", "aa\uD83D\uDD10b");

        List<String> different = Stream.concat(characters, lengths)
                .filter(value -> !outcome(Arguments::label, value).equals(outcome(ChannelSettings::text, value)))
                .toList();

        assertThat(different).isEmpty();
        assertThat(outcome(ChannelSettings::text, "a\u202E")).isNotEqualTo("a\u202E");
        assertThat(outcome(ChannelSettings::text, "aaaaa")).contains("1 to 4 characters");
    }

    private static String outcome(Check check, String value) {
        try {
            return check.value("name", value, MAX);
        } catch (IllegalArgumentException e) {
            return "refused: " + e.getMessage();
        }
    }
}
