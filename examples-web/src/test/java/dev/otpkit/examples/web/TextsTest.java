package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.SendResult.Refused;
import dev.otpkit.VerifyResult.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.ResourceBundleMessageSource;

/** The texts of the pages, in both languages. */
class TextsTest {
    private static final Locale ARABIC = Locale.forLanguageTag("ar");

    private final ResourceBundleMessageSource texts = texts();

    @Test
    void bothLanguagesHaveTheSameKeys() throws IOException {
        assertThat(keys("messages_ar.properties").keySet())
                .isEqualTo(keys("messages.properties").keySet());
        assertThat(keys("texts/otp_ar.properties").keySet())
                .isEqualTo(keys("texts/otp.properties").keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "ar"})
    void eachProblemHasAText(String language) {
        assertThat(problems().map(Problem::key).distinct())
                .allSatisfy(key -> assertThat(texts.getMessage(
                                "error." + key, new Object[] {"soon", 3, "3"}, Locale.forLanguageTag(language)))
                        .isNotBlank()
                        .doesNotContain("{"));
    }

    @ParameterizedTest
    @CsvSource({"1, ثانية واحدة", "2, ثانيتين", "3, ٣ ثوانٍ", "10, ٣ ثوانٍ", "11, ٣ ثانية", "90, ٣ ثانية"})
    void arabicCountsAsAPersonDoes(long seconds, String text) {
        assertThat(texts.getMessage("wait.seconds", new Object[] {seconds, "٣"}, ARABIC))
                .isEqualTo(text);
    }

    @Test
    void aWrongCodeNamesTheAttemptsLeft() {
        assertThat(texts.getMessage("error.wrong", new Object[] {"", 1, "1"}, Locale.ENGLISH))
                .isEqualTo("This code is not right. You have 1 attempt left.");
        assertThat(texts.getMessage("error.wrong", new Object[] {"", 4, "4"}, Locale.ENGLISH))
                .isEqualTo("This code is not right. You have 4 attempts left.");
        assertThat(texts.getMessage("error.wrong", new Object[] {"", 2, "٢"}, ARABIC))
                .isEqualTo("هذا الرمز غير صحيح. بقيت لك محاولتان.");
    }

    private static Stream<Problem> problems() {
        return Stream.of(
                        Stream.of("name", "address", "payee", "amount").map(Problem::ofField),
                        Stream.of("away", "undelivered").map(Problem::ofOutage),
                        Stream.of(Problem.ofChange()),
                        Stream.of(Refused.Reason.values())
                                .map(reason -> Problem.of(new Refused(reason, Optional.empty()))),
                        Stream.of(Rejected.Reason.values())
                                .map(reason -> Problem.of(new Rejected(reason, OptionalInt.empty(), Optional.empty()))),
                        Stream.of(
                                        "too-soon",
                                        "wrong",
                                        "malformed",
                                        "expired",
                                        "attempts",
                                        "none",
                                        "locked",
                                        "limited",
                                        "invalid",
                                        "not-sent",
                                        "account")
                                .map(error -> Problem.ofLogin(error, OptionalInt.empty())))
                .flatMap(problems -> problems);
    }

    private static ResourceBundleMessageSource texts() {
        ResourceBundleMessageSource source = new ResourceBundleMessageSource();
        source.setBasename("messages");
        source.setDefaultEncoding("UTF-8");
        source.setFallbackToSystemLocale(false);
        return source;
    }

    private static Properties keys(String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = TextsTest.class.getClassLoader().getResourceAsStream(file)) {
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return properties;
    }
}
