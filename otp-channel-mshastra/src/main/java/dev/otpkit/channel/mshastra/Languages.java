package dev.otpkit.channel.mshastra;

import dev.otpkit.message.SmsSegments;
import java.util.Locale;
import java.util.Map;

/** What the field {@code language} says of a text; an empty value leaves it out. */
record Languages(String gsm, String unicode, Map<String, String> byTag) {
    Languages {
        byTag = Map.copyOf(byTag);
    }

    String of(Locale locale, SmsSegments.Encoding encoding) {
        String byEncoding = encoding == SmsSegments.Encoding.GSM_7 ? gsm : unicode;
        String byLanguage = byTag.getOrDefault(locale.getLanguage(), byEncoding);
        return byTag.getOrDefault(tag(locale), byLanguage);
    }

    /** Returns what a locale is known by here: its language, script and region. */
    static String tag(Locale locale) {
        return locale.stripExtensions().toLanguageTag();
    }
}
