package dev.otpkit.channel.smtp;

import dev.otpkit.spi.OtpMessage;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Logger;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.eclipse.angus.mail.util.SocketFetcher;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that knows how far it has come, and what the server said last. Not thread-safe but for
 * {@link #expire} and {@link #interrupt}.
 *
 * <p>Angus Mail speaks the protocol; the socket is our own, so that it can be closed at any moment. Of itself Angus
 * bounds single reads only, which a server that sends a byte now and then stretches without end.
 */
final class SmtpConnection extends SMTPTransport {
    /**
     * At FINE and FINEST Angus writes addresses and all that goes over the wire, the passcode too, to loggers named
     * after the package of the transport's class: ours, since this is a subclass. A filter stays when levels and
     * handlers are changed or read again, as long as its logger is reachable.
     */
    private static final List<Logger> SILENCED = loggers(SmtpConnection.class.getPackageName());

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final SmtpServer server;
    private final @Nullable String secret;
    private final BoundedSocket socket = new BoundedSocket();
    private SmtpStage stage = SmtpStage.CONNECT;
    private @Nullable SmtpReply reply;
    private @Nullable XOAuth2Refusal refusal;
    private boolean secure;
    private boolean used;
    private volatile boolean expired;
    private volatile boolean interrupted;

    /**
     * Creates a connection that is not open yet.
     *
     * @param secret the password or token of the server's login; null without one
     */
    SmtpConnection(SmtpServer server, @Nullable String secret) {
        super(server.session(), null);
        this.server = server;
        this.secret = secret;
        SILENCED.forEach(logger -> logger.setFilter(entry -> false));
    }

    private static List<Logger> loggers(String name) {
        return List.of(Logger.getLogger(name), Logger.getLogger(name + ".protocol"));
    }

    /** Connects, secures the connection and logs in. */
    void open() throws MessagingException {
        // expire() comes first; this is for the case that it does not come.
        int millis = (int) server.timeout().plus(GRACE).toMillis();
        Socket connected = socket;
        try {
            // Angus checks the certificate against the address's name, and would ask DNS for one that is missing.
            InetAddress address = InetAddress.getByAddress(
                    server.host(), InetAddress.getByName(server.host()).getAddress());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(address, server.port()), millis);
            if (server.tls().fromFirstByte()) {
                enter(SmtpStage.TLS);
                connected = SocketFetcher.startTLS(
                        socket, server.host(), server.session().getProperties(), "mail.smtp");
                secure = true;
            }
        } catch (IOException e) {
            throw new MessagingException("no connection", e);
        }
        enter(SmtpStage.GREETING);
        connect(connected);
    }

    /**
     * Sends a mail.
     *
     * @return what the server said when it took it
     */
    SmtpReply send(MimeMessage mail, String recipient) throws MessagingException {
        InternetAddress address = new InternetAddress();
        address.setAddress(recipient);
        sendMessage(mail, new Address[] {address});
        used = true;
        SmtpReply accepted = reply;
        if (accepted == null || !accepted.isPositive()) {
            throw new MessagingException("the message was taken without a word");
        }
        return accepted;
    }

    /** Returns how far the last exchange came. */
    SmtpStage stage() {
        return stage;
    }

    /** Returns the server's answer to what was sent last; null if there was none, or none that is an SMTP reply. */
    @Nullable SmtpReply reply() {
        return reply;
    }

    /** Returns why the server does not take the token; null if it did not say. */
    @Nullable XOAuth2Refusal refusal() {
        return refusal;
    }

    /** Lets the login hear of it if the server refused its secret for good. */
    void reportRefusedSecret() {
        SmtpLogin login = server.login();
        if (login != null
                && secret != null
                && stage == SmtpStage.LOGIN
                && ((refusal != null && refusal.refusesToken()) || (reply != null && reply.code() >= 500))) {
            login.refused(secret);
        }
    }

    /** Returns what the server says, without the secret, the code and the address. */
    String redact(String text, OtpMessage message) {
        return secret == null ? message.redact(text) : message.redact(text, secret);
    }

    /** Tells whether a mail was sent before, so that the connection need not be opened. */
    boolean wasUsed() {
        return used;
    }

    /** Prepares a connection that was kept for the next mail. */
    void renew() {
        socket.allowMore();
        expired = false;
        enter(SmtpStage.SENDER);
    }

    /** Tells whether the exchange failed only because a connection that was kept had ended meanwhile. */
    boolean wasStale() {
        SmtpReply last = reply;
        return used && !expired && !interrupted && stage == SmtpStage.SENDER && (last == null || last.code() == 421);
    }

    boolean isExpired() {
        return expired;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    /** Says good-bye and closes, without waiting for an answer. */
    synchronized void quit() {
        try {
            sendCommand("QUIT");
        } catch (MessagingException e) {
            // The server is gone already, which is all that was wanted.
        } finally {
            abort();
        }
    }

    /** Closes the socket because the time is over; whatever is being done on it fails. */
    void expire() {
        expired = true;
        abort();
    }

    /** Closes the socket because its thread was interrupted; whatever is being done on it fails. */
    void interrupt() {
        interrupted = true;
        abort();
    }

    /** Closes the socket as it is. */
    void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed or not, it is never used again.
        }
    }

    @Override
    protected synchronized boolean protocolConnect(
            @Nullable String host, int port, @Nullable String user, @Nullable String password)
            throws MessagingException {
        SmtpLogin login = server.login();
        return login == null
                ? super.protocolConnect(host, port, null, null)
                : super.protocolConnect(host, port, login.user(), secret);
    }

    @Override
    protected boolean ehlo(String domain) throws MessagingException {
        enter(SmtpStage.HELLO);
        if (!super.ehlo(domain)) {
            throw new MessagingException("EHLO was refused");
        }
        if (server.tls().byStartTls() && !secure) {
            if (!supportsExtension("STARTTLS")) {
                enter(SmtpStage.TLS);
                throw new MissingExtensionException("the server does not offer STARTTLS");
            }
            return true;
        }
        SmtpLogin login = server.login();
        if (login != null && Arrays.stream(login.mechanisms().split(" ")).noneMatch(this::supportsAuthentication)) {
            enter(SmtpStage.LOGIN);
            throw new MissingExtensionException("the server offers no AUTH by " + login.mechanisms());
        }
        return true;
    }

    @Override
    protected void startTLS() throws MessagingException {
        // Angus also comes here when AUTH is answered with 530, whatever was configured.
        if (secure || !server.tls().byStartTls()) {
            throw new MessagingException("TLS was asked for out of turn");
        }
        enter(SmtpStage.TLS);
        super.startTLS();
        secure = true;
    }

    @Override
    public synchronized int simpleCommand(String command) throws MessagingException {
        enter(SmtpStage.LOGIN);
        int code = super.simpleCommand(command);
        if (code == 334 && command.startsWith("AUTH XOAUTH2 ")) {
            // Here that means no, with the reason; what counts comes after an empty line. Angus would just hang up.
            refusal = reply == null ? null : XOAuth2Refusal.of(reply.text());
            code = super.simpleCommand("");
        }
        return code;
    }

    @Override
    public synchronized void issueCommand(String command, int expected) throws MessagingException {
        // After a refusal the connection is closed, so that nothing need be reset, nor waited for.
        if (!command.equals("RSET")) {
            super.issueCommand(command, expected);
            reply = null;
        }
    }

    @Override
    protected void mailFrom() throws MessagingException {
        enter(SmtpStage.SENDER);
        super.mailFrom();
    }

    @Override
    protected void rcptTo() throws MessagingException {
        enter(SmtpStage.RECIPIENT);
        super.rcptTo();
    }

    @Override
    protected OutputStream data() throws MessagingException {
        enter(SmtpStage.DATA);
        OutputStream content = super.data();
        enter(SmtpStage.CONTENT);
        return content;
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
        enter(SmtpStage.END);
        try {
            super.finishData();
        } catch (SMTPSendFailedException e) {
            // Angus takes nothing but 250 for a yes; RFC 5321, 4.2.1 takes all of 2yz.
            if (reply == null || !reply.isPositive()) {
                throw e;
            }
        }
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        reply = null;
        int code = super.readServerResponse();
        // Angus goes by the first line; a reply whose lines differ is no reply (RFC 5321, 4.2.1), least of all a yes.
        if (SmtpReply.isCode(code) && SmtpReply.isOneReply(code, getLastServerResponse())) {
            reply = SmtpReply.of(code, getLastServerResponse());
        }
        return code;
    }

    private void enter(SmtpStage next) {
        stage = next;
        reply = null;
    }
}
