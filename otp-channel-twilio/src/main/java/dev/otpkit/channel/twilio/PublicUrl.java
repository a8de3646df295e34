package dev.otpkit.channel.twilio;

import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The URL that Twilio calls back: its forms, and the id of a challenge in its query. */
final class PublicUrl {
    /** The name of the parameter with the id of a challenge. */
    static final String CHALLENGE = "otpkit-challenge";

    /** The greatest length of a URL with the id of a challenge; a longer one goes without. */
    static final int MAX_LENGTH = 2000;

    private static final int MAX_QUERY = 16 * 1024;
    private static final Pattern CHALLENGE_ID = Pattern.compile("[A-Za-z0-9_-]{1,1024}");

    private PublicUrl() {}

    /** Returns true for a text that can be the id of a challenge. */
    static boolean isChallengeId(String text) {
        return CHALLENGE_ID.matcher(text).matches();
    }

    /** Returns true if the query of a URL has a parameter with the name of ours. */
    static boolean hasChallenge(URI url) {
        return challengeIn(url.getRawQuery()) != null;
    }

    /** Returns a URL with the id of a challenge behind its own query. */
    static String withChallenge(String url, String challengeId) {
        return url + (url.indexOf('?') < 0 ? '?' : '&') + CHALLENGE + '=' + challengeId;
    }

    /**
     * Returns the first value of our parameter, unchecked, or a part of it if it is too long; null if there is none.
     */
    static @Nullable String challengeIn(@Nullable String query) {
        String name = "&" + CHALLENGE + "=";
        String searched = "&" + (query == null ? "" : query.substring(0, Math.min(query.length(), MAX_QUERY)));
        int start = searched.indexOf(name);
        if (start < 0) {
            return null;
        }
        int end = searched.indexOf('&', start + name.length());
        return searched.substring(start + name.length(), end < 0 ? searched.length() : end);
    }

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
