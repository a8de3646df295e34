package dev.otpkit.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.TreeMap;

/**
 * Values by locale, such as the templates of a provider, with the fallback that {@link MessageCatalog} has for texts.
 * Immutable and thread-safe.
 *
 * <p>A locale is looked up by language, script and country; then by language and script; then by language and country;
 * then by language alone. So {@code zh-Hant-TW} finds the value of {@code zh-Hant}, and {@code ar-SA} that of
 * {@code ar}. Variants and extensions are ignored, {@code ar-SA-u-nu-arab} being the same as {@code ar-SA}, and an old
 * language code is the same as the new one, {@code iw} as {@code he}. In the cases that
 * {@link ResourceBundle.Control#getCandidateLocales} lists, related locales are looked up too: the script of Chinese
 * follows from the country ({@code zh-TW} is {@code zh-Hant-TW}), and Norwegian has several codes. There is no value
 * for all languages: the caller has its own default.
 *
 * @param <V> the type of the values
 */
public final class LocaleMap<V> {
    private final Map<String, V> byTag;

    private LocaleMap(Map<String, V> byTag) {
        this.byTag = byTag;
    }

    /**
     * Returns a map without values.
     *
     * @param <V> the type of the values
     * @return an empty map
     */
    public static <V> LocaleMap<V> empty() {
        return new LocaleMap<>(Map.of());
    }

    /**
     * Returns a map with one more value; this map does not change.
     *
     * @param locale a language ({@code ar}), whose value is also used for every locale of that language without a more
     *     specific one, or a language with a script, a country or both ({@code ar-SA}); variants and extensions are
     *     ignored
     * @param value the value for that locale, which replaces an earlier one
     * @return a new map
     * @throws IllegalArgumentException if the locale has no language
     */
    public LocaleMap<V> with(Locale locale, V value) {
        Objects.requireNonNull(locale, "locale must not be null");
        Objects.requireNonNull(value, "value must not be null");
        Locale key = bounded(locale);
        if (key.getLanguage().isEmpty()) {
            throw new IllegalArgumentException("locale must have a language");
        }
        Map<String, V> all = new TreeMap<>(byTag);
        all.put(key.toLanguageTag(), value);
        return new LocaleMap<>(Collections.unmodifiableMap(all));
    }

    /**
     * Returns the value for a locale, by the fallback described above.
     *
     * @param locale the locale of a message
     * @return the most specific value; empty if there is none, and always for a locale without a language
     */
    public Optional<V> find(Locale locale) {
        Objects.requireNonNull(locale, "locale must not be null");
        if (!byTag.isEmpty()) {
            for (String tag : candidates(locale)) {
                V value = byTag.get(tag);
                if (value != null) {
                    return Optional.of(value);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns whether the map has no values.
     *
     * @return true if {@link #find} is empty for every locale
     */
    public boolean isEmpty() {
        return byTag.isEmpty();
    }

    /**
     * Returns the language tags to look up, the most specific first and {@code und} last. Tags rather than locales,
     * since {@code toLanguageTag} turns the old codes in, iw and ji into id, he and yi on every JVM.
     */
    static List<String> candidates(Locale locale) {
        List<String> tags = new ArrayList<>();
        for (Locale candidate : ResourceBundle.Control.getControl(ResourceBundle.Control.FORMAT_PROPERTIES)
                .getCandidateLocales("messages", bounded(locale))) {
            tags.add(candidate.toLanguageTag());
        }
        return tags;
    }

    /** Drops variants and extensions, of which the {@code Accept-Language} of a client may have any number. */
    private static Locale bounded(Locale locale) {
        StringBuilder tag = new StringBuilder();
        tag.append(locale.getLanguage().isEmpty() ? "und" : locale.getLanguage());
        if (!locale.getScript().isEmpty()) {
            tag.append('-').append(locale.getScript());
        }
        if (!locale.getCountry().isEmpty()) {
            tag.append('-').append(locale.getCountry());
        }
        return Locale.forLanguageTag(tag.toString());
    }

    /** Returns the language tags, without the values. */
    @Override
    public String toString() {
        return "LocaleMap" + byTag.keySet();
    }
}
