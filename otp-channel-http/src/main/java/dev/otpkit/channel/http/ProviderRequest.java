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
 * A request to a provider, including the credentials that must stay secret. Immutable: each method returns a new
 * request, so a channel keeps one with its URL and credentials, and adds the parts that differ from message to message:
 *
 * <pre>{@code
 * ProviderRequest messages = ProviderRequest.post(baseUrl, "/messages").bearer(apiKey);
 * http.send(message, messages.field("to", number).field("text", message.text()));
 * }</pre>
 *
 * <p>Receipts and failures from a {@link ProviderResponse} are without the credentials of its request. The
 * {@code toString()} of a request shows only the host.
 */
public final class ProviderRequest {
    private static final String AUTHORIZATION = "Authorization";
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int MIN_SECRET = 4;
    private static final int MAX_TOKEN = 16 * 1024;
    private static final Pattern NAMES_A_SECRET =
            Pattern.compile("(?i).*(auth|key|token|secret|pass|pwd|cookie|signature).*");

    private final Target target;
    private final Content content;
    private final Set<String> credentials;
    private final @Nullable Duration atMost;

    private ProviderRequest(Target target, Content content, Set<String> credentials, @Nullable Duration atMost) {
        this.target = target;
        this.content = content;
        this.credentials = credentials;
        this.atMost = atMost;
    }

    /**
     * Returns a POST with an empty body.
     *
     * @param url the URL: https, or http to this machine; without user and fragment
     * @return a new request
     * @throws IllegalArgumentException if the URL is any other; the text does not show it
     */
    public static ProviderRequest post(URI url) {
        return of(true, url);
    }

    /**
     * Returns a POST to a page of an API, with an empty body.
     *
     * @param baseUrl the base URL, as for {@link ChannelSettings#baseUrl}
     * @param path the path, beginning with a slash and escaped as in a URL
     * @return a new request
     * @throws IllegalArgumentException if either has another form; the text does not show them
     */
    public static ProviderRequest post(URI baseUrl, String path) {
        return of(true, joined(baseUrl, path));
    }

    /**
     * Returns a GET. Proxies and access logs record URLs, and so does the JDK at its finest level: if a provider offers
     * both, use {@link #post(URI, String)}.
     *
     * @param url the URL: https, or http to this machine; without user and fragment
     * @return a new request
     * @throws IllegalArgumentException if the URL is any other; the text does not show it
     */
    public static ProviderRequest get(URI url) {
        return of(false, url);
    }

    /**
     * Returns a GET of a page of an API, with the same risk as {@link #get(URI)}.
     *
     * @param baseUrl the base URL, as for {@link ChannelSettings#baseUrl}
     * @param path the path, beginning with a slash and escaped as in a URL
     * @return a new request
     * @throws IllegalArgumentException if either has another form; the text does not show them
     */
    public static ProviderRequest get(URI baseUrl, String path) {
        return of(false, joined(baseUrl, path));
    }

    private static ProviderRequest of(boolean post, URI url) {
        Target target = new Target(post, ChannelSettings.secureUrl("url", url));
        return new ProviderRequest(target, new Content(Map.of(), ""), Set.of(), null);
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
            // The text of the cause contains the path, which may hold a credential.
            throw new IllegalArgumentException("path must be escaped as in a URL");
        }
    }

    /**
     * Sets a header, in place of one with the same name. If the name indicates a credential, which means that it
     * contains {@code auth}, {@code key}, {@code token}, {@code secret}, {@code pass}, {@code pwd}, {@code cookie} or
     * {@code signature}, in upper or lower case, then the value is hidden like those of {@link #hiding}, unless it has
     * fewer than 4 characters. For {@code Authorization}, the part behind the scheme is hidden.
     *
     * @param name a name that HTTP allows, except those that the JDK's client sets itself, such as {@code Host}
     * @param value a value that HTTP allows: without line ends
     * @return a new request
     * @throws IllegalArgumentException if HTTP or the JDK's client allows no such header; the text contains only the
     *     name
     */
    public ProviderRequest header(String name, String value) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(value, () -> name + " must not be null");
        try {
            HttpRequest.newBuilder().setHeader(name, value);
        } catch (IllegalArgumentException e) {
            // The text of the cause contains the value, which may be a credential.
            throw new IllegalArgumentException(name + " must be a header that HTTP can carry");
        }
        boolean hasScheme = name.toLowerCase(Locale.ROOT).endsWith("authorization");
        return with(name, value, content.body())
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
     * @throws IllegalArgumentException if it is any other; the text does not show it
     */
    public ProviderRequest bearer(String token) {
        return header(AUTHORIZATION, "Bearer " + ChannelSettings.text("token", token, MAX_TOKEN));
    }

    /**
     * Sets {@code Authorization: Basic} (RFC 7617), in UTF-8. The password is hidden, and so is the user, which for
     * many providers is half of an API key.
     *
     * @param user any text without a colon
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
     * Names further credentials that are in the URL, in the body or in a part of a header. They are hidden in receipts
     * and failures from the {@link ProviderResponse}, in the forms that {@link dev.otpkit.spi.OtpMessage#redact} lists.
     *
     * @param secrets passwords, tokens and keys, not encoded; an empty one is ignored
     * @return a new request
     */
    public ProviderRequest hiding(String... secrets) {
        Set<String> all = new LinkedHashSet<>(credentials);
        for (String secret : secrets) {
            all.add(Objects.requireNonNull(secret, "secrets must not be null"));
        }
        return new ProviderRequest(target, content, all, atMost);
    }

    /**
     * Adds a field of a form, in UTF-8, after the existing ones: for a POST in its body,
     * {@code application/x-www-form-urlencoded}, in place of a text; for a GET in its query. If the name indicates a
     * credential, as for {@link #header}, the value is hidden.
     *
     * @param name the name of the field; may repeat
     * @param value any text
     * @return a new request
     */
    public ProviderRequest field(String name, String value) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(value, () -> name + " must not be null");
        String field = URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8);
        ProviderRequest changed;
        if (!target.post()) {
            changed = new ProviderRequest(target.withField(field), content, credentials, atMost);
        } else if (FORM.equals(content.headers().get(CONTENT_TYPE))) {
            changed = with(CONTENT_TYPE, FORM, content.body() + "&" + field);
        } else {
            changed = with(CONTENT_TYPE, FORM, field);
        }
        return changed.hidingIfSecret(name, value);
    }

    /**
     * Sets the body of a POST, in UTF-8, as {@code application/json}, in place of fields.
     *
     * @param json the output of a JSON library; sent unchanged
     * @return a new request
     * @throws IllegalStateException if this is a GET
     */
    public ProviderRequest json(String json) {
        return text("application/json", json);
    }

    /**
     * Sets the body of a POST, in UTF-8, in place of fields.
     *
     * @param contentType the content type, such as {@code text/xml; charset=utf-8}
     * @param text any text
     * @return a new request
     * @throws IllegalArgumentException if HTTP cannot carry the content type
     * @throws IllegalStateException if this is a GET
     */
    public ProviderRequest text(String contentType, String text) {
        Objects.requireNonNull(text, "text must not be null");
        if (!target.post()) {
            throw new IllegalStateException("a GET has no body");
        }
        return header(CONTENT_TYPE, contentType).with(CONTENT_TYPE, contentType, text);
    }

    /**
     * Sets a shorter time-out than that of the {@link HttpCaller}: for a channel that makes two requests within one
     * time-out, such as one for a token and one for the message.
     *
     * @param atMost the time-out of the whole request, to the last byte of the response; the caller's time-out still
     *     applies. With zero or less nothing is sent, and the request fails as {@code UNAVAILABLE}
     * @return a new request
     */
    public ProviderRequest within(Duration atMost) {
        Objects.requireNonNull(atMost, "atMost must not be null");
        return new ProviderRequest(target, content, credentials, atMost);
    }

    private ProviderRequest with(String header, String value, String newBody) {
        return new ProviderRequest(target, content.with(header, value, newBody), credentials, atMost);
    }

    String method() {
        return target.post() ? "POST" : "GET";
    }

    URI url() {
        return target.url();
    }

    Map<String, String> headers() {
        return content.headers();
    }

    List<String> credentials() {
        return List.copyOf(credentials);
    }

    String body() {
        return content.body();
    }

    /** Returns the time-out of the whole request: the caller's, or a shorter one. */
    Duration timeout(Duration ofCaller) {
        return atMost == null || atMost.compareTo(ofCaller) > 0 ? ofCaller : atMost;
    }

    String host() {
        return target.url().getRawAuthority();
    }

    /** Returns the method and the host: a path or a query may hold credentials. */
    @Override
    public String toString() {
        return "ProviderRequest[" + method() + " " + host() + "]";
    }

    /** The method and the URL. */
    private record Target(boolean post, URI url) {
        Target withField(String field) {
            return new Target(post, URI.create(url + (url.getRawQuery() == null ? "?" : "&") + field));
        }

        /** Shows neither path nor query. */
        @Override
        public String toString() {
            return (post ? "POST " : "GET ") + url.getRawAuthority();
        }
    }

    /** The headers, with names in any case, and the body. */
    private record Content(Map<String, String> headers, String body) {
        Content with(String header, String value, String newBody) {
            Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            all.putAll(headers);
            all.put(header, value);
            return new Content(all, newBody);
        }

        /** Shows neither a value nor the body. */
        @Override
        public String toString() {
            return "Content" + headers.keySet();
        }
    }
}
