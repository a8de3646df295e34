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
 * Delivers codes by email through a mail server that takes mail for others: a provider's submission service, or a relay
 * of one's own. Thread-safe.
 *
 * <p>Connections are encrypted unless {@link Tls#NONE} was asked for, by TLS 1.2 or later, and the server's certificate
 * must be trusted and name the host; a server that does not offer STARTTLS is sent nothing. Each delivery has a
 * connection to itself; up to eight are kept for a short while, so that a burst of codes does not pay a handshake each.
 * A kept connection that the server has closed meanwhile is replaced before anything of the message was sent. Apart
 * from that nothing is ever tried twice.
 *
 * <p>One {@link #deliver} is over after {@link Builder#timeout}, however slowly the server answers, or how many steps
 * it takes: then the connection is closed. Only the look-up of the host's name may add to that, as long as the system's
 * resolver takes. An interrupt closes the connection at once, and stays set. Nothing of a delivery is logged, at any
 * level.
 *
 * <p>What the server's answers become (RFC 5321, 4.2; RFC 3463):
 *
 * <table>
 * <caption>Replies and kinds of failure</caption>
 * <tr><th>Answer</th><th>Kind</th></tr>
 * <tr><td>any 4yz; an unknown host, no connection, silence, a broken connection or nonsense before the content was
 * complete</td>
 *     <td>{@code UNAVAILABLE}</td></tr>
 * <tr><td>a sending limit, by its status (4.5.3, 4.7.28, 5.4.5, 5.7.28) or in words, be it 4yz or 5yz</td>
 *     <td>{@code THROTTLED}</td></tr>
 * <tr><td>5yz to {@code RCPT TO}, unless it speaks of authentication, relaying, policy (5.7.z) or the sender; after the
 *     content, one that speaks of the recipient's mailbox</td>
 *     <td>{@code RECIPIENT_REJECTED}</td></tr>
 * <tr><td>any other 5yz, 554 after the content included; no STARTTLS, no AUTH; a certificate that is not trusted or
 *     names another host</td>
 *     <td>{@code MISCONFIGURED}</td></tr>
 * <tr><td>silence, a broken connection or nonsense after the content was complete; an interrupt at any time</td>
 *     <td>{@code UNCERTAIN}</td></tr>
 * </table>
 *
 * <p>With {@link Builder#oauth2} a connection that must log in asks for an access token before it is opened, within the
 * same time-out; without one nothing is sent, and the failure is the token endpoint's ({@link OAuth2}). A token that
 * the server refuses is {@code MISCONFIGURED}, with the reason that the server gives for it, and the next connection
 * asks for another.
 *
 * <p>A failure's provider code is the three-digit reply, its detail what the server said. A receipt's message id is the
 * server's own words where they hold an identifier, such as {@code 2.0.0 Ok: queued as 4ZxYz12}, else the
 * {@code Message-ID} of the mail: either is found in a mail server's log.
 */
public final class SmtpChannel implements DeliveryChannel {
    /** What a queue's name of a message looks like: at least one digit beside the status, in little printable ASCII. */
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
        // Ends the thread of a channel that has nothing to do, closed or not.
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
     * @param appPassword as Google shows it, with its blanks or without; never logged or shown
     * @return a new builder, of which everything can still be changed
     */
    public static Builder gmail(String address, String appPassword) {
        Objects.requireNonNull(appPassword, "appPassword must not be null");
        return gmail(address).credentials(address, BLANKS.matcher(appPassword).replaceAll(""));
    }

    /**
     * Returns a builder for Gmail by access token: {@code smtp.gmail.com}, port 587, STARTTLS, from the address itself.
     *
     * @param address the account's whole address
     * @param tokens as from {@link OAuth2#google}, with the scope {@code https://mail.google.com/}
     * @return a new builder, of which everything can still be changed
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
     * @param tokens as from {@link OAuth2#microsoft} or {@link OAuth2#microsoftApp}
     * @return a new builder, of which everything can still be changed
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
     * Returns a builder with what these environment variables say: {@code EMAIL_HOST}, {@code EMAIL_FROM}, and where
     * they are set {@code EMAIL_PORT}, {@code EMAIL_HOST_USER} and {@code EMAIL_HOST_PASSWORD}. An empty one counts as
     * missing.
     *
     * <p>For a user at {@code gmail.com} or {@code googlemail.com} the host may be missing: it is
     * {@code smtp.gmail.com}. For a host of Gmail's an app password may have the blanks that Google shows, four letters
     * by four; any other password is taken as it is. Without {@code EMAIL_FROM} mails are from
     * {@code DEFAULT_FROM_EMAIL}, or else from the user, if that is an address. {@code EMAIL_USE_SSL}, if true, is
     * {@link Tls#IMPLICIT}; {@code EMAIL_USE_TLS}, true or false, changes nothing: connections are encrypted.
     *
     * <p>With {@code EMAIL_CLIENT_ID}, {@code EMAIL_CLIENT_SECRET} and {@code EMAIL_REFRESH_TOKEN} in place of the
     * password it is OAuth2 by which {@code EMAIL_HOST_USER} logs in. The token endpoint follows from the host:
     * Google's for {@code gmail.com} and {@code googlemail.com}, Microsoft's for {@code office365.com} and
     * {@code outlook.com}, there with the tenant {@code EMAIL_TENANT}, or {@code common}. {@code EMAIL_TOKEN_URL} names
     * another, and must for other hosts; then the secret may be missing. {@code EMAIL_SCOPE} names another scope.
     * Without a refresh token, tokens are asked for by client credentials, which Google does not have and for which
     * Microsoft wants {@code EMAIL_TENANT}.
     *
     * @param environment {@code System.getenv()}, or what stands in for it
     * @return a new builder
     * @throws IllegalArgumentException if the host or the sender is missing and does not follow from the user, a login
     *     is there in part, or both by password and by OAuth2, or a value is out of range; the text names the variable
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
     * Tells whether the recipient is an email address.
     *
     * @param recipient whom to reach
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
     * @throws DeliveryException if the server did not take the message, or may not have; without a cause, since the
     *     mail library's exceptions hold the address
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
        long deadline = System.nanoTime() + server.timeout().toNanos();
        SmtpConnection kept = pool.take();
        if (kept != null) {
            kept.renew();
            try {
                return transmit(kept, mail, message, deadline);
            } catch (MessagingException e) {
                if (!kept.wasStale()) {
                    throw new DeliveryException(failure(kept, message, e));
                }
            }
        }
        SmtpConnection fresh = new SmtpConnection(server, secret(message, deadline));
        try {
            return transmit(fresh, mail, message, deadline);
        } catch (MessagingException e) {
            fresh.reportRefusedSecret();
            throw new DeliveryException(failure(fresh, message, e));
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

    private DeliveryFailure failure(SmtpConnection connection, OtpMessage message, MessagingException thrown) {
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
        String what = connection.isExpired()
                ? "not done after " + server.timeout()
                : reply != null ? "unexpected answer " + reply.code() + " " + reply.text() : words(thrown);
        return DeliveryFailure.of(
                name,
                tokenRefused ? DeliveryFailure.Kind.MISCONFIGURED : SmtpErrors.broken(stage, thrown),
                reply == null ? null : String.valueOf(reply.code()),
                connection.redact(server + ", " + stage + ": " + why + what, message));
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
                : "the server closed the connection, or its answer is no SMTP reply";
    }

    /**
     * Closes the connections that are kept. A delivery under way is finished, within its time-out; a new one is
     * refused. Closing again does nothing. A daemon thread of this channel may live for another ten seconds.
     */
    @Override
    public void close() {
        pool.close();
    }

    /** Returns the name, the host and the sender's address; no credentials. */
    @Override
    public String toString() {
        return "SmtpChannel[name=" + name + ", host=" + server + ", tls=" + tls + ", from="
                + from.address().address() + "]";
    }

    /** How a connection is encrypted. */
    public enum Tls {
        /** The connection begins in clear and must be encrypted before anything else (RFC 3207); usually port 587. */
        STARTTLS,
        /** The connection is encrypted from its first byte (RFC 8314); usually port 465. */
        IMPLICIT,
        /** Nothing is encrypted: whoever can listen reads the codes. For a relay on the same machine. */
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
         * @param tls the way; {@link Tls#NONE} only if nobody can listen
         * @return this builder
         */
        public Builder tls(Tls tls) {
            this.tls = Objects.requireNonNull(tls, "tls must not be null");
            return this;
        }

        /**
         * Sets who logs in, by {@code AUTH PLAIN} or {@code AUTH LOGIN}; by default nobody does. Gmail wants the whole
         * address and an app password. Takes the place of {@link #oauth2}.
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
         * Sets who logs in, by {@code AUTH XOAUTH2} with an access token; by default nobody does. Takes the place of
         * {@link #credentials}.
         *
         * @param user the whole address of the mailbox, 1 to 320 characters without controls
         * @param tokens where access tokens come from
         * @return this builder
         */
        public Builder oauth2(String user, OAuth2 tokens) {
            this.login = new OAuth2Login(
                    ChannelSettings.text("user", user, SmtpLogin.MAX_USER),
                    Objects.requireNonNull(tokens, "tokens must not be null"));
            return this;
        }

        /**
         * Sets whom the mails are from; required. The server must allow the account to send for it, and its domain
         * should have SPF and DKIM records. The domain is also what {@code EHLO} says.
         *
         * @param from one mailbox by the rules of {@link EmailAddress}, with a name of at most 128 characters before it
         *     or not, as in {@code Acme <no-reply@acme.example>}; a name in quotation marks may have any character but
         *     angle brackets and controls
         * @return this builder
         */
        public Builder from(String from) {
            this.from = FromMailbox.parse(from);
            return this;
        }

        /**
         * Sets whom to trust, such as a private certificate authority; by default whom this Java trusts. The
         * certificate must name the host all the same, unless the context has an {@code X509ExtendedTrustManager} of
         * one's own, whose task that is then.
         *
         * @param sslContext an initialised context
         * @return this builder
         */
        public Builder sslContext(SSLContext sslContext) {
            this.sslContext = Objects.requireNonNull(sslContext, "sslContext must not be null");
            return this;
        }

        /**
         * Sets how long one delivery may take, from the connection to the server's last word; 10 seconds by default.
         * Whether a message was accepted whose content was complete by then is {@link DeliveryFailure.Kind#UNCERTAIN}.
         *
         * @param timeout more than zero, at most a minute
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = ChannelSettings.timeout(timeout);
            return this;
        }

        /**
         * Sets how long a connection is kept for the next mail; 30 seconds by default. One that a firewall has dropped
         * without a word costs the next delivery its whole time-out.
         *
         * @param idleTimeout zero, which closes a connection after each mail, to 10 minutes; servers and firewalls
         *     seldom allow more than one or two
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
            this.name = ChannelSettings.text("name", name, 64);
            return this;
        }

        /**
         * Returns the channel. Nothing is connected yet.
         *
         * @return a channel that is closed by whoever built it
         * @throws IllegalStateException if host or from is missing, or a password or token would go in clear to another
         *     machine: {@link Tls#NONE} with credentials is for {@code localhost} and loopback addresses
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

        /** Returns what is set, without password and token. */
        @Override
        public String toString() {
            return "SmtpChannel.Builder[name=" + name + ", host=" + host + ", port=" + port() + ", tls=" + tls()
                    + ", login=" + login + "]";
        }
    }
}
