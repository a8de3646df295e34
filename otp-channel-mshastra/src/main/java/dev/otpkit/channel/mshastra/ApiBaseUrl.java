package dev.otpkit.channel.mshastra;

import dev.otpkit.channel.http.ChannelSettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The base URL of the API, read from the URL of an account, which may end with the name of one of the API's pages. */
final class ApiBaseUrl {
    static final String SEND_PAGE = "sendsms_api_json.aspx";
    static final String BALANCE_PAGE = "balance.aspx";

    private static final List<String> PAGES = List.of(
            SEND_PAGE, "sendsms_api_xml.aspx", "sendurl.aspx", "sendurlcomma.aspx", BALANCE_PAGE, "dlrstatus_api.aspx");

    /** A name with an extension. A version such as {@code v1.0} has none. */
    private static final Pattern PAGE = Pattern.compile(".+\\.[A-Za-z]{2,5}");

    private ApiBaseUrl() {}

    /**
     * Returns the part of a URL that all pages have in common. A question mark at the end, with nothing behind it, is
     * removed as well.
     *
     * @throws IllegalArgumentException if the page is not one of the API, or {@link ChannelSettings#baseUrl} refuses
     *     the URL; the text does not contain the URL, which may hold credentials
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
