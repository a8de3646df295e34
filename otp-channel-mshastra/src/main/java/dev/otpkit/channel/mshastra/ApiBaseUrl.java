package dev.otpkit.channel.mshastra;

import dev.otpkit.channel.http.ChannelSettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The URL of the API as accounts have it: with the name of one of its pages at the end, or without. */
final class ApiBaseUrl {
    private static final List<String> PAGES = List.of(
            "sendsms_api_json.aspx",
            "sendsms_api_xml.aspx",
            "sendurl.aspx",
            "sendurlcomma.aspx",
            "balance.aspx",
            "dlrstatus_api.aspx");

    /** A name with an extension; a version such as {@code v1.0} is none. */
    private static final Pattern PAGE = Pattern.compile(".+\\.[A-Za-z]{2,5}");

    private ApiBaseUrl() {}

    /**
     * Returns the part of a URL that all pages have in common. A question mark with nothing behind it is dropped too.
     *
     * @throws IllegalArgumentException if the page is not one of the API, or {@link ChannelSettings#baseUrl} refuses
     *     the URL; the text does not show the URL, which may hold credentials
     */
    static URI base(String argument, URI url) {
        String text = url.toString();
        URI checked = ChannelSettings.baseUrl(
                argument, text.endsWith("?") ? URI.create(text.substring(0, text.length() - 1)) : url);
        String path = checked.getRawPath();
        String page = path.substring(path.lastIndexOf('/') + 1);
        if (PAGES.contains(page.toLowerCase(Locale.ROOT))) {
            String all = checked.toString();
            return ChannelSettings.baseUrl(argument, URI.create(all.substring(0, all.length() - page.length() - 1)));
        }
        if (PAGE.matcher(page).matches()) {
            throw new IllegalArgumentException(
                    argument + " must end before the name of a page, or with one of " + String.join(", ", PAGES));
        }
        return checked;
    }
}
