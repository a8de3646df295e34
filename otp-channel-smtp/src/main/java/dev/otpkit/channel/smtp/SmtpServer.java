package dev.otpkit.channel.smtp;

import jakarta.mail.Session;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A mail server and the settings of the connections to it. Immutable. */
final class SmtpServer {
    private final InetSocketAddress address;
    private final SmtpTls tls;
    private final @Nullable SmtpLogin login;
    private final Duration timeout;
    private final Session session;

    /**
     * Creates the settings. Nothing is connected.
     *
     * @param address the host's name, not resolved, and the port
     * @param login null to send without one
     * @param timeout the time for one delivery
     * @param from the sender of the envelope, and the domain that {@code EHLO} names
     */
    SmtpServer(InetSocketAddress address, SmtpTls tls, @Nullable SmtpLogin login, Duration timeout, FromMailbox from) {
        this.address = address;
        this.tls = tls;
        this.login = login;
        this.timeout = timeout;
        this.session = Session.getInstance(properties(tls, login, from));
    }

    private static Properties properties(SmtpTls tls, @Nullable SmtpLogin login, FromMailbox from) {
        Properties properties = new Properties();
        properties.put("mail.smtp.from", from.address().address());
        // Sent with EHLO. Otherwise it is this machine's name, after a look-up in DNS.
        properties.put("mail.smtp.localhost", from.address().domain());
        properties.put("mail.smtp.quitwait", "false");
        properties.put("mail.smtp.auth", String.valueOf(login != null));
        if (login != null) {
            properties.put("mail.smtp.auth.mechanisms", login.mechanisms());
        }
        tls.addTo(properties);
        return properties;
    }

    String host() {
        return address.getHostString();
    }

    int port() {
        return address.getPort();
    }

    SmtpTls tls() {
        return tls;
    }

    @Nullable SmtpLogin login() {
        return login;
    }

    Duration timeout() {
        return timeout;
    }

    Session session() {
        return session;
    }

    /** Returns host and port. */
    @Override
    public String toString() {
        return host() + ":" + port();
    }
}
