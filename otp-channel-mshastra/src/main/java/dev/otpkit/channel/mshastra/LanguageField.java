package dev.otpkit.channel.mshastra;

import dev.otpkit.message.LocaleMap;
import dev.otpkit.message.SmsSegments;
import java.util.Locale;

/** What the field {@code language} says of a text; an empty value leaves it out. */
record LanguageField(String gsm, String unicode, LocaleMap<String> byLocale) {
    String of(Locale locale, SmsSegments.Encoding encoding) {
        return byLocale.find(locale).orElse(encoding == SmsSegments.Encoding.GSM_7 ? gsm : unicode);
    }
}
