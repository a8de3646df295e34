package dev.otpkit.channel.http;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Values by locale, such as a provider's templates. A locale is looked for as a whole ({@code ar-SA}), then by its
 * language alone ({@code ar}); the default for all others is the channel's own. Extensions of a locale do not count
 * ({@code ar-SA-u-nu-arab} is {@code ar-SA}), script and variant do. Immutable.
 *
 * @param <V> the values
 */
public final class LocaleMap<V> {
    private final Map<String, V> byTag;

    private LocaleMap(Map<String, V> byTag) {
        this.byTag = byTag;
    }

    /**
     * Returns a map without values.
     *
     * @param <V> the values
     * @return a map
     */
    public static <V> LocaleMap<V> empty() {
        return new LocaleMap<>(Map.of());
    }

    /**
     * Returns a map with one more value.
     *
     * @param locale a language ({@code ar}), which is meant for all locales with it that have no value of their own, or
     *     a more particular one ({@code ar-SA})
     * @param value for it, in place of the one that it had
     * @return a new map
     */
    public LocaleMap<V> with(Locale locale, V value) {
        Objects.requireNonNull(locale, "locale must not be null");
        Objects.requireNonNull(value, "value must not be null");
        Map<String, V> all = new TreeMap<>(byTag);
        all.put(tag(locale), value);
        return new LocaleMap<>(Collections.unmodifiableMap(all));
    }

    /**
     * Returns the value for a locale: its own, or else that of its language.
     *
     * @param locale that of a message
     * @return the value; empty if neither has one
     */
    public Optional<V> find(Locale locale) {
        Objects.requireNonNull(locale, "locale must not be null");
        String tag = tag(locale);
        int end = tag.indexOf('-');
        V own = byTag.get(tag);
        return Optional.ofNullable(own != null || end < 0 ? own : byTag.get(tag.substring(0, end)));
    }

    /**
     * Tells whether there is no value.
     *
     * @return true if nothing can be found
     */
    public boolean isEmpty() {
        return byTag.isEmpty();
    }

    private static String tag(Locale locale) {
        return locale.stripExtensions().toLanguageTag();
    }

    /** Returns the language tags, without the values. */
    @Override
    public String toString() {
        return "LocaleMap" + byTag.keySet();
    }
}
