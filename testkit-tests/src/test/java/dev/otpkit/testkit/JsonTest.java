package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void readsValuesOfEveryKind() {
        assertThat(Json.read(" {\"a\" : [1, -2.5e1, true, false, null, \"x\\n\\u0041\\\"\\\\\\/é\"], \"b\":{}} "))
                .contains(Map.of(
                        "a",
                        Arrays.asList(new BigDecimal("1"), new BigDecimal("-25"), true, false, null, "x\nA\"\\/é"),
                        "b",
                        Map.of()));
        assertThat(Json.read("[]")).contains(List.of());
    }

    @Test
    void readsNothingElse() {
        for (String text : List.of(
                "",
                " ",
                "{",
                "[1",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "\"a",
                "\"\\x\"",
                "\"\\u00\"",
                "\"\n\"",
                "tru",
                "1 2",
                "[] x",
                "-",
                "[".repeat(100_000))) {
            assertThat(Json.read(text)).as(text.length() > 20 ? "deep" : text).isEmpty();
        }
    }

    @Test
    void writesWhatItReads() {
        Object value = Map.of("a \"\\\n", List.of("x", new BigDecimal("1.5"), true, List.of(), Map.of()));
        assertThat(Json.read(Json.write(value))).contains(value);
        assertThat(Json.write(null)).isEqualTo("null");
    }
}
