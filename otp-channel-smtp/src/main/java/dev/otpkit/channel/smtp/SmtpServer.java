package dev.otpkit.channel.smtp;

import jakarta.mail.Session;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Where and how to connect. Immutable. */
final class SmtpServer {
    private final String host;
    private final int port;
    private final SmtpChannel.Tls tls;
    private final @Nullable SmtpLogin login;
    private final Duration timeout;
    private final Session session;

    SmtpServer(
            String host,
            int port,
            SmtpChannel.Tls tls,
            @Nullable SSLContext sslContext,
            @Nullable SmtpLogin login,
            Duration timeout,
            FromMailbox from) {
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.login = login;
        this.timeout = timeout;
        this.session = Session.getInstance(properties(tls, sslContext, login, from));
    }

    private static Properties properties(
            SmtpChannel.Tls tls, @Nullable SSLContext sslContext, @Nullable SmtpLogin login, FromMailbox from) {
        Properties properties = new Properties();
        properties.put("mail.smtp.from", from.address().address());
        // What EHLO says. Otherwise this machine's name, after a look-up in DNS.
        properties.put("mail.smtp.localhost", from.address().domain());
        properties.put("mail.smtp.quitwait", "false");
        properties.put("mail.smtp.starttls.enable", String.valueOf(tls == SmtpChannel.Tls.STARTTLS));
        properties.put("mail.smtp.starttls.required", String.valueOf(tls == SmtpChannel.Tls.STARTTLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        if (sslContext != null) {
            properties.put("mail.smtp.ssl.socketFactory", sslContext.getSocketFactory());
        }
        properties.put("mail.smtp.auth", String.valueOf(login != null));
        if (login != null) {
            properties.put("mail.smtp.auth.mechanisms", login.mechanisms());
        }
        return properties;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    SmtpChannel.Tls tls() {
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
        return host + ":" + port;
    }
}
