package dev.otpkit.channel.twilio;

import dev.otpkit.channel.http.ChannelSettings;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks and spells the URL that Twilio calls back. */
final class PublicUrl {
    private PublicUrl() {}

    /** Returns the URL as it is, if Twilio can be told it: https, or http to this machine, without user and fragment. */
    static URI checked(String argument, URI url) {
        Objects.requireNonNull(url, () -> argument + " must not be null");
        boolean here = "http".equalsIgnoreCase(url.getScheme())
                && url.getHost() != null
                && ChannelSettings.isLoopback(url.getHost());
        boolean web = here || "https".equalsIgnoreCase(url.getScheme());
        if (!web || url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    argument + " must be an https URL, or http to this machine, without user and fragment");
        }
        return url;
    }

    /**
     * Returns what Twilio may have signed for the URL: as it is, and without or with its port. All else stays as it is, escapes
     * too; {@link com.twilio.security.RequestValidator} by itself loses those where it adds or takes away a port.
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
