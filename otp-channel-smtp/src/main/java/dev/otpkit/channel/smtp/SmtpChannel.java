package dev.otpkit.channel.smtp;

import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Delivers codes by email over SMTP: through a provider's submission service, or through a relay. Thread-safe.
 *
 * <p>Connections are encrypted with TLS 1.2 or later, unless {@link Tls#NONE} is set. The server's certificate must be
 * trusted and name the host; nothing is sent to a server that does not offer STARTTLS. Each delivery has a connection
 * to itself. Up to eight connections are kept open for {@link Builder#idleTimeout}, and up to 64 for a second, so that
 * a burst of codes does not need a handshake for each. A kept connection that the server has closed in the meantime is
 * replaced before anything of the message was sent. Apart from that nothing is ever repeated.
 *
 * <p>One {@link #deliver} ends within {@link Builder#timeout}, or by the message's {@linkplain OtpMessage#deadline()
 * deadline} if that is earlier, no matter how slow the server's replies are or how many steps the exchange has; then
 * the connection is closed. Only the look-up of the host's name can take longer, as long as the system's resolver
 * takes. An interrupt closes the connection at once, and the flag stays set. Nothing of a delivery is logged, at any
 * level.
 *
 * <p>Replies of the server and kinds of failure (RFC 5321, 4.2; RFC 3463):
 *
 * <table>
 * <caption>Replies and kinds of failure</caption>
 * <tr><th>Reply</th><th>Kind</th></tr>
 * <tr><td>any 4yz; before the content is complete: an unknown host, no connection, no reply, a broken connection or a
 * reply that is not SMTP</td>
 *     <td>{@code UNAVAILABLE}</td></tr>
 * <tr><td>a sending limit, 4yz or 5yz, by its status (4.5.3, 4.7.28, 5.4.5, 5.7.28) or its text</td>
 *     <td>{@code THROTTLED}</td></tr>
 * <tr><td>5yz to {@code RCPT TO}, unless it is about authentication, relaying, policy (5.7.z) or the sender; 5yz after
 *     the content, if it is about the recipient's mailbox</td>
 *     <td>{@code RECIPIENT_REJECTED}</td></tr>
 * <tr><td>any other 5yz, 554 after the content included; no STARTTLS, no AUTH; a certificate that is not trusted or
 *     names another host</td>
 *     <td>{@code MISCONFIGURED}</td></tr>
 * <tr><td>after the content is complete: no reply, a broken connection or a reply that is not SMTP; at any time: an
 * interrupt</td>
 *     <td>{@code UNCERTAIN}</td></tr>
 * </table>
 *
 * <p>With {@link Builder#oauth2}, a new connection gets an access token before it is opened, within the same time-out.
 * Without a token nothing is sent, and the failure is the token endpoint's ({@link OAuth2}). If the server refuses the
 * token, the failure is {@code MISCONFIGURED} with the server's reason, and the next connection requests another token.
 *
 * <p>A failure's provider code is the three-digit reply code, and its detail contains the text of the reply. A
 * receipt's message id is the text of the reply if it has an identifier, such as {@code 2.0.0 Ok: queued as 4ZxYz12};
 * otherwise it is the {@code Message-ID} of the mail. Either can be found in a mail server's log.
 */
public final class SmtpChannel implements DeliveryChannel {
    /**
     * A reply with a queue's name for the message: short printable ASCII, with at least one digit beside the status.
     */
    private static final Pattern IDENTIFYING =
            Pattern.compile("(?=.{1,200}$)(?:2\\.\\d{1,3}\\.\\d{1,3}(?: |$))?+[ -~]*\\d[ -~]*");

    private static final Pattern BLANKS = Pattern.compile("[\\s\u00A0]");

    private final String name;
    private final FromMailbox from;
    private final Tls tls;
    private final SmtpServer server;
    private final ScheduledThreadPoolExecutor timer;
    private final SmtpConnectionPool pool;

    private SmtpChannel(Builder builder, String host, FromMailbox from) {
        this.name = builder.name;
        this.from = from;
        this.tls = builder.tls();
        this.server = new SmtpServer(
                InetSocketAddress.createUnresolved(host, builder.port()),
                new SmtpTls(tls == Tls.STARTTLS, tls == Tls.IMPLICIT, builder.sslContext),
                builder.login,
                builder.timeout,
                from);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "otpkit-" + name);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        // The thread of an idle channel ends, even if the channel is never closed.
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        this.pool = new SmtpConnectionPool(builder.idleTimeout, timer);
    }

    /**
     * Returns a builder that holds the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder for Gmail by app password: {@code smtp.gmail.com}, port 587, STARTTLS, from the address itself.
     *
     * @param address the account's whole address
     * @param appPassword the app password, with the blanks that Google shows or without them; never logged or shown
     * @return a new builder; every setting can still be changed
     */
    public static Builder gmail(String address, String appPassword) {
        Objects.requireNonNull(appPassword, "appPassword must not be null");
        return gmail(address).credentials(address, BLANKS.matcher(appPassword).replaceAll(""));
    }

    /**
     * Returns a builder for Gmail by access token: {@code smtp.gmail.com}, port 587, STARTTLS, from the address itself.
     *
     * @param address the account's whole address
     * @param tokens the token source, as from {@link OAuth2#google}, with the scope {@code https://mail.google.com/}
     * @return a new builder; every setting can still be changed
     */
    public static Builder gmail(String address, OAuth2 tokens) {
        return gmail(address).oauth2(address, tokens);
    }

    private static Builder gmail(String address) {
        return new Builder().from(address).host("smtp.gmail.com").port(587).tls(Tls.STARTTLS);
    }

    /**
     * Returns a builder for Microsoft 365: {@code smtp.office365.com}, port 587, STARTTLS, from the address itself.
     *
     * @param address the mailbox's whole address
     * @param tokens the token source, as from {@link OAuth2#microsoft} or {@link OAuth2#microsoftApp}
     * @return a new builder; every setting can still be changed
     */
    public static Builder office365(String address, OAuth2 tokens) {
        return new Builder()
                .from(address)
                .host("smtp.office365.com")
                .port(587)
                .tls(Tls.STARTTLS)
                .oauth2(address, tokens);
    }

    /**
     * Returns a builder with the settings of these environment variables: {@code EMAIL_HOST}, {@code EMAIL_FROM}, and
     * if they are set {@code EMAIL_PORT}, {@code EMAIL_HOST_USER} and {@code EMAIL_HOST_PASSWORD}. An empty variable
     * counts as missing.
     *
     * <p>For a user at {@code gmail.com} or {@code googlemail.com} the host may be missing; it is then
     * {@code smtp.gmail.com}. For Gmail's hosts an app password may have the blanks that Google shows between groups of
     * four letters; any other password is used unchanged. Without {@code EMAIL_FROM}, mails are from
     * {@code DEFAULT_FROM_EMAIL}, or else from the user, if that is an address. {@code EMAIL_USE_SSL} set to true means
     * {@link Tls#IMPLICIT}. {@code EMAIL_USE_TLS} must be true or false, and not true together with
     * {@code EMAIL_USE_SSL}; it changes nothing else: connections are encrypted in any case.
     *
     * <p>With {@code EMAIL_CLIENT_ID}, {@code EMAIL_CLIENT_SECRET} and {@code EMAIL_REFRESH_TOKEN} in place of the
     * password, {@code EMAIL_HOST_USER} logs in by OAuth2. The token endpoint follows from the host: Google's for
     * {@code gmail.com} and {@code googlemail.com}, Microsoft's for {@code office365.com} and {@code outlook.com} with
     * the tenant {@code EMAIL_TENANT}, or {@code common}. {@code EMAIL_TOKEN_URL} names another endpoint and is
     * required for other hosts; then the secret may be missing. {@code EMAIL_SCOPE} names another scope. Without a
     * refresh token, tokens are requested by client credentials, which Google does not support and for which Microsoft
     * requires {@code EMAIL_TENANT}.
     *
     * @param environment {@code System.getenv()}, or a map in its place
     * @return a new builder
     * @throws IllegalArgumentException if the host or the sender is missing and does not follow from the user, a login
     *     is incomplete, or given both by password and by OAuth2, or a value is out of range; the text names the
     *     variable
     */
    public static Builder fromEnvironment(Map<String, String> environment) {
        Objects.requireNonNull(environment, "environment must not be null");
        SmtpVariables variables = new SmtpVariables(environment);
        String host = variables.host();
        Builder builder = new Builder().host("EMAIL_HOST", host);
        builder.from = variables.from();
        variables.port().ifPresent(port -> builder.port("EMAIL_PORT", port));
        if (variables.isTlsImplicit()) {
            builder.tls(Tls.IMPLICIT);
        }
        builder.login = variables.login(host);
        return builder;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Returns {@code email}.
     *
     * @return always the same
     */
    @Override
    public String medium() {
        return "email";
    }

    /**
     * Returns true if the recipient is an email address.
     *
     * @param recipient the recipient of a message
     * @return false for a phone number
     */
    @Override
    public boolean supports(Recipient recipient) {
        return recipient instanceof EmailAddress;
    }

    /**
     * Sends the message as one mail, to its recipient alone.
     *
     * @param message for an email address
     * @return a receipt with the server's name for the message, or its {@code Message-ID}
     * @throws DeliveryException if the server did not accept the message, or may not have accepted it; without a cause,
     *     since the mail library's exceptions contain the address
     * @throws IllegalArgumentException if the recipient is no email address
     * @throws IllegalStateException if this channel is closed
     */
    @Override
    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        Objects.requireNonNull(message, "message must not be null");
        if (!supports(message.recipient())) {
            throw new IllegalArgumentException("recipient must be an email address, but was " + message.recipient());
        }
        if (pool.isClosed()) {
            throw new IllegalStateException("channel " + name + " is closed");
        }
        OtpMail mail = OtpMail.of(server.session(), from, message, Instant.now());
        Duration limit = message.deadline().atMost(server.timeout());
        if (limit.isZero()) {
            throw new DeliveryException(
                    DeliveryFailure.of(name, DeliveryFailure.Kind.UNAVAILABLE, null, "no time was left for " + server));
        }
        long deadline = System.nanoTime() + limit.toNanos();
        SmtpConnection kept = pool.take();
        if (kept != null) {
            kept.renew();
            try {
                return transmit(kept, mail, message, deadline);
            } catch (MessagingException e) {
                if (!kept.wasStale()) {
                    throw new DeliveryException(failure(kept, message, limit, e));
                }
            }
        }
        SmtpConnection fresh = new SmtpConnection(server, secret(message, deadline));
        try {
            return transmit(fresh, mail, message, deadline);
        } catch (MessagingException e) {
            fresh.reportRefusedSecret();
            throw new DeliveryException(failure(fresh, message, limit, e));
        }
    }

    private @Nullable String secret(OtpMessage message, long deadline) throws DeliveryException {
        SmtpLogin login = server.login();
        try {
            return login == null ? null : login.secret(deadline);
        } catch (OAuth2Exception e) {
            throw e.asFailureOf(name, message);
        }
    }

    private DeliveryReceipt transmit(SmtpConnection connection, OtpMail mail, OtpMessage message, long deadline)
            throws MessagingException {
        Future<?> limit = timer.schedule(connection::expire, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        InterruptWatch watch = InterruptWatch.over(connection);
        boolean accepted = false;
        try {
            if (!connection.wasUsed()) {
                connection.open();
            }
            SmtpReply reply = connection.send(mail, message.recipient().address());
            accepted = true;
            return DeliveryReceipt.of(connection.redact(
                    IDENTIFYING.matcher(reply.text()).matches() ? reply.text() : mail.getMessageID(), message));
        } finally {
            if (!accepted && connection.reply() != null) {
                connection.quit();
            }
            watch.stop();
            boolean inTime = limit.cancel(false);
            if (accepted && inTime && !connection.isInterrupted()) {
                pool.put(connection);
            } else {
                connection.abort();
            }
        }
    }

    private DeliveryFailure failure(
            SmtpConnection connection, OtpMessage message, Duration limit, MessagingException thrown) {
        SmtpStage stage = connection.stage();
        SmtpReply reply = connection.reply();
        XOAuth2Refusal refusal = connection.refusal();
        boolean tokenRefused = refusal != null && refusal.refusesToken() && stage == SmtpStage.LOGIN;
        String why = refusal == null || stage != SmtpStage.LOGIN ? "" : refusal + ". ";
        if (reply != null && reply.isRefusal()) {
            return DeliveryFailure.of(
                    name,
                    tokenRefused
                            ? DeliveryFailure.Kind.MISCONFIGURED
                            : SmtpErrors.refused(stage, new SmtpReply(reply.code(), message.redact(reply.text()))),
                    String.valueOf(reply.code()),
                    connection.redact(stage + ": " + why + reply.text(), message));
        }
        if (connection.isInterrupted()) {
            return DeliveryFailure.of(
                    name, DeliveryFailure.Kind.UNCERTAIN, null, server + ", " + stage + ": interrupted while waiting");
        }
        String text = connection.isExpired()
                ? "not finished after " + limit.truncatedTo(ChronoUnit.MILLIS)
                : reply != null ? "unexpected reply " + reply.code() + " " + reply.text() : words(thrown);
        return DeliveryFailure.of(
                name,
                tokenRefused ? DeliveryFailure.Kind.MISCONFIGURED : SmtpErrors.broken(stage, thrown),
                reply == null ? null : String.valueOf(reply.code()),
                connection.redact(server + ", " + stage + ": " + why + text, message));
    }

    private static String words(MessagingException thrown) {
        if (thrown instanceof MissingExtensionException) {
            return String.valueOf(thrown.getMessage());
        }
        Exception next = thrown.getNextException();
        if (next instanceof UnknownHostException) {
            return "the host is unknown";
        }
        while (next instanceof MessagingException wrapped) {
            next = wrapped.getNextException();
        }
        return next instanceof IOException
                ? next.getClass().getSimpleName() + ": " + next.getMessage()
                : "the server closed the connection, or its reply is not SMTP";
    }

    /**
     * Closes the connections that are kept. A delivery in progress is finished, within its time-out; a new one is
     * refused. Closing again has no effect. A daemon thread of this channel may live for another ten seconds.
     */
    @Override
    public void close() {
        pool.close();
    }

    /** Returns the name, the host, the encryption and the sender's address, without credentials. */
    @Override
    public String toString() {
        return "SmtpChannel[name=" + name + ", host=" + server + ", tls=" + tls + ", from="
                + from.address().address() + "]";
    }

    /** The ways to encrypt a connection. */
    public enum Tls {
        /** The connection begins in clear and must be encrypted before anything else (RFC 3207); usually port 587. */
        STARTTLS,
        /** The connection is encrypted from its first byte (RFC 8314); usually port 465. */
        IMPLICIT,
        /** Nothing is encrypted: anyone who can listen reads the codes. For a relay on the same machine. */
        NONE
    }

    /** Builds a channel. Not thread-safe; each setter checks its range at once. */
    public static final class Builder {
        private static final Duration MAX_IDLE = Duration.ofMinutes(10);
        private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

        private @Nullable String host;
        private @Nullable FromMailbox from;
        private int port;
        private @Nullable Tls tls;
        private @Nullable SmtpLogin login;
        private @Nullable SSLContext sslContext;
        private Duration timeout = Duration.ofSeconds(10);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private String name = "smtp";

        private Builder() {}

        /**
         * Sets the server; required.
         *
         * @param host a host name in ASCII, which its certificate must have, or an IP address without brackets
         * @return this builder
         */
        public Builder host(String host) {
            return host("host", host);
        }

        private Builder host(String argument, String host) {
            this.host = ChannelSettings.matching(
                    argument, host, HOST, "1 to 253 ASCII letters, digits, dots, hyphens, colons and underscores");
            return this;
        }

        /**
         * Sets the port; by default 587 for {@link Tls#STARTTLS}, 465 for {@link Tls#IMPLICIT}, 25 for
         * {@link Tls#NONE}.
         *
         * @param port 1 to 65535
         * @return this builder
         */
        public Builder port(int port) {
            return port("port", port);
        }

        private Builder port(String argument, int port) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException(argument + " must be within [1, 65535], but was " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * Sets how connections are encrypted; by default {@link Tls#IMPLICIT} on port 465, else {@link Tls#STARTTLS}.
         *
         * @param tls the encryption; {@link Tls#NONE} only if nobody can listen
         * @return this builder
         */
        public Builder tls(Tls tls) {
            this.tls = Objects.requireNonNull(tls, "tls must not be null");
            return this;
        }

        /**
         * Sets the user and the password of the login by {@code AUTH PLAIN} or {@code AUTH LOGIN}; without a login by
         * default. Gmail requires the whole address and an app password. Replaces {@link #oauth2}.
         *
         * @param user 1 to 320 characters without controls
         * @param password 1 to 1024 characters without controls; never logged or shown
         * @return this builder
         */
        public Builder credentials(String user, String password) {
            this.login = new PasswordLogin(
                    ChannelSettings.text("user", user, SmtpLogin.MAX_USER),
                    ChannelSettings.text("password", password, PasswordLogin.MAX_PASSWORD));
            return this;
        }

        /**
         * Sets the user and the tokens of the login by {@code AUTH XOAUTH2}; without a login by default. Replaces
         * {@link #credentials}.
         *
         * @param user the whole address of the mailbox, 1 to 320 characters without controls
         * @param tokens the source of access tokens
         * @return this builder
         */
        public Builder oauth2(String user, OAuth2 tokens) {
            this.login = new OAuth2Login(
                    ChannelSettings.text("user", user, SmtpLogin.MAX_USER),
                    Objects.requireNonNull(tokens, "tokens must not be null"));
            return this;
        }

        /**
         * Sets the sender of the mails; required. The server must allow the account to send from it, and its domain
         * should have SPF and DKIM records. The domain is also sent with {@code EHLO}.
         *
         * @param from one mailbox by the rules of {@link EmailAddress}, optionally after a name of at most 128
         *     characters, as in {@code Acme <no-reply@acme.example>}; a name in quotation marks may have any character
         *     but angle brackets and controls
         * @return this builder
         */
        public Builder from(String from) {
            this.from = FromMailbox.parse(from);
            return this;
        }

        /**
         * Sets the trusted certificates, such as those of a private certificate authority; by default those of this
         * Java. The certificate must still name the host, unless the context has its own
         * {@code X509ExtendedTrustManager}, which must then check that itself.
         *
         * @param sslContext an initialised context
         * @return this builder
         */
        public Builder sslContext(SSLContext sslContext) {
            this.sslContext = Objects.requireNonNull(sslContext, "sslContext must not be null");
            return this;
        }

        /**
         * Sets the time for one delivery, from the connection to the server's last reply; 10 seconds by default. If the
         * content of the message was complete by then, the failure is {@link DeliveryFailure.Kind#UNCERTAIN}.
         *
         * @param timeout more than zero, at most a minute
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = ChannelSettings.timeout(timeout);
            return this;
        }

        /**
         * Sets the time for which a connection is kept for the next mail; 30 seconds by default. Connections beyond
         * eight are kept for a second at most. If a firewall drops a kept connection without notice, the next delivery
         * over it uses up its whole time-out.
         *
         * @param idleTimeout zero to 10 minutes; zero closes a connection after each mail; servers and firewalls seldom
         *     allow more than one or two minutes
         * @return this builder
         */
        public Builder idleTimeout(Duration idleTimeout) {
            Objects.requireNonNull(idleTimeout, "idleTimeout must not be null");
            if (idleTimeout.isNegative() || idleTimeout.compareTo(MAX_IDLE) > 0) {
                throw new IllegalArgumentException(
                        "idleTimeout must be within [PT0S, " + MAX_IDLE + "], but was " + idleTimeout);
            }
            this.idleTimeout = idleTimeout;
            return this;
        }

        /**
         * Sets the channel's name; {@code smtp} by default.
         *
         * @param name 1 to 64 characters without controls, unique in a manager
         * @return this builder
         */
        public Builder name(String name) {
            this.name = ChannelSettings.text("name", name, DeliveryChannel.MAX_NAME_LENGTH);
            return this;
        }

        /**
         * Returns the channel. Nothing is connected yet.
         *
         * @return a channel, to be closed by its owner
         * @throws IllegalStateException if host or from is missing, or a password or token would be sent in clear to
         *     another machine: {@link Tls#NONE} with credentials is only for {@code localhost} and loopback addresses
         */
        public SmtpChannel build() {
            if (host == null || from == null) {
                throw new IllegalStateException((host == null ? "host" : "from") + " must be set");
            }
            if (login != null && tls() == Tls.NONE && !ChannelSettings.isLoopback(host)) {
                throw new IllegalStateException(
                        "credentials must not be sent in clear: tls must be STARTTLS or IMPLICIT for " + host);
            }
            return new SmtpChannel(this, host, from);
        }

        private Tls tls() {
            return Optional.ofNullable(tls).orElse(port == 465 ? Tls.IMPLICIT : Tls.STARTTLS);
        }

        private int port() {
            if (port != 0) {
                return port;
            }
            return switch (tls()) {
                case STARTTLS -> 587;
                case IMPLICIT -> 465;
                case NONE -> 25;
            };
        }

        /** Returns the settings, without password and token. */
        @Override
        public String toString() {
            return "SmtpChannel.Builder[name=" + name + ", host=" + host + ", port=" + port() + ", tls=" + tls()
                    + ", login=" + login + "]";
        }
    }
}
