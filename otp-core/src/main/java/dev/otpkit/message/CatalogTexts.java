package dev.otpkit.message;

import dev.otpkit.internal.input.AppName;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a catalogue by locale, purpose and name: for each candidate of the locale those of the application, then
 * the built-in ones. A built-in language is read when it is first needed. Thread-safe.
 *
 * <p>The texts that were found are remembered by the locale, and by its candidates that have texts, at most
 * {@value #MAX_REMEMBERED} of each: then all are forgotten, so that the locales of requests cannot fill the memory. A
 * new locale costs the search for its candidates; texts are made only for new candidates or a new name.
 */
final class CatalogTexts {
    static final String ROOT = Locale.ROOT.toLanguageTag();
    static final int MAX_REMEMBERED = 128;

    private static final String ROOT_LANGUAGE = "en";
    private static final Set<String> BUILT_IN =
            Set.of(ROOT, "ar", "fr", "es", "de", "pt", "tr", "ur", "hi", "bn", "sw", "id");

    private final Map<String, Texts> application;
    private final Set<String> purposes = new HashSet<>();
    private final String lastLine;
    private final Map<String, Texts> builtIn = new ConcurrentHashMap<>();
    private final Map<Key, MessageTexts> byLocale = new ConcurrentHashMap<>();
    private final Map<Key, MessageTexts> byCandidates = new ConcurrentHashMap<>();

    /**
     * Holds the texts of an application by language tag.
     *
     * @param lastLine the end of each SMS, which may have the placeholder of the code; empty if there is none
     */
    CatalogTexts(Map<String, Texts> application, String lastLine) {
        this.application = application;
        for (Texts texts : application.values()) {
            purposes.addAll(texts.purposes());
        }
        this.lastLine = lastLine;
    }

    /**
     * Returns the texts.
     *
     * @throws IllegalArgumentException if the name of the application is not one line of 1 to 256 characters
     */
    MessageTexts find(Locale locale, String purpose, String app) {
        String own = purposes.contains(purpose) ? purpose : null;
        Key key = new Key(locale.getLanguage(), locale.getScript(), locale.getCountry(), own, app);
        MessageTexts found = byLocale.get(key);
        if (found == null) {
            AppName.rendered(app);
            found = findByCandidates(LocaleMap.candidates(locale), own, app);
            if (isOfUsualLength(locale)) {
                remember(byLocale, key, found);
            }
        }
        return found;
    }

    /** Returns whether the parts of a locale are no longer than BCP 47 allows; the constructors of Locale take any. */
    private static boolean isOfUsualLength(Locale locale) {
        return locale.getLanguage().length() <= 8
                && locale.getScript().length() <= 4
                && locale.getCountry().length() <= 3;
    }

    private MessageTexts findByCandidates(List<String> candidates, @Nullable String purpose, String app) {
        List<String> tags = new ArrayList<>();
        for (String tag : candidates) {
            if (application.containsKey(tag) || BUILT_IN.contains(tag)) {
                tags.add(tag);
            }
        }
        Key key = new Key(String.join(" ", tags), "", "", purpose, app);
        MessageTexts found = byCandidates.get(key);
        if (found == null) {
            found = make(tags, purpose).withApp(app);
            remember(byCandidates, key, found);
        }
        return found;
    }

    private static void remember(Map<Key, MessageTexts> remembered, Key key, MessageTexts texts) {
        if (remembered.size() >= MAX_REMEMBERED) {
            remembered.clear();
        }
        remembered.put(key, texts);
    }

    int rememberedLocales() {
        return byLocale.size();
    }

    int rememberedCandidates() {
        return byCandidates.size();
    }

    static String fileName(String baseName, String tag) {
        return baseName + (tag.equals(ROOT) ? "" : "_" + tag.replace('-', '_')) + ".properties";
    }

    static String language(String tag) {
        return tag.equals(ROOT) ? ROOT_LANGUAGE : tag;
    }

    private MessageTexts make(List<String> tags, @Nullable String purpose) {
        Template subject = find(tags, purpose, Texts.EMAIL_SUBJECT).isolatingDetails();
        HtmlMail html = new HtmlMail(
                subject,
                find(tags, purpose, Texts.HTML_HEADING),
                find(tags, purpose, Texts.HTML_VALIDITY),
                find(tags, purpose, Texts.HTML_WARNING));
        return new MessageTexts(
                subject, find(tags, purpose, Texts.SMS_TEXT), lastLine, find(tags, purpose, Texts.EMAIL_TEXT), html);
    }

    private Template find(List<String> tags, @Nullable String purpose, String key) {
        for (String tag : tags) {
            Template template = find(application.get(tag), purpose, key);
            if (template == null) {
                template = find(builtIn(tag), purpose, key);
            }
            if (template != null) {
                return template;
            }
        }
        throw new IllegalStateException("messages.properties has no " + key);
    }

    private static @Nullable Template find(@Nullable Texts texts, @Nullable String purpose, String key) {
        return texts == null ? null : texts.find(purpose, key);
    }

    private @Nullable Texts builtIn(String tag) {
        Texts texts = builtIn.get(tag);
        if (texts == null && BUILT_IN.contains(tag)) {
            texts = readBuiltIn(tag);
            builtIn.put(tag, texts);
        }
        return texts;
    }

    private static Texts readBuiltIn(String tag) {
        String file = fileName("messages", tag);
        InputStream in = CatalogTexts.class.getResourceAsStream(file);
        if (in == null) {
            throw new IllegalStateException(file + " is missing in this package");
        }
        return Texts.read(file, language(tag), in);
    }

    /**
     * All that texts depend on: the parts of a locale that are looked up, or the tags of its candidates; the purpose if
     * the application has texts for it; and the name. A class rather than a record, whose {@code hashCode} would be
     * made when the first message is.
     */
    private static final class Key {
        private final String language;
        private final String script;
        private final String country;
        private final @Nullable String purpose;
        private final String app;

        Key(String language, String script, String country, @Nullable String purpose, String app) {
            this.language = language;
            this.script = script;
            this.country = country;
            this.purpose = purpose;
            this.app = app;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that
                    && language.equals(that.language)
                    && script.equals(that.script)
                    && country.equals(that.country)
                    && Objects.equals(purpose, that.purpose)
                    && app.equals(that.app);
        }

        @Override
        public int hashCode() {
            int place = 31 * (31 * language.hashCode() + script.hashCode()) + country.hashCode();
            return 31 * (31 * place + Objects.hashCode(purpose)) + app.hashCode();
        }
    }
}
