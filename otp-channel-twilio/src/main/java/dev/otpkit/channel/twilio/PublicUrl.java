package dev.otpkit.channel.twilio;

import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of the URL that Twilio calls back. */
final class PublicUrl {
    private PublicUrl() {}

    /**
     * Returns the forms of the URL that Twilio may have signed: unchanged, without its port, and with it. Everything
     * else stays unchanged, escapes included; {@link com.twilio.security.RequestValidator} itself loses those when it
     * adds or removes a port.
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
