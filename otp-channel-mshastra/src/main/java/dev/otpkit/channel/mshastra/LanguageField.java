package dev.otpkit.channel.mshastra;

import dev.otpkit.message.LocaleMap;
import dev.otpkit.message.SmsSegments;
import java.util.Locale;

/** The values of the field {@code language}, by locale or by alphabet. An empty value leaves the field out. */
record LanguageField(String gsm, String unicode, LocaleMap<String> byLocale) {
    String of(Locale locale, SmsSegments.Encoding encoding) {
        return byLocale.find(locale).orElse(encoding == SmsSegments.Encoding.GSM_7 ? gsm : unicode);
    }
}
