package dev.otpkit.channel.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to a provider, with the credentials in it that nobody else may see. Immutable: each method returns a new
 * request, so a channel keeps one with its URL and credentials, and adds to it what differs from message to message:
 *
 * <pre>{@code
 * ProviderRequest messages = ProviderRequest.post(baseUrl, "/messages").bearer(apiKey);
 * http.send(message, messages.field("to", number).field("text", message.text()));
 * }</pre>
 *
 * <p>Whatever a {@link ProviderResponse} makes of the provider's words is without the credentials of its request. Its
 * {@code toString()} shows the host alone.
 */
public final class ProviderRequest {
    private static final String AUTHORIZATION = "Authorization";
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int MIN_SECRET = 4;
    private static final int MAX_TOKEN = 16 * 1024;
    private static final Pattern NAMES_A_SECRET =
            Pattern.compile("(?i).*(auth|key|token|secret|pass|pwd|cookie|signature).*");

    private final boolean post;
    private final URI url;
    private final Map<String, String> headers;
    private final Set<String> credentials;
    private final String body;
    private final @Nullable Duration atMost;

    private ProviderRequest(
            boolean post,
            URI url,
            Map<String, String> headers,
            Set<String> credentials,
            String body,
            @Nullable Duration atMost) {
        this.post = post;
        this.url = url;
        this.headers = headers;
        this.credentials = credentials;
        this.body = body;
        this.atMost = atMost;
    }

    /**
     * Returns a POST with an empty body.
     *
     * @param url where to: https, or http to this machine; without user and fragment
     * @return a new request
     * @throws IllegalArgumentException if the URL is another one; the text does not show it
     */
    public static ProviderRequest post(URI url) {
        return of(true, url);
    }

    /**
     * Returns a POST to a page of an API, with an empty body.
     *
     * @param baseUrl as {@link ChannelSettings#baseUrl} takes it
     * @param path begins with a slash; escaped as in a URL
     * @return a new request
     * @throws IllegalArgumentException if either is not so; the text does not show them
     */
    public static ProviderRequest post(URI baseUrl, String path) {
        return of(true, joined(baseUrl, path));
    }

    /**
     * Returns a GET. Proxies and access logs record URLs, and so does the JDK at its finest level: where a provider has
     * a choice, send by {@link #post(URI, String)}.
     *
     * @param url where to: https, or http to this machine; without user and fragment
     * @return a new request
     * @throws IllegalArgumentException if the URL is another one; the text does not show it
     */
    public static ProviderRequest get(URI url) {
        return of(false, url);
    }

    /**
     * Returns a GET of a page of an API, as {@link #get(URI)} does.
     *
     * @param baseUrl as {@link ChannelSettings#baseUrl} takes it
     * @param path begins with a slash; escaped as in a URL
     * @return a new request
     * @throws IllegalArgumentException if either is not so; the text does not show them
     */
    public static ProviderRequest get(URI baseUrl, String path) {
        return of(false, joined(baseUrl, path));
    }

    private static ProviderRequest of(boolean post, URI url) {
        return new ProviderRequest(
                post,
                ChannelSettings.secureUrl("url", url),
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
                Set.of(),
                "",
                null);
    }

    private static URI joined(URI baseUrl, String path) {
        URI base = ChannelSettings.baseUrl("baseUrl", baseUrl);
        Objects.requireNonNull(path, "path must not be null");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must begin with a slash");
        }
        try {
            return URI.create(base + path);
        } catch (IllegalArgumentException e) {
            // Its own text has the path, which may hold a credential.
            throw new IllegalArgumentException("path must be escaped as in a URL");
        }
    }

    /**
     * Sets a header, in place of one with the same name. If the name speaks of a credential, which means that it has
     * {@code auth}, {@code key}, {@code token}, {@code secret}, {@code pass}, {@code pwd}, {@code cookie} or
     * {@code signature} in it, in any case, then the value is hidden like those that {@link #hiding} names, unless it
     * has fewer than 4 characters; of {@code Authorization} the part behind the scheme.
     *
     * @param name as HTTP allows it, and not one that the JDK's client sets by itself, such as {@code Host}
     * @param value as HTTP allows it: without line ends
     * @return a new request
     * @throws IllegalArgumentException if HTTP or the JDK's client allows no such header; the text has the name alone
     */
    public ProviderRequest header(String name, String value) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(value, () -> name + " must not be null");
        try {
            HttpRequest.newBuilder().setHeader(name, value);
        } catch (IllegalArgumentException e) {
            // Its own text has the value, which may be a credential.
            throw new IllegalArgumentException(name + " must be a header that HTTP can carry");
        }
        boolean hasScheme = name.toLowerCase(Locale.ROOT).endsWith("authorization");
        return with(name, value, body)
                .hidingIfSecret(name, hasScheme ? value.substring(value.indexOf(' ') + 1) : value);
    }

    private ProviderRequest hidingIfSecret(String name, String value) {
        return NAMES_A_SECRET.matcher(name).matches() && value.length() >= MIN_SECRET ? hiding(value) : this;
    }

    /**
     * Sets {@code Authorization: Bearer} (RFC 6750), which is hidden.
     *
     * @param token an access token or API key, 1 to 16384 characters that HTTP allows in a header
     * @return a new request
     * @throws IllegalArgumentException if it is another one; the text does not show it
     */
    public ProviderRequest bearer(String token) {
        return header(AUTHORIZATION, "Bearer " + ChannelSettings.text("token", token, MAX_TOKEN));
    }

    /**
     * Sets {@code Authorization: Basic} (RFC 7617), in UTF-8. The password is hidden, and so is the user, which is half
     * of an API key with many providers.
     *
     * @param user without a colon
     * @param password any text
     * @return a new request
     * @throws IllegalArgumentException if the user has a colon
     */
    public ProviderRequest basic(String user, String password) {
        Objects.requireNonNull(user, "user must not be null");
        Objects.requireNonNull(password, "password must not be null");
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("user must have no colon");
        }
        String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return header(AUTHORIZATION, "Basic " + pair).hiding(user, password);
    }

    /**
     * Names credentials that are in the URL, in the body or in a part of a header, beside those that were named before.
     * They are hidden in whatever a {@link ProviderResponse} makes of the provider's words, in the forms that
     * {@link dev.otpkit.spi.OtpMessage#redact} lists.
     *
     * @param secrets passwords, tokens and keys, as they are; an empty one is none
     * @return a new request
     */
    public ProviderRequest hiding(String... secrets) {
        Set<String> all = new LinkedHashSet<>(credentials);
        for (String secret : secrets) {
            all.add(Objects.requireNonNull(secret, "secrets must not be null"));
        }
        return new ProviderRequest(post, url, headers, all, body, atMost);
    }

    /**
     * Adds a field of a form, in UTF-8, behind those that are there: for a POST in its body,
     * {@code application/x-www-form-urlencoded}, in place of a text; for a GET in its query. If the name speaks of a
     * credential, as for {@link #header}, the value is hidden.
     *
     * @param name of the field; may repeat
     * @param value any text
     * @return a new request
     */
    public ProviderRequest field(String name, String value) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(value, () -> name + " must not be null");
        String field = URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8);
        ProviderRequest changed;
        if (!post) {
            URI longer = URI.create(url + (url.getRawQuery() == null ? "?" : "&") + field);
            changed = new ProviderRequest(false, longer, headers, credentials, body, atMost);
        } else if (FORM.equals(headers.get(CONTENT_TYPE))) {
            changed = with(CONTENT_TYPE, FORM, body + "&" + field);
        } else {
            changed = with(CONTENT_TYPE, FORM, field);
        }
        return changed.hidingIfSecret(name, value);
    }

    /**
     * Sets the body of a POST, in UTF-8, as {@code application/json}, in place of fields.
     *
     * @param json as a JSON library writes it; it is sent as it is
     * @return a new request
     * @throws IllegalStateException if this is a GET
     */
    public ProviderRequest json(String json) {
        return text("application/json", json);
    }

    /**
     * Sets the body of a POST, in UTF-8, in place of fields.
     *
     * @param contentType such as {@code text/xml; charset=utf-8}
     * @param text any text
     * @return a new request
     * @throws IllegalArgumentException if HTTP cannot carry the content type
     * @throws IllegalStateException if this is a GET
     */
    public ProviderRequest text(String contentType, String text) {
        Objects.requireNonNull(text, "text must not be null");
        if (!post) {
            throw new IllegalStateException("a GET has no body");
        }
        return header(CONTENT_TYPE, contentType).with(CONTENT_TYPE, contentType, text);
    }

    /**
     * Bounds this request more closely than its {@link HttpCaller} does: for a channel that makes two, such as one for
     * a token and one for the message, within one time-out.
     *
     * @param atMost for the whole request, to the last byte of the response; the caller's time-out still holds. With
     *     zero or less nothing is sent, and the request ends as {@code UNAVAILABLE}
     * @return a new request
     */
    public ProviderRequest within(Duration atMost) {
        Objects.requireNonNull(atMost, "atMost must not be null");
        return new ProviderRequest(post, url, headers, credentials, body, atMost);
    }

    private ProviderRequest with(String header, String value, String newBody) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        all.put(header, value);
        return new ProviderRequest(post, url, all, credentials, newBody, atMost);
    }

    String method() {
        return post ? "POST" : "GET";
    }

    URI url() {
        return url;
    }

    Map<String, String> headers() {
        return headers;
    }

    List<String> credentials() {
        return List.copyOf(credentials);
    }

    String body() {
        return body;
    }

    /** Returns the time for all of it: the caller's, or less. */
    Duration timeout(Duration ofCaller) {
        return atMost == null || atMost.compareTo(ofCaller) > 0 ? ofCaller : atMost;
    }

    String host() {
        return url.getRawAuthority();
    }

    /** Returns the method and the host: a path or a query may hold credentials. */
    @Override
    public String toString() {
        return "ProviderRequest[" + method() + " " + host() + "]";
    }
}
