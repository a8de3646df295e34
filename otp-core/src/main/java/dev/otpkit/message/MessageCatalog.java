package dev.otpkit.message;

import dev.otpkit.EmailAddress;
import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.TypedText;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpMessage;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The texts of messages in twelve languages; an application can replace each text and add languages.
 *
 * <p>The built-in languages are English, Arabic, French, Spanish, German, Portuguese, Turkish, Urdu, Hindi, Bengali,
 * Swahili and Indonesian. Texts are looked up by the fallback of {@link LocaleMap} ({@code ar-SA}, then {@code ar}),
 * and then in English; the default locale of the JVM is not used. These are the texts:
 *
 * <table>
 * <caption>Keys of a bundle</caption>
 * <tr><th scope="col">key</th><th scope="col">text</th></tr>
 * <tr><td>{@code sms.text}</td><td>the text for every medium except email; must have {@code {code}}</td></tr>
 * <tr><td>{@code email.subject}</td><td>the subject, in one line; must not have {@code {code}}</td></tr>
 * <tr><td>{@code email.text}</td><td>the plain text of a mail; must have {@code {code}}</td></tr>
 * <tr><td>{@code email.html.heading}</td><td>in the HTML of a mail, the sentence above the code</td></tr>
 * <tr><td>{@code email.html.validity}</td><td>the sentence below the code</td></tr>
 * <tr><td>{@code email.html.warning}</td><td>the warning at the end</td></tr>
 * </table>
 *
 * <p>A key that begins with a purpose and a dot, such as {@code password-reset.sms.text}, applies to that purpose
 * alone. For each locale, from the most specific to English, the order is: the application's text for the purpose, its
 * general text, the built-in text. So an Arabic text is always preferred to an English one.
 *
 * <p>A text may contain the placeholders {@code {code}}, {@code {app}} (the name of the application), {@code {minutes}}
 * (the remaining validity in whole minutes, at least 1) and the names of {@linkplain dev.otpkit.OtpRequest#detail
 * details} of the request, such as {@code {amount}}, and no other braces. They are replaced in a single pass, so that
 * names and values with braces, {@code %} or quotes are safe; texts, names and values are escaped in HTML. Codes and
 * minutes are always in Latin digits. A text that shows a detail which the request lacks makes no message; a detail
 * that no text shows is allowed.
 *
 * <p>Every built-in {@code sms.text} fits one segment with a name of up to 12 characters of the GSM alphabet, a code of
 * 8 characters and a two-digit number of minutes. With any other character in the name, such as an Arabic or Chinese
 * one, the English, French, Spanish, German, Turkish, Swahili and Indonesian texts need at least two segments; in the
 * other languages 12 such characters fit into one. {@link SmsSegments} counts the segments of any text.
 *
 * <p>In a text that runs from right to left, the code is enclosed in U+2066 and U+2069, so that its characters keep
 * their order; in an SMS only if the text is still a single segment with them. In a mail, the name is enclosed as well,
 * in U+2068 and U+2069. So is each value of a detail, in every text; in an SMS code and values are enclosed only if
 * that takes no further segment.
 *
 * <p>A message is a mail if its medium is {@code email} or its recipient is an {@link EmailAddress}. Catalogues are
 * immutable and thread-safe.
 */
public final class MessageCatalog implements MessageRenderer {
    private final CatalogTexts texts;

    private MessageCatalog(CatalogTexts texts) {
        this.texts = texts;
    }

    /**
     * Returns the catalogue with all defaults.
     *
     * @return a catalogue of the built-in texts, without a line for autofill
     */
    public static MessageCatalog create() {
        return builder().build();
    }

    /**
     * Returns a builder that holds the built-in texts.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the message, with HTML if it is a mail. For other media the message has the subject of a mail too, which
     * a channel may use.
     *
     * @param context the values of the message
     * @return a message in the locale of the context by the fallback, or in English
     * @throws IllegalArgumentException if a text of this message shows a detail that the context lacks, and then it
     *     names the file, the key and the detail; or if the name of the application is blank, over 256 characters, or
     *     has line ends, direction marks or other control characters
     */
    @Override
    public OtpMessage render(MessageContext context) {
        String minutes = Long.toString(Math.max(1, context.validFor().toMinutes()));
        String code = context.code();
        String medium = context.medium();
        MessageTexts ready = texts.find(context.locale(), context.purpose(), context.appName());
        boolean mail = medium.equals("email") || context.recipient() instanceof EmailAddress;
        Map<String, String> details = context.details();
        ready.requireDetails(mail, details);
        String text;
        if (mail) {
            text = ready.mail(code, minutes, details);
        } else if (medium.equals("sms")) {
            text = ready.sms(code, minutes, details);
        } else {
            text = ready.otherMedia(code, minutes, details);
        }
        return new OtpMessage(
                context.recipient(),
                code,
                context.purpose(),
                context.locale(),
                context.validFor(),
                ready.subject(code, minutes, details),
                text,
                mail ? Optional.of(ready.html(code, minutes, details)) : Optional.empty());
    }

    /** Builds a catalogue. Not thread-safe. */
    public static final class Builder {
        private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
        private static final String HOST = "(?=.{1,253}$)(" + LABEL + "\\.)*(?![0-9]+$)" + LABEL;
        private static final String APP_HASH = "[A-Za-z0-9+/]{11}";

        private @Nullable String baseName;
        private @Nullable ClassLoader loader;
        private @Nullable String host;
        private @Nullable String appHash;

        private Builder() {}

        /**
         * Sets the application's own texts, found by the current context class loader of the thread; see
         * {@link #bundle(String, ClassLoader)}.
         *
         * @param baseName the name of the files without language and extension, such as {@code com.acme.otp}
         * @return this builder
         */
        public Builder bundle(String baseName) {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            return bundle(baseName, context == null ? ClassLoader.getSystemClassLoader() : context);
        }

        /**
         * Sets the application's own texts: properties files in UTF-8, one per locale, such as
         * {@code com/acme/otp_ar.properties} and {@code com/acme/otp_pt_BR.properties} for {@code com.acme.otp}; the
         * one without a suffix is English. Each needs only the keys that it replaces, and may be for a language that is
         * not built in. None by default; a second bundle replaces the first.
         *
         * <p>{@link #build()} reads all files, and later changes to them have no effect. It asks the loader for every
         * language of ISO 639-1 and every locale of the JVM with a country or a script, about a thousand names, which
         * takes a fraction of a second. In a named module the files must be in an open package.
         *
         * @param baseName the name of the files without language and extension, 1 to 256 characters; dots stand for
         *     slashes
         * @param loader the class loader that finds the files; not used after {@code build()}
         * @return this builder
         */
        public Builder bundle(String baseName, ClassLoader loader) {
            this.baseName = Arguments.label("baseName", baseName, 256);
            this.loader = Objects.requireNonNull(loader, "loader must not be null");
            return this;
        }

        /**
         * Appends a line such as {@code @acme.example #123456} to every SMS, by which browsers fill in the code on
         * pages of that site only: origin-bound one-time codes (WICG), supported by Safari and by WebOTP in Chrome.
         * Other media do not have the line. None by default. With it, most texts outside the GSM alphabet need a second
         * segment.
         *
         * @param host the host name in ASCII, without scheme and port; A to Z become a to z
         * @return this builder
         * @throws IllegalArgumentException if the text is not such a name
         */
        public Builder originBound(String host) {
            if (!host.matches(HOST)) {
                throw new IllegalArgumentException(
                        "host must be a host name in ASCII without scheme and port, but was " + host);
            }
            this.host = TypedText.foldAscii(host);
            return this;
        }

        /**
         * Appends a line with the hash of an Android application to every SMS, by which the SMS Retriever passes the
         * message to that application if it has at most 140 bytes. Other media do not have the line. None by default.
         * It cannot be combined with {@link #originBound}, whose line must be the last one.
         *
         * @param hash 11 characters of {@code A-Z a-z 0-9 + /}, computed from the package name and the signing
         *     certificate of the application
         * @return this builder
         * @throws IllegalArgumentException if the text is not such a hash
         */
        public Builder androidAppHash(String hash) {
            if (!hash.matches(APP_HASH)) {
                throw new IllegalArgumentException(
                        "hash must be 11 characters of A-Z, a-z, 0-9, + and /, but was " + hash);
            }
            this.appHash = hash;
            return this;
        }

        /**
         * Returns the catalogue.
         *
         * @return an immutable catalogue
         * @throws IllegalStateException if both lines for autofill are set; if there is no file of the bundle for any
         *     language; or if one of its files cannot be read, or has an unknown key, an unknown placeholder or a text
         *     that breaks the rules of {@link MessageCatalog}; the message names file and key
         */
        public MessageCatalog build() {
            if (host != null && appHash != null) {
                throw new IllegalStateException("originBound and androidAppHash exclude one another:"
                        + " browsers read only the last line of a message");
            }
            return new MessageCatalog(new CatalogTexts(
                    baseName == null || loader == null ? Map.of() : readBundle(baseName, loader), lastLine()));
        }

        private String lastLine() {
            if (host != null) {
                return "\n@" + host + " #" + Template.CODE;
            }
            return appHash != null ? "\n" + appHash : "";
        }

        private static Map<String, Texts> readBundle(String baseName, ClassLoader loader) {
            String path = baseName.replace('.', '/');
            Map<String, Texts> texts = new HashMap<>();
            for (String tag : knownTags()) {
                String file = CatalogTexts.fileName(path, tag);
                InputStream in = loader.getResourceAsStream(file);
                if (in != null) {
                    texts.put(tag, Texts.read(file, CatalogTexts.language(tag), in));
                }
            }
            if (texts.isEmpty()) {
                throw new IllegalStateException("bundle " + baseName + " was not found: there is neither "
                        + CatalogTexts.fileName(path, CatalogTexts.ROOT) + " nor one for a language, such as "
                        + CatalogTexts.fileName(path, "ar"));
            }
            return Map.copyOf(texts);
        }

        /**
         * Returns the tags of all locales that a file may be for. The languages of ISO 639-1 are added, since a small
         * runtime image may have only English locales.
         */
        private static Set<String> knownTags() {
            Set<String> tags = new TreeSet<>();
            for (String language : Locale.getISOLanguages()) {
                addTags(tags, Locale.forLanguageTag(language));
            }
            for (Locale locale : Locale.getAvailableLocales()) {
                addTags(tags, locale);
            }
            return tags;
        }

        private static void addTags(Set<String> tags, Locale locale) {
            for (String tag : LocaleMap.candidates(locale)) {
                if (tag.indexOf('-') == tag.lastIndexOf('-')) {
                    tags.add(tag);
                }
            }
        }
    }
}
