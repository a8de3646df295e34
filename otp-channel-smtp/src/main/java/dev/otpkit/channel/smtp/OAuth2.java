package dev.otpkit.channel.smtp;

import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A source of access tokens for {@link SmtpChannel} and {@link GmailApiChannel}. It requests them from a token
 * endpoint, by a refresh token (RFC 6749, 6) or by client credentials (RFC 6749, 4.4). Thread-safe; several channels
 * may share one source. Nothing to close.
 *
 * <p>A token is kept, in memory only, until a minute before it expires; a token that is valid for less than two minutes
 * is kept for half of that time. The validity is {@code expires_in}, but at most a day; it is two minutes if that is
 * missing or not a number. If several deliveries need a new token at the same time, a daemon thread makes one request,
 * and all share its outcome. No delivery waits longer than its own time-out. A token that the mail server refuses is
 * dropped, so that the next delivery requests another; nothing is repeated within a delivery.
 *
 * <p>After a request failed, the endpoint is not called for a second, and after each further failure for twice as long,
 * up to a minute after the kind {@code MISCONFIGURED} and up to 10 seconds after any other. During that pause each
 * delivery fails at once, with the same kind, provider code and text, and with the end of the pause. A token ends the
 * series of failures. For other credentials build a new object, which has no pause.
 *
 * <p>A delivery without a token fails before anything was sent. The failure's detail names the token endpoint's host;
 * its provider code is the endpoint's {@code error}, or the status if there is none:
 *
 * <table>
 * <caption>Responses of the token endpoint and kinds of failure</caption>
 * <tr><th>Response</th><th>Kind</th></tr>
 * <tr><td>{@code invalid_grant}: the refresh token is no longer valid, somebody must log in again;
 *     {@code invalid_client} and any other 4xx but 429; 3xx; tokens other than bearer tokens; a certificate that is
 *     not trusted</td>
 *     <td>{@code MISCONFIGURED}</td></tr>
 * <tr><td>429</td><td>{@code THROTTLED}</td></tr>
 * <tr><td>5xx, a response that cannot be read or has no token, no response in time, no connection</td>
 *     <td>{@code UNAVAILABLE}</td></tr>
 * <tr><td>an interrupt while waiting, after which the flag is set</td><td>{@code UNCERTAIN}</td></tr>
 * </table>
 */
public final class OAuth2 {
    private static final URI GOOGLE = URI.create("https://oauth2.googleapis.com/token");
    private static final String MICROSOFT_DELEGATED = "https://outlook.office.com/SMTP.Send offline_access";
    private static final String MICROSOFT_APPLICATION = "https://outlook.office365.com/.default";
    private static final Pattern GOOGLE_HOST = Pattern.compile("(.+\\.)?(gmail|googlemail)\\.com");
    private static final Pattern MICROSOFT_HOST = Pattern.compile("(.+\\.)?(office365|outlook)\\.com");

    private final OAuth2Endpoint endpoint;
    private final InstantSource clock;
    private @Nullable OAuth2Token cached;
    private @Nullable CompletableFuture<OAuth2Token> underWay;
    private @Nullable OAuth2Backoff backoff;

    private OAuth2(OAuth2Endpoint endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /**
     * Returns a builder for any server.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder for a Google account whose owner has allowed the client to send mail: with the scope
     * {@code https://mail.google.com/} for {@link SmtpChannel}, with {@code https://www.googleapis.com/auth/gmail.send}
     * for {@link GmailApiChannel}.
     *
     * @param clientId the client's id in the Google Cloud console
     * @param clientSecret the client's secret
     * @param refreshToken the refresh token from the owner's consent
     * @return a new builder
     */
    public static Builder google(String clientId, String clientSecret, String refreshToken) {
        return builder()
                .tokenEndpoint(GOOGLE)
                .clientId(clientId)
                .clientSecret(clientSecret)
                .refreshToken(refreshToken);
    }

    /**
     * Returns a builder for a mailbox at Microsoft 365 or Outlook.com whose owner has allowed the application to send
     * mail, with the scope {@code https://outlook.office.com/SMTP.Send offline_access}.
     *
     * @param tenant the directory's id or one of its domains, or {@code common}; 1 to 253 ASCII letters, digits, dots
     *     and hyphens
     * @param clientId the application's id
     * @param clientSecret the client's secret
     * @param refreshToken the refresh token from the owner's consent; the server may replace it with each access token,
     *     and the new one is used from then on, see {@link Builder#onNewRefreshToken}
     * @return a new builder
     */
    public static Builder microsoft(String tenant, String clientId, String clientSecret, String refreshToken) {
        return builder()
                .tokenEndpoint(microsoft("tenant", tenant))
                .clientId(clientId)
                .clientSecret(clientSecret)
                .refreshToken(refreshToken)
                .scope(MICROSOFT_DELEGATED);
    }

    /**
     * Returns a builder for an application that sends for mailboxes of its organisation at Microsoft 365 without a
     * login by a person, with the scope {@code https://outlook.office365.com/.default}.
     *
     * @param tenant the directory's id or one of its domains, not {@code common}; 1 to 253 ASCII letters, digits, dots
     *     and hyphens
     * @param clientId the application's id
     * @param clientSecret the client's secret
     * @return a new builder
     */
    public static Builder microsoftApp(String tenant, String clientId, String clientSecret) {
        return builder()
                .tokenEndpoint(microsoft("tenant", tenant))
                .clientId(clientId)
                .clientSecret(clientSecret)
                .scope(MICROSOFT_APPLICATION);
    }

    private static URI microsoft(String argument, String tenant) {
        ChannelSettings.matching(
                argument,
                tenant,
                Pattern.compile("[A-Za-z0-9.-]{1,253}"),
                "1 to 253 ASCII letters, digits, dots and hyphens");
        return URI.create("https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token");
    }

    static boolean isGoogle(String host) {
        return GOOGLE_HOST.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /** Returns the source that the variables describe; a missing token endpoint follows from the mail server's host. */
    static OAuth2 fromEnvironment(Map<String, String> environment, String host) {
        Optional<URI> url = ChannelSettings.url(environment, "EMAIL_TOKEN_URL");
        boolean refreshes =
                ChannelSettings.optional(environment, "EMAIL_REFRESH_TOKEN").isPresent();
        Builder builder = builder();
        if (url.isPresent()) {
            builder.tokenEndpoint("EMAIL_TOKEN_URL", url.get()).client(environment, !refreshes, false);
        } else if (isGoogle(host)) {
            builder.tokenEndpoint(GOOGLE).client(environment, true, true);
        } else if (MICROSOFT_HOST.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
            String tenant = refreshes
                    ? ChannelSettings.optional(environment, "EMAIL_TENANT").orElse("common")
                    : ChannelSettings.required(environment, "EMAIL_TENANT");
            builder.tokenEndpoint(microsoft("EMAIL_TENANT", tenant.strip()))
                    .scope(refreshes ? MICROSOFT_DELEGATED : MICROSOFT_APPLICATION)
                    .client(environment, true, false);
        } else {
            throw new IllegalArgumentException(
                    "environment must have EMAIL_TOKEN_URL, since the token endpoint for " + host + " is not known");
        }
        ChannelSettings.optional(environment, "EMAIL_SCOPE").ifPresent(scope -> builder.scope("EMAIL_SCOPE", scope));
        return builder.build();
    }

    /** Returns the source that the variables describe, for a Google account. */
    static OAuth2 googleFromEnvironment(Map<String, String> environment) {
        return builder().tokenEndpoint(GOOGLE).client(environment, true, true).build();
    }

    /** Returns the kept token; null if there is none, or it must be renewed. */
    synchronized @Nullable String cached() {
        return cached != null && clock.instant().isBefore(cached.renewAt()) ? cached.value() : null;
    }

    /**
     * Returns the kept token, or a new one. Fails at once during the pause after a failed request.
     *
     * @param deadline the end of waiting, by {@link System#nanoTime()}
     */
    String token(long deadline) throws OAuth2Exception {
        CompletableFuture<OAuth2Token> request;
        synchronized (this) {
            String kept = cached();
            if (kept != null) {
                return kept;
            }
            if (underWay == null) {
                if (backoff != null && !backoff.isOver(clock.instant())) {
                    throw backoff.again();
                }
                underWay = CompletableFuture.supplyAsync(this::request, OAuth2::start);
            }
            request = underWay;
        }
        try {
            return request.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                    .value();
        } catch (TimeoutException e) {
            throw new OAuth2Exception(
                    Kind.UNAVAILABLE, null, endpoint.toString(), "no token within the delivery's time-out");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OAuth2Exception(
                    Kind.UNCERTAIN, null, endpoint.toString(), "interrupted while waiting for a token");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof OAuth2Exception shared
                    ? shared.copy()
                    : new OAuth2Exception(
                            Kind.UNAVAILABLE,
                            null,
                            endpoint.toString(),
                            Objects.requireNonNullElse(e.getCause(), e)
                                    .getClass()
                                    .getSimpleName());
        }
    }

    /** Drops a token that a mail server refused, unless it has been replaced in the meantime. */
    synchronized void refused(String token) {
        if (cached != null && cached.value().equals(token)) {
            cached = null;
        }
    }

    private OAuth2Token request() {
        OAuth2Token token = null;
        OAuth2Exception failure = null;
        try {
            token = endpoint.request(clock.instant());
            return token;
        } catch (OAuth2Exception e) {
            failure = e;
            throw new CompletionException(e);
        } finally {
            synchronized (this) {
                cached = token;
                backoff = failure == null ? null : OAuth2Backoff.after(failure, backoff, clock.instant());
                underWay = null;
            }
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "otpkit-oauth2");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the endpoint's host, without a token and a secret. */
    @Override
    public String toString() {
        return "OAuth2[" + endpoint + "]";
    }

    /** Builds a source of tokens. Not thread-safe; each setter checks its range at once. */
    public static final class Builder {
        private @Nullable URI tokenEndpoint;
        private @Nullable String clientId;
        private @Nullable String clientSecret;
        private @Nullable String refreshToken;
        private @Nullable String scope;
        private Duration timeout = Duration.ofSeconds(10);
        private Consumer<String> onNewRefreshToken = token -> {};
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * Sets the token endpoint; required.
         *
         * @param tokenEndpoint an https URL, or an http URL to this machine; without user and fragment
         * @return this builder
         */
        public Builder tokenEndpoint(URI tokenEndpoint) {
            return tokenEndpoint("tokenEndpoint", tokenEndpoint);
        }

        private Builder tokenEndpoint(String argument, URI tokenEndpoint) {
            this.tokenEndpoint = ChannelSettings.secureUrl(argument, tokenEndpoint);
            return this;
        }

        /**
         * Sets the client's id; required.
         *
         * @param clientId 1 to 512 characters without controls
         * @return this builder
         */
        public Builder clientId(String clientId) {
            return clientId("clientId", clientId);
        }

        private Builder clientId(String argument, String clientId) {
            this.clientId = ChannelSettings.text(argument, clientId, 512);
            return this;
        }

        /**
         * Sets the client's secret; required without a refresh token, and by some servers with it.
         *
         * @param clientSecret 1 to 1024 characters without controls; never logged or shown
         * @return this builder
         */
        public Builder clientSecret(String clientSecret) {
            return clientSecret("clientSecret", clientSecret);
        }

        private Builder clientSecret(String argument, String clientSecret) {
            this.clientSecret = ChannelSettings.text(argument, clientSecret, 1024);
            return this;
        }

        /**
         * Sets the refresh token from the owner's consent; without one, tokens are requested by client credentials.
         *
         * @param refreshToken 1 to 8192 characters without controls; never logged or shown
         * @return this builder
         */
        public Builder refreshToken(String refreshToken) {
            return refreshToken("refreshToken", refreshToken);
        }

        private Builder refreshToken(String argument, String refreshToken) {
            this.refreshToken = ChannelSettings.text(argument, refreshToken, 8192);
            return this;
        }

        /**
         * Sets the scope of the tokens; by default the request has none, which with a refresh token means the scope of
         * the consent.
         *
         * @param scope one or several scopes, separated by blanks; 1 to 2048 characters without controls
         * @return this builder
         */
        public Builder scope(String scope) {
            return scope("scope", scope);
        }

        private Builder scope(String argument, String scope) {
            this.scope = ChannelSettings.text(argument, scope, 2048);
            return this;
        }

        /** Sets client and refresh token from variables, which exceptions name in place of the property. */
        private Builder client(Map<String, String> environment, boolean needsSecret, boolean needsRefreshToken) {
            clientId(
                    "EMAIL_CLIENT_ID",
                    ChannelSettings.required(environment, "EMAIL_CLIENT_ID").strip());
            variable(environment, "EMAIL_CLIENT_SECRET", needsSecret)
                    .ifPresent(secret -> clientSecret("EMAIL_CLIENT_SECRET", secret));
            variable(environment, "EMAIL_REFRESH_TOKEN", needsRefreshToken)
                    .ifPresent(token -> refreshToken("EMAIL_REFRESH_TOKEN", token));
            return this;
        }

        private static Optional<String> variable(Map<String, String> environment, String variable, boolean needed) {
            return needed
                    ? Optional.of(ChannelSettings.required(environment, variable))
                    : ChannelSettings.optional(environment, variable);
        }

        /**
         * Sets the time for one request for a token; 10 seconds by default. A delivery never waits longer than its
         * channel's time-out.
         *
         * @param timeout more than zero, at most a minute
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = ChannelSettings.timeout(timeout);
            return this;
        }

        /**
         * Sets a consumer that stores a new refresh token if the server replaces them; by default it is not stored, and
         * is lost with this object. The new token is used from then on in either case. Called by one thread at a time,
         * before the access token that came with it is used, so deliveries wait for it.
         *
         * @param onNewRefreshToken called with a refresh token that differs from the previous one; an exception is
         *     logged without the token, and ignored
         * @return this builder
         */
        public Builder onNewRefreshToken(Consumer<String> onNewRefreshToken) {
            this.onNewRefreshToken = Objects.requireNonNull(onNewRefreshToken, "onNewRefreshToken must not be null");
            return this;
        }

        /**
         * Sets the clock for the expiry of tokens; the system's by default. For tests.
         *
         * @param clock the source of the time
         * @return this builder
         */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock must not be null");
            return this;
        }

        /**
         * Returns the source of tokens. Nothing is requested yet.
         *
         * @return a source for one or more channels
         * @throws IllegalStateException if the token endpoint or the client's id is missing, or there is neither a
         *     refresh token nor a client's secret
         */
        public OAuth2 build() {
            if (tokenEndpoint == null || clientId == null) {
                throw new IllegalStateException(
                        (tokenEndpoint == null ? "tokenEndpoint" : "clientId") + " must be set");
            }
            if (refreshToken == null && clientSecret == null) {
                throw new IllegalStateException("refreshToken or clientSecret must be set");
            }
            return new OAuth2(
                    new OAuth2Endpoint(
                            tokenEndpoint,
                            new OAuth2Grant(clientId, clientSecret, refreshToken, scope),
                            timeout,
                            onNewRefreshToken),
                    clock);
        }

        /** Returns the endpoint's host and the client's id, without a secret. */
        @Override
        public String toString() {
            return "OAuth2.Builder[tokenEndpoint=" + (tokenEndpoint == null ? null : tokenEndpoint.getRawAuthority())
                    + ", clientId=" + clientId + "]";
        }
    }
}
