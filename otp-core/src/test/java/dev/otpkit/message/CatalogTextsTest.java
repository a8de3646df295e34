package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CatalogTextsTest {
    private final CatalogTexts texts = new CatalogTexts(
            Map.of(
                    "und",
                    new Texts(Map.of(
                            "login.sms.text", new Template("", "en", "login {code}"),
                            "sms.text", new Template("", "en", "any {code}")))),
            "");

    @Test
    void remembersTheTextsThatWereFound() {
        assertThat(texts.find(Locale.ENGLISH, "login", "Acme"))
                .isSameAs(texts.find(Locale.forLanguageTag("en"), "login", "Acme"));
    }

    @Test
    void remembersAPurposeWithoutTextsOfItsOwnLikeAnyOther() {
        assertThat(texts.find(Locale.ENGLISH, "pay", "Acme"))
                .isSameAs(texts.find(Locale.ENGLISH, "reset", "Acme"))
                .isNotSameAs(texts.find(Locale.ENGLISH, "login", "Acme"));
        assertThat(texts.find(Locale.ENGLISH, "pay", "Acme").sms("1", "5", Map.of()))
                .isEqualTo("any 1");
        assertThat(texts.find(Locale.ENGLISH, "login", "Acme").sms("1", "5", Map.of()))
                .isEqualTo("login 1");
    }

    @Test
    void remembersOneForAllVariantsOfALocale() {
        assertThat(texts.find(Locale.forLanguageTag("ar-SA-u-nu-arab"), "login", "Acme"))
                .isSameAs(texts.find(Locale.forLanguageTag("ar-SA"), "login", "Acme"));
    }

    @Test
    void tellsLanguagesScriptsCountriesAndNamesApart() {
        List<String> tags = List.of("zh", "zh-Hant", "zh-TW", "zh-Hant-TW", "ar", "ar-TW");
        for (String tag : tags) {
            for (String app : new String[] {"Acme", "Other"}) {
                String subject = new CatalogTexts(Map.of(), "")
                        .find(Locale.forLanguageTag(tag), "login", app)
                        .subject("1", "5", Map.of());
                assertThat(texts.find(Locale.forLanguageTag(tag), "login", app).subject("1", "5", Map.of()))
                        .isEqualTo(subject)
                        .contains(app);
            }
        }
        assertThat(texts.rememberedLocales()).isEqualTo(12);
    }

    @Test
    void forgetsWhenLocalesOfRequestsFillTheTable() {
        for (char a = 'a'; a <= 'z'; a++) {
            for (char b = 'a'; b <= 'z'; b++) {
                texts.find(Locale.forLanguageTag("en-" + a + b), "login", "Acme");
                assertThat(texts.rememberedLocales()).isBetween(1, CatalogTexts.MAX_REMEMBERED);
            }
        }
        assertThat(texts.find(Locale.forLanguageTag("en-aa"), "login", "Acme").sms("1", "5", Map.of()))
                .isEqualTo("login 1");
    }

    @SuppressWarnings("deprecation")
    @Test
    void remembersNoLocaleThatIsLongerThanLocalesAre() {
        String endless = "x".repeat(100_000);
        for (Locale locale : List.of(
                new Locale(endless), new Locale("en", endless), new Locale("abcdefghi"), new Locale("en", "ABCD"))) {
            assertThat(texts.find(locale, "login", "Acme")).isSameAs(texts.find(Locale.ENGLISH, "login", "Acme"));
        }
        assertThat(texts.rememberedLocales()).as("English alone").isEqualTo(1);
    }

    @Test
    void makesNoTextsForANewLocaleThatHasNone() {
        MessageTexts arabic = texts.find(Locale.forLanguageTag("ar"), "login", "Acme");
        assertThat(texts.find(Locale.forLanguageTag("ar-SA"), "login", "Acme")).isSameAs(arabic);
        assertThat(texts.find(Locale.forLanguageTag("ar-Arab-EG"), "login", "Acme"))
                .isSameAs(arabic);
        assertThat(texts.find(Locale.forLanguageTag("fa"), "login", "Acme"))
                .isSameAs(texts.find(Locale.forLanguageTag("en"), "login", "Acme"))
                .isNotSameAs(arabic);
        assertThat(texts.rememberedCandidates()).isEqualTo(2);
    }

    @SuppressWarnings("deprecation")
    @Test
    void takesNoLocaleForTheCandidatesOfAnother() {
        MessageTexts arabic = texts.find(Locale.forLanguageTag("ar"), "login", "Acme");
        assertThat(texts.find(new Locale("ar und"), "login", "Acme")).isNotSameAs(arabic);
    }

    @Test
    void forgetsWhenNamesFillTheTable() {
        for (int i = 0; i < 1000; i++) {
            assertThat(texts.find(Locale.ENGLISH, "login", "Acme " + i).subject("1", "5", Map.of()))
                    .isEqualTo("Your Acme " + i + " code");
            assertThat(texts.rememberedCandidates()).isBetween(1, CatalogTexts.MAX_REMEMBERED);
        }
    }

    @Test
    void remembersNoNameThatItRefuses() {
        for (int i = 0; i < 2; i++) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> texts.find(Locale.ENGLISH, "login", "Ac\nme"))
                    .withMessageContaining("appName");
        }
        assertThat(texts.rememberedLocales()).isZero();
        assertThat(texts.rememberedCandidates()).isZero();
    }

    @Test
    void readsALanguageOnFirstUseInManyThreadsAtOnce() throws Exception {
        List<String> tags = List.of("en", "ar", "fr", "es", "de", "pt", "tr", "ur", "hi", "bn", "sw", "id");
        CatalogTexts shared = new CatalogTexts(Map.of(), "");
        CyclicBarrier start = new CyclicBarrier(8);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<List<String>>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> {
                    start.await();
                    return mails(shared, tags);
                });
            }
            List<String> expected = mails(new CatalogTexts(Map.of(), ""), tags);
            assertThat(expected).doesNotHaveDuplicates();
            for (Future<List<String>> result : threads.invokeAll(calls)) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    private static List<String> mails(CatalogTexts texts, List<String> tags) {
        List<String> mails = new ArrayList<>();
        for (String tag : tags) {
            mails.add(texts.find(Locale.forLanguageTag(tag), "login", "Acme").mail("123456", "5", Map.of()));
        }
        return mails;
    }
}
