package dev.otpkit.channel.twilio;

import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spells the URL that Twilio calls back. */
final class PublicUrl {
    private PublicUrl() {}

    /**
     * Returns what Twilio may have signed for the URL: as it is, and without or with its port. All else stays as it is,
     * escapes too; {@link com.twilio.security.RequestValidator} by itself loses those where it adds or takes away a
     * port.
     */
    static List<String> spellings(URI url) {
        String all = url.toString();
        String authority = url.getRawAuthority();
        String withPort = url.getPort() < 0
                ? url.getHost() + ("https".equalsIgnoreCase(url.getScheme()) ? ":443" : ":80")
                : authority;
        return List.of(
                all,
                all.replaceFirst(Pattern.quote(authority), Matcher.quoteReplacement(url.getHost())),
                all.replaceFirst(Pattern.quote(authority), Matcher.quoteReplacement(withPort)));
    }
}
